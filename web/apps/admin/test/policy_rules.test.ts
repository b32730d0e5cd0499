import { Problem } from "@sealpost/api-client";
import { expect, test } from "vitest";

import { BYTES, fitting, read, SECONDS } from "../src/policy/amounts.ts";
import { places, type Rule, rulesDifference } from "../src/policy/differences.ts";
import { placed, readable } from "../src/policy/fault.ts";
import { freeName, moved } from "../src/policy/order.ts";
import { addressFaults, contentFaults, isPattern } from "../src/policy/rules/faults.ts";

const rules = (names: string, changed = ""): readonly Rule[] =>
  [...names].map((name) => ({ name, effect: "allow", disabled: changed.includes(name) }));

test("rules that differ are told by their names, as the service counts them", () => {
  for (const [before, after, changed, added, removed, other, reordered] of [
    ["abc", "abc", "", "", "", "", false],
    ["abc", "xabc", "", "x", "", "", false],
    ["abc", "ac", "", "", "b", "", false],
    ["abc", "acb", "", "", "", "", true],
    ["abc", "abc", "b", "", "", "b", false],
    ["abc", "cxa", "c", "x", "b", "c", true],
    ["", "a", "", "a", "", "", false],
  ] as const)
    expect(rulesDifference(rules(before), rules(after, changed)), `${before} ${after}`).toEqual({
      added: [...added],
      removed: [...removed],
      changed: [...other],
      reordered,
    });
});

test("every place that differs is named, lists as one", () => {
  const before = { settings: { a: 1, b: [1] }, domains: ["x"], branding: { footer: {} } };
  const after = { settings: { a: 1, b: [2] }, domains: ["x"], branding: { footer: { de: "y" } }, scan: 1 };
  expect(places(before, after)).toEqual(["branding.footer.de", "scan", "settings.b"]);
  expect(places(before, before)).toEqual([]);
});

test("a rule is moved to where it is wished, and nowhere else", () => {
  expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
  expect(moved(["a", "b", "c"], 2, 1)).toEqual(["a", "c", "b"]);
  for (const [from, to] of [
    [0, -1],
    [2, 3],
    [5, 0],
  ] as const)
    expect(moved(["a", "b", "c"], from, to)).toEqual(["a", "b", "c"]);
});

test("a new rule has a name that none has", () => {
  expect(freeName("Rule", ["a"])).toBe("Rule");
  expect(freeName("Rule", ["Rule", "Rule 2"])).toBe("Rule 3");
});

test("an amount stands in the largest unit in which it is whole", () => {
  for (const [bytes, word] of [
    [1_099_511_627_776, "TiB"],
    [25_000_000, "MB"],
    [26_214_400, "MiB"],
    [1001, "B"],
    [1_500, "B"],
  ] as const)
    expect(fitting(bytes, BYTES)?.word, `${bytes}`).toBe(word);
  expect(fitting(7200, SECONDS)?.word).toBe("hours");
  expect(fitting(1_209_600, SECONDS)?.word).toBe("days");
  expect(fitting(0, SECONDS)).toBeUndefined();
  expect(fitting(61, SECONDS)).toBeUndefined();
});

test("a number is read as people write it, and nothing else is one", () => {
  expect([" 12 ", "1,5", "1.5", "0"].map(read)).toEqual([12, 1.5, 1.5, 0]);
  expect(["", "-1", "1e3", "1.2.3", "x", "9".repeat(20)].map(read)).toEqual(Array(6).fill(undefined));
});

const refusal = (detail: string) =>
  new Problem(400, { code: "invalid_request", detail }, undefined, undefined);

test("what the service refuses is told at the field that it names", () => {
  const edited = ["settings.retention_max_seconds", "settings.retention_default_seconds", "addresses"];
  for (const [detail, path, rule] of [
    [
      "settings: retention_default_seconds lies between an hour and retention_max_seconds",
      "settings.retention_default_seconds",
      undefined,
    ],
    ["addresses: rule 3: a name of one line, at most 256 bytes", "addresses", 3],
    ["not an address, domain, wildcard, group:<id>, any, internal or external", "addresses", undefined],
    ["settings: something that no field is called", "settings.retention_max_seconds", undefined],
  ] as const) {
    const place = placed(refusal(detail), edited);
    expect(place?.path, detail).toBe(path);
    expect(place?.fault.rule, detail).toBe(rule);
  }
  expect(placed(refusal("signins would lock you out"), ["scan.mode"])?.path).toBe("scan.mode");
  expect(placed(refusal("branding: footer is 1 to 500"), ["scan.mode", "branding.footer.de"])?.path).toBe(
    "branding.footer.de",
  );
  expect(placed(refusal("nothing that anybody knows"), ["scan.mode", "domains"])).toBeUndefined();
  expect(placed(new Error("x"), edited)).toBeUndefined();
});

test("what the service says is told by the names that people know", () => {
  const label = (path: string) => path.toUpperCase();
  expect(readable("settings: max_files is at least 1", label, ["settings.max_files"])).toBe(
    "“SETTINGS.MAX_FILES” is at least 1",
  );
});

test("rules about addresses are checked as they are written", () => {
  expect(
    ["any", "Internal", "a@x.example", "x.example", "@x.example", "*@a.example", "a*b@example.*"].every(
      isPattern,
    ),
  ).toBe(true);
  expect(["", "word", "a b@x.example", "group:7", "x..example"].some(isPattern)).toBe(false);
  const faults = addressFaults([
    { name: "a", effect: "allow" },
    { name: "a", effect: "allow" },
    { name: "b", effect: { deny: "" } },
    { name: "c", effect: { require: [] } },
    { name: "d", recipients: ["no pattern"], effect: "allow" },
  ]);
  expect(faults.map(({ rule, field }) => [rule, field])).toEqual([
    [2, "name"],
    [3, "text"],
    [4, "protections"],
    [5, "recipients"],
  ]);
});

test("rules about what is written are checked as they are written", () => {
  const rule = { name: "a", find: { words: ["x"] }, level: "notify", text: "t" };
  expect(contentFaults([rule])).toEqual([]);
  for (const [wrong, field] of [
    [{ ...rule, find: { words: [] } }, "find"],
    [{ ...rule, find: { shape: "##" } }, "find"],
    [{ ...rule, find: { more_files_than: Number.NaN } }, "find"],
    [{ ...rule, at_least: 0 }, "at_least"],
    [{ ...rule, text: " " }, "text"],
    [{ ...rule, name: "a\nb" }, "name"],
  ] as const)
    expect(contentFaults([wrong])[0]?.field, field).toBe(field);
});
