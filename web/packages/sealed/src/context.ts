/**
 * Contexts: what a sealed thing is and where it belongs. All begin with a label that ends in a zero byte; what follows has a
 * fixed length, or says its length. So no two places have the same context.
 */
import { type Bytes, join, uint16, uint64, utf8 } from "./bytes.ts";

/** The 16 bytes of a UUID. */
export type Id = Uint8Array;

/** The place of a transfer. */
export interface TransferPlace {
  readonly tenant: Id;
  readonly transfer: Id;
}

/** The place of a part. */
export interface PartPlace {
  readonly tenant: Id;
  readonly upload: Id;
  /** The part's number within the upload. */
  readonly sequence: bigint;
}

/** The place of a manifest, or of a file's key. */
export interface FilePlace extends TransferPlace {
  readonly file: Id;
}

/** The place of an upload's key. */
export interface UploadPlace extends TransferPlace {
  readonly upload: Id;
}

/** The place of a sealed column: `name` is table and column, such as `transfers.subject`. */
export interface ColumnPlace {
  readonly tenant: Id;
  readonly row: Id;
  readonly name: string;
}

/** Whose a key pair is: a user, a team, or the tenant. */
export interface OwnerPlace {
  readonly tenant: Id;
  readonly owner: Id;
}

/** The bytes of an id as the API writes it; nothing else is one. */
export function readId(uuid: string): Bytes {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid)) throw new RangeError("not an id");
  const digits = uuid.replaceAll("-", "").match(/../g) ?? [];
  return Uint8Array.from(digits, (two) => Number.parseInt(two, 16));
}

/** `label 0x00 fields`. */
export function context(label: string, ...fields: readonly Uint8Array[]): Bytes {
  return join(utf8(label), [0], ...fields);
}

function id(bytes: Id): Id {
  if (bytes.length !== 16) throw new RangeError("an id has 16 bytes");
  return bytes;
}

function prefixed(name: string): Bytes {
  const bytes = utf8(name);
  if (bytes.length > 0xffff) throw new RangeError("a name of more than 65,535 bytes");
  return join(uint16(bytes.length), bytes);
}

export const contexts = {
  accessKey: (place: TransferPlace) => ofTransfer("sealpost/access-key/1", place),
  accessProof: (place: TransferPlace) => ofTransfer("sealpost/access-proof/1", place),
  column: ({ tenant, row, name }: ColumnPlace) =>
    context("sealpost/column/1", id(tenant), id(row), prefixed(name)),
  contentKeyTo: (place: TransferPlace) => ofTransfer("sealpost/content-key-to/1", place),
  /** What is hashed of a transfer's files begins so; it is no place. */
  contents: () => context("sealpost/contents/1"),
  fileKey: (place: FilePlace) => ofTransfer("sealpost/file-key/1", place, id(place.file)),
  fingerprint: (publicKey: Uint8Array) => context("sealpost/public-key/1", publicKey),
  manifest: (place: FilePlace) => ofTransfer("sealpost/manifest/1", place, id(place.file)),
  part: ({ tenant, upload, sequence }: PartPlace) =>
    context("sealpost/part/1", id(tenant), id(upload), uint64(sequence)),
  passkeyKey: (place: OwnerPlace) => ofOwner("sealpost/passkey-key/1", place),
  passkeyInput: (place: OwnerPlace) => ofOwner("sealpost/passkey-prf/1", place),
  privateKey: (place: OwnerPlace, publicKey: Uint8Array) =>
    ofOwner("sealpost/private-key/1", place, publicKey),
  privateKeyTo: (place: OwnerPlace, publicKey: Uint8Array) =>
    ofOwner("sealpost/private-key-to/1", place, publicKey),
  recoveryKey: (publicKey: Uint8Array) => context("sealpost/recovery-key/1", publicKey),
  sealedContentKey: (place: TransferPlace) => ofTransfer("sealpost/sealed-content-key/1", place),
  uploadKey: (place: UploadPlace) => ofTransfer("sealpost/upload-key/1", place, id(place.upload)),
};

function ofTransfer(label: string, place: TransferPlace, ...fields: readonly Uint8Array[]): Bytes {
  return context(label, id(place.tenant), id(place.transfer), ...fields);
}

function ofOwner(label: string, place: OwnerPlace, ...fields: readonly Uint8Array[]): Bytes {
  return context(label, id(place.tenant), id(place.owner), ...fields);
}
