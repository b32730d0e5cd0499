/** X25519 key pairs (RFC 7748) of WebCrypto. */
import { type Bytes, isEqual, join } from "./bytes.ts";
import { SealedError } from "./error.ts";
import { KEY_LENGTH } from "./key.ts";
import { type Random, randomBytes, systemRandom } from "./random.ts";

/** What stands before a private key's bytes in PKCS #8 (RFC 8410), the one form of them that WebCrypto takes. */
const PKCS8 = [
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20,
];
/** The point that public keys are multiples of. */
const BASE = Uint8Array.from({ length: KEY_LENGTH }, (_, at) => (at === 0 ? 9 : 0));

/** A private key, never printed, with its public half. */
export class PrivateKey {
  /** 32 bytes, for everybody. */
  readonly publicKey: Bytes;
  readonly #bytes: Bytes;

  private constructor(bytes: Bytes, publicKey: Bytes) {
    this.#bytes = bytes;
    this.publicKey = publicKey;
  }

  /** The key of these bytes, which are copied; fails with `key_length` unless there are 32. */
  static async from(bytes: Uint8Array): Promise<PrivateKey> {
    if (bytes.length !== KEY_LENGTH) throw new SealedError("key_length");
    const own = new Uint8Array(bytes);
    const base = await importPublicKey(BASE);
    const secret = await importPrivateKey(own, ["deriveBits"]);
    const shared = await crypto.subtle.deriveBits({ name: "X25519", public: base }, secret, 256);
    return new PrivateKey(own, new Uint8Array(shared));
  }

  /** A fresh one. */
  static generate(random: Random = systemRandom): Promise<PrivateKey> {
    return PrivateKey.from(randomBytes(KEY_LENGTH, random));
  }

  /** Whether this is the private half of that key. */
  isOf(publicKey: Uint8Array): boolean {
    return isEqual(this.publicKey, publicKey);
  }

  /** A copy of its bytes: to be sealed under another key, and nothing else. */
  expose(): Bytes {
    return this.#bytes.slice();
  }

  /** As WebCrypto has it. */
  async pair(): Promise<CryptoKeyPair> {
    const privateKey = await importPrivateKey(this.#bytes, ["deriveBits"]);
    return { privateKey, publicKey: await importPublicKey(this.publicKey) };
  }
}

/** Fails with `public_key` unless there are 32 bytes, and where the browser knows already that they are no good. */
export async function importPublicKey(bytes: Uint8Array): Promise<CryptoKey> {
  if (bytes.length !== KEY_LENGTH) throw new SealedError("public_key");
  return crypto.subtle.importKey("raw", new Uint8Array(bytes), "X25519", true, []).catch((error: unknown) => {
    // Firefox refuses points of a small order here, others when something is sealed to them.
    const isData = error instanceof DOMException && error.name === "DataError";
    throw isData ? new SealedError("public_key", "", error) : error;
  });
}

function importPrivateKey(bytes: Bytes, usages: readonly KeyUsage[]): Promise<CryptoKey> {
  return crypto.subtle.importKey("pkcs8", join(PKCS8, bytes), "X25519", false, [...usages]);
}
