// `tests/web/main.rs` compiles the sources and runs this; CONTENT_MODULE is what came of them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const { look, preferred, required, strongest } = await import(process.env.CONTENT_MODULE);
const rows = JSON.parse(readFileSync(process.env.CONTENT_TABLE, "utf8"));

const rule = (more) => ({ name: "r", level: "notify", text: "t", ...more });
const written = (more) => ({ subject: "", message: "", files: [], ...more });

test("the add-in finds what the service finds", () => {
  assert.ok(rows.length >= 70);
  for (const { find, within, subject = "", message = "", files = [], times } of rows) {
    const named = files.map(([name, bytes]) => ({ name, bytes }));
    const one = rule(within === undefined ? { find } : { find, within });
    const [finding] = look([one], { subject, message, files: named });
    assert.equal(finding?.times ?? 0, times, JSON.stringify({ find, subject, message, files }));
  }
});

test("a rule finds nothing before it has found enough, or while it is disabled", () => {
  const find = { words: ["x"] };
  assert.equal(look([rule({ find, at_least: 3 })], written({ message: "x x" })).length, 0);
  assert.equal(look([rule({ find, at_least: 3 })], written({ message: "x x x" })).length, 1);
  assert.equal(look([rule({ find, disabled: true })], written({ message: "x" })).length, 0);
});

test("all rules that find something count together", () => {
  const of = (word, level, protections) => rule({ name: word, find: { words: [word] }, level, protections });
  const rules = [
    of("told", "notify", ["account"]),
    of("auto", "automatic", ["email_code", "password"]),
    of("must", "mandatory", ["password", "email_code_and_password"]),
    of("else", "mandatory", ["sms_code"]),
    of("sealed", "mandatory", []),
  ];
  for (const [message, level, must, first] of [
    ["nothing", undefined, undefined, undefined],
    ["told", "notify", undefined, undefined],
    ["auto told", "automatic", undefined, "email_code"],
    ["auto must", "mandatory", ["password", "email_code_and_password"], "password"],
    ["must else", "mandatory", [], undefined],
    ["sealed", "mandatory", undefined, undefined],
  ]) {
    const findings = look(rules, written({ message }));
    assert.deepEqual(
      [strongest(findings), required(findings), preferred(findings)],
      [level, must, first],
      message,
    );
  }
});
