/** Private keys of who sits here, as they are made, sealed and opened in his browser. The service gets none of them open. */
import {
  type Bytes,
  decodePasswordParameters,
  encodePasswordParameters,
  fingerprint,
  fromBase64url,
  newPasswordParameters,
  type OwnerPlace,
  openPrivateKey,
  openPrivateKeyWith,
  type PasskeyKey,
  type PasswordKey,
  type PasswordParameters,
  PrivateKey,
  readId,
  SealedError,
  sealPrivateKey,
  sealPrivateKeyTo,
  toBase64url,
} from "@sealpost/sealed";

import type { OwnPair, OwnPairs, TeamMember, TeamPair, TeamPairs, UnderPassphrase } from "./calls.ts";

/** How a passphrase becomes a key: a worker's affair outside of tests. */
export type Derive = (passphrase: string, parameters: PasswordParameters) => Promise<PasswordKey>;

/** Private keys that were opened, by the fingerprints of their public halves. */
export type Ring = ReadonlyMap<string, PrivateKey>;

type Owned = Pick<OwnPairs, "tenant" | "owner">;

export function placeOf({ tenant, owner }: Owned): OwnerPlace {
  return { tenant: readId(tenant), owner: readId(owner) };
}

/** The pair that counts, of an owner's. */
export function current<Pair extends { readonly retired_at?: unknown }>(
  pairs: readonly Pair[],
): Pair | undefined {
  return pairs.find(({ retired_at }) => retired_at === undefined);
}

/** The private key under a passphrase, with a fresh salt and the costs of today. */
export async function underPassphrase(
  owned: Owned,
  key: PrivateKey,
  passphrase: string,
  derive: Derive,
): Promise<UnderPassphrase> {
  const parameters = newPasswordParameters();
  const sealed = await sealPrivateKey(await derive(passphrase, parameters), placeOf(owned), key);
  return { parameters: toBase64url(encodePasswordParameters(parameters)), private_key: toBase64url(sealed) };
}

/**
 * Opens all of somebody's pairs that a passphrase opens. Those of one salt take one derivation. Fails with `locked` unless the one
 * that is `wanted` is among them: the one that counts, if absent.
 */
export async function openByPassphrase(
  own: OwnPairs,
  passphrase: string,
  derive: Derive,
  wanted = current(own.key_pairs)?.fingerprint,
): Promise<Ring> {
  const ring = new Map<string, PrivateKey>();
  const keys = new Map<string, PasswordKey>();
  // The wanted one first: whoever mistypes waits for one derivation, and not for those of all pairs.
  const first = (pair: OwnPair) => (pair.fingerprint === wanted ? 0 : 1);
  for (const pair of [...own.key_pairs].sort((one, other) => first(one) - first(other))) {
    const { parameters, private_key } = pair.passphrase;
    const key =
      keys.get(parameters) ?? (await derive(passphrase, decodePasswordParameters(bytes(parameters))));
    keys.set(parameters, key);
    try {
      ring.set(pair.fingerprint, await opened(key, own, pair, private_key));
    } catch (error) {
      if (!(error instanceof SealedError) || pair.fingerprint === wanted) throw error;
    }
  }
  if (!wanted || !ring.has(wanted)) throw new SealedError("locked");
  return ring;
}

/** Opens the pairs that a passkey opens. Fails with `locked` if there is none. */
export async function openByPasskey(own: OwnPairs, credential: string, key: PasskeyKey): Promise<Ring> {
  const ring = new Map<string, PrivateKey>();
  for (const pair of own.key_pairs) {
    const under = pair.passkeys.find(({ credential_id }) => credential_id === credential);
    if (under) ring.set(pair.fingerprint, await opened(key, own, pair, under.private_key));
  }
  if (ring.size === 0) throw new SealedError("locked");
  return ring;
}

async function opened(
  under: PasswordKey | PasskeyKey,
  own: OwnPairs,
  pair: OwnPair,
  sealed: string,
): Promise<PrivateKey> {
  const publicKey = await publicKeyOf(pair);
  return openPrivateKey(under, placeOf(own), publicKey, bytes(sealed));
}

/** A team's private key, if it is sealed to a key of the ring; fails with `locked` otherwise. */
export async function openTeam(team: TeamPairs, pair: TeamPair, ring: Ring): Promise<PrivateKey> {
  const own = pair.private_key && ring.get(pair.private_key.fingerprint);
  if (!own || !pair.private_key) throw new SealedError("locked");
  const sealed = bytes(pair.private_key.private_key);
  return openPrivateKeyWith(own, placeOf(team), await publicKeyOf(pair), sealed);
}

/** A team's private key, sealed to a member: to the key whose fingerprint is shown. */
export async function sealedToMember(team: TeamPairs, key: PrivateKey, member: TeamMember) {
  const publicKey = await publicKeyOf(member);
  const sealed = await sealPrivateKeyTo(publicKey, placeOf(team), key);
  return { fingerprint: member.fingerprint ?? "", private_key: toBase64url(sealed) };
}

/** A public key, which is the one of the fingerprint that people see; fails with `public_key` otherwise. */
export async function publicKeyOf(told: {
  readonly public_key?: string;
  readonly fingerprint?: string;
}): Promise<Bytes> {
  const publicKey = bytes(told.public_key);
  if ((await fingerprint(publicKey)) !== told.fingerprint) throw new SealedError("public_key");
  return publicKey;
}

export function bytes(text: string | undefined): Bytes {
  const read = text === undefined ? undefined : fromBase64url(text);
  if (!read) throw new SealedError("locked");
  return read;
}

export { PrivateKey };
