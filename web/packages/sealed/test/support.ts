/** What tests of several files need. */
import { expect, vi } from "vitest";

import type { Bytes } from "../src/bytes.ts";
import { crc32 } from "../src/crc32.ts";
import { type Fault, SealedError } from "../src/error.ts";
import type { Random } from "../src/random.ts";

// A machine that does other things beside is no reason to fail.
vi.setConfig({ testTimeout: 120_000 });

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function unhex(digits: string): Bytes {
  return Uint8Array.from(digits.match(/../g) ?? [], (two) => Number.parseInt(two, 16));
}

/** An id of 16 equal bytes. */
export function idOf(byte: number): Bytes {
  return new Uint8Array(16).fill(byte);
}

/** The same numbers in every run (xorshift32): whole, from 0 up to and without `below`. */
export function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** The same bytes in every run. */
export function seeded(seed: number): Random {
  const roll = dice(seed);
  return (bytes) => {
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = roll(256);
  };
}

/** Gives these bytes once, and fails when more are asked for. */
export function given(bytes: Uint8Array): Random {
  let at = 0;
  return (into) => {
    if (at + into.length > bytes.length) throw new Error("more randomness than was given");
    into.set(bytes.subarray(at, at + into.length));
    at += into.length;
  };
}

/** So many bytes that count up from the first. */
export function counting(first: number, length: number): Bytes {
  return Uint8Array.from({ length }, (_, at) => first + at);
}

let drawn = new Uint8Array();

/** Plaintext of which no two chunks are alike: checksums of 0, 1, 2 and so on. */
export function plaintext(length: number): Bytes {
  if (drawn.length < length) {
    drawn = new Uint8Array(Math.ceil((2 * length) / 4) * 4);
    const view = new DataView(drawn.buffer);
    const number = new DataView(new ArrayBuffer(4));
    for (let at = 0; at < drawn.length; at += 4) {
      number.setUint32(0, at / 4);
      view.setUint32(at, crc32(new Uint8Array(number.buffer)));
    }
  }
  return drawn.slice(0, length);
}

/** That it fails, and how. */
export async function fault(doing: Promise<unknown> | (() => unknown)): Promise<Fault> {
  const failed = await (typeof doing === "function" ? (async () => doing())() : doing).then(
    (came) => expect.fail(`it did not fail: ${String(came)}`),
    (error: unknown) => error,
  );
  if (!(failed instanceof SealedError)) throw failed;
  return failed.kind;
}
