/**
 * The vectors that browser and command line share: their form (`crates/sealed/tests/claims/vectors` has the same), how they are made
 * here, and whether any of them hold. Runs in browsers, too.
 */
import { deriveAccess, openContentKey, sealContentKey } from "../src/access.ts";
import type { Bytes } from "../src/bytes.ts";
import { openText, sealText } from "../src/columns.ts";
import { type Bound, Contents } from "../src/contents.ts";
import { context, contexts, type OwnerPlace, type TransferPlace } from "../src/context.ts";
import { type Fault, SealedError } from "../src/error.ts";
import { Key } from "../src/key.ts";
import {
  fingerprint,
  openContentKeyWith,
  openPrivateKey,
  openPrivateKeyWith,
  passkeyInput,
  passkeyKey,
  sealContentKeyTo,
  sealPrivateKey,
  sealPrivateKeyTo,
} from "../src/keys.ts";
import { Manifest } from "../src/manifest.ts";
import { open, sealWith } from "../src/message.ts";
import { openPart, sealPart } from "../src/part.ts";
import { decodePasswordParameters, derivePasswordKey, encodePasswordParameters } from "../src/password.ts";
import type { Random } from "../src/random.ts";
import {
  readRecoveryFile,
  unlockRecoveryKey,
  writeLockedRecoveryKey,
  writeRecoveryKey,
  writeRecoveryPublicKey,
} from "../src/recovery.ts";
import { readFragment, toBase64url } from "../src/secret.ts";
import { unwrapFileKey, unwrapUploadKey, wrapFileKey, wrapUploadKey } from "../src/wrap.ts";
import { PrivateKey } from "../src/x25519.ts";

/** Bytes, in hexadecimal digits. */
type Hex = string;

interface AccessVector {
  name: string;
  fragment: string;
  fragment_secret: Hex;
  server_half: Hex;
  password: string | null;
  password_parameters: Hex | null;
  password_key: Hex | null;
  access_key: Hex;
  access_proof: Hex;
  access_proof_hash: Hex;
  content_key: Hex;
  salt: Hex;
  sealed_content_key: Hex;
}

interface MessageVector {
  name: string;
  key: Hex;
  context: Hex;
  salt: Hex;
  plaintext: Hex;
  sealed: Hex;
}

interface ColumnVector {
  name: string;
  content_key: Hex;
  row: Hex;
  text: string;
  salt: Hex;
  sealed: Hex;
}

interface WrappedKey {
  kind: "upload_key" | "file_key";
  content_key: Hex;
  id: Hex;
  key: Hex;
  salt: Hex;
  wrapped: Hex;
}

interface PartVector {
  name: string;
  upload: Hex;
  key: Hex;
  sequence: number;
  length: number;
  salt: Hex;
  sealed: Hex;
}

interface ManifestVector {
  file: Hex;
  file_key: Hex;
  salt: Hex;
  name: string;
  media_type: string;
  length: number;
  crc32: number;
  uploads: { id: Hex; key: Hex }[];
  parts: { upload: number; sequence: number; length: number; salt: Hex }[];
  encoded: Hex;
  sealed: Hex;
}

interface ContentsVector {
  name: string;
  content_key: Hex;
  subject: Hex | null;
  message: Hex | null;
  files: { id: Hex; manifest: Hex }[];
  salt: Hex;
  encoded: Hex;
  sealed: Hex;
}

interface KeyPair {
  private_key: Hex;
  public_key: Hex;
  fingerprint: string;
}

type SealedToKey =
  | { kind: "content_key"; receiver: Hex; info: Hex; key: Hex; sealed: Hex }
  | { kind: "private_key"; receiver: Hex; public_key: Hex; info: Hex; key: Hex; sealed: Hex };

interface PrivateKeyAtRest {
  kind: "passphrase" | "passkey";
  passphrase?: string;
  parameters?: Hex;
  prf_input?: Hex;
  prf_output?: Hex;
  wrapping_key: Hex;
  private_key: Hex;
  public_key: Hex;
  context: Hex;
  salt: Hex;
  sealed: Hex;
}

interface RecoveryVector {
  kind: "private" | "locked" | "public";
  text: string;
  passphrase: string | null;
  private_key: Hex | null;
  public_key: Hex;
}

type Refused =
  | {
      what: "content_key";
      name: string;
      tenant: Hex;
      transfer: Hex;
      fragment_secret: Hex;
      server_half: Hex;
      password_key: Hex | null;
      sealed: Hex;
    }
  | { what: "message"; name: string; key: Hex; context: Hex; sealed: Hex }
  | { what: "sealed_to_key"; name: string; receiver: Hex; info: Hex; sealed: Hex }
  | ({ what: "contents" } & Omit<ContentsVector, "salt" | "encoded">)
  | { what: "fragment"; name: string; text: string }
  | { what: "recovery_key_file"; name: string; text: string };

