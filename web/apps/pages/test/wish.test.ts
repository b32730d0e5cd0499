import { expect, test } from "vitest";

import { NOBODY } from "../src/request/note.ts";
import { type Wish, withWish } from "../src/request/wish.ts";

const anna = { ...NOBODY, name: "Anna", email: "anna@example.org" };
const ana = { ...anna, name: "Ana" };

function keys() {
  let made = 0;
  return () => `key-${++made}`;
}

test("the same wish keeps its key, another has one of its own", () => {
  const key = keys();
  const first = withWish([], anna, key);
  expect(first).toEqual([{ key: "key-1", who: anna }]);
  expect(withWish(first, { ...anna }, key)).toEqual(first);
  const both = withWish(first, ana, key);
  expect(both).toEqual([{ key: "key-2", who: ana }, ...first]);
  expect(withWish(both, anna, key).map((wish) => wish.key)).toEqual(["key-1", "key-2"]);
});

test("whom it is for, and what is said with it, make another wish", () => {
  const key = keys();
  const first = withWish([], anna, key);
  for (const other of [{ recipients: ["a"] }, { subject: "x" }, { message: "x" }])
    expect(withWish(first, { ...anna, ...other }, key)[0].key).not.toBe(first[0].key);
});

test("the oldest of many goes", () => {
  const key = keys();
  let all: readonly Wish[] = [];
  for (let nth = 0; nth < 9; nth += 1) all = withWish(all, { ...anna, name: `${nth}` }, key);
  expect(all.map((wish) => wish.key)).toEqual(["key-9", "key-8", "key-7", "key-6", "key-5"]);
});
