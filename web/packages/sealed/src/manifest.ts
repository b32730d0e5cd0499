/** The manifest: which parts make a file, in order, and the keys that open them. docs/file-format.md has the table. */
import { type Bytes, join, text, uint16, uint32, uint64, utf8 } from "./bytes.ts";
import { contexts, type FilePlace, type Id } from "./context.ts";
import { SealedError } from "./error.ts";
import { type FileKey, KEY_LENGTH, Key, type UploadKey } from "./key.ts";
import { open, seal } from "./message.ts";
import { type Random, systemRandom } from "./random.ts";
import { MAX_PART_LENGTH, objectLength, SALT_LENGTH } from "./range.ts";

const VERSION = 1;
const UPLOAD_LENGTH = 16 + KEY_LENGTH;
const PART_LENGTH = 2 + 8 + 4 + SALT_LENGTH;

/** An upload that parts of the file came with. */
export interface ManifestUpload {
  readonly id: Id;
  /** Seals its parts. */
  readonly key: UploadKey;
}

/** A part of the file. */
export interface ManifestPart {
  /** The index of its upload in the manifest. */
  readonly upload: number;
  /** Its number within the upload. */
  readonly sequence: bigint;
  /** Plaintext bytes: 1 to 64 MiB. */
  readonly length: number;
  /** The salt of the attempt that counts. */
  readonly salt: Uint8Array;
}

/** A part, and which of its plaintext bytes are wanted. */
export interface Located {
  readonly part: ManifestPart;
  readonly upload: ManifestUpload;
  readonly start: number;
  readonly end: number;
}

interface Content {
  readonly name: string;
  readonly mediaType: string;
  /** Of the whole file. */
  readonly crc32: number;
  readonly uploads: readonly ManifestUpload[];
  /** In the order of the file. */
  readonly parts: readonly ManifestPart[];
}

/** What a file is made of. Only consistent ones exist. */
export class Manifest {
  readonly name: string;
  /** As the sender gave it. */
  readonly mediaType: string;
  readonly crc32: number;
  readonly uploads: readonly ManifestUpload[];
  readonly parts: readonly ManifestPart[];
  /** Where in the file each part ends. */
  readonly #ends: readonly number[];

  /**
   * Fails with `manifest` for names over 65,535 bytes, more uploads or parts than can be counted, an upload listed twice, a part of
   * an upload that is not listed, an empty part or one over 64 MiB, parts of one upload whose numbers do not grow, and numbers that
   * have no place.
   */
  constructor({ name, mediaType, crc32, uploads, parts }: Content) {
    // What cannot be written, halves of a pair, becomes here already what a reader finds.
    const names = [utf8(name), utf8(mediaType)] as const;
    const isCountable =
      names.every((bytes) => bytes.length <= 0xffff) &&
      uploads.length <= 0xffff &&
      parts.length <= 0xffffffff;
    if (!isCountable) throw new SealedError("manifest", "too long");
    if (crc32 !== crc32 >>> 0) throw new SealedError("manifest", "a checksum of more than 32 bits");
    const ids = uploads.map(({ id }) => id.join());
    if (uploads.some(({ id }) => id.length !== 16))
      throw new SealedError("manifest", "an id of another length");
    if (new Set(ids).size < ids.length) throw new SealedError("manifest", "an upload is listed twice");
    this.#ends = endsOf(parts, uploads.length);
    this.name = text(names[0]);
    this.mediaType = text(names[1]);
    this.crc32 = crc32;
    this.uploads = uploads;
    this.parts = parts;
  }

  /** The file's length in bytes. */
  get length(): number {
    return this.#ends.at(-1) ?? 0;
  }