export interface Vectors {
  form: 1;
  made_by: string;
  tenant: Hex;
  transfer: Hex;
  owner: Hex;
  access: AccessVector[];
  messages: MessageVector[];
  columns: ColumnVector[];
  wrapped_keys: WrappedKey[];
  parts: PartVector[];
  manifests: ManifestVector[];
  contents: ContentsVector[];
  key_pairs: KeyPair[];
  sealed_to_keys: SealedToKey[];
  private_keys_at_rest: PrivateKeyAtRest[];
  recovery_key_files: RecoveryVector[];
  refused: Refused[];
}

export function hex(bytes: Uint8Array): Hex {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function unhex(digits: Hex): Bytes {
  return Uint8Array.from(digits.match(/../g) ?? [], (two) => Number.parseInt(two, 16));
}

function same(found: unknown, expected: unknown, name: string): void {
  if (found !== expected)
    throw new Error(`${name}: ${String(found).slice(0, 200)} is not ${String(expected).slice(0, 200)}`);
}

async function fails(kinds: readonly Fault[], name: string, doing: () => unknown): Promise<void> {
  let kind = "it opens";
  try {
    await doing();
  } catch (error) {
    if (!(error instanceof SealedError)) throw error;
    kind = error.kind;
  }
  if (!kinds.some((expected) => expected === kind)) throw new Error(`${name}: ${kind}`);
}

/** Gives these bytes and nothing else. */
function given(bytes: Bytes): Random {
  return (into) => {
    same(into.length, bytes.length, "randomness");
    into.set(bytes);
  };
}

/** What a part of the vectors holds. */
function plaintextOf(length: number): Bytes {
  return Uint8Array.from({ length }, (_, at) => at % 251);
}

/** Makes a password's key: here, or in a worker. */
type Derive = typeof derivePasswordKey;

async function derived(derive: Derive, password: string, parameters: Hex): Promise<Key<"password">> {
  const read = decodePasswordParameters(unhex(parameters));
  same(hex(encodePasswordParameters(read)), parameters, "costs within their bounds");
  return derive(password, read);
}

/** Fails, in words, unless each of them holds; gives how many there are. */
export async function check(vectors: Vectors, derive: Derive = derivePasswordKey): Promise<number> {
  same(vectors.form, 1, "form");
  const place = { tenant: unhex(vectors.tenant), transfer: unhex(vectors.transfer) };
  const owner = { tenant: unhex(vectors.tenant), owner: unhex(vectors.owner) };
  let checked = 0;
  const each = async <T>(
    name: string,
    list: readonly T[],
    least: number,
    one: (vector: T) => Promise<void>,
  ) => {
    if (list.length < least) throw new Error(`${list.length} ${name}`);
    for (const vector of list) await one(vector);
    checked += list.length;
  };
  await each("access", vectors.access, 2, (one) => checkAccess(one, place, derive));
  await each("messages", vectors.messages, 1, checkMessage);
  await each("columns", vectors.columns, 2, (one) => checkColumn(one, place));
  await each("wrapped keys", vectors.wrapped_keys, 2, (one) => checkWrappedKey(one, place));
  await each("parts", vectors.parts, 3, (one) => checkPart(one, place.tenant));
  await each("manifests", vectors.manifests, 1, (one) => checkManifest(one, place));
  await each("contents", vectors.contents, 2, (one) => checkContents(one, place));
  await each("key pairs", vectors.key_pairs, 1, checkKeyPair);
  await each("sealed to keys", vectors.sealed_to_keys, 2, (one) => checkSealedToKey(one, place, owner));
  await each("private keys at rest", vectors.private_keys_at_rest, 2, (one) =>
    checkAtRest(one, owner, derive),
  );
  await each("recovery files", vectors.recovery_key_files, 3, (one) => checkRecoveryFile(one, derive));
  await each("refused", vectors.refused, 5, (one) => checkRefused(one, place));
  return checked;
}

async function checkAccess(vector: AccessVector, place: TransferPlace, derive: Derive): Promise<void> {
  const secret = readFragment(vector.fragment);
  same(hex(secret), vector.fragment_secret, vector.name);
  same(toBase64url(secret), vector.fragment, vector.name);
  const password =
    vector.password === null
      ? undefined
      : await derived(derive, vector.password, vector.password_parameters ?? "");
  same(password ? hex(password.expose()) : null, vector.password_key, vector.name);
  const access = await deriveAccess(place, secret, unhex(vector.server_half), password);
  same(hex(access.key.expose()), vector.access_key, vector.name);
  same(hex(access.proof), vector.access_proof, vector.name);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", access.proof));
  same(hex(hash), vector.access_proof_hash, vector.name);
  const opened = await openContentKey(access.key, place, unhex(vector.sealed_content_key));
  same(hex(opened.expose()), vector.content_key, vector.name);
  const sealed = await sealContentKey(access.key, place, opened, given(unhex(vector.salt)));
  same(hex(sealed), vector.sealed_content_key, vector.name);
}

async function checkMessage(vector: MessageVector): Promise<void> {
  const [key, where] = [Key.from<"content">(unhex(vector.key)), unhex(vector.context)];
  same(hex(await open(key, where, unhex(vector.sealed))), vector.plaintext, vector.name);
  const sealed = await sealWith(key, where, unhex(vector.plaintext), unhex(vector.salt));
  same(hex(sealed), vector.sealed, vector.name);
}

async function checkColumn(vector: ColumnVector, { tenant }: TransferPlace): Promise<void> {
  const place = { tenant, row: unhex(vector.row), name: vector.name };
  const key = Key.from<"content">(unhex(vector.content_key));
  same(await openText(key, place, unhex(vector.sealed)), vector.text, vector.name);
  same(hex(await sealText(key, place, vector.text, given(unhex(vector.salt)))), vector.sealed, vector.name);
}

async function checkWrappedKey(vector: WrappedKey, place: TransferPlace): Promise<void> {
  const [id, random] = [unhex(vector.id), given(unhex(vector.salt))];
  const [content, wrapped] = [Key.from<"content">(unhex(vector.content_key)), unhex(vector.wrapped)];
  if (vector.kind === "upload_key") {
    const key = await unwrapUploadKey(content, { ...place, upload: id }, wrapped);
    same(hex(key.expose()), vector.key, vector.kind);
    same(
      hex(await wrapUploadKey(content, { ...place, upload: id }, key, random)),
      vector.wrapped,
      vector.kind,
    );
  } else {
    const key = await unwrapFileKey(content, { ...place, file: id }, wrapped);
    same(hex(key.expose()), vector.key, vector.kind);
    same(hex(await wrapFileKey(content, { ...place, file: id }, key, random)), vector.wrapped, vector.kind);
  }
}

async function checkPart(vector: PartVector, tenant: Bytes): Promise<void> {
  const place = { tenant, upload: unhex(vector.upload), sequence: BigInt(vector.sequence) };
  const key = Key.from<"upload">(unhex(vector.key));
  const salt = unhex(vector.salt);
  const plaintext = plaintextOf(vector.length);
  const part = await sealPart(key, place, new Blob([plaintext]), given(salt));
  same(hex(part.bytes), vector.sealed, vector.name);
  same(part.length, vector.length, vector.name);
  const opened = await openPart(key, place, salt, vector.length, unhex(vector.sealed));
  same(hex(opened), hex(plaintext), vector.name);
}

async function checkManifest(vector: ManifestVector, at: TransferPlace): Promise<void> {
  const place = { ...at, file: unhex(vector.file) };
  const key = Key.from<"file">(unhex(vector.file_key));
  const manifest = new Manifest({
    name: vector.name,
    mediaType: vector.media_type,
    crc32: vector.crc32,
    uploads: vector.uploads.map(({ id, key }) => ({ id: unhex(id), key: Key.from<"upload">(unhex(key)) })),
    parts: vector.parts.map((part) => ({ ...part, sequence: BigInt(part.sequence), salt: unhex(part.salt) })),
  });
  same(manifest.length, vector.length, vector.name);
  same(hex(manifest.encode()), vector.encoded, vector.name);
  same(hex((await Manifest.open(key, place, unhex(vector.sealed))).encode()), vector.encoded, vector.name);
  same(hex(await manifest.seal(key, place, given(unhex(vector.salt)))), vector.sealed, vector.name);
}

async function checkContents(vector: ContentsVector, place: TransferPlace): Promise<void> {
  const key = Key.from<"content">(unhex(vector.content_key));
  const bound = boundOf(vector);
  const contents = await Contents.of(bound);
  same(hex(contents.encode()), vector.encoded, vector.name);
  const opened = await Contents.open(key, place, unhex(vector.sealed));
  same(opened.matches(contents), true, vector.name);
  same(opened.count, vector.files.length, vector.name);
  same(hex(await contents.seal(key, place, given(unhex(vector.salt)))), vector.sealed, vector.name);
  const [, ...fewer] = bound.files;
  for (const other of [
    { ...bound, subject: vector.subject === null ? bytesOfNothing : undefined },
    { ...bound, message: vector.message === null ? bytesOfNothing : undefined },
    ...(bound.files.length > 0 ? [{ ...bound, files: fewer }] : []),
  ])
    same(opened.matches(await Contents.of(other)), false, vector.name);
}

/** Sealed words of no bytes are not the same as none. */
const bytesOfNothing = new Uint8Array();

function boundOf({ subject, message, files }: Pick<ContentsVector, "subject" | "message" | "files">): Bound {
  return {
    subject: subject === null ? undefined : unhex(subject),
    message: message === null ? undefined : unhex(message),
    files: files.map(({ id, manifest }) => ({ id: unhex(id), manifest: unhex(manifest) })),
  };
}

async function checkKeyPair(vector: KeyPair): Promise<void> {
  const key = await PrivateKey.from(unhex(vector.private_key));
  same(hex(key.publicKey), vector.public_key, "public key");
  same(await fingerprint(key.publicKey), vector.fingerprint, "fingerprint");
}

async function checkSealedToKey(vector: SealedToKey, place: TransferPlace, owner: OwnerPlace): Promise<void> {
  const receiver = await PrivateKey.from(unhex(vector.receiver));
  const sealed = unhex(vector.sealed);
  if (vector.kind === "content_key") {
    same(hex(contexts.contentKeyTo(place)), vector.info, vector.kind);
    same(hex((await openContentKeyWith(receiver, place, sealed)).expose()), vector.key, vector.kind);
  } else {
    const publicKey = unhex(vector.public_key);
    same(hex(contexts.privateKeyTo(owner, publicKey)), vector.info, vector.kind);
    const opened = await openPrivateKeyWith(receiver, owner, publicKey, sealed);
    same(hex(opened.expose()), vector.key, vector.kind);
  }
}

async function checkAtRest(vector: PrivateKeyAtRest, owner: OwnerPlace, derive: Derive): Promise<void> {
  const publicKey = unhex(vector.public_key);
  same(hex(contexts.privateKey(owner, publicKey)), vector.context, vector.kind);
  const under = await keyAtRest(vector, owner, derive);
  same(hex(under.expose()), vector.wrapping_key, vector.kind);
  const key = await openPrivateKey(under, owner, publicKey, unhex(vector.sealed));
  same(hex(key.expose()), vector.private_key, vector.kind);
  same(hex(await sealPrivateKey(under, owner, key, given(unhex(vector.salt)))), vector.sealed, vector.kind);
}

async function keyAtRest(
  vector: PrivateKeyAtRest,
  owner: OwnerPlace,
  derive: Derive,
): Promise<Key<"password"> | Key<"passkey">> {
  if (vector.kind === "passphrase") return derived(derive, vector.passphrase ?? "", vector.parameters ?? "");
  same(hex(await passkeyInput(owner)), vector.prf_input, vector.kind);
  return passkeyKey(owner, unhex(vector.prf_output ?? ""));
}

async function checkRecoveryFile(vector: RecoveryVector, derive: Derive): Promise<void> {
  const file = await readRecoveryFile(vector.text);
  same(hex(file.publicKey), vector.public_key, vector.kind);
  if (vector.kind === "public") {
    same(await writeRecoveryPublicKey(file.publicKey), vector.text, vector.kind);
    same(file.privateKey ?? file.locked, undefined, vector.kind);
    return;
  }
  const { parameters, sealed } = file.locked ?? {};
  const key =
    parameters && sealed
      ? await unlockRecoveryKey(await derive(vector.passphrase ?? "", parameters), file.publicKey, sealed)
      : file.privateKey;
  same(key ? hex(key.expose()) : undefined, vector.private_key, vector.kind);
  same(file.locked !== undefined, vector.kind === "locked", vector.kind);
  if (key && vector.kind === "private") same(await writeRecoveryKey(key), vector.text, vector.kind);
}

async function checkRefused(vector: Refused, here: TransferPlace): Promise<void> {
  const { name } = vector;
  switch (vector.what) {
    case "content_key": {
      const place = { tenant: unhex(vector.tenant), transfer: unhex(vector.transfer) };
      const password =
        vector.password_key === null ? undefined : Key.from<"password">(unhex(vector.password_key));
      const [secret, half] = [unhex(vector.fragment_secret), unhex(vector.server_half)];
      const { key } = await deriveAccess(place, secret, half, password);
      return fails(["locked"], name, () => openContentKey(key, place, unhex(vector.sealed)));
    }
    case "message": {
      const key = Key.from<"content">(unhex(vector.key));
      const opening = () => open(key, unhex(vector.context), unhex(vector.sealed));
      return fails(["chunk", "commitment", "length"], name, opening);
    }
    case "sealed_to_key": {
      const receiver = await PrivateKey.from(unhex(vector.receiver));
      return fails(["locked"], name, () => opensTo(receiver, unhex(vector.info), unhex(vector.sealed)));
    }
    case "contents": {
      const key = Key.from<"content">(unhex(vector.content_key));
      const matching = async () => {
        const opened = await Contents.open(key, here, unhex(vector.sealed));
        if (!opened.matches(await Contents.of(boundOf(vector)))) throw new SealedError("contents");
      };
      return fails(["chunk", "commitment", "contents", "length"], name, matching);
    }
    case "fragment":
      return fails(["fragment"], name, () => readFragment(vector.text));
    case "recovery_key_file":
      return fails(["recovery_file"], name, () => readRecoveryFile(vector.text));
  }
}

/** Opens what the info says it is. */
async function opensTo(receiver: PrivateKey, info: Bytes, sealed: Bytes): Promise<unknown> {
  const label = new TextDecoder().decode(info.subarray(0, info.indexOf(0)));
  const fields = info.subarray(info.indexOf(0) + 1);
  const [tenant, second] = [fields.subarray(0, 16), fields.subarray(16, 32)];
  if (label === "sealpost/content-key-to/1")
    return openContentKeyWith(receiver, { tenant, transfer: second }, sealed);
  same(label, "sealpost/private-key-to/1", "label");
  return openPrivateKeyWith(receiver, { tenant, owner: second }, fields.subarray(32), sealed);
}

/**
 * This side's vectors, of this randomness. Sealing to a public key draws its own: what `before` has of that is kept, if there is
 * something.
 */
export async function make(random: Random, before: Vectors | undefined): Promise<Vectors> {
  const bytes = (length: number) => {
    const made = new Uint8Array(length);
    random(made);
    return made;
  };
  const salt = () => bytes(24);
  const [tenant, transfer, owner] = [bytes(16), bytes(16), bytes(16)];
  const place = { tenant, transfer };
  const content = Key.from<"content">(bytes(32));
  const parametersOf = (memoryMib: number, passes: number, lanes: number) =>
    encodePasswordParameters({ salt: bytes(16), memoryKib: memoryMib * 1024, passes, lanes });

  const accessOf = async (name: string, password?: string): Promise<AccessVector> => {
    const [secret, half, ownSalt] = [bytes(32), bytes(32), salt()];
    const parameters = password === undefined ? undefined : parametersOf(64, 3, 1);
    const key = parameters && (await derivePasswordKey(password ?? "", decodePasswordParameters(parameters)));
    const access = await deriveAccess(place, secret, half, key);
    return {
      name,
      fragment: toBase64url(secret),
      fragment_secret: hex(secret),
      server_half: hex(half),
      password: password ?? null,
      password_parameters: parameters ? hex(parameters) : null,
      password_key: key ? hex(key.expose()) : null,
      access_key: hex(access.key.expose()),
      access_proof: hex(access.proof),
      access_proof_hash: hex(new Uint8Array(await crypto.subtle.digest("SHA-256", access.proof))),
      content_key: hex(content.expose()),
      salt: hex(ownSalt),
      sealed_content_key: hex(await sealContentKey(access.key, place, content, given(ownSalt))),
    };
  };
  // "é" in two characters: the password's key is made of it in NFC.
  const access = [
    await accessOf("without a password"),
    await accessOf("with a password", "Caf\u0065\u0301 & 🔑 12"),
  ];

  const messageOf = async (name: string, plaintext: Bytes): Promise<MessageVector> => {
    const [key, where, ownSalt] = [bytes(32), context("sealpost/vector/1", bytes(16)), salt()];
    const sealed = await sealWith(Key.from<"content">(key), where, plaintext, ownSalt);
    return {
      name,
      key: hex(key),
      context: hex(where),
      salt: hex(ownSalt),
      plaintext: hex(plaintext),
      sealed: hex(sealed),
    };
  };
  const messages = [await messageOf("of some bytes", bytes(100)), await messageOf("of no bytes", bytes(0))];

  const columnOf = async (name: string, text: string): Promise<ColumnVector> => {
    const ownSalt = salt();
    const sealed = await sealText(content, { tenant, row: transfer, name }, text, given(ownSalt));
    const key = hex(content.expose());
    return { name, content_key: key, row: hex(transfer), text, salt: hex(ownSalt), sealed: hex(sealed) };
  };
  const columns = [
    await columnOf("transfers.subject", "Pläne für 2027 \u{1f4c4}"),
    await columnOf("transfers.message", "Dear Anna,\n\nhere they are.\n"),
  ];

  const uploads = [0, 1].map(() => ({ id: bytes(16), key: Key.from<"upload">(bytes(32)) })) as [
    Upload,
    Upload,
  ];
  const [file, fileKey] = [bytes(16), Key.from<"file">(bytes(32))];
  const wrapped_keys: WrappedKey[] = [];
  for (const { id, key } of uploads.slice(0, 1)) {
    const ownSalt = salt();
    const wrapped = await wrapUploadKey(content, { ...place, upload: id }, key, given(ownSalt));
    wrapped_keys.push(wrappedOf("upload_key", content, id, key, ownSalt, wrapped));
  }
  const fileSalt = salt();
  const wrapped = await wrapFileKey(content, { ...place, file }, fileKey, given(fileSalt));
  wrapped_keys.push(wrappedOf("file_key", content, file, fileKey, fileSalt, wrapped));

  const partOf = async (name: string, at: Upload, sequence: number, length: number): Promise<PartVector> => {
    const ownSalt = salt();
    const where = { tenant, upload: at.id, sequence: BigInt(sequence) };
    const sealed = await sealPart(at.key, where, new Blob([plaintextOf(length)]), given(ownSalt));
    const [upload, key] = [hex(at.id), hex(at.key.expose())];
    return { name, upload, key, sequence, length, salt: hex(ownSalt), sealed: hex(sealed.bytes) };
  };
  const parts = [
    await partOf("of three chunks", uploads[0], 0, 40_000),
    await partOf("of exactly one chunk, and an empty one behind it", uploads[0], 7, 16_384),
    await partOf("of no bytes", uploads[1], 0, 0),
  ];

  const manifest = new Manifest({
    name: "Übersicht 🔑.pdf",
    mediaType: "application/pdf",
    crc32: 0xdeadbeef,
    uploads,
    parts: [
      { upload: 0, sequence: 0n, length: 40_000, salt: salt() },
      { upload: 0, sequence: 7n, length: 16_384, salt: salt() },
      { upload: 1, sequence: 2n, length: 64 * 1024 * 1024, salt: salt() },
    ],
  });
  const manifestSalt = salt();
  const sealedManifest = await manifest.seal(fileKey, { ...place, file }, given(manifestSalt));
  const manifests: ManifestVector[] = [
    {
      file: hex(file),
      file_key: hex(fileKey.expose()),
      salt: hex(manifestSalt),
      name: manifest.name,
      media_type: manifest.mediaType,
      length: manifest.length,
      crc32: manifest.crc32,
      uploads: manifest.uploads.map(({ id, key }) => ({ id: hex(id), key: hex(key.expose()) })),
      parts: manifest.parts.map((part) => ({
        ...part,
        sequence: Number(part.sequence),
        salt: hex(part.salt),
      })),
      encoded: hex(manifest.encode()),
      sealed: hex(sealedManifest),
    },
  ];

  const pairs = [await PrivateKey.from(bytes(32)), await PrivateKey.from(bytes(32))] as [
    PrivateKey,
    PrivateKey,
  ];
  const key_pairs: KeyPair[] = [];
  for (const pair of pairs)
    key_pairs.push({
      private_key: hex(pair.expose()),
      public_key: hex(pair.publicKey),
      fingerprint: await fingerprint(pair.publicKey),
    });

  const [receiver, person] = pairs;
  const ownerPlace = { tenant, owner };
  const sealed_to_keys: SealedToKey[] = before?.sealed_to_keys ?? [
    {
      kind: "content_key",
      receiver: hex(receiver.expose()),
      info: hex(contexts.contentKeyTo(place)),
      key: hex(content.expose()),
      sealed: hex(await sealContentKeyTo(receiver.publicKey, place, content)),
    },
    {
      kind: "private_key",
      receiver: hex(receiver.expose()),
      public_key: hex(person.publicKey),
      info: hex(contexts.privateKeyTo(ownerPlace, person.publicKey)),
      key: hex(person.expose()),
      sealed: hex(await sealPrivateKeyTo(receiver.publicKey, ownerPlace, person)),
    },
  ];

  const atRest = async (under: Key<"password"> | Key<"passkey">) => {
    const ownSalt = salt();
    return {
      wrapping_key: hex(under.expose()),
      private_key: hex(person.expose()),
      public_key: hex(person.publicKey),
      context: hex(contexts.privateKey(ownerPlace, person.publicKey)),
      salt: hex(ownSalt),
      sealed: hex(await sealPrivateKey(under, ownerPlace, person, given(ownSalt))),
    };
  };
  const passphrase = "seven rusty gates of the harbour";
  const parameters = parametersOf(19, 2, 1);
  const passphraseKey = await derivePasswordKey(passphrase, decodePasswordParameters(parameters));
  const prfOutput = bytes(32);
  const private_keys_at_rest: PrivateKeyAtRest[] = [
    { kind: "passphrase", passphrase, parameters: hex(parameters), ...(await atRest(passphraseKey)) },
    {
      kind: "passkey",
      prf_input: hex(await passkeyInput(ownerPlace)),
      prf_output: hex(prfOutput),
      ...(await atRest(await passkeyKey(ownerPlace, prfOutput))),
    },
  ];

  const costs = decodePasswordParameters(parameters);
  const texts = {
    private: await writeRecoveryKey(receiver),
    locked: await writeLockedRecoveryKey(receiver, passphraseKey, costs, given(salt())),
    public: await writeRecoveryPublicKey(receiver.publicKey),
  };
  const [private_key, public_key] = [hex(receiver.expose()), hex(receiver.publicKey)];
  const recovery_key_files: RecoveryVector[] = [
    { kind: "private", text: texts.private, passphrase: null, private_key, public_key },
    { kind: "locked", text: texts.locked, passphrase, private_key, public_key },
    { kind: "public", text: texts.public, passphrase: null, private_key: null, public_key },
  ];

  const contentsOf = async (
    name: string,
    what: Pick<ContentsVector, "subject" | "message" | "files">,
  ): Promise<ContentsVector> => {
    const ownSalt = salt();
    const made = await Contents.of(boundOf(what));
    const sealed = await made.seal(content, place, given(ownSalt));
    const [content_key, encoded] = [hex(content.expose()), hex(made.encode())];
    return { name, content_key, ...what, salt: hex(ownSalt), encoded, sealed: hex(sealed) };
  };
  const [subject, message] = columns.map(({ sealed }) => sealed) as [Hex, Hex];
  const first = { id: hex(file), manifest: hex(sealedManifest) };
  const more = () => ({ id: hex(bytes(16)), manifest: hex(bytes(300)) });
  const contents = [
    await contentsOf("with subject, message and three files", {
      subject,
      message,
      files: [first, more(), more()],
    }),
    await contentsOf("of one file without words", { subject: null, message: null, files: [first] }),
    await contentsOf("of a message alone", { subject: null, message, files: [] }),
  ];

  const made: Vectors = {
    form: 1,
    made_by: "web/packages/sealed",
    tenant: hex(tenant),
    transfer: hex(transfer),
    owner: hex(owner),
    access,
    messages,
    columns,
    wrapped_keys,
    parts,
    manifests,
    contents,
    key_pairs,
    sealed_to_keys,
    private_keys_at_rest,
    recovery_key_files,
    refused: [],
  };
  made.refused.push(...refusedOf(made));
  return made;
}

interface Upload {
  readonly id: Bytes;
  readonly key: Key<"upload">;
}

function wrappedOf(
  kind: WrappedKey["kind"],
  content: Key,
  id: Bytes,
  key: Key,
  salt: Bytes,
  wrapped: Bytes,
): WrappedKey {
  return {
    kind,
    content_key: hex(content.expose()),
    id: hex(id),
    key: hex(key.expose()),
    salt: hex(salt),
    wrapped: hex(wrapped),
  };
}

/** What must not open: of another place, with another half, or with a bit flipped. */
function refusedOf(vectors: Vectors): Refused[] {
  const refused: Refused[] = [];
  for (const { name, fragment_secret, server_half, password_key, sealed_content_key } of vectors.access) {
    const { tenant, transfer } = vectors;
    const right = {
      what: "content_key" as const,
      tenant,
      transfer,
      fragment_secret,
      server_half,
      password_key,
    };
    const wrong = (how: string, more: Partial<typeof right>, sealed = sealed_content_key) =>
      refused.push({ ...right, ...more, name: `${name}: ${how}`, sealed });
    wrong("another tenant", { tenant: flipped(tenant, 0) });
    wrong("another transfer", { transfer: flipped(transfer, 15) });
    wrong("another link", { fragment_secret: flipped(fragment_secret, 31) });
    wrong("another server half", { server_half: flipped(server_half, 0) });
    // Without a password, halves that are swapped would be one with a password of none.
    wrong("halves swapped", { fragment_secret: server_half, server_half: fragment_secret });
    wrong("no password, or one where there is none", {
      password_key: password_key === null ? fragment_secret : null,
    });
    for (const at of [0, 24, 56, 103])
      wrong(`a bit of byte ${at} flipped`, {}, flipped(sealed_content_key, at));
    wrong("cut short", {}, sealed_content_key.slice(0, -2));
  }
  for (const { name, key, context, sealed } of vectors.messages) {
    refused.push({ what: "message", name: `${name}: another key`, key: flipped(key, 0), context, sealed });
    refused.push({
      what: "message",
      name: `${name}: another context`,
      key,
      context: flipped(context, 20),
      sealed,
    });
    for (const at of [0, 55, 56, sealed.length / 2 - 1])
      refused.push({
        what: "message",
        name: `${name}: a bit of byte ${at} flipped`,
        key,
        context,
        sealed: flipped(sealed, at),
      });
    refused.push({ what: "message", name: `${name}: longer`, key, context, sealed: `${sealed}00` });
  }
  for (const { salt: _, encoded: __, ...bound } of vectors.contents.slice(0, 1)) {
    const wrong = (how: string, more: Partial<typeof bound>) =>
      refused.push({ what: "contents", ...bound, ...more, name: `${bound.name}: ${how}` });
    const { files, subject, message, sealed } = bound;
    wrong("another key", { content_key: flipped(bound.content_key, 0) });
    wrong("a bit flipped", { sealed: flipped(sealed, 60) });
    wrong("cut short", { sealed: sealed.slice(0, -2) });
    wrong("no subject", { subject: null });
    wrong("no message", { message: null });
    wrong("subject and message swapped", { subject: message, message: subject });
    wrong("a file less", { files: files.slice(1) });
    wrong("a file more", { files: [...files, { id: "00".repeat(16), manifest: "00" }] });
    const changed = files.map(({ id, manifest }) => ({ id, manifest: flipped(manifest, 0) }));
    wrong("another manifest", { files: [...changed.slice(0, 1), ...files.slice(1)] });
    wrong("another file", { files: files.map(({ id, manifest }) => ({ id: flipped(id, 15), manifest })) });
  }
  for (const { kind, receiver, info, sealed } of vectors.sealed_to_keys) {
    const wrong = (how: string, more: Partial<{ receiver: Hex; info: Hex; sealed: Hex }>) =>
      refused.push({ what: "sealed_to_key", name: `${kind}: ${how}`, receiver, info, sealed, ...more });
    wrong("another receiver", { receiver: flipped(receiver, 5) });
    wrong("another tenant", { info: flipped(info, 30) });
    wrong("another transfer, owner or key", { info: flipped(info, info.length / 2 - 1) });
    for (const at of [0, 31, 32, 79]) wrong(`a bit of byte ${at} flipped`, { sealed: flipped(sealed, at) });
    wrong("cut short", { sealed: sealed.slice(0, -2) });
    wrong("of the encapsulated key alone", { sealed: sealed.slice(0, 64) });
  }
  const fragment = vectors.access[0]?.fragment ?? "";
  for (const [name, text] of [
    ["no secret", ""],
    ["cut short", fragment.slice(0, -1)],
    ["with more behind it", `${fragment}A`],
    ["with padding", `${fragment}=`],
    ["with its number sign", `#${fragment}`],
    ["in the other alphabet", `${fragment.slice(0, -3)}+/A`],
  ] as const)
    refused.push({ what: "fragment", name, text });
  const files = Object.fromEntries(vectors.recovery_key_files.map(({ kind, text }) => [kind, text]));
  const whole = files.private ?? "";
  const lines = whole.split("\n");
  const other = vectors.key_pairs[1];
  for (const [name, text] of [
    ["nothing", ""],
    ["another version", whole.replace("key 1", "key 2")],
    ["a line less", [...lines.slice(0, 2), ...lines.slice(3)].join("\n")],
    ["a line more", `${whole}\n`],
    ["lines in another order", [lines[0], lines[2], lines[1], lines[3], ""].join("\n")],
    ["another fingerprint", whole.replace(/fingerprint .*/, `fingerprint ${other?.fingerprint ?? ""}`)],
    [
      "halves of two keys",
      whole.replace(/private .*/, `private ${toBase64url(unhex(other?.private_key ?? ""))}`),
    ],
    ["a public key that is called whole", (files.public ?? "").replace("public key 1", "key 1")],
    ["a whole key that is called public", whole.replace("recovery key", "recovery public key")],
    ["a blank behind a line", whole.replace("\n", " \n")],
    ["a locked key cut short", (files.locked ?? "").replace(/(locked .*)..../, "$1")],
  ] as const)
    refused.push({ what: "recovery_key_file", name, text });
  return refused;
}

function flipped(digits: Hex, at: number): Hex {
  const bytes = unhex(digits);
  bytes[at] = (bytes[at] as number) ^ 1;
  return hex(bytes);
}
