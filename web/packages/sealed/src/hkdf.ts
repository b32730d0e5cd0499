/** HKDF with SHA-512 (RFC 5869), Extract and Expand, without a salt. */
import type { Bytes } from "./bytes.ts";

/** 32 bytes for `info`, as many of which as one likes can be made of the same secret. */
export async function extractAndExpand(secret: Bytes, info: Bytes): Promise<Bytes> {
  const from = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const algorithm = { name: "HKDF", hash: "SHA-512", salt: new Uint8Array(), info };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, from, 256));
}
