/** HPKE (RFC 9180), base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, no additional data. */
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";

import { type Bytes, join } from "./bytes.ts";
import { SealedError } from "./error.ts";
import { importPublicKey, type PrivateKey } from "./x25519.ts";

/** Bytes of the encapsulated key, which stands before the ciphertext. */
const ENCAPSULATED_LENGTH = 32;

export const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/** Seals for whoever has the private half: 48 bytes longer. Fails with `public_key` when nobody can have one. */
export async function sealTo(publicKey: Uint8Array, info: Bytes, plaintext: Bytes): Promise<Bytes> {
  const recipientPublicKey = await importPublicKey(publicKey);
  try {
    const sender = await suite.createSenderContext({ recipientPublicKey, info });
    return join(new Uint8Array(sender.enc), new Uint8Array(await sender.seal(plaintext)));
  } catch (error) {
    // Points of a small order give the same secret with every key.
    throw new SealedError("public_key", "", error);
  }
}

/** What was sealed to this key; fails with `locked`, whatever is wrong. */
export async function openFrom(key: PrivateKey, info: Bytes, sealed: Uint8Array): Promise<Bytes> {
  const own = new Uint8Array(sealed);
  try {
    const enc = own.slice(0, ENCAPSULATED_LENGTH);
    const recipient = await suite.createRecipientContext({ recipientKey: await key.pair(), enc, info });
    return new Uint8Array(await recipient.open(own.slice(ENCAPSULATED_LENGTH)));
  } catch {
    throw new SealedError("locked");
  }
}
