//! Sealpost's file format, key wrapping, password keys and range arithmetic: bytes in, bytes out.
//!
//! Nothing here does I/O, reads a clock or waits. `docs/file-format.md` specifies the bytes, so that a stored
//! file can be read without this crate. From the bottom up:
//!
//! - [`Aes256Gcm`]: the cipher behind a trait, [`AwsLc`] in production, [`Portable`] as oracle;
//! - [`message`]: Cobblestone-256 (c2sp.org/chunked-encryption), the one primitive that seals everything stored;
//! - [`PartSealer`], [`PartOpener`]: the stored objects of a file, in and out in pieces;
//! - [`Manifest`]: which parts make a file, in order;
//! - [`range`]: from plaintext offsets to bytes of objects, without looking at any;
//! - typed keys, each of which wraps only the keys below it, in a context of its own type;
//! - [`Access`], [`Contents`], [`PublicKey`], [`SealedUpload`]: what senders and receivers seal so that the service cannot read it.

pub mod crc32;
pub mod merkle;
pub mod message;
pub mod range;

mod aead;
mod column;
mod commitment;
mod context;
mod error;
mod grant;
mod hkdf;
mod key;
mod manifest;
mod note;
mod part;
mod password;
mod random;
mod record;
mod root;
mod salt;
mod signature;
mod wrap;
mod zero_knowledge;

pub use aead::{Aes256Gcm, AwsLc, Portable};
pub use column::Column;
pub use commitment::commitment;
pub use context::{
    ContentKeyContext, FileKeyContext, ManifestContext, PartContext, PrivateKeyContext, TransferKeyContext,
    UploadKeyContext,
};
pub use error::Error;
pub use key::{
    AccessKey, AccessProof, ContentKey, EpochKey, FileKey, FragmentSecret, GrantKey, KEY_LENGTH, PasskeyKey,
    PasswordKey, PrivateKey, RootKey, ServerHalf, SigningKey, TenantKey, TransferKey, UploadKey,
};
pub use manifest::{Located, Manifest, ManifestPart, ManifestUpload};
pub use note::{Checkpoint, NoteVerifier, split_notes};
pub use part::{Buffers, PartOpener, PartSealer, SealedPart};
pub use password::{PasswordMemory, PasswordParameters};
pub use random::{Random, SystemRandom, random_bytes};
pub use record::{RecordHeader, TransferRecordContext};
pub use root::RootContext;
pub use salt::{SALT_LENGTH, Salt};
pub use signature::{SIGNATURE_LENGTH, VerifyingKey};
pub use wrap::WRAPPED_KEY_LENGTH;
pub use zero_knowledge::{
    Access, AccessProofHash, Contents, Fingerprint, KEY_TO_LENGTH, LockedRecoveryKey, OtherContents,
    PublicKey, RecoveryKeyFile, SealedUpload, looks_sealed,
};
// The opened bytes of secrets are handed out in it.
pub use zeroize::Zeroizing;
