/**
 * What a transfer is made of, bound by its sender: how many files there are, which, with which manifests, beside which words. A
 * service that leaves one out, or shows one that was taken out, is found by whoever opens it. docs/file-format.md has the table.
 */
import { type Bytes, isEqual, join, uint32 } from "./bytes.ts";
import { contexts, type Id, type TransferPlace } from "./context.ts";
import { SealedError } from "./error.ts";
import type { ContentKey } from "./key.ts";
import { open, seal } from "./message.ts";
import { type Random, systemRandom } from "./random.ts";
import { objectLength } from "./range.ts";

const VERSION = 1;
const HASH_LENGTH = 32;
const LENGTH = 1 + 4 + HASH_LENGTH;
const COLUMN = "transfers.contents";

/** Bytes of what the service keeps of it: 109. */
export const CONTENTS_LENGTH = objectLength(LENGTH);

/** A file, and its manifest as it was sealed. */
export interface BoundFile {
  readonly id: Id;
  readonly manifest: Uint8Array;
}

/** All that is bound, sealed as the service has it: nothing of it has to be opened. */
export interface Bound {
  readonly subject?: Uint8Array | undefined;
  readonly message?: Uint8Array | undefined;
  /** In any order. */
  readonly files: readonly BoundFile[];
}

export class Contents {
  /** How many files there are. */
  readonly count: number;
  readonly #hash: Bytes;

  private constructor(count: number, hash: Bytes) {
    this.count = count;
    this.#hash = hash;
  }

  /** What these are together; fails with `contents` if a file is among them twice. */
  static async of({ subject, message, files }: Bound): Promise<Contents> {
    const rising = files.toSorted((one, other) => compared(one.id, other.id));
    if (rising.some(({ id }, at) => compared(rising[at + 1]?.id ?? [], id) === 0))
      throw new SealedError("contents", "a file is there twice");
    const hashes = await Promise.all(
      [subject, message, ...rising.map(({ manifest }) => manifest)].map(hashOf),
    );
    const [ofSubject, ofMessage, ...ofManifests] = hashes as [Bytes, Bytes, ...Bytes[]];
    const each = rising.flatMap(({ id }, at) => [id, ofManifests[at] as Bytes]);
    const all = join(contexts.contents(), ofSubject, ofMessage, ...each);
    return new Contents(files.length, (await hashOf(all)) as Bytes);
  }

  /** Whether both are of the same files and words. */
  matches(other: Contents): boolean {
    return this.count === other.count && isEqual(this.#hash, other.#hash);
  }

  /** 37 bytes: version, number of files, hash. */
  encode(): Bytes {
    return join([VERSION], uint32(this.count), this.#hash);
  }

  /** Fails with `contents` for another version or length. */
  static decode(bytes: Uint8Array): Contents {
    if (bytes.length !== LENGTH || bytes[0] !== VERSION) throw new SealedError("contents");
    const count = new DataView(bytes.buffer, bytes.byteOffset + 1).getUint32(0);
    return new Contents(count, new Uint8Array(bytes.subarray(LENGTH - HASH_LENGTH)));
  }

  /** Seals them for their transfer. */
  seal(key: ContentKey, place: TransferPlace, random: Random = systemRandom): Promise<Bytes> {
    return seal(key, contextOf(place), this.encode(), random);
  }

  /** Those that were sealed for this transfer; fails as `open` of a message does, and as `decode`. */
  static async open(key: ContentKey, place: TransferPlace, sealed: Uint8Array): Promise<Contents> {
    return Contents.decode(await open(key, contextOf(place), sealed));
  }
}

function contextOf({ tenant, transfer }: TransferPlace): Bytes {
  return contexts.column({ tenant, row: transfer, name: COLUMN });
}

/** SHA-256; zeros of what is not there. */
async function hashOf(bytes: Uint8Array | undefined): Promise<Bytes> {
  if (bytes === undefined) return new Uint8Array(HASH_LENGTH);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
}

/** Below 0 if the first comes before the other. */
function compared(one: ArrayLike<number>, other: ArrayLike<number>): number {
  if (one.length !== other.length) return one.length - other.length;
  for (let at = 0; at < one.length; at += 1) {
    const difference = (one[at] as number) - (other[at] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
