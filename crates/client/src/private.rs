//! Files that nobody but their owner reads.

use std::fs::{File, OpenOptions};

/// Options with which a file that is made is its owner's alone.
#[cfg(unix)]
pub(crate) fn options() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    options.mode(0o600);
    options
}

/// Elsewhere the folder says who reads what is in it.
#[cfg(not(unix))]
pub(crate) fn options() -> OpenOptions {
    File::options()
}