  /** The parts that hold the bytes from `start` to `end` of the file, in order. What lies behind its end is left out. */
  *locate(start: number, end: number): Generator<Located> {
    for (let index = firstBehind(this.#ends, start); index < this.parts.length; index += 1) {
      const part = this.parts[index] as ManifestPart;
      const partStart = (this.#ends[index] as number) - part.length;
      const wanted = { start: Math.max(start - partStart, 0), end: Math.min(end - partStart, part.length) };
      if (wanted.end <= wanted.start) return;
      yield { part, upload: this.uploads[part.upload] as ManifestUpload, ...wanted };
    }
  }

  /** Where each part's object begins when they lie one after another, as they are uploaded; and last, where all of them end. */
  sealedStarts(): number[] {
    const starts = [0];
    for (const { length } of this.parts) starts.push((starts.at(-1) ?? 0) + objectLength(length));
    return starts;
  }

  /** The manifest's bytes. They hold keys: seal them. */
  encode(): Bytes {
    const names = [this.name, this.mediaType].map(utf8);
    return join(
      [VERSION],
      ...names.flatMap((bytes) => [uint16(bytes.length), bytes]),
      uint64(BigInt(this.length)),
      uint32(this.crc32),
      uint16(this.uploads.length),
      ...this.uploads.flatMap(({ id, key }) => [id, key.expose()]),
      uint32(this.parts.length),
      ...this.parts.map((part) =>
        join(uint16(part.upload), uint64(part.sequence), uint32(part.length), part.salt),
      ),
    );
  }

  /**
   * The manifest that these bytes are: exactly, with nothing behind. Fails with `manifest` for another version, bytes too few or
   * too many, text that is not UTF-8, a total that is not the sum of the parts, and what the constructor refuses.
   */
  static decode(bytes: Uint8Array): Manifest {
    const reader = new Reader(bytes);
    if (reader.number(1) !== VERSION) throw new SealedError("manifest", "of another version");
    const name = reader.text();
    const mediaType = reader.text();
    const length = reader.uint64();
    const crc32 = reader.number(4);
    const uploads = reader.list(reader.number(2), UPLOAD_LENGTH, () => ({
      id: reader.take(16),
      key: Key.from<"upload">(reader.take(KEY_LENGTH)),
    }));
    const parts = reader.list(reader.number(4), PART_LENGTH, () => ({
      upload: reader.number(2),
      sequence: reader.uint64(),
      length: reader.number(4),
      salt: reader.take(SALT_LENGTH),
    }));
    if (reader.left > 0) throw new SealedError("manifest", "bytes behind its end");
    const manifest = new Manifest({ name, mediaType, crc32, uploads, parts });
    if (BigInt(manifest.length) !== length)
      throw new SealedError("manifest", "a total that is not the sum of its parts");
    return manifest;
  }

  /** Seals the manifest for its place. */
  seal(key: FileKey, place: FilePlace, random: Random = systemRandom): Promise<Bytes> {
    return seal(key, contexts.manifest(place), this.encode(), random);
  }

  /** The manifest that was sealed for this place; fails as `open` of a message does, and as `decode`. */
  static async open(key: FileKey, place: FilePlace, sealed: Uint8Array): Promise<Manifest> {
    return Manifest.decode(await open(key, contexts.manifest(place), sealed));
  }
}

/** Where in the file each part ends, once every part was found in order. */
function endsOf(parts: readonly ManifestPart[], uploads: number): number[] {
  const lasts = new Map<number, bigint>();
  let end = 0;
  return parts.map(({ upload, sequence, length, salt }) => {
    if (!Number.isInteger(upload) || upload < 0 || upload >= uploads)
      throw new SealedError("manifest", "a part of an upload that is not listed");
    if (sequence < 0n || sequence >= 1n << 64n || sequence <= (lasts.get(upload) ?? -1n))
      throw new SealedError("manifest", "parts of an upload are not in order");
    lasts.set(upload, sequence);
    if (!Number.isInteger(length) || length < 1 || length > MAX_PART_LENGTH)
      throw new SealedError("manifest", "a part of an impossible length");
    if (salt.length !== SALT_LENGTH) throw new SealedError("manifest", "a salt of another length");
    // Memory ends long before 2^27 parts of 2^26 bytes, where numbers stop being exact.
    end += length;
    return end;
  });
}

/** The index of the first number that is greater than `value`, of numbers that grow. */
function firstBehind(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((numbers[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Reads from the front; fails with `manifest` when there is not as much left. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** A copy. */
  take(length: number): Bytes {
    if (length > this.left) throw new SealedError("manifest", "it ends early");
    this.#at += length;
    return new Uint8Array(this.#bytes.subarray(this.#at - length, this.#at));
  }

  number(length: 1 | 2 | 4): number {
    return this.take(length).reduce((number, byte) => number * 256 + byte, 0);
  }

  uint64(): bigint {
    return new DataView(this.take(8).buffer).getBigUint64(0);
  }

  text(): string {
    const bytes = this.take(this.number(2));
    try {
      return text(bytes);
    } catch {
      throw new SealedError("manifest", "a name that is not UTF-8");
    }
  }

  /** As many items as were announced, if there are bytes for them: an announcement alone reserves no memory. */
  list<T>(count: number, itemLength: number, item: () => T): T[] {
    if (Math.floor(this.left / itemLength) < count) throw new SealedError("manifest", "it ends early");
    return Array.from({ length: count }, item);
  }
}
