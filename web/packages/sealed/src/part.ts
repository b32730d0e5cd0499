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

/** Plaintext bytes that are read at a time: a part's plaintext is never whole in memory beside what it became. */
const WINDOW = 64 * CHUNK_LENGTH;

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

/**
 * Seals up to 64 MiB under a salt of its own: sealing again after a failure, or of a file that has changed, never repeats one.
 * It goes into `memory` if there is room. Fails with `source` when the file cannot be read or gives fewer bytes than it has said.
 */
export async function sealPart(
  key: UploadKey,
  place: PartPlace,
  source: Blob,
  random: Random = systemRandom,
  memory?: ArrayBuffer,
): Promise<SealedPart> {
  if (source.size > MAX_PART_LENGTH) throw new RangeError("a part of more than 64 MiB");
  const salt = newSalt(random);
  const sealer = await MessageSealer.begin(key, contexts.part(place), salt, source.size, memory);
  let [at, sum] = [0, 0];
  for await (const window of windows(source)) {
    sum = crc32(window, sum);
    await sealer.seal(at / CHUNK_LENGTH, window);
    at += window.length;
  }
  return { salt, length: source.size, crc32: sum, bytes: sealer.message };
}

/**
 * The bytes of a file, `WINDOW` at a time, and what is left; of no bytes at all one window of none. Each window is in the memory of
 * the one before, which is cheaper than memory that is new. It is read as a stream, because to begin reading a slice costs a browser
 * more than a millisecond.
 */
async function* windows(source: Blob): AsyncGenerator<Bytes> {
  const reader = source.stream().getReader();
  const window = new Uint8Array(Math.min(WINDOW, source.size));
  try {
    let [rest, filled] = [source.size, 0];
    for (let read = await next(reader); read; read = await next(reader)) {
      rest -= read.length;
      if (rest < 0) break;
      for (let taken = 0; taken < read.length; ) {
        const some = read.subarray(taken, taken + window.length - filled);
        window.set(some, filled);
        [taken, filled] = [taken + some.length, filled + some.length];
        if (filled < window.length) break;
        yield window;
        filled = 0;
      }
    }
    // Browsers refuse to read what was changed since it was chosen; those that do not may read less, or more.
    if (rest !== 0) throw new SealedError("source");
    if (filled > 0 || source.size === 0) yield window.subarray(0, filled);
  } finally {
    // What nobody reads any more need not be read to the end.
    reader.cancel().catch(() => {});
  }
}

async function next(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return (await reader.read()).value;
  } catch (error) {
    throw new SealedError("source", "", error);
  }
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
