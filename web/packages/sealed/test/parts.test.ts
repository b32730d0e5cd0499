import { mkdtempSync, openAsBlob, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { PartPlace } from "../src/context.ts";
import { crc32 } from "../src/crc32.ts";
import { Key } from "../src/key.ts";
import { openPart, PartOpener, sealPart } from "../src/part.ts";
import { objectRange } from "../src/range.ts";
import { dice, fault, idOf, plaintext, seeded } from "./support.ts";

const KEY = Key.from<"upload">(new Uint8Array(32).fill(6));
const PLACE: PartPlace = { tenant: idOf(1), upload: idOf(2), sequence: 3n };
const CHUNK = 16_384;
const WINDOW = 64 * CHUNK;

const sealed = (length: number, seed = 1) =>
  sealPart(KEY, PLACE, new Blob([plaintext(length)]), seeded(seed));

test("parts of any length are sealed window by window and open again", async () => {
  const lengths = [
    0,
    1,
    CHUNK - 1,
    CHUNK,
    CHUNK + 1,
    3 * CHUNK,
    WINDOW - 1,
    WINDOW,
    WINDOW + 1,
    2 * WINDOW + 5,
  ];
  for (const length of lengths) {
    const part = await sealed(length);
    expect([part.length, part.crc32], String(length)).toEqual([length, crc32(plaintext(length))]);
    const opened = await openPart(KEY, PLACE, part.salt, length, part.bytes.slice());
    expect(Buffer.compare(opened, plaintext(length)), String(length)).toBe(0);
  }
});

test("a slice of a file is sealed as if it were one by itself", async () => {
  const file = new Blob([plaintext(5 * CHUNK)]);
  const part = await sealPart(KEY, PLACE, file.slice(100, 2 * CHUNK + 7), seeded(1));
  const opened = await openPart(KEY, PLACE, part.salt, part.length, part.bytes);
  expect(Buffer.compare(opened, plaintext(5 * CHUNK).subarray(100, 2 * CHUNK + 7))).toBe(0);
});

test("a part opens in its place, under its key, and with its salt only", async () => {
  const part = await sealed(100);
  const opening = (place: PartPlace, key = KEY, salt: Uint8Array = part.salt, length = 100) =>
    fault(openPart(key, place, salt, length, part.bytes.slice()));
  expect(await opening({ ...PLACE, tenant: idOf(9) })).toBe("commitment");
  expect(await opening({ ...PLACE, upload: idOf(9) })).toBe("commitment");
  expect(await opening({ ...PLACE, sequence: 4n })).toBe("commitment");
  expect(await opening(PLACE, Key.generate(seeded(9)))).toBe("commitment");
  expect(await opening(PLACE, KEY, idOf(0))).toBe("salt");
  expect(await opening(PLACE, KEY, (await sealed(100, 2)).salt)).toBe("salt");
  for (const length of [0, 99, 101, 65 * 1024 * 1024])
    expect(await opening(PLACE, KEY, part.salt, length)).toBe("length");
});

test("any range of a part opens to its plaintext, from no more than the chunks that hold it", async () => {
  const length = 5 * CHUNK + 99;
  const part = await sealed(length);
  const plain = plaintext(length);
  const opener = await PartOpener.begin(KEY, PLACE, part.salt, part.bytes.subarray(0, 56));
  const roll = dice(11);
  const edges = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK, length - 1, length];
  for (let round = 0; round < 30; round += 1) edges.push(roll(length));
  for (const start of edges)
    for (const end of edges.filter((other) => other > start)) {
      const range = objectRange(length, start, end);
      if (!range) throw new Error(`no range for ${start} to ${end}`);
      const opened = await opener.open(range, part.bytes.slice(range.start, range.end));
      expect(Buffer.compare(opened, plain.subarray(start, end)), `${start} to ${end}`).toBe(0);
    }
});

test("what is fetched short, long, of elsewhere or damaged does not open", async () => {
  const length = 3 * CHUNK + 9;
  const part = await sealed(length);
  const opener = await PartOpener.begin(KEY, PLACE, part.salt, part.bytes.subarray(0, 56));
  const range = objectRange(length, 10, 20_000);
  if (!range) throw new Error("a range of the part");
  const fetched = (start: number, end: number) => fault(opener.open(range, part.bytes.slice(start, end)));
  expect(await fetched(range.start, range.end - 1)).toBe("length");
  expect(await fetched(range.start, range.end + 1)).toBe("length");
  expect(await fetched(range.start + 16_400, range.end + 16_400)).toBe("chunk");
  const roll = dice(5);
  for (let round = 0; round < 50; round += 1) {
    const damaged = part.bytes.slice(range.start, range.end);
    const at = roll(damaged.length);
    damaged[at] = (damaged[at] as number) ^ (1 << roll(8));
    expect(await fault(opener.open(range, damaged)), `byte ${at}`).toBe("chunk");
  }
});

test("a file that was changed, made shorter or removed since it was chosen is no part", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sealed-"));
  const path = join(folder, "file");
  try {
    for (const meanwhile of [
      () => writeFileSync(path, plaintext(2 * WINDOW + 1)),
      () => truncateSync(path, WINDOW),
      () => rmSync(path),
    ]) {
      writeFileSync(path, plaintext(2 * WINDOW));
      const chosen = await openAsBlob(path);
      meanwhile();
      expect(await fault(sealPart(KEY, PLACE, chosen))).toBe("source");
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the same slice sealed again has another salt", async () => {
  const random = seeded(1);
  const blob = new Blob([plaintext(9)]);
  const [one, other] = [await sealPart(KEY, PLACE, blob, random), await sealPart(KEY, PLACE, blob, random)];
  expect(one.salt).not.toEqual(other.salt);
  await expect(sealPart(KEY, PLACE, new Blob([new Uint8Array(64 * 1024 * 1024 + 1)]))).rejects.toThrow(
    RangeError,
  );
});
