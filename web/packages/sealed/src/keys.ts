/** Key pairs of people, teams and tenants: what is sealed to them, and how their private halves are kept. */
import type { Bytes } from "./bytes.ts";
import { contexts, type OwnerPlace, type TransferPlace } from "./context.ts";
import { locked, SealedError } from "./error.ts";
import { extractAndExpand } from "./hkdf.ts";
import { openFrom, sealTo } from "./hpke.ts";
import { type ContentKey, KEY_LENGTH, Key, type PasskeyKey, type PasswordKey } from "./key.ts";
import { open, seal } from "./message.ts";
import { type Random, systemRandom } from "./random.ts";
import { PrivateKey } from "./x25519.ts";

/** What people compare to know a key: eight groups of four hexadecimal digits. */
export async function fingerprint(publicKey: Uint8Array): Promise<string> {
  if (publicKey.length !== KEY_LENGTH) throw new SealedError("public_key");
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", contexts.fingerprint(publicKey)));
  const digits = Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return (digits.match(/.{4}/g) ?? []).join("-");
}

/** Seals a transfer's content key to a receiver or a recovery key: 80 bytes. Fails with `public_key`. */
export function sealContentKeyTo(
  publicKey: Uint8Array,
  place: TransferPlace,
  content: ContentKey,
): Promise<Bytes> {
  return sealTo(publicKey, contexts.contentKeyTo(place), content.expose());
}

/** The content key that was sealed to this key for this transfer; fails with `locked`. */
export async function openContentKeyWith(
  key: PrivateKey,
  place: TransferPlace,
  sealed: Uint8Array,
): Promise<ContentKey> {
  const content = await openFrom(key, contexts.contentKeyTo(place), sealed);
  if (content.length !== KEY_LENGTH) throw new SealedError("locked");
  return Key.from(content);
}

/** Seals an owner's private key to another key, such as the tenant's recovery key or that of a team's member: 80 bytes. */
export function sealPrivateKeyTo(
  publicKey: Uint8Array,
  place: OwnerPlace,
  sealed: PrivateKey,
): Promise<Bytes> {
  return sealTo(publicKey, contexts.privateKeyTo(place, sealed.publicKey), sealed.expose());
}

/** The private half of `publicKey` that was sealed to this key; fails with `locked`, also when it is the half of another. */
export async function openPrivateKeyWith(
  key: PrivateKey,
  place: OwnerPlace,
  publicKey: Uint8Array,
  sealed: Uint8Array,
): Promise<PrivateKey> {
  return halfOf(publicKey, openFrom(key, contexts.privateKeyTo(place, publicKey), sealed));
}

/** Seals an owner's private key under his passphrase's or passkey's key: 104 bytes. */
export function sealPrivateKey(
  under: PasswordKey | PasskeyKey,
  place: OwnerPlace,
  key: PrivateKey,
  random: Random = systemRandom,
): Promise<Bytes> {
  return seal(under, contexts.privateKey(place, key.publicKey), key.expose(), random);
}

/** The private half of `publicKey`; fails with `locked`, whatever is wrong. */
export function openPrivateKey(
  under: PasswordKey | PasskeyKey,
  place: OwnerPlace,
  publicKey: Uint8Array,
  sealed: Uint8Array,
): Promise<PrivateKey> {
  return halfOf(publicKey, open(under, contexts.privateKey(place, publicKey), sealed));
}

/** The key of these bytes, if it is the half of that one. Whoever seals to a key need not have known what he sealed. */
export async function halfOf(publicKey: Uint8Array, opening: Promise<Bytes>): Promise<PrivateKey> {
  const key = await locked(opening.then(PrivateKey.from));
  if (!key.isOf(publicKey)) throw new SealedError("locked");
  return key;
}

/** What a passkey's PRF is asked for (`eval.first`). */
export async function passkeyInput(place: OwnerPlace): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", contexts.passkeyInput(place)));
}

/** The key of what a passkey's PRF has answered (32 bytes). */
export async function passkeyKey(place: OwnerPlace, output: Uint8Array): Promise<PasskeyKey> {
  if (output.length !== 32) throw new SealedError("key_length");
  return Key.from(await extractAndExpand(new Uint8Array(output), contexts.passkeyKey(place)));
}
