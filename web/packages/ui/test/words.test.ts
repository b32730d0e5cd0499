/// <reference types="node" />
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

import { type Catalogue, translate } from "../src/language/texts.ts";
import { modeRule, refused } from "../src/problem/refused.ts";

const ROOT = new URL("../../../../", import.meta.url);
const LANGUAGES = ["en", "de", "nl"] as const;

type Json = { readonly [name: string]: unknown };
/** The words that an enum of the API's description has, by where it stands below `components.schemas`. */
type Words = ReadonlyMap<string, readonly string[]>;

async function json(path: string): Promise<Json> {
  return JSON.parse(await readFile(new URL(path, ROOT), "utf8"));
}

function enums(schema: unknown, place: string, found: Map<string, readonly string[]>): Words {
  if (typeof schema !== "object" || schema === null) return found;
  const { enum: words, ...rest } = schema as Json;
  if (Array.isArray(words)) found.set(place, words);
  for (const [name, inner] of Object.entries(rest))
    enums(inner, `${place}/${name}`.replace(/^\//, ""), found);
  return found;
}

/** Where the words stand that people meet, in which catalogue, and how the names of their texts begin. */
const SAID: readonly (readonly [place: string, catalogue: string, begins: string])[] = [
  ["InspectionState", "ui", "inspection."],
  ["PortalUnavailable", "console", "portals.unavailable."],
  ["Protection", "ui", "protection."],
  ["RecipientState", "ui", "state."],
  ["RefusedFile/properties/rule", "ui", "refused."],
  ["RefusedFile/properties/what/anyOf/0", "ui", "kind."],
  ["RefusedFile/properties/what/anyOf/1", "ui", "refused.name."],
  ["TransferMode", "console", "transfers.mode."],
  ["TransferState", "ui", "state."],
];
/** Words that these pages say as something else, or that nobody meets on them. */
const UNSAID: Readonly<Record<string, string>> = {
  AdminAddinState: "the console's page about Outlook has a sentence for each",
  Channel: "the code's address is told in its place",
  EventTransferState: "for Outlook's events, which have words of their own",
  "FileExplanation/properties/rule": "those of RefusedFile",
  "FileExplanation/properties/what/anyOf/0": "those of RefusedFile",
  "FileExplanation/properties/what/anyOf/1": "those of RefusedFile",
  Needed: "for pages of recipients, which the service makes",
  SentState: "for Outlook's events, which have words of their own",
  State: "the service sends the sentence along",
  TakenMode: "decides which of two sentences is said",
};
/** Codes that only a fault of ours, or another program, meets: these pages tell them as one. */
const PROGRAMS: readonly string[] = [
  "checksum_mismatch",
  "incomplete_body",
  "internal",
  "key_changed",
  "key_reused",
  "method_not_allowed",
  "not_sealed",
  "not_sealed_yet",
  "offset_mismatch",
  "range_not_satisfiable",
  "sealed_by_sender",
  "unsupported_media_type",
  "upload_locked",
];
/** Codes of pages that the service makes itself: of recipients, and for signing in. */
const ELSEWHERE: readonly string[] = [
  "account_needed",
  "credentials_wrong",
  "downloads_used_up",
  "password_needed",
  "wrong_password",
  "wrong_proof",
];

const found = enums(((await json("docs/openapi.json")).components as Json).schemas, "", new Map());
const catalogues = (name: string) =>
  Promise.all(LANGUAGES.map((language) => json(`locales/${language}/${name}.json`) as Promise<Catalogue>));

test("every word of the API that people meet has a text in every language", async () => {
  const places = [...SAID.map(([place]) => place), ...Object.keys(UNSAID), "Code"];
  expect([...found.keys()].sort()).toEqual(places.sort());
  for (const [place, name, begins] of SAID) {
    const words = found.get(place) ?? [];
    for (const catalogue of await catalogues(name))
      expect(words.filter((word) => !catalogue[begins + word])).toEqual([]);
    // What says words that are gone is dead, where it says nothing else.
    const known = SAID.filter(([, , other]) => other === begins).flatMap(([other]) => found.get(other) ?? []);
    const [english = {}] = await catalogues(name);
    const said = Object.keys(english).filter((key) => key.startsWith(begins) && !key.startsWith("refused.n"));
    if (begins !== "refused.name.")
      expect(said.map((key) => key.slice(begins.length)).filter((word) => !known.includes(word))).toEqual([]);
  }
});

test("every code of a problem that people meet is told in words of its own", async () => {
  const told = await Promise.all(
    [
      "packages/ui/src/problem/told.ts",
      "apps/pages/src/request/told.ts",
      "apps/admin/src/licence/refusal.ts",
      "apps/pane/src/signin/pairing.ts",
    ].map((path) => readFile(new URL(`web/${path}`, ROOT), "utf8")),
  );
  const isTold = (code: string) => told.some((source) => new RegExp(`\\b${code}\\b`).test(source));
  const untold = (found.get("Code") ?? []).filter((code) => !isTold(code));
  expect(untold.filter((code) => ![...PROGRAMS, ...ELSEWHERE].includes(code))).toEqual([]);
});

test("every kind of entry of the audit log has a text in every language", async () => {
  const source = await readFile(new URL("crates/domain/src/audit.rs", ROOT), "utf8");
  const list = source.match(/AUDIT_KINDS[^=]*=\s*&\[([^\]]*)\]/)?.[1] ?? "";
  const kinds = [...list.matchAll(/"([^"]+)"/g)].map(([, kind]) => `audit.kind.${kind}`);
  expect(kinds.length).toBeGreaterThan(100);
  for (const catalogue of await catalogues("console")) {
    const said = Object.keys(catalogue).filter((key) => key.startsWith("audit.kind."));
    expect(said.sort()).toEqual(kinds.sort());
  }
});

test("who says that the sender seals, or does not, is said in words", async () => {
  const [english = {}] = await catalogues("ui");
  const t = translate("en", english);
  expect(modeRule({ says: "require", about: "address", rule: "board" }, t)).toMatch(
    /^“\u2068?board\u2069?” requires that you seal it yourself\.$/,
  );
  expect(
    modeRule({ says: "forbid", about: "type", rule: "zero_knowledge.forbid", kind: "executable" }, t),
  ).toBe("Files of this kind must not be sealed by you: Programs.");
  expect(modeRule({ says: "forbid", about: "setting" }, t)).toBe(
    "Your organisation forbids that you seal it yourself.",
  );
});

test("why a file is refused is said in words, whatever it was", async () => {
  const [english = {}] = await catalogues("ui");
  const t = translate("en", english);
  const said = (rule: Parameters<typeof refused>[0]["rule"], what: string) => refused({ rule, what }, t);
  expect(said("disguises", "double_extension")).toBe(
    "the name deceives: it ends twice, as a document and as a program",
  );
  expect(said("kinds", "executable")).toBe("Programs");
  // Also an extension that is called as a kind.
  expect([said("extensions", "pdf"), said("extensions", "exe")]).toEqual([
    "files of type .pdf",
    "files of type .exe",
  ]);
  expect(said("not_listed", ".exe")).toBe("not among what may be sent: .exe");
  expect(said("not_listed", "a name without an extension")).toContain("a name without an extension");
  expect(said("archives.max_entries", "10001")).toBe("too many files in the archive: 10001");
  expect(said("archives", "files that share their bytes")).toBe(
    "the archive is damaged, or cannot be checked",
  );
});
