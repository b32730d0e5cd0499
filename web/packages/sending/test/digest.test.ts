import { crc32 } from "@sealpost/sealed/crc32";
import { expect, test } from "vitest";

import { Digest, MARK } from "../src/upload/digest.ts";
import { compare, FileChanged, OtherFile, read } from "../src/upload/read.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Bytes without a period that a power of two has. */
function some(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) made[index] = (index * 31 + (index >>> 7) + seed) & 255;
  return made;
}

function digested(content: Uint8Array): Digest {
  const digest = new Digest();
  digest.take(0, content);
  return digest;
}

test("the check value of CRC-32 comes out, however it is cut", () => {
  expect(crc32(bytes("123456789"))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
  const content = some(1000);
  for (const cut of [0, 1, 7, 8, 9, 500, 999, 1000])
    expect(crc32(content.subarray(cut), crc32(content.subarray(0, cut)))).toBe(crc32(content));
});

test("what is read twice counts once, and there is no gap", () => {
  const content = some(100);
  const digest = new Digest();
  digest.take(0, content.subarray(0, 60));
  digest.take(40, content.subarray(40, 50));
  digest.take(30, content.subarray(30));
  expect([digest.at, digest.crc]).toEqual([100, crc32(content)]);
  expect(() => digest.take(101, content)).toThrow(RangeError);
});

test("there is a mark at each step, whatever pieces were read", () => {
  const content = some(2 * MARK + 5);
  const digest = new Digest();
  for (let at = 0; at < content.length; at += 1_000_003)
    digest.take(at, content.subarray(at, at + 1_000_003));
  expect(digest.marks).toEqual([crc32(content.subarray(0, MARK)), crc32(content.subarray(0, 2 * MARK))]);
  expect(digest.marks).toEqual(digested(content).marks);
});

test("the same file goes on where it stood", async () => {
  const content = some(2 * MARK + 9);
  const { marks } = digested(content);
  const seen: number[] = [];
  const digest = await compare(new Blob([content]), MARK + 7, marks, (at) => seen.push(at));
  expect(digest.at).toBe(MARK + 7);
  expect(seen).toEqual([MARK, MARK + 7]);
  digest.take(digest.at, content.subarray(digest.at));
  expect(digest.crc).toBe(crc32(content));
});

test("a file with another content, or a shorter one, is another file", async () => {
  const content = some(2 * MARK);
  const { marks } = digested(content);
  const changed = content.slice();
  changed[MARK - 1] = 0;
  changed[MARK - 2] = 0;
  await expect(compare(new Blob([changed]), MARK, marks, () => {})).rejects.toThrow(OtherFile);
  await expect(compare(new Blob([content.slice(0, 9)]), 10, marks, () => {})).rejects.toThrow(OtherFile);
});

test("what can be read no more has changed", async () => {
  await expect(read(new Blob([some(9)]), 0, 10)).rejects.toThrow(FileChanged);
});
