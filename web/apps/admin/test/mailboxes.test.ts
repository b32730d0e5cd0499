import { Problem } from "@sealpost/api-client";
import { expect, test } from "vitest";

import { refusal } from "../src/licence/refusal.ts";
import { badLines } from "../src/mailboxes/api.ts";
import { mailboxesIn, trial, written } from "../src/mailboxes/table.ts";

const known = {
  users: new Set(["anna@acme.example", "bert@acme.example"]),
  mailboxes: new Map([["office@acme.example", new Set(["anna@acme.example"])]]),
};

test("a dry run says what would come of each line, and hands on the good ones alone", () => {
  const table = [
    "Mailbox;User",
    "Office@acme.example;anna@acme.example",
    "office@acme.example;bert@acme.example",
    "sales@acme.example;Anna@acme.example",
    "sales@acme.example;anna@acme.example",
    "sales@acme.example",
    "sales@acme.example;nobody@acme.example",
    "anna@acme.example;bert@acme.example",
    "=cmd@acme.example;anna@acme.example",
    "office;anna@acme.example",
    "office@acme.example;anna",
  ].join("\n");
  const lines = trial(table, known);
  expect(lines.map(({ line, would, fault }) => [line, fault ?? would])).toEqual([
    [2, "nothing"],
    [3, "delegate"],
    [4, "add"],
    [5, "mailboxes.fault.twice"],
    [6, "mailboxes.fault.fields"],
    [7, "mailboxes.fault.unknown"],
    [8, "mailboxes.fault.is_user"],
    [9, "mailboxes.fault.formula"],
    [10, "mailboxes.fault.mailbox"],
    [11, "mailboxes.fault.user"],
  ]);
  expect(written(lines)).toBe(
    "Office@acme.example,anna@acme.example\noffice@acme.example,bert@acme.example\nsales@acme.example,Anna@acme.example\n",
  );
  expect(mailboxesIn("a@x.example,b@x.example\nA@X.example,c@x.example")).toEqual(new Set(["a@x.example"]));
});

test("lines that the service refuses are read from its answer, and from no other", () => {
  const refused = { code: "invalid_request", bad_lines: [{ line: 2, reason: "no" }] } as const;
  expect(badLines(new Problem(400, refused, undefined, undefined))).toEqual([{ line: 2, reason: "no" }]);
  expect(badLines(new Problem(500, {}, undefined, undefined))).toEqual([]);
  expect(badLines(new Error("x"))).toEqual([]);
});

test("a refused licence says why", () => {
  const problem = (code: Problem["code"]) => new Problem(422, code ? { code } : {}, undefined, undefined);
  expect(refusal(problem("licence_refused_older"))).toBe("licence.refused.older");
  expect(refusal(problem("licence_refused_not_genuine"))).toBe("licence.refused.not_genuine");
  expect(refusal(problem("step_up_needed"))).toBeUndefined();
  expect(refusal(problem(undefined))).toBeUndefined();
});
