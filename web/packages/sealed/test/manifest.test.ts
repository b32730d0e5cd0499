import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import type { FilePlace } from "../src/context.ts";
import { crc32 } from "../src/crc32.ts";
import { SealedError } from "../src/error.ts";
import { Key } from "../src/key.ts";
import { Manifest, type ManifestPart, type ManifestUpload } from "../src/manifest.ts";
import { openPart, sealPart } from "../src/part.ts";
import { counting, dice, fault, given, hex, idOf, seeded, unhex } from "./support.ts";

const PLACE: FilePlace = { tenant: idOf(1), transfer: idOf(2), file: idOf(3) };

const upload = (number: number): ManifestUpload => ({
  id: idOf(number),
  key: Key.from(new Uint8Array(32).fill(number ^ 0xff)),
});
const part = (upload: number, sequence: bigint, length: number): ManifestPart => ({
  upload,
  sequence,
  length,
  salt: new Uint8Array(24).fill(7),
});
const manifest = (uploads: ManifestUpload[], parts: ManifestPart[], more = {}) =>
  new Manifest({
    name: "Übersicht.pdf",
    mediaType: "application/pdf",
    crc32: 0xdeadbeef,
    uploads,
    parts,
    ...more,
  });
const small = () => manifest([upload(1), upload(2)], [part(0, 0n, 5), part(0, 2n, 6), part(1, 0n, 7)]);

function refusal(doing: () => unknown): string {
  try {
    doing();
  } catch (error) {
    if (error instanceof SealedError && error.kind === "manifest") return error.more;
    throw error;
  }
  return expect.fail("it is taken for a manifest");
}

test("what is written is read", () => {
  const read = Manifest.decode(small().encode());
  expect([read.name, read.mediaType, read.length, read.crc32]).toEqual([
    "Übersicht.pdf",
    "application/pdf",
    18,
    0xdeadbeef,
  ]);
  expect(read.parts).toEqual(small().parts);
  expect(read.uploads.map(({ id, key }) => [id, key.expose()])).toEqual(
    small().uploads.map(({ id, key }) => [id, key.expose()]),
  );
  expect(read.encode()).toEqual(small().encode());
});

test("every cut and every byte behind is refused", () => {
  const bytes = small().encode();
  for (let length = 0; length < bytes.length; length += 1)
    expect(
      refusal(() => Manifest.decode(bytes.subarray(0, length))),
      String(length),
    ).toBe("it ends early");
  expect(refusal(() => Manifest.decode(Uint8Array.of(...bytes, 0)))).toBe("bytes behind its end");
});

test("what is no manifest of this version, or not in order, is refused", () => {
  const changed = (at: number, to: number) => {
    const bytes = small().encode();
    bytes[at] = to;
    return refusal(() => Manifest.decode(bytes));
  };
  for (const version of [0, 2, 255]) expect(changed(0, version)).toBe("of another version");
  const total = 1 + 2 + new TextEncoder().encode("Übersicht.pdf").length + 2 + "application/pdf".length + 7;
  expect(changed(total, 19)).toBe("a total that is not the sum of its parts");
  expect(changed(total - 7, 0xff)).toBe("a total that is not the sum of its parts");
  expect(changed(3, 0xff)).toBe("a name that is not UTF-8");
  const announced = Uint8Array.of(1, ...Array(4).fill(0), ...Array(12).fill(0), 0, 0, 255, 255, 255, 255);
  expect(refusal(() => Manifest.decode(announced))).toBe("it ends early");
});

test("what contradicts itself is refused", () => {
  const uploads = () => [upload(1), upload(2)];
  const cases: [ManifestPart[], string][] = [
    [[part(2, 0n, 5)], "a part of an upload that is not listed"],
    [[part(-1, 0n, 5)], "a part of an upload that is not listed"],
    [[part(0, 0n, 0)], "a part of an impossible length"],
    [[part(0, 0n, 64 * 1024 * 1024 + 1)], "a part of an impossible length"],
    [[part(0, 0n, 1.5)], "a part of an impossible length"],
    [[part(0, 3n, 5), part(1, 0n, 5), part(0, 3n, 5)], "parts of an upload are not in order"],
    [[part(1, 3n, 5), part(1, 2n, 5)], "parts of an upload are not in order"],
    [[part(0, 1n << 64n, 5)], "parts of an upload are not in order"],
    [[{ ...part(0, 0n, 5), salt: idOf(1) }], "a salt of another length"],
  ];
  for (const [parts, why] of cases) expect(refusal(() => manifest(uploads(), parts))).toBe(why);
  expect(refusal(() => manifest([upload(1), upload(1)], []))).toBe("an upload is listed twice");
  expect(refusal(() => manifest([], [], { name: "x".repeat(65_536) }))).toBe("too long");
  expect(refusal(() => manifest([], [], { name: "ü".repeat(32_768) }))).toBe("too long");
  expect(refusal(() => manifest([], [], { crc32: 2 ** 32 }))).toBe("a checksum of more than 32 bits");
});

