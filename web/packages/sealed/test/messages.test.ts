import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";

import { expect, test } from "vitest";

import type { Fault } from "../src/error.ts";
import { Key } from "../src/key.ts";
import { MessageOpener, MessageSealer, open, seal, sealWith } from "../src/message.ts";
import { dice, fault, hex, plaintext, seeded, unhex } from "./support.ts";

interface Vector {
  tcId: number;
  comment: string;
  key: string;
  ctx: string;
  ct: string;
  msgLength?: number;
  msgSha512?: string;
  result: "valid" | "invalid";
  flags: string[];
}

const KEY = Key.from<"content">(new Uint8Array(32).fill(5));
const HERE = new TextEncoder().encode("here");
const CHUNK = 16_384;
const SEALED = 16_400;

const sealed = (length: number) => seal(KEY, HERE, plaintext(length), seeded(1));
const refused = (bytes: Uint8Array) => fault(open(KEY, HERE, bytes));

test("all vectors of Wycheproof hold", async () => {
  const file = readFileSync(new URL("../vectors/wycheproof-cobblestone-256.json", import.meta.url), "utf8");
  const tests: Vector[] = JSON.parse(file).testGroups.flatMap((group: { tests: Vector[] }) => group.tests);
  expect(tests).toHaveLength(35);
  let opened = 0;
  for (const vector of tests) {
    const name = `${vector.tcId}: ${vector.comment}`;
    const message = new Uint8Array(inflateSync(unhex(vector.ct)));
    if (vector.flags.includes("InvalidKeySize")) {
      expect(await fault(() => Key.from(unhex(vector.key))), name).toBe("key_length");
      continue;
    }
    const key = Key.from<"content">(unhex(vector.key));
    const context = unhex(vector.ctx);
    if (vector.result === "invalid") {
      expect(await fault(open(key, context, message)), name).toBe(expected(vector, message.length));
      continue;
    }
    const plain = await open(key, context, message);
    expect(plain.length, name).toBe(vector.msgLength);
    expect(hex(new Uint8Array(await crypto.subtle.digest("SHA-512", plain))), name).toBe(vector.msgSha512);
    const again = await sealWith(key, context, plain, message.slice(0, 24));
    expect(Buffer.compare(again, message), `${name}: sealed differently`).toBe(0);
    opened += 1;
  }
  expect(opened).toBe(10);
});

/** What is wrong with a vector's length is found first, then its header, then its chunks. */
function expected({ flags }: Vector, length: number): Fault {
  if (length < 56 || (length - 56) % SEALED < 16) return "length";
  return flags.includes("HeaderFailure") ? "commitment" : "chunk";
}

test("a message with any bit flipped does not open", async () => {
  const message = await sealed(20);
  for (let at = 0; at < message.length; at += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      message[at] = (message[at] as number) ^ (1 << bit);
      expect(await refused(message), `bit ${bit} of byte ${at}`).toBe(at < 56 ? "commitment" : "chunk");
      message[at] = (message[at] as number) ^ (1 << bit);
    }
  }
});

test("a message cut at any byte, or near the edge of any chunk, does not open", async () => {
  const short = await sealed(40);
  for (let length = 0; length < short.length; length += 1) await refused(short.subarray(0, length));
  const long = await sealed(3 * CHUNK + 7);
  for (let edge = 56; edge < long.length; edge += SEALED)
    for (let length = edge - 20; length <= edge + 20 && length < long.length; length += 1)
      await refused(long.subarray(0, length));
});

test("a message with anything behind it does not open", async () => {
  for (const length of [0, 7, CHUNK, CHUNK + 1]) {
    const message = await sealed(length);
    for (const more of [1, 16, 17, SEALED]) {
      const longer = new Uint8Array(message.length + more);
      longer.set(message);
      await refused(longer);
    }
  }
});

