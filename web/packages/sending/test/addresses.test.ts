import { expect, test } from "vitest";

import { isAddress, isList, split } from "../src/new/addresses.ts";

test("lists come as programs and people write them", () => {
  for (const [text, addresses] of [
    ["anna@example.org", ["anna@example.org"]],
    ["anna@example.org, bert@example.org", ["anna@example.org", "bert@example.org"]],
    ["Anna Beispiel <anna@example.org>; Bert <bert@example.org>;", ["anna@example.org", "bert@example.org"]],
    ["anna@example.org\r\nbert@example.org\n\n", ["anna@example.org", "bert@example.org"]],
    [
      "anna@example.org\tbert@example.org c@example.org",
      ["anna@example.org", "bert@example.org", "c@example.org"],
    ],
    ["mailto:anna@example.org", ["anna@example.org"]],
    [" ; , ", []],
  ] as const) {
    expect(split(text), text).toEqual(addresses);
  }
});

test("a comma, a semicolon or a blank ends an address", () => {
  for (const text of ["a@b.c,", "a@b.c;", "a@b.c ", "a@b.c d"]) expect(isList(text), text).toBe(true);
  for (const text of ["", "a@b.c", "anna"]) expect(isList(text), text).toBe(false);
});

test("slips of the fingers are told, unusual addresses are not", () => {
  for (const good of ["anna@example.org", "a.b+c@x.example", "josé@bücher.example", "o'neil@a-b.example"])
    expect(isAddress(good), good).toBe(true);
  for (const bad of [
    "",
    "anna",
    "anna@",
    "@example.org",
    "a@b",
    "a@b..c",
    "a@@b.c",
    "a b@c.d",
    ".a@b.c",
    "a@-b.c",
    "a@b.c.",
  ])
    expect(isAddress(bad), bad).toBe(false);
});