test("names are what a reader finds, to the letter", () => {
  for (const name of ["", "\ufeffmark.txt", "\u0000", "e\u0301.txt", "🔑", "a/b\\c"])
    expect(Manifest.decode(manifest([], [], { name }).encode()).name).toBe(name);
  // Half of a pair has no bytes.
  expect(manifest([], [], { name: "\ud800.txt" }).name).toBe("\ufffd.txt");
});

test("a file of no bytes has no parts", () => {
  const empty = Manifest.decode(manifest([], []).encode());
  expect([empty.length, empty.parts.length, [...empty.locate(0, 1)].length]).toEqual([0, 0, 0]);
});

test("a manifest opens in its place and under its key only", async () => {
  const key = Key.generate<"file">(seeded(1));
  const sealed = await small().seal(key, PLACE, seeded(2));
  expect((await Manifest.open(key, PLACE, sealed)).encode()).toEqual(small().encode());
  for (const other of ["tenant", "transfer", "file"])
    expect(await fault(Manifest.open(key, { ...PLACE, [other]: idOf(9) }, sealed))).toBe("commitment");
  expect(await fault(Manifest.open(Key.generate(seeded(3)), PLACE, sealed))).toBe("commitment");
  const roll = dice(4);
  for (let round = 0; round < 100; round += 1) {
    const damaged = sealed.slice();
    const at = roll(damaged.length);
    damaged[at] = (damaged[at] as number) ^ (1 << roll(8));
    expect(await fault(Manifest.open(key, PLACE, damaged))).toBe(at < 56 ? "commitment" : "chunk");
  }
});

test("any range of the file is found in its parts", () => {
  const whole = small();
  const lengths = whole.parts.map(({ length }) => length);
  for (let start = 0; start <= 20; start += 1)
    for (let end = 0; end <= 20; end += 1) {
      const found = Array.from(whole.locate(start, end), (located) => {
        const before = lengths
          .slice(0, whole.parts.indexOf(located.part))
          .reduce((sum, length) => sum + length, 0);
        expect(located.upload).toBe(whole.uploads[located.part.upload]);
        return Array.from({ length: located.end - located.start }, (_, at) => before + located.start + at);
      });
      const wanted = Array.from({ length: 18 }, (_, at) => at).filter((at) => start <= at && at < end);
      expect(found.flat(), `${start} to ${end}`).toEqual(wanted);
      expect(found.every((bytes) => bytes.length > 0)).toBe(true);
    }
});

test("objects lie one after another as they are uploaded", () => {
  expect(small().sealedStarts()).toEqual([0, 77, 155, 234]);
  expect(manifest([], []).sealedStarts()).toEqual([0]);
});

test("the specified example is what is sealed", async () => {
  const specification = readFileSync(new URL("../../../../docs/file-format.md", import.meta.url), "utf8");
  const digits = specification.replace(/\s/g, "");
  const [tenant, transfer, file] = [1, 2, 3].map((last) => unhex(`0190a00000007000800000000000000${last}`));
  if (!tenant || !transfer || !file) throw new Error("three ids");
  const key = Key.from<"upload">(counting(0x40, 32));
  const source = new Blob(["Hello, Sealpost!"]);
  const place = { tenant, upload: file, sequence: 0n };
  const sealed = await sealPart(key, place, source, given(counting(0x80, 24)));
  expect(digits).toContain(hex(sealed.bytes));
  const parts = [{ upload: 0, sequence: 0n, length: sealed.length, salt: sealed.salt }];
  const made = new Manifest({
    name: "hello.txt",
    mediaType: "text/plain",
    crc32: crc32(new TextEncoder().encode("Hello, Sealpost!")),
    uploads: [{ id: file, key }],
    parts,
  });
  expect(digits).toContain(hex(made.encode()));
  const fileKey = Key.from<"file">(counting(0x60, 32));
  const stored = await made.seal(fileKey, { tenant, transfer, file }, given(counting(0xa0, 24)));
  expect(digits).toContain(hex(stored));
  const opened = await openPart(key, place, sealed.salt, sealed.length, sealed.bytes);
  expect(new TextDecoder().decode(opened)).toBe("Hello, Sealpost!");
});