test("chunks that are swapped, doubled, dropped or from another message do not open", async () => {
  const message = await sealed(3 * CHUNK + 7);
  const other = await seal(KEY, HERE, plaintext(3 * CHUNK + 7), seeded(2));
  const chunks = (of: Uint8Array) =>
    Array.from({ length: 4 }, (_, index) => of.subarray(56 + index * SEALED, 56 + (index + 1) * SEALED));
  const [one, two, three, four] = chunks(message) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const foreign = chunks(other)[0] as Uint8Array;
  for (const order of [
    [two, one, three, four],
    [one, three, two, four],
    [one, one, three, four],
    [one, two, three, three, four],
    [one, three, four],
    [two, three, four],
    [one, two, four],
    [foreign, two, three, four],
  ]) {
    const bytes = Buffer.concat([message.subarray(0, 56), ...order]);
    expect(await refused(bytes)).toBe("chunk");
  }
  const header = Buffer.concat([other.subarray(0, 56), message.subarray(56)]);
  expect(await refused(header)).toBe("chunk");
});

test("under another key or context, and of arbitrary bytes, nothing opens", async () => {
  const message = await sealed(9);
  const roll = dice(7);
  for (let round = 0; round < 60; round += 1) {
    const bytes = Uint8Array.from({ length: roll(200) }, () => roll(256));
    expect(["length", "commitment"]).toContain(await refused(bytes));
    const context = bytes.subarray(0, roll(20));
    expect(await fault(open(KEY, context, message))).toBe("commitment");
    const key = Key.generate<"content">(seeded(round + 1));
    expect(await fault(open(key, HERE, message))).toBe("commitment");
  }
});

test("messages of any length open to their plaintext, and with a bit flipped not at all", async () => {
  const roll = dice(3);
  const lengths = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 40 * CHUNK, 40 * CHUNK + 1];
  for (let round = 0; round < 20; round += 1) lengths.push(roll(6 * CHUNK));
  for (const length of lengths) {
    const message = await sealed(length);
    expect(Buffer.compare(await open(KEY, HERE, message), plaintext(length)), String(length)).toBe(0);
    const at = roll(message.length);
    message[at] = (message[at] as number) ^ (1 << roll(8));
    expect(await refused(message), `${length}, byte ${at}`).toBe(at < 56 ? "commitment" : "chunk");
  }
});

test("however many calls are under way, the same is sealed, also where it lies", async () => {
  const plain = plaintext(40 * CHUNK + 100);
  const message = await sealed(plain.length);
  for (const calls of [1, 2, 3, 16, 1000]) {
    const own = message.slice();
    const opener = await MessageOpener.begin(KEY, HERE, own.slice(0, 56));
    await opener.open(0, own.subarray(56), own, calls);
    expect(Buffer.compare(own.subarray(0, plain.length), plain), `${calls} calls`).toBe(0);
  }
});

test("every sealing draws its own salt", async () => {
  const random = seeded(1);
  const one = await seal(KEY, HERE, plaintext(4), random);
  const other = await seal(KEY, HERE, plaintext(4), random);
  expect(hex(one.subarray(0, 24))).not.toBe(hex(other.subarray(0, 24)));
  expect(hex(one.subarray(56))).not.toBe(hex(other.subarray(56)));
});

test("a header of another length is refused before anything is compared", async () => {
  const message = await sealed(4);
  for (const length of [0, 55, 57])
    expect(await fault(MessageOpener.begin(KEY, HERE, message.slice(0, length)))).toBe("length");
});

test("no chunk is sealed twice, or out of its order", async () => {
  for (const [length, first] of [
    [2 * CHUNK, CHUNK],
    [CHUNK, CHUNK],
    [5, 5],
    [0, 0],
  ] as const) {
    const sealer = await MessageSealer.begin(KEY, HERE, new Uint8Array(24), length);
    expect(() => sealer.seal(1, plaintext(CHUNK))).toThrow(RangeError);
    await sealer.seal(0, plaintext(first));
    expect(() => sealer.seal(0, plaintext(first))).toThrow("each once");
  }
  const sealer = await MessageSealer.begin(KEY, HERE, new Uint8Array(24), 2 * CHUNK);
  expect(() => sealer.seal(0, plaintext(CHUNK - 1))).toThrow("not whole chunks");
});
