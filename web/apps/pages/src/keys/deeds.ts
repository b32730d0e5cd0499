/** What is done with one's own key pairs. */
import { fingerprint, sealPrivateKey, toBase64url } from "@sealpost/sealed";

import {
  createPair,
  type OwnPairs,
  type Passkey,
  putPasskey,
  putPassphrase,
  removePasskey,
} from "./calls.ts";
import { derive } from "./derive.ts";
import { askPasskey } from "./passkey.ts";
import { current, PrivateKey, placeOf, type Ring, underPassphrase } from "./ring.ts";

/** Asks for a fresh proof of who one is where the service wants one, and does it again. */
export type Guarded = <Output>(act: () => Promise<Output>) => Promise<Output>;

/** Makes a pair, in the place of the one that counts if there is one. Gives its private key, open. */
export async function makePair(own: OwnPairs, passphrase: string, guarded: Guarded): Promise<Ring> {
  const key = await PrivateKey.generate();
  const sealed = await underPassphrase(own, key, passphrase, derive);
  const before = current(own.key_pairs)?.fingerprint;
  const body = {
    public_key: toBase64url(key.publicKey),
    passphrase: sealed,
    ...(before && { replaces: before }),
  };
  await guarded(() => createPair(body));
  return new Map([[await fingerprint(key.publicKey), key]]);
}

/** Another passphrase for all pairs that were opened. */
export async function changePassphrase(
  own: OwnPairs,
  ring: Ring,
  passphrase: string,
  guarded: Guarded,
): Promise<void> {
  for (const pair of own.key_pairs) {
    const key = ring.get(pair.fingerprint);
    if (!key) continue;
    const sealed = await underPassphrase(own, key, passphrase, derive);
    await guarded(() => putPassphrase(pair, sealed));
  }
}

/** Lets a passkey open what was opened: whichever of these its owner shows. */
export async function addPasskey(
  own: OwnPairs,
  ring: Ring,
  passkeys: readonly Passkey[],
  guarded: Guarded,
): Promise<void> {
  const { credential, key } = await askPasskey(
    own,
    passkeys.map(({ credential_id }) => credential_id),
  );
  const shown = passkeys.find(({ credential_id }) => credential_id === credential);
  if (!shown) throw new Error("a passkey that was not asked for");
  for (const pair of own.key_pairs) {
    const opened = ring.get(pair.fingerprint);
    if (!opened) continue;
    const sealed = toBase64url(await sealPrivateKey(key, placeOf(own), opened));
    await guarded(() => putPasskey(pair.id, shown.id, sealed));
  }
}

/** A passkey opens none of them any more. */
export async function dropPasskey(own: OwnPairs, passkey: string, guarded: Guarded): Promise<void> {
  for (const { id, passkeys } of own.key_pairs)
    if (passkeys.some(({ passkey_id }) => passkey_id === passkey))
      await guarded(() => removePasskey(id, passkey));
}
