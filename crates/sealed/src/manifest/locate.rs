//! From a range of the file to ranges of its parts.

use std::ops::Range;

use crate::{Error, Manifest, ManifestPart, ManifestUpload, PartContext, PartOpener};

/// A part, and which of its plaintext bytes are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<'a> {
    /// The part's index in the manifest.
    pub index: usize,
    /// The part.
    pub part: &'a ManifestPart,
    /// Its upload.
    pub upload: &'a ManifestUpload,
    /// The wanted plaintext bytes within the part; never empty.
    pub wanted: Range<u64>,
}

impl Manifest {
    /// The parts that hold the bytes `wanted` of the file, in order, each with the range within it. What lies
    /// beyond the end of the file is left out.
    pub fn locate(&self, wanted: Range<u64>) -> impl Iterator<Item = Located<'_>> + Send {
        let first = self.ends.partition_point(|&end| end <= wanted.start);
        (first..self.parts.len())
            .map(move |index| self.located(index, &wanted))
            .take_while(|located| !located.wanted.is_empty())
    }

    fn located(&self, index: usize, wanted: &Range<u64>) -> Located<'_> {
        let part = &self.parts[index];
        let end = self.ends[index];
        let start = end - u64::from(part.length);
        Located {
            index,
            part,
            upload: &self.uploads[usize::from(part.upload)],
            wanted: wanted.start.max(start) - start..wanted.end.clamp(start, end) - start,
        }
    }
}

impl Located<'_> {
    /// The part's place.
    pub fn context(&self, tenant: [u8; 16]) -> PartContext {
        PartContext { tenant, upload: self.upload.id, sequence: self.part.sequence }
    }

    /// An opener of the part, from the first 56 bytes of its object.
    ///
    /// # Errors
    ///
    /// As [`PartOpener::new`].
    pub fn opener(&self, tenant: [u8; 16], header: &[u8]) -> Result<PartOpener, Error> {
        PartOpener::new(&self.upload.key, self.context(tenant), &self.part.salt, self.part.length, header)
    }
}
