/**
 * What is sealed and opened where the service cannot read it. `docs/file-format.md` specifies the bytes; `crates/sealed` makes the
 * same. What takes long (parts, passwords) is for the worker, which `@sealpost/sealed/sealer` starts.
 */
export { type Access, deriveAccess, openContentKey, SERVER_HALF_LENGTH, sealContentKey } from "./access.ts";
export type { Bytes } from "./bytes.ts";
export { openText, sealText } from "./columns.ts";
export { type Bound, type BoundFile, CONTENTS_LENGTH, Contents } from "./contents.ts";
export {
  type ColumnPlace,
  type FilePlace,
  type Id,
  type OwnerPlace,
  type PartPlace,
  readId,
  type TransferPlace,
  type UploadPlace,
} from "./context.ts";
export { combine, crc32 } from "./crc32.ts";
export { type Fault, SealedError } from "./error.ts";
export {
  type AccessKey,
  type ContentKey,
  type FileKey,
  KEY_LENGTH,
  Key,
  type PasskeyKey,
  type PasswordKey,
  type UploadKey,
} from "./key.ts";
export {
  fingerprint,
  openContentKeyWith,
  openPrivateKey,
  openPrivateKeyWith,
  passkeyInput,
  passkeyKey,
  sealContentKeyTo,
  sealPrivateKey,
  sealPrivateKeyTo,
} from "./keys.ts";
export { type Located, Manifest, type ManifestPart, type ManifestUpload } from "./manifest.ts";
export { PartOpener, type SealedPart, sealPart } from "./part.ts";
export {
  decodePasswordParameters,
  derivePasswordKey,
  encodePasswordParameters,
  isOutdated,
  newPasswordParameters,
  type PasswordParameters,
} from "./password.ts";
export { type Random, systemRandom } from "./random.ts";
export {
  HEADER_LENGTH,
  type ObjectRange,
  objectLength,
  objectRange,
  type PartSpan,
  partCount,
  partHolding,
  partLength,
  partSpan,
  plainLength,
  uploadLength,
} from "./range.ts";
export {
  type RecoveryFile,
  readRecoveryFile,
  unlockRecoveryKey,
  writeLockedRecoveryKey,
  writeRecoveryKey,
  writeRecoveryPublicKey,
} from "./recovery.ts";
export { fromBase64url, newFragmentSecret, readFragment, toBase64url } from "./secret.ts";
export { unwrapFileKey, unwrapUploadKey, WRAPPED_KEY_LENGTH, wrapFileKey, wrapUploadKey } from "./wrap.ts";
export { PrivateKey } from "./x25519.ts";
