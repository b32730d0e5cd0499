/**
 * Cobblestone-256 (c2sp.org/chunked-encryption): the one primitive that seals everything.
 *
 * `salt[24] || commitment[32] || chunk 0 || chunk 1 ..`, with `key[32] || base nonce[12] || commitment[32]` expanded from key,
 * salt and context. The commitment binds these three and is compared before any chunk is opened: nobody can make one
 * ciphertext that opens under two keys. The last chunk alone is shorter than the others; that is how the end is known.
 */
import { type Bytes, isEqual, join, utf8 } from "./bytes.ts";
import { SealedError } from "./error.ts";
import { forgotten } from "./garbage.ts";
import type { Key } from "./key.ts";
import { type Random, randomBytes, systemRandom } from "./random.ts";
import {
  CHUNK_LENGTH,
  chunkCount,
  chunkStart,
  HEADER_LENGTH,
  objectLength,
  plainLength,
  SALT_LENGTH,
  SEALED_CHUNK_LENGTH,
} from "./range.ts";

const LABEL = utf8("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0");
/** Calls of WebCrypto under way at once: docs/performance.md has what others take. */
const CALLS = 16;

/** Seals `plaintext` under a fresh salt. `context` says what this is and where it belongs. */
export function seal(
  key: Key,
  context: Uint8Array,
  plaintext: Uint8Array,
  random: Random = systemRandom,
): Promise<Bytes> {
  return sealWith(key, context, plaintext, newSalt(random));
}

/** As `seal`, with the salt given. One that was used before, with the same key and context, gives both plaintexts away. */
export async function sealWith(
  key: Key,
  context: Uint8Array,
  plaintext: Uint8Array,
  salt: Bytes,
): Promise<Bytes> {
  const sealer = await MessageSealer.begin(key, context, salt, plaintext.length);
  await sealer.seal(0, new Uint8Array(plaintext));
  return sealer.message;
}

/**
 * The plaintext of a whole message. Fails with `length` when no message is that long, `commitment` for another key or context,
 * or damage to the header, `chunk` for any other damage.
 */
export async function open(key: Key, context: Uint8Array, sealed: Uint8Array): Promise<Bytes> {
  const length = plainLength(sealed.length);
  if (length === undefined) throw new SealedError("length");
  const message = new Uint8Array(sealed);
  const opener = await MessageOpener.begin(key, context, message.slice(0, HEADER_LENGTH));
  const plaintext = new Uint8Array(length);
  await opener.open(0, message.subarray(HEADER_LENGTH), plaintext);
  return plaintext;
}

export function newSalt(random: Random): Bytes {
  return randomBytes(SALT_LENGTH, random);
}

/** Seals a message whose length is known, in as many pieces as one likes. */
export class MessageSealer {
  /** The message, whole when all of its plaintext was sealed. */
  readonly message: Bytes;
  readonly #keys: MessageKeys;
  readonly #length: number;
  #next = 0;

  private constructor(keys: MessageKeys, length: number, memory: ArrayBuffer | undefined) {
    this.#keys = keys;
    this.#length = length;
    const whole = objectLength(length);
    const fits = memory !== undefined && memory.byteLength >= whole;
    this.message = fits ? new Uint8Array(memory, 0, whole) : new Uint8Array(whole);
    this.message.set(keys.header);
  }

  /** The message goes into `memory` if there is room, whatever it holds. */
  static async begin(
    key: Key,
    context: Uint8Array,
    salt: Bytes,
    length: number,
    memory?: ArrayBuffer,
  ): Promise<MessageSealer> {
    return new MessageSealer(await derive(key, context, salt), length, memory);
  }

