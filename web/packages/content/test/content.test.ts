import { expect, test } from "vitest";

import table from "../../../../crates/domain/tests/rules/content.json?raw";
import { type Content, type ContentRule, look, preferred, required, strongest } from "../src/index.ts";

type Row = Pick<ContentRule, "find" | "within"> &
  Partial<Pick<Content, "subject" | "message">> & { files?: [string, number][]; times: number };

const rows: Row[] = JSON.parse(table);
const rule = (more: Partial<ContentRule>) =>
  ({ name: "r", level: "notify", text: "t", ...more }) as ContentRule;
const written = (more: Partial<Content>): Content => ({ subject: "", message: "", files: [], ...more });

test("the add-in finds what the service finds", () => {
  expect(rows.length).toBeGreaterThanOrEqual(70);
  for (const { find, within, subject = "", message = "", files = [], times } of rows) {
    const named = files.map(([name, bytes]) => ({ name, bytes }));
    const one = rule(within === undefined ? { find } : { find, within });
    const [finding] = look([one], { subject, message, files: named });
    expect(finding?.times ?? 0, JSON.stringify({ find, subject, message, files })).toBe(times);
  }
});

test("a rule finds nothing before it has found enough, or while it is disabled", () => {
  const find = { words: ["x"] };
  expect(look([rule({ find, at_least: 3 })], written({ message: "x x" }))).toHaveLength(0);
  expect(look([rule({ find, at_least: 3 })], written({ message: "x x x" }))).toHaveLength(1);
  expect(look([rule({ find, disabled: true })], written({ message: "x" }))).toHaveLength(0);
});

test("all rules that find something count together", () => {
  const of = (word: string, level: ContentRule["level"], protections: string[]) =>
    rule({ name: word, find: { words: [word] }, level, protections });
  const rules = [
    of("told", "notify", ["account"]),
    of("auto", "automatic", ["email_code", "password"]),
    of("must", "mandatory", ["password", "email_code_and_password"]),
    of("else", "mandatory", ["sms_code"]),
    of("sealed", "mandatory", []),
  ];
  const cases: [string, string?, (string[] | undefined)?, (string | undefined)?][] = [
    ["nothing"],
    ["told", "notify"],
    ["auto told", "automatic", undefined, "email_code"],
    ["auto must", "mandatory", ["password", "email_code_and_password"], "password"],
    ["must else", "mandatory", [], undefined],
    ["sealed", "mandatory"],
  ];
  for (const [message, level, must, first] of cases) {
    const findings = look(rules, written({ message }));
    expect([strongest(findings), required(findings), preferred(findings)], message).toEqual([
      level,
      must,
      first,
    ]);
  }
});
