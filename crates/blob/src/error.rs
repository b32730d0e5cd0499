//! Why a store did not do what it was asked.

use std::io;

type Source = Box<dyn std::error::Error + Send + Sync + 'static>;

/// A store's refusal or failure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlobError {
    /// There is an object of this key already. It was not changed.
    #[error("the object exists already")]
    AlreadyExists,
    /// No room: disk, quota or size limit. Trying again helps only after somebody made room.
    #[error("the store is full")]
    Full(#[source] Source),
    /// No object of this key, or no such container.
    #[error("no such object or container")]
    NotFound,
    /// The object has fewer bytes than were asked for: it is damaged, or the caller's length is wrong.
    #[error("the object ends before byte {wanted}")]
    Truncated {
        /// The end of the range that was asked for.
        wanted: u64,
    },
    /// The store does not answer or fails in a way that may pass. Trying again later is worthwhile.
    #[error("the store is unavailable")]
    Unavailable(#[source] Source),
    /// Anything else: a wrong permission, a wrong configuration, a bug.
    #[error("the store failed")]
    Other(#[source] Source),
}

impl BlobError {
    /// [`BlobError::Full`] with its cause.
    pub fn full(source: impl Into<Source>) -> Self {
        Self::Full(source.into())
    }

    /// [`BlobError::Unavailable`] with its cause.
    pub fn unavailable(source: impl Into<Source>) -> Self {
        Self::Unavailable(source.into())
    }

    /// [`BlobError::Other`] with its cause.
    pub fn other(source: impl Into<Source>) -> Self {
        Self::Other(source.into())
    }

    /// Whether the same call may succeed later without anybody's help.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{
            AlreadyExists, FileTooLarge, Interrupted, NotFound, OutOfMemory, QuotaExceeded,
            ReadOnlyFilesystem, ResourceBusy, StaleNetworkFileHandle, StorageFull, TimedOut, WouldBlock,
        };
        match error.kind() {
            AlreadyExists => Self::AlreadyExists,
            NotFound => Self::NotFound,
            // A file over the process's size limit (RLIMIT_FSIZE) is an administrator's quota, too.
            StorageFull | QuotaExceeded | FileTooLarge => Self::full(error),
            Interrupted
            | OutOfMemory
            | ReadOnlyFilesystem
            | ResourceBusy
            | StaleNetworkFileHandle
            | TimedOut
            | WouldBlock => Self::unavailable(error),
            _ if error.raw_os_error().is_some_and(is_transient_number) => Self::unavailable(error),
            _ => Self::other(error),
        }
    }
}

/// Errors of the operating system that have no [`io::ErrorKind`] of their own and may pass.
fn is_transient_number(errno: i32) -> bool {
    use rustix::io::Errno;
    [Errno::IO, Errno::MFILE, Errno::NFILE, Errno::NODEV, Errno::NXIO]
        .iter()
        .any(|transient| transient.raw_os_error() == errno)
}

#[cfg(test)]
mod tests {
    use rustix::io::Errno;

    use super::*;

    #[test]
    fn numbers_of_the_operating_system_say_what_the_caller_can_do() {
        let error = |errno: Errno| BlobError::from(io::Error::from(errno));
        for full in [Errno::NOSPC, Errno::DQUOT, Errno::FBIG] {
            assert!(matches!(error(full), BlobError::Full(_)), "{full}");
        }
        for transient in [Errno::IO, Errno::MFILE, Errno::NFILE, Errno::NOMEM, Errno::STALE, Errno::ROFS] {
            assert!(error(transient).is_transient(), "{transient}");
        }
        for other in
            [Errno::ACCESS, Errno::PERM, Errno::LOOP, Errno::ISDIR, Errno::NOTDIR, Errno::NAMETOOLONG]
        {
            assert!(matches!(error(other), BlobError::Other(_)), "{other}");
        }
        assert!(matches!(error(Errno::NOENT), BlobError::NotFound));
        assert!(matches!(error(Errno::EXIST), BlobError::AlreadyExists));
    }
}
