/** How a password becomes a key: Argon2id (RFC 9106) of the password in NFC, with salt and costs that are stored beside what it locks. */
import { type Bytes, join, uint32, utf8 } from "./bytes.ts";
import { SealedError } from "./error.ts";
import { Key, type PasswordKey } from "./key.ts";
import { type Random, randomBytes, systemRandom } from "./random.ts";

const SALT_LENGTH = 16;
const ENCODED_LENGTH = 1 + SALT_LENGTH + 3 * 4;
const VERSION = 1;
/** What a password's key costs at least today. */
const MEMORY_KIB = 64 * 1024;
const PASSES = 3;

export interface PasswordParameters {
  readonly salt: Bytes;
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

/** A fresh salt and the costs of today: 64 MiB, 3 passes, 1 lane. */
export function newPasswordParameters(random: Random = systemRandom): PasswordParameters {
  return { salt: randomBytes(SALT_LENGTH, random), memoryKib: MEMORY_KIB, passes: PASSES, lanes: 1 };
}

/** Whether they cost less than new ones do. */
export function isOutdated({ memoryKib, passes }: PasswordParameters): boolean {
  return memoryKib < MEMORY_KIB || passes < PASSES;
}

/** 29 bytes: version, salt, memory in KiB, passes, lanes. */
export function encodePasswordParameters({ salt, memoryKib, passes, lanes }: PasswordParameters): Bytes {
  return join([VERSION], salt, uint32(memoryKib), uint32(passes), uint32(lanes));
}

/**
 * The stored parameters, with costs brought within 19 to 256 MiB, 1 to 10 passes and 1 to 4 lanes: whoever can write them can
 * neither make guessing cheap nor a browser run out of memory. Fails with `password_parameters` for another version or length.
 */
export function decodePasswordParameters(bytes: Uint8Array): PasswordParameters {
  if (bytes.length !== ENCODED_LENGTH || bytes[0] !== VERSION) throw new SealedError("password_parameters");
  const costs = new DataView(bytes.buffer, bytes.byteOffset + 1 + SALT_LENGTH);
  const within = (index: number, least: number, most: number) =>
    Math.min(Math.max(costs.getUint32(index * 4), least), most);
  return {
    salt: new Uint8Array(bytes.subarray(1, 1 + SALT_LENGTH)),
    memoryKib: within(0, 19 * 1024, 256 * 1024),
    passes: within(1, 1, 10),
    lanes: within(2, 1, 4),
  };
}

/**
 * The key that a password makes: about a second of work, so for the worker. Argon2 is fetched when it is first needed. Fails with
 * `derivation` where there is no memory for it, the page's policy lets nothing compile it, or the password is empty.
 */
export async function derivePasswordKey(
  password: string,
  { salt, memoryKib, passes, lanes }: PasswordParameters,
): Promise<PasswordKey> {
  const bytes = utf8(password.normalize("NFC"));
  if (bytes.length === 0) throw new SealedError("derivation", "an empty password");
  const { argon2id } = await import("./argon2.ts");
  const costs = { memorySize: memoryKib, iterations: passes, parallelism: lanes, hashLength: 32 };
  const key = await argon2id({ password: bytes, salt, ...costs, outputType: "binary" }).catch(
    (error: unknown) => {
      throw new SealedError("derivation", "", error);
    },
  );
  return Key.from(key);
}
