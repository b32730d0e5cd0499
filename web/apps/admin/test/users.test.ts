import type { Shape } from "@sealpost/api-client";
import { expect, test } from "vitest";

import { rowsOf } from "../src/parts/csv.ts";
import { fits, look } from "../src/users/find.ts";
import { against, linesOf } from "../src/users/table.ts";

const user = (email: string, more: Partial<Shape<"User">> = {}): Shape<"User"> => ({
  id: email,
  email,
  name: "",
  role: "sender",
  created_at: "2026-11-22T18:00:00.000Z",
  seat_at: "2026-11-22T18:00:00.000Z",
  second_factor: { app: false, passkeys: 0 },
  ...more,
});

test("tables are read as spreadsheets write them", () => {
  const tables: [string, [number, string[]][]][] = [
    ["", []],
    [
      "a,b\r\nc,d\r\n",
      [
        [1, ["a", "b"]],
        [2, ["c", "d"]],
      ],
    ],
    [
      "\uFEFFa;b, c;\n\n ; \nd;",
      [
        [1, ["a", "b, c", ""]],
        [4, ["d", ""]],
      ],
    ],
    ["a\tb", [[1, ["a", "b"]]]],
    [
      'a,"Beispiel, Anna ""A""\nB", c \nd',
      [
        [1, ["a", 'Beispiel, Anna "A"\nB', "c"]],
        [3, ["d"]],
      ],
    ],
    ['a "b" c,"open', [[1, ['a "b" c', "open"]]]],
  ];
  for (const [table, rows] of tables) {
    expect(
      rowsOf(table).map(({ line, fields }) => [line, fields]),
      table,
    ).toEqual(rows);
  }
});

test("each line says what would come of it", () => {
  const table = [
    "Email,Name,Role",
    "anna@acme.example,Anna,admin",
    "bert@acme.example",
    "BERT@acme.example,,sender",
    "carl",
    ",Nobody",
    "dora@acme.example,Dora,boss",
    "emil@acme.example,Emil,Owner",
    "fine@acme.example,a,sender,more",
    `gerd@acme.example,${"ä".repeat(129)}`,
    "known@acme.example",
  ].join("\n");
  const lines = against(linesOf(table, ["auditor", "sender", "admin"]), [user("Known@acme.example")]);
  expect(lines.map(({ line, role, fault }) => [line, role, fault])).toEqual([
    [2, "admin", undefined],
    [3, "sender", undefined],
    [4, "sender", "users.fault.twice"],
    [5, "sender", "users.fault.email"],
    [6, "sender", "users.fault.no_email"],
    [7, "sender", "users.fault.role"],
    [8, "owner", "users.fault.may_not"],
    [9, "sender", "users.fault.fields"],
    [10, "sender", "users.fault.name"],
    [11, "sender", "users.fault.known"],
  ]);
});

test("people are found by parts of what they are called, and by where they stand", () => {
  const anna = user("anna@acme.example", { name: "Anna Beispiel", role: "admin" });
  const gone = user("gone@acme.example", { disabled_at: "x", sending_suspended_at: "x" });
  const { seat_at: _, ...none } = user("none@acme.example");
  const found = (filters: Record<string, string>) =>
    [anna, gone, none].filter((one) => fits(one, filters)).map(({ email }) => email.split("@")[0]);
  expect(found({})).toEqual(["anna", "gone", "none"]);
  expect(found({ find: "BEISP acme" })).toEqual(["anna"]);
  expect(found({ role: "sender" })).toEqual(["gone", "none"]);
  expect(found({ state: "disabled" })).toEqual(["gone"]);
  expect(found({ state: "suspended" })).toEqual([]);
  expect(found({ state: "no_seat" })).toEqual(["none"]);
  expect(found({ state: "active", role: "admin" })).toEqual(["anna"]);
});

test("whoever is looked for is found behind others, within bounds", async () => {
  const asked: [string | undefined, number][] = [];
  const many = Array.from({ length: 5000 }, (_, at) => user(`user${at}@acme.example`));
  const list = (after: string | undefined, limit: number) => {
    asked.push([after, limit]);
    const from = after === undefined ? 0 : many.findIndex(({ id }) => id === after) + 1;
    const users = many.slice(from, from + limit);
    const last = users.at(-1)?.id;
    return Promise.resolve({ users, ...(from + limit < many.length && last && { next: last }) });
  };
  expect((await look(list, {}, undefined)).users.length).toBe(50);
  expect(asked).toEqual([[undefined, 50]]);
  const first = await look(list, { find: "user4999" }, undefined);
  expect(first).toEqual({ users: [], next: "user1999@acme.example" });
  const second = await look(list, { find: "user4999" }, first.next);
  const third = await look(list, { find: "user4999" }, second.next);
  expect(third.users.map(({ email }) => email)).toEqual(["user4999@acme.example"]);
  expect(third.next).toBeUndefined();
});
