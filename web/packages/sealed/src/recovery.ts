/** The file of a tenant's recovery key, which is kept offline: a text of four lines. */
import { type Bytes, isEqual, join } from "./bytes.ts";
import { contexts } from "./context.ts";
import { SealedError } from "./error.ts";
import { KEY_LENGTH, type PasswordKey } from "./key.ts";
import { fingerprint, halfOf } from "./keys.ts";
import { open, seal } from "./message.ts";
import { decodePasswordParameters, encodePasswordParameters, type PasswordParameters } from "./password.ts";
import { type Random, systemRandom } from "./random.ts";
import { fromBase64url, toBase64url } from "./secret.ts";
import { WRAPPED_KEY_LENGTH } from "./wrap.ts";
import { PrivateKey } from "./x25519.ts";

const WHOLE = "sealpost recovery key 1";
const PUBLIC = "sealpost recovery public key 1";
const PARAMETERS_LENGTH = 29;

/** What a file says. */
export interface RecoveryFile {
  readonly publicKey: Bytes;
  readonly fingerprint: string;
  /** The private half, if it stands there open. */
  readonly privateKey?: PrivateKey;
  /** The private half under a passphrase, if it stands there so. */
  readonly locked?: { readonly parameters: PasswordParameters; readonly sealed: Bytes };
}

/** The file with the private half open: for whoever locks the file itself away. */
export function writeRecoveryKey(key: PrivateKey): Promise<string> {
  return file(WHOLE, key.publicKey, `private ${toBase64url(key.expose())}`);
}

/** The file with the private half under a passphrase's key, which these parameters have made. */
export async function writeLockedRecoveryKey(
  key: PrivateKey,
  under: PasswordKey,
  parameters: PasswordParameters,
  random: Random = systemRandom,
): Promise<string> {
  const sealed = await seal(under, contexts.recoveryKey(key.publicKey), key.expose(), random);
  const locked = toBase64url(join(encodePasswordParameters(parameters), sealed));
  return file(WHOLE, key.publicKey, `locked ${locked}`);
}

/** The file of the public half alone: what a tenant's policy is given. */
export function writeRecoveryPublicKey(publicKey: Uint8Array): Promise<string> {
  return file(PUBLIC, publicKey);
}

async function file(title: string, publicKey: Uint8Array, ...more: readonly string[]): Promise<string> {
  const lines = [
    title,
    `public ${toBase64url(publicKey)}`,
    ...more,
    `fingerprint ${await fingerprint(publicKey)}`,
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/**
 * What a file says: exactly its lines, with either kind of line end. Fails with `recovery_file`, also when fingerprint or private
 * half are not those of the public one.
 */
export async function readRecoveryFile(text: string): Promise<RecoveryFile> {
  const lines = text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => line.replace(/\r$/, ""));
  const [title, open, ...rest] = lines;
  const [last, ...between] = rest.reverse();
  const publicKey = value("public", open, KEY_LENGTH);
  const said = await fingerprint(publicKey);
  if (last !== `fingerprint ${said}`) throw new SealedError("recovery_file", "another fingerprint");
  const half = between[0];
  if (title === PUBLIC && between.length === 0) return { publicKey, fingerprint: said };
  if (title !== WHOLE || between.length !== 1) throw new SealedError("recovery_file", "other lines");
  if (half?.startsWith("private ")) {
    const privateKey = await PrivateKey.from(value("private", half, KEY_LENGTH));
    if (!privateKey.isOf(publicKey)) throw new SealedError("recovery_file", "halves of two keys");
    return { publicKey, fingerprint: said, privateKey };
  }
  const bytes = value("locked", half, PARAMETERS_LENGTH + WRAPPED_KEY_LENGTH);
  return { publicKey, fingerprint: said, locked: parts(bytes) };
}

/** The private half under this passphrase's key; fails with `locked`, whatever is wrong. */
export function unlockRecoveryKey(
  under: PasswordKey,
  publicKey: Uint8Array,
  sealed: Uint8Array,
): Promise<PrivateKey> {
  return halfOf(publicKey, open(under, contexts.recoveryKey(publicKey), sealed));
}

function parts(bytes: Bytes): { parameters: PasswordParameters; sealed: Bytes } {
  try {
    const encoded = bytes.subarray(0, PARAMETERS_LENGTH);
    const parameters = decodePasswordParameters(encoded);
    // Costs outside of their bounds are brought within them, and would make another key than was meant.
    if (isEqual(encodePasswordParameters(parameters), encoded))
      return { parameters, sealed: bytes.slice(PARAMETERS_LENGTH) };
  } catch {
    // Said below.
  }
  throw new SealedError("recovery_file", 'the line "locked"');
}

function value(name: string, line: string | undefined, length: number): Bytes {
  const [word, written, ...more] = line?.split(" ") ?? [];
  const bytes = word === name && more.length === 0 ? fromBase64url(written ?? "") : undefined;
  if (bytes?.length !== length) throw new SealedError("recovery_file", `the line "${name}"`);
  return bytes;
}
