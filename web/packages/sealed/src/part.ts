/** Parts: the stored objects of a file, each one message under the key of its upload. */
import type { Bytes } from "./bytes.ts";
import { contexts, type PartPlace } from "./context.ts";
import { crc32 } from "./crc32.ts";
import { SealedError } from "./error.ts";
import type { UploadKey } from "./key.ts";
import { MessageOpener, MessageSealer, newSalt } from "./message.ts";
import { type Random, systemRandom } from "./random.ts";
import {
  CHUNK_LENGTH,
  HEADER_LENGTH,
  MAX_PART_LENGTH,
  type ObjectRange,
  objectLength,
  SALT_LENGTH,
} from "./range.ts";
import { Readings } from "./reading.ts";

/** A sealed part, as the manifest names it. */
export interface SealedPart {
  /** The salt that this attempt has drawn. */
  readonly salt: Bytes;
  /** Plaintext bytes. */
  readonly length: number;
  /** CRC-32 of the plaintext. */
  readonly crc32: number;
  /** What is uploaded. */
  readonly bytes: Bytes;
}

/** Seals a file, or a slice of one, of up to 64 MiB as a part. Fails as `sealWindows`. */
export function sealPart(
  key: UploadKey,
  place: PartPlace,
  source: Blob,
  random: Random = systemRandom,
): Promise<SealedPart> {
  const windows = new Readings().windows(0, source, { start: 0, end: source.size });
  return sealWindows(key, place, source.size, windows, random);
}

/**
 * Seals `length` bytes, up to 64 MiB, under a salt of their own: sealing again after a failure, or of a file that has changed, never
 * repeats one. They come in windows of whole chunks, but for the last, and go into `memory` if there is room. Fails as these do.
 */
export async function sealWindows(
  key: UploadKey,
  place: PartPlace,
  length: number,
  windows: AsyncIterable<Bytes>,
  random: Random = systemRandom,
  memory?: ArrayBuffer,
): Promise<SealedPart> {
  if (length > MAX_PART_LENGTH) throw new RangeError("a part of more than 64 MiB");
  const salt = newSalt(random);
  const sealer = await MessageSealer.begin(key, contexts.part(place), salt, length, memory);
  let [at, sum] = [0, 0];
  for await (const window of windows) {
    sum = crc32(window, sum);
    await sealer.seal(at / CHUNK_LENGTH, window);
    at += window.length;
  }
  return { salt, length, crc32: sum, bytes: sealer.message };
}

/** Opens ranges of one part. There is none without a compared header. */
export class PartOpener {
  readonly #opener: MessageOpener;

  private constructor(opener: MessageOpener) {
    this.#opener = opener;
  }

  /**
   * Compares the first 56 bytes of an object with the part's key, its place, and the salt that the manifest names. Fails with
   * `length`, `salt` for an object of another attempt, and `commitment`.
   */
  static async begin(
    key: UploadKey,
    place: PartPlace,
    salt: Uint8Array,
    header: Uint8Array,
  ): Promise<PartOpener> {
    if (header.length !== HEADER_LENGTH) throw new SealedError("length");
    const own = new Uint8Array(header);
    if (salt.length !== SALT_LENGTH || salt.some((byte, at) => byte !== own[at]))
      throw new SealedError("salt");
    return new PartOpener(await MessageOpener.begin(key, contexts.part(place), own));
  }

  /**
   * The wanted plaintext of the fetched bytes of a range, opened where they lie: they are no more afterwards. Fails with `length`
   * unless they are as many as the range has, and `chunk`.
   */
  async open(range: ObjectRange, sealed: Bytes): Promise<Bytes> {
    if (sealed.length !== range.end - range.start) throw new SealedError("length");
    await this.#opener.open(range.firstChunk, sealed, sealed);
    return sealed.subarray(range.skip, range.skip + range.length);
  }
}

/** The plaintext of a whole part, of `length` bytes by the manifest, opened where it lies: `object` is no more afterwards. */
export async function openPart(
  key: UploadKey,
  place: PartPlace,
  salt: Uint8Array,
  length: number,
  object: Bytes,
): Promise<Bytes> {
  if (length > MAX_PART_LENGTH || object.length !== objectLength(length)) throw new SealedError("length");
  const opener = await PartOpener.begin(key, place, salt, object.slice(0, HEADER_LENGTH));
  const range = { firstChunk: 0, start: HEADER_LENGTH, end: object.length, skip: 0, length };
  return opener.open(range, object.subarray(HEADER_LENGTH));
}
