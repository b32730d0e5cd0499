/** The organisation's recovery key, to which content keys are sealed besides. */
import { answer, type Shape } from "@sealpost/api-client";
import {
  type ContentKey,
  fingerprint,
  fromBase64url,
  SealedError,
  sealContentKeyTo,
  type TransferPlace,
  toBase64url,
} from "@sealpost/sealed";
import { api } from "@sealpost/ui";

type Told = Shape<"RecoveryKey"> | undefined;

/** The key that counts now. */
async function told(): Promise<Told> {
  const { policy } = await answer(api.GET("/api/v1/addin/bootstrap"));
  return policy.recovery;
}

/**
 * A content key, sealed to the recovery key that counts now, as the service is given it; nothing of it if there is none. Fails with
 * `public_key` if that is not the key of its fingerprint.
 */
export async function forRecovery(
  place: TransferPlace,
  key: ContentKey,
  ask: () => Promise<Told> = told,
): Promise<{ readonly recovery?: Shape<"SealedContentKey"> }> {
  const recovery = await ask();
  if (!recovery) return {};
  const publicKey = fromBase64url(recovery.public_key) ?? new Uint8Array();
  // People are shown the fingerprint.
  if ((await fingerprint(publicKey)) !== recovery.fingerprint) throw new SealedError("public_key");
  const sealed = await sealContentKeyTo(publicKey, place, key);
  return { recovery: { fingerprint: recovery.fingerprint, content_key: toBase64url(sealed) } };
}
