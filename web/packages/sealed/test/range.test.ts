import { expect, test } from "vitest";

import {
  chunkCount,
  chunkStart,
  objectLength,
  objectRange,
  partCount,
  partHolding,
  partLength,
  partSpan,
  plainLength,
  uploadLength,
} from "../src/range.ts";
import { dice } from "./support.ts";

const MIB = 2 ** 20;
const GIB = 2 ** 30;

test("lengths are those of the format", () => {
  for (const [plain, sealed] of [
    [0, 72],
    [1, 73],
    [16_383, 56 + 16_399],
    [16_384, 56 + 16_400 + 16],
    [16_385, 56 + 16_400 + 17],
    [8 * MIB, 56 + 512 * 16_400 + 16],
  ] as const) {
    expect(objectLength(plain)).toBe(sealed);
    expect(plainLength(sealed)).toBe(plain);
  }
  expect([chunkCount(0), chunkCount(16_383), chunkCount(16_384)]).toEqual([1, 1, 2]);
});

test("lengths that no message has are none", () => {
  const impossible = [0, 1, 55, 56, 71, 56 + 16_400, 56 + 16_400 + 15, 56 + 2 * 16_400];
  for (const length of impossible) expect(plainLength(length), String(length)).toBeUndefined();
});

test("sealed and plain lengths are each other's inverse, up to where numbers are exact", () => {
  const roll = dice(1);
  for (let round = 0; round < 2000; round += 1) {
    const length = roll(2 ** 32) * roll(2 ** 20) + roll(16_385);
    expect(plainLength(objectLength(length)), String(length)).toBe(length);
  }
});

test("parts grow with files", () => {
  for (const [length, mebibytes] of [
    [0, 8],
    [64 * GIB, 8],
    [64 * GIB + 1, 16],
    [128 * GIB + 1, 32],
    [256 * GIB + 1, 64],
    [Number.MAX_SAFE_INTEGER, 64],
  ] as const)
    expect(partLength(length), String(length)).toBe(mebibytes * MIB);
});

test("the parts of a file follow one another, on the disk and on the wire", () => {
  for (const length of [0, 1, 8 * MIB - 1, 8 * MIB, 8 * MIB + 1, 100 * MIB, 65 * GIB, 300 * GIB + 1]) {
    let [end, sealedEnd] = [0, 0];
    for (let index = 0; index < partCount(length); index += 1) {
      const span = partSpan(length, index);
      if (!span) throw new Error(`part ${index} of ${length}`);
      expect([span.start, span.sealedStart]).toEqual([end, sealedEnd]);
      expect(span.sealedEnd - span.sealedStart).toBe(objectLength(span.end - span.start));
      expect(span.end - span.start === partLength(length) || span.end === length).toBe(true);
      for (const offset of [span.sealedStart, span.sealedEnd - 1])
        expect(partHolding(length, offset)).toBe(index);
      [end, sealedEnd] = [span.end, span.sealedEnd];
    }
    expect([end, sealedEnd]).toEqual([length, uploadLength(length)]);
    expect(partSpan(length, partCount(length))).toBeUndefined();
    expect(partHolding(length, uploadLength(length))).toBeUndefined();
  }
  expect([partCount(0), uploadLength(0)]).toEqual([0, 0]);
  for (const index of [-1, 0.5, Number.NaN]) expect(partSpan(100, index)).toBeUndefined();
});

test("the last chunk is fetched even if it is empty", () => {
  const bytes = (start: number, end: number) => {
    const range = objectRange(32_768, start, end);
    return [range?.start, range?.end];
  };
  expect(bytes(0, 32_768)).toEqual([56, 56 + 2 * 16_400 + 16]);
  expect(bytes(32_767, 32_768)).toEqual([56 + 16_400, 56 + 2 * 16_400 + 16]);
  expect(bytes(0, 32_767)).toEqual([56, 56 + 2 * 16_400]);
});

test("what lies outside of the part, is empty or reversed has no range", () => {
  for (const [length, start, end] of [
    [10, 0, 0],
    [10, 10, 10],
    [10, 9, 11],
    [10, -1, 5],
    [10, 5, 4],
    [10, Number.NaN, 4],
    [0, 0, 1],
    [64 * MIB + 1, 0, 1],
  ] as const)
    expect(objectRange(length, start, end), `${start} to ${end} of ${length}`).toBeUndefined();
});

test("exactly the chunks of the wanted bytes are fetched", () => {
  const roll = dice(9);
  for (let round = 0; round < 500; round += 1) {
    const length = 1 + roll(200_000);
    const start = roll(length);
    const end = Math.min(start + 1 + roll(200_000), length);
    const wanted = Array.from({ length: chunkCount(length) }, (_, chunk) => chunk).filter(
      (chunk) => chunk * 16_384 < end && (chunk + 1) * 16_384 > start,
    );
    const [first, last] = [wanted[0] as number, wanted.at(-1) as number];
    const whole = objectLength(length);
    expect(objectRange(length, start, end), `${start} to ${end} of ${length}`).toEqual({
      firstChunk: first,
      start: chunkStart(first),
      end: end === length ? whole : Math.min(chunkStart(last + 1), whole),
      skip: start - first * 16_384,
      length: end - start,
    });
  }
});
