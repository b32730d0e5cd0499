/** Randomness as an argument, so that tests can give it. */
import type { Bytes } from "./bytes.ts";

/** Fills up to 65,536 bytes. Outside of tests it must be cryptographically secure: keys and salts come from it. */
export type Random = (bytes: Bytes) => void;

export const systemRandom: Random = (bytes) => {
  crypto.getRandomValues(bytes);
};

export function randomBytes(length: number, random: Random): Bytes {
  const bytes = new Uint8Array(length);
  random(bytes);
  return bytes;
}
