import { expect, test } from "vitest";

import {
  at,
  contested,
  type Document,
  differing,
  type Edits,
  edited,
  patchOf,
  same,
} from "../src/policy/document.ts";

const POLICY: Document = {
  settings: { max_files: 10, quota_bytes: null, protections: ["none", "password"] },
  types: { archives: { max_depth: 3 } },
  branding: { footer: { en: "Hello" } },
};
const none: Edits = new Map();

test("what a document says is read by its place", () => {
  expect(at(POLICY, "settings.max_files")).toBe(10);
  expect(at(POLICY, "types.archives.max_depth")).toBe(3);
  expect(at(POLICY, "settings.quota_bytes")).toBeNull();
  expect(at(POLICY, "settings.no_such.thing")).toBeNull();
  expect(at(POLICY, "settings.protections.0")).toBeNull();
});

test("an edit that says what the document says is none", () => {
  const one = edited(POLICY, none, "settings.max_files", 3);
  expect([...one]).toEqual([["settings.max_files", 3]]);
  expect(edited(POLICY, one, "settings.max_files", 10).size).toBe(0);
  expect(edited(POLICY, none, "settings.protections", ["none", "password"]).size).toBe(0);
  expect(edited(POLICY, none, "settings.protections", ["password", "none"]).size).toBe(1);
});

test("the patch has what was edited and nothing else", () => {
  const edits: Edits = new Map<string, Parameters<typeof same>[0]>([
    ["settings.max_files", 3],
    ["settings.quota_bytes", 5],
    ["types.archives.max_depth", null],
    ["branding.footer.de", "Hallo"],
    ["addresses", []],
  ]);
  expect(patchOf(edits)).toEqual({
    settings: { max_files: 3, quota_bytes: 5 },
    types: { archives: { max_depth: null } },
    branding: { footer: { de: "Hallo" } },
    addresses: [],
  });
  expect(patchOf(none)).toEqual({});
});

test("what somebody else has changed meanwhile is told, and what he has changed to the same is done", () => {
  const edits = edited(POLICY, edited(POLICY, none, "settings.max_files", 3), "types.archives.max_depth", 2);
  const now: Document = { ...POLICY, settings: { max_files: 7 } };
  expect(contested(POLICY, now, edits)).toEqual(["settings.max_files"]);
  expect([...differing({ ...now, types: { archives: { max_depth: 2 } } }, edits).keys()]).toEqual([
    "settings.max_files",
  ]);
});

test("the order of names does not count, and that of lists does", () => {
  expect(same({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
  expect(same([1, 2], [2, 1])).toBe(false);
  expect(same({ a: null }, {})).toBe(true);
  expect(same([], {})).toBe(false);
});
