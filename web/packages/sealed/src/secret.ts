/** Base64url without padding, and the secret part of a link, which is written in it. */
import type { Bytes } from "./bytes.ts";
import { SealedError } from "./error.ts";
import { type Random, randomBytes, systemRandom } from "./random.ts";

/** Bytes of a fragment secret. */
export const FRAGMENT_LENGTH = 32;

/** Bytes that become text at once: engines take only so many arguments. */
const PIECE = 0x6000;

/** Of anything that fits into memory a few times, such as manifests. */
export function toBase64url(bytes: Uint8Array): string {
  let characters = "";
  for (let at = 0; at < bytes.length; at += PIECE)
    characters += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  const plain = btoa(characters);
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The bytes of a text, or nothing unless it is exactly what `toBase64url` writes. */
export function fromBase64url(text: string): Bytes | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(plain, (character) => character.charCodeAt(0));
  // Bits behind the last byte could be anything, and one link would have several spellings.
  return toBase64url(bytes) === text ? bytes : undefined;
}

/** A new secret for a link: what the service never sees. */
export function newFragmentSecret(random: Random = systemRandom): Bytes {
  return randomBytes(FRAGMENT_LENGTH, random);
}

/** The secret that stands behind the `#` of a link; fails with `fragment` if the link is not whole, before anybody is asked. */
export function readFragment(fragment: string): Bytes {
  const secret = fromBase64url(fragment);
  if (secret?.length !== FRAGMENT_LENGTH) throw new SealedError("fragment");
  return secret;
}
