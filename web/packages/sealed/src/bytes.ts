/** Runs of bytes: joined, compared, as text, as numbers. Numbers are big-endian. */
import { SealedError } from "./error.ts";

/** Bytes of one's own memory, which is what WebCrypto takes. */
export type Bytes = Uint8Array<ArrayBuffer>;

export function join(...pieces: readonly ArrayLike<number>[]): Bytes {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

/** Whether both are the same. How long that takes says nothing about where they differ. */
export function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let at = 0; at < one.length; at += 1) difference |= (one[at] as number) ^ (other[at] as number);
  return difference === 0;
}

/** The text's bytes; halves of a pair that stand alone become U+FFFD. */
export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** The text that these bytes are, to the letter; fails with `text` if they are none. */
export function text(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SealedError("text");
  }
}

export function uint16(value: number): Bytes {
  const bytes = new Uint8Array(2);
  new DataView(bytes.buffer).setUint16(0, value);
  return bytes;
}

export function uint32(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

export function uint64(value: bigint): Bytes {
  if (value < 0n || value >= 1n << 64n) throw new RangeError("a number of more than 64 bits");
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}
