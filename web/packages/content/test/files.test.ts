import { expect, test } from "vitest";

import table from "../../../../crates/inspect/tests/kinds.json?raw";
import { FILE_KINDS, look, refusalOf, type TypeRules, traitsOf } from "../src/files/index.ts";

interface Sample {
  readonly name: string;
  readonly length: number;
  /** Bytes that are not 0: where they stand, and in hex. */
  readonly bytes: readonly (readonly [at: number, hex: string])[];
  readonly is: string;
}

const samples: readonly Sample[] = JSON.parse(table);

function fileOf({ length, bytes }: Sample): Blob {
  const whole = new Uint8Array(length);
  for (const [at, hex] of bytes) {
    for (let index = 0; index * 2 < hex.length; index += 1) {
      whole[at + index] = Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16);
    }
  }
  return new Blob([whole]);
}

test("a file is here what it is on the service", async () => {
  expect(samples.length).toBeGreaterThanOrEqual(400);
  const seen = new Set<string>();
  for (const sample of samples) {
    const found = await look(sample.name, fileOf(sample));
    const kinds = found.kinds.join("+");
    expect(`${found.format} ${kinds}`, `${sample.name} of ${sample.length} bytes`).toBe(sample.is);
    for (const kind of found.kinds) seen.add(kind);
  }
  expect([...seen].sort()).toEqual(FILE_KINDS);
});

const RULES: TypeRules = {
  mode: "deny",
  extensions: [],
  kinds: ["disk_image", "executable", "installer", "script", "shortcut"],
  disguises: "deny",
  mismatch: "allow",
  archives: {
    look_inside: true,
    encrypted: "allow",
    uninspectable: "allow",
    max_entries: 10_000,
    max_ratio: 200,
    max_unpacked_bytes: 2 ** 40,
    max_depth: 3,
  },
  zero_knowledge: { require: [], forbid: [] },
};
const found = (...kinds: (typeof FILE_KINDS)[number][]) => ({ format: "x", kinds });

test.each([
  ["setup.exe", {}, found("executable"), "kinds: executable"],
  ["plan.pdf", {}, found("executable"), "kinds: executable"],
  ["plan.pdf", {}, found("pdf"), undefined],
  ["invoice.pdf.exe", {}, found("text"), "disguises: double_extension"],
  ["con.txt", {}, found("text"), "disguises: device_name"],
  ["plan.dcm", { extensions: ["dcm"] }, found("image"), "extensions: dcm"],
  ["plan.pdf", { mode: "allow", kinds: ["image"] }, found("pdf"), "not_listed: .pdf"],
  ["plan.pdf", { mode: "allow", kinds: ["pdf"] }, found("office"), "not_listed: office"],
  ["notes.txt", { mode: "allow", kinds: ["text"] }, found("unknown"), undefined],
  ["table.docx", { mode: "allow", kinds: [], extensions: ["docx"] }, found("office"), undefined],
  ["table.xlsx", { mismatch: "deny" }, found("image"), "mismatch: image"],
  ["plan.png", { mismatch: "deny" }, found("image"), undefined],
] as const)("%s by %j is refused as on the service", (name, more, findings, expected) => {
  const refusal = refusalOf({ ...RULES, ...(more as Partial<TypeRules>) }, name, findings);
  expect(refusal && `${refusal.rule}: ${refusal.what}`).toBe(expected);
});

test("what is in an archive is looked at by its name, and its bounds hold", () => {
  const archive = { entries: 2, packed: 10, unpacked: 20, names: ["a.txt", "b/setup.exe"] };
  const zip = { format: "zip", kinds: ["archive"] as const, archive };
  expect(refusalOf(RULES, "a.zip", zip)).toEqual({
    rule: "kinds",
    what: "executable",
    inside: "b/setup.exe",
  });
  const outside = { ...RULES, archives: { ...RULES.archives, look_inside: false } };
  expect(refusalOf(outside, "a.zip", zip)).toBeUndefined();
  const locked = { ...zip, archive: { ...archive, names: [], encrypted: "a.txt" } };
  const strict = { ...RULES, archives: { ...RULES.archives, encrypted: "deny" as const } };
  expect(refusalOf(RULES, "a.zip", locked)).toBeUndefined();
  expect(refusalOf(strict, "a.zip", locked)?.rule).toBe("archives.encrypted");
  const dense = { ...zip, archive: { ...archive, names: [], packed: 10, unpacked: 65 << 20 } };
  expect(refusalOf(RULES, "a.zip", dense)?.rule).toBe("archives.max_ratio");
});

test.each([
  ["a.PDF", "pdf", undefined],
  ["a.exe. ", "exe", undefined],
  ["a.txt:b.exe", "exe", "stream_name"],
  ["../a.txt", "txt", "path_traversal"],
  ["c:\\a.txt", "txt", "path_traversal"],
  ["com1.txt", "txt", "device_name"],
  ["a\u202efdp.exe", "exe", "deceptive_characters"],
  ["a.pdf         .exe", "exe", "hidden_extension"],
  ["a.tar.gz", "gz", undefined],
  ["a", undefined, undefined],
])("the name %j says this", (name, extension, trick) => {
  expect(traitsOf(name)).toMatchObject({ extension, trick });
});
