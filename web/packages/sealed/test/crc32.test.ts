import { crc32 as zlib } from "node:zlib";

import { expect, test } from "vitest";

import { combine, crc32 } from "../src/crc32.ts";
import { dice, plaintext, seeded } from "./support.ts";

const text = (text: string) => new TextEncoder().encode(text);

test("the check value holds", () => {
  expect(crc32(text("123456789"))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
});

test("wherever bytes lie in memory and however they are cut, the checksum is zlib's", () => {
  const content = plaintext(300);
  const roll = dice(1);
  for (let round = 0; round < 500; round += 1) {
    const start = roll(content.length);
    const bytes = content.subarray(start, start + roll(content.length - start + 1));
    const cut = roll(bytes.length + 1);
    expect(crc32(bytes), `${bytes.length} from ${start}`).toBe(zlib(bytes));
    expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut))), `cut at ${cut}`).toBe(crc32(bytes));
  }
});

test("joined checksums are the checksum of what is joined", () => {
  const roll = dice(2);
  const random = seeded(3);
  for (let round = 0; round < 300; round += 1) {
    const [one, other] = [new Uint8Array(roll(400)), new Uint8Array(roll(400))];
    random(one);
    random(other);
    const whole = crc32(other, crc32(one));
    expect(combine(crc32(one), crc32(other), other.length)).toBe(whole);
  }
});

/** The answer is zlib's, for `Sealpost` and 4 GiB and 16 MiB of zeros. */
test("lengths beyond 4 GiB combine", () => {
  expect(combine(crc32(text("Sealpost")), 0x44af3ba2, 2 ** 32 + 2 ** 24)).toBe(0x3488c4f4);
});