  /** Seals the plaintext that begins with chunk `first`: whole chunks, unless it goes to the end. In order, each chunk once. */
  seal(first: number, plaintext: Bytes, calls: number = CALLS): Promise<void> {
    // No nonce may seal twice.
    if (first !== this.#next) throw new RangeError("chunks are sealed in order, each once");
    const reachesEnd = first * CHUNK_LENGTH + plaintext.length === this.#length;
    if (!reachesEnd && plaintext.length % CHUNK_LENGTH !== 0) throw new RangeError("not whole chunks");
    const count = reachesEnd ? chunkCount(plaintext.length) : plaintext.length / CHUNK_LENGTH;
    this.#next += count;
    forgotten(plaintext.length);
    return severalAtOnce(count, calls, async (index) => {
      const chunk = plaintext.subarray(index * CHUNK_LENGTH, (index + 1) * CHUNK_LENGTH);
      const algorithm = { name: "AES-GCM", iv: nonce(this.#keys, first + index) };
      const sealed = await crypto.subtle.encrypt(algorithm, this.#keys.aead, chunk);
      this.message.set(new Uint8Array(sealed), chunkStart(first + index));
    });
  }
}

/** Opens chunks of one message. There is none without a compared commitment. */
export class MessageOpener {
  readonly #keys: MessageKeys;

  private constructor(keys: MessageKeys) {
    this.#keys = keys;
  }

  /** Compares the first 56 bytes of a message; fails with `length` for fewer or more, and `commitment`. */
  static async begin(key: Key, context: Uint8Array, header: Bytes): Promise<MessageOpener> {
    if (header.length !== HEADER_LENGTH) throw new SealedError("length");
    const keys = await derive(key, context, header.slice(0, SALT_LENGTH));
    if (!isEqual(keys.header, header)) throw new SealedError("commitment");
    return new MessageOpener(keys);
  }

  /**
   * Opens chunks that stand one behind the other, of which the first has number `first`, into `plaintext`, which has room for
   * all and may begin where they do, or before, in the same memory. Fails with `chunk`; nothing in `plaintext` may be used then.
   */
  async open(first: number, sealed: Bytes, plaintext: Bytes, calls: number = CALLS): Promise<void> {
    const count = Math.ceil(sealed.length / SEALED_CHUNK_LENGTH);
    forgotten(sealed.length);
    // WebCrypto has copied a chunk when the call returns, and chunks are begun in order: so what is written over was taken.
    await severalAtOnce(count, calls, async (index) => {
      const chunk = sealed.subarray(index * SEALED_CHUNK_LENGTH, (index + 1) * SEALED_CHUNK_LENGTH);
      const algorithm = { name: "AES-GCM", iv: nonce(this.#keys, first + index) };
      const opened = await crypto.subtle.decrypt(algorithm, this.#keys.aead, chunk).catch(refused);
      plaintext.set(new Uint8Array(opened), index * CHUNK_LENGTH);
    });
  }
}

/** WebCrypto says of what does not open that the operation failed. */
function refused(error: unknown): never {
  const isRefusal = error instanceof DOMException && error.name === "OperationError";
  throw isRefusal ? new SealedError("chunk") : error;
}

interface MessageKeys {
  readonly aead: CryptoKey;
  readonly baseNonce: Bytes;
  readonly header: Bytes;
}

/** HKDF-Expand with SHA-512 (RFC 5869, section 2.3) to 76 bytes; WebCrypto's own HKDF would extract first. */
async function derive(key: Key, context: Uint8Array, salt: Bytes): Promise<MessageKeys> {
  const mac = await key.mac();
  const block = async (...pieces: readonly ArrayLike<number>[]) =>
    new Uint8Array(await crypto.subtle.sign("HMAC", mac, join(...pieces)));
  const info = join(LABEL, salt, context);
  const one = await block(info, [1]);
  const two = await block(one, info, [2]);
  const aead = await crypto.subtle.importKey("raw", one.subarray(0, 32), "AES-GCM", false, [
    "encrypt",
    "decrypt",
  ]);
  const keys = {
    aead,
    baseNonce: one.slice(32, 44),
    header: join(salt, one.subarray(44), two.subarray(0, 12)),
  };
  one.fill(0);
  return keys;
}

/** The base nonce with the chunk's number in its last eight bytes. */
function nonce({ baseNonce }: MessageKeys, chunk: number): Bytes {
  const made = baseNonce.slice();
  const view = new DataView(made.buffer);
  view.setUint32(4, view.getUint32(4) ^ Math.floor(chunk / 2 ** 32));
  view.setUint32(8, view.getUint32(8) ^ (chunk % 2 ** 32));
  return made;
}

/** Takes `count` steps, begun in order. When one fails no other is begun, and what it failed with is thrown when all have ended. */
async function severalAtOnce(
  count: number,
  calls: number,
  step: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      next += 1;
      await step(next - 1).catch((error: unknown) => {
        next = count;
        throw error;
      });
    }
  };
  const lanes = Array.from({ length: Math.min(calls, count) }, lane);
  for (const ended of await Promise.allSettled(lanes)) if (ended.status === "rejected") throw ended.reason;
}
