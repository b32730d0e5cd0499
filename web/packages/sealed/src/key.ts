/** Keys: 32 bytes each, one type for each use, never printed. */
import type { Bytes } from "./bytes.ts";
import { SealedError } from "./error.ts";
import { type Random, randomBytes, systemRandom } from "./random.ts";

/** Bytes of every key. */
export const KEY_LENGTH = 32;

type Use = "access" | "content" | "file" | "passkey" | "password" | "upload";

/** A key for one use. WebCrypto is given it once, however much it seals; a script cannot wipe it from memory. */
export class Key<For extends Use = Use> {
  /** Nothing at run time; it makes keys for different uses different types. */
  declare protected readonly use: For;
  readonly #bytes: Bytes;
  #mac: Promise<CryptoKey> | undefined;

  private constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  /** The key of these bytes, which are copied; fails with `key_length` unless there are 32. */
  static from<For extends Use>(bytes: Uint8Array): Key<For> {
    if (bytes.length !== KEY_LENGTH) throw new SealedError("key_length");
    return new Key(new Uint8Array(bytes));
  }

  /** A fresh key. */
  static generate<For extends "content" | "file" | "upload">(random: Random = systemRandom): Key<For> {
    return new Key(randomBytes(KEY_LENGTH, random));
  }

  /** A copy of its bytes: to be sealed under another key, or handed to the worker, and nothing else. */
  expose(): Bytes {
    return this.#bytes.slice();
  }

  /** The key as HMAC-SHA-512's, from which messages expand theirs. */
  mac(): Promise<CryptoKey> {
    const hmac = { name: "HMAC", hash: "SHA-512" };
    this.#mac ??= crypto.subtle.importKey("raw", this.#bytes, hmac, false, ["sign"]);
    return this.#mac;
  }
}

/** Seals a transfer's content key: made of the link's secret, the server's half, and the password if there is one. */
export type AccessKey = Key<"access">;
/** Seals a transfer's texts, its upload and file keys. */
export type ContentKey = Key<"content">;
/** Seals a file's manifest. */
export type FileKey = Key<"file">;
/** Made of what a passkey gives; seals a private key. */
export type PasskeyKey = Key<"passkey">;
/** Made of a password or passphrase. */
export type PasswordKey = Key<"password">;
/** Seals the parts of one upload. */
export type UploadKey = Key<"upload">;
