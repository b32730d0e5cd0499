/** What a passkey makes of what it is asked for (the PRF extension of WebAuthn): the key that opens a private key. */
import { answer } from "@sealpost/api-client";
import { type PasskeyKey, passkeyKey, toBase64url } from "@sealpost/sealed";
import { api } from "@sealpost/ui";

import type { OwnPairs } from "./calls.ts";
import { bytes, placeOf } from "./ring.ts";

/** This passkey, or this browser, does not make keys: it signs in and no more. */
export class NoPrf extends Error {
  override readonly name = "NoPrf";
}

/** Nobody has shown a passkey: it was cancelled, or there is none here. */
export class NoPasskey extends Error {
  override readonly name = "NoPasskey";
}

export function hasPasskeys(): boolean {
  return "PublicKeyCredential" in window;
}

/**
 * Has the browser show one of these passkeys, and makes its key. The service has no part in it: what is shown opens, or does not.
 * Fails with `NoPasskey` and `NoPrf`.
 */
export async function askPasskey(
  own: OwnPairs,
  credentials: readonly string[],
): Promise<{ readonly credential: string; readonly key: PasskeyKey }> {
  // Under which name passkeys were made here.
  const { options } = await answer(api.POST("/api/v1/signin/passkey/begin"));
  const { rpId } = options as { rpId?: unknown };
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: crypto.getRandomValues(new Uint8Array(32)),
    ...(typeof rpId === "string" && { rpId }),
    userVerification: "required",
    allowCredentials: credentials.map((id) => ({ type: "public-key", id: bytes(id) })),
    extensions: { prf: { eval: { first: bytes(own.prf_input) } } },
  };
  const shown = await navigator.credentials.get({ publicKey }).catch(() => undefined);
  if (!(shown instanceof PublicKeyCredential)) throw new NoPasskey();
  const made = shown.getClientExtensionResults().prf?.results?.first;
  if (!made) throw new NoPrf();
  const output = ArrayBuffer.isView(made)
    ? new Uint8Array(made.buffer, made.byteOffset, made.byteLength)
    : new Uint8Array(made);
  return {
    credential: toBase64url(new Uint8Array(shown.rawId)),
    key: await passkeyKey(placeOf(own), output),
  };
}
