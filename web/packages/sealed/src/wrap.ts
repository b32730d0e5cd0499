/** Which key wraps which: only these pairs have functions. A wrapped key has 104 bytes. */
import type { Bytes } from "./bytes.ts";
import { contexts, type FilePlace, type UploadPlace } from "./context.ts";
import { type ContentKey, type FileKey, KEY_LENGTH, Key, type UploadKey } from "./key.ts";
import { open, seal } from "./message.ts";
import { type Random, systemRandom } from "./random.ts";
import { objectLength } from "./range.ts";

/** Bytes of a wrapped key. */
export const WRAPPED_KEY_LENGTH = objectLength(KEY_LENGTH);

export function wrapUploadKey(
  key: ContentKey,
  place: UploadPlace,
  wrapped: UploadKey,
  random: Random = systemRandom,
): Promise<Bytes> {
  return seal(key, contexts.uploadKey(place), wrapped.expose(), random);
}

/** Fails as `open` of a message does, and with `key_length`. */
export async function unwrapUploadKey(
  key: ContentKey,
  place: UploadPlace,
  wrapped: Uint8Array,
): Promise<UploadKey> {
  return Key.from(await open(key, contexts.uploadKey(place), wrapped));
}

export function wrapFileKey(
  key: ContentKey,
  place: FilePlace,
  wrapped: FileKey,
  random: Random = systemRandom,
): Promise<Bytes> {
  return seal(key, contexts.fileKey(place), wrapped.expose(), random);
}

/** Fails as `open` of a message does, and with `key_length`. */
export async function unwrapFileKey(
  key: ContentKey,
  place: FilePlace,
  wrapped: Uint8Array,
): Promise<FileKey> {
  return Key.from(await open(key, contexts.fileKey(place), wrapped));
}
