/**
 * How a transfer that was sent sealed is opened: by the link's secret, which the service never sees, the half that the service
 * gives out after the protection was passed, and the password if there is one.
 */
import { type Bytes, join } from "./bytes.ts";
import { contexts, type TransferPlace } from "./context.ts";
import { locked, SealedError } from "./error.ts";
import { extractAndExpand } from "./hkdf.ts";
import { type AccessKey, type ContentKey, KEY_LENGTH, Key, type PasswordKey } from "./key.ts";
import { open, seal } from "./message.ts";
import { type Random, systemRandom } from "./random.ts";
import { FRAGMENT_LENGTH } from "./secret.ts";

/** Bytes of the half that the service keeps. */
export const SERVER_HALF_LENGTH = 32;

export interface Access {
  /** Opens the content key. */
  readonly key: AccessKey;
  /** Shows the service that one has the others; it keeps a hash of it. */
  readonly proof: Bytes;
}

/** Key and proof from the fragment secret (32 bytes), the server's half (32) and the password's key. */
export async function deriveAccess(
  place: TransferPlace,
  fragmentSecret: Uint8Array,
  serverHalf: Uint8Array,
  password?: PasswordKey,
): Promise<Access> {
  if (fragmentSecret.length !== FRAGMENT_LENGTH || serverHalf.length !== SERVER_HALF_LENGTH)
    throw new SealedError("key_length");
  const secret = join(fragmentSecret, serverHalf, password?.expose() ?? []);
  const key = await extractAndExpand(secret, contexts.accessKey(place));
  const proof = await extractAndExpand(secret, contexts.accessProof(place));
  secret.fill(0);
  return { key: Key.from(key), proof };
}

/** What the service keeps of a transfer's content key: 104 bytes. */
export function sealContentKey(
  key: AccessKey,
  place: TransferPlace,
  content: ContentKey,
  random: Random = systemRandom,
): Promise<Bytes> {
  return seal(key, contexts.sealedContentKey(place), content.expose(), random);
}

/** The content key that was sealed for this transfer; fails with `locked`, whatever is wrong. */
export async function openContentKey(
  key: AccessKey,
  place: TransferPlace,
  sealed: Uint8Array,
): Promise<ContentKey> {
  return Key.from(await locked(exactly(KEY_LENGTH, open(key, contexts.sealedContentKey(place), sealed))));
}

async function exactly(length: number, opening: Promise<Bytes>): Promise<Bytes> {
  const bytes = await opening;
  if (bytes.length !== length) throw new SealedError("key_length");
  return bytes;
}
