//! Why a vault did not do what it was asked, and what the operator can do about it.

use std::{io, path::PathBuf};

use crate::KeyId;

type Source = Box<dyn std::error::Error + Send + Sync + 'static>;

/// A vault's refusal or failure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// A root key was to be created where one exists.
    #[error("there is a root key already: {}. Creating another one would make what it wrapped unreadable", path.display())]
    AlreadyExists {
        /// The key file.
        path: PathBuf,
    },
    /// A key file that is incomplete, was changed by hand, or carries another version than its name.
    #[error("{} is damaged: restore it from its backup (if it was never used, delete it and create the root key again)", path.display())]
    Damaged {
        /// The key file.
        path: PathBuf,
    },
    /// The vault does not let us do it, or the way in is configured wrongly. Somebody has to change that.
    #[error("{0}")]
    Denied(String),
    /// The version of the root key that wraps cannot be retired.
    #[error("{key} is the version of the root key that wraps: make a new one first (`sealpost keys rotate`)")]
    Current {
        /// The version.
        key: KeyId,
    },
    /// A root key was to be created in a vault that has it.
    #[error(
        "{key} is in the vault already. Creating it anew would make what it wrapped unreadable; `sealpost keys rotate` makes a new version of it"
    )]
    Exists {
        /// The root key.
        key: String,
    },
    /// The key directory is part of what is stored and backed up, so that who gets the data gets the key.
    #[error("the root key's directory {} must not lie inside {}: move it elsewhere, and back it up apart", dir.display(), data.display())]
    InsideData {
        /// The key directory.
        dir: PathBuf,
        /// The directory around it.
        data: PathBuf,
    },
    /// The operating system refused.
    #[error("{}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// Others may read or change the file or directory, or its mode is odd otherwise.
    #[error("{0} has mode {found:04o} instead of {wanted:04o}: make sure that nobody else has read the key, then `chmod {wanted:o} {0}`", path.display())]
    Mode {
        /// The file or directory.
        path: PathBuf,
        /// Its mode.
        found: u32,
        /// The only mode that will do.
        wanted: u32,
    },
    /// The vault has no such root key.
    #[error(
        "there is no root key {key} in the vault: correct `[vault]`, restore the key from its backup, or, if this is the first run, create it (`sealpost keys create`)"
    )]
    Missing {
        /// The root key.
        key: String,
    },
    /// There is no root key yet, or the wrong directory was named.
    #[error("there is no root key in {}: restore it from its backup, or create one if this is the first run", dir.display())]
    NoKey {
        /// The key directory.
        dir: PathBuf,
    },
    /// Neither a plain file nor a plain directory where one is expected; above all a symbolic link.
    #[error("{} must be a plain {wanted}, no symbolic link: put the {wanted} itself there", path.display())]
    NotPlain {
        /// What is not one.
        path: PathBuf,
        /// `file` or `directory`.
        wanted: &'static str,
    },
    /// The file or directory belongs to another user, who could read or change it.
    #[error("{0} belongs to user {found}, but this runs as user {wanted}: `chown {wanted} {0}`, or run as its owner", path.display())]
    Owner {
        /// The file or directory.
        path: PathBuf,
        /// Its owner's number.
        found: u32,
        /// The number of the user as whom this runs.
        wanted: u32,
    },
    /// Wrapped for another place or under another root key, or damaged.
    #[error("the wrapped secret does not open here")]
    Refused(#[source] sealpost_sealed::Error),
    /// The secret is longer than [`crate::MAX_SECRET_LENGTH`].
    #[error("a secret of {length} bytes is too long")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// The vault does not answer, or fails in a way that may pass.
    #[error("the vault is unavailable")]
    Unavailable(#[source] Source),
    /// Wrapped under a version of the root key that this vault does not have.
    #[error("wrapped under the root key {key}, which is not in the vault: restore it from its backup")]
    UnknownKey {
        /// The version.
        key: KeyId,
    },
}

impl VaultError {
    /// Whether the same call may succeed later without anybody's help.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}
