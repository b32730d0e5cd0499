//! A file that is not an object yet.

use std::{
    fs::{self, File},
    io::{self, IoSlice, Write as _},
    path::PathBuf,
};

use bytes::Bytes;

use super::durable::Moment;
use crate::Container;

/// An object's file while it is being written. Dropped before [`Self::keep`], it is removed: nobody reads it, and a full
/// disk wants its room back now. If that fails too, the reconciler finds it.
pub(super) struct Unfinished {
    pub(super) file: File,
    pub(super) path: PathBuf,
    pub(super) container: Container,
    pub(super) shard: String,
    /// From before the file was created.
    pub(super) moment: Moment,
    pub(super) kept: bool,
}

impl Unfinished {
    /// Appends the pieces, one after the other.
    pub(super) fn write(&mut self, pieces: &[Bytes]) -> io::Result<()> {
        let mut slices: Vec<_> = pieces.iter().map(|piece| IoSlice::new(piece)).collect();
        let mut rest = &mut slices[..];
        // Empty pieces at the front would look like a write that made no progress.
        IoSlice::advance_slices(&mut rest, 0);
        while !rest.is_empty() {
            match self.file.write_vectored(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => IoSlice::advance_slices(&mut rest, written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// From now on the file is an object.
    pub(super) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}
