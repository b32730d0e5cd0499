//! Uploads of sealed parts: what can be said of them before their first byte.

use sealpost_sealed::{SealedUpload, range};

use crate::{NewUpload, TransferError, UploadMetadata, upload::UploadTarget};

/// Plaintext bytes of parts, as [`range::part_length`] gives them.
const PART_LENGTHS: [u32; 4] = [8 << 20, 16 << 20, 32 << 20, 64 << 20];

impl UploadTarget {
    /// Whether what comes in was sealed by its sender's program.
    pub(crate) const fn is_sealed_by_sender(&self) -> bool {
        self.transfer.row.is_zero_knowledge()
    }

    /// Fails if the upload cannot be one of sealed parts, or something is said of the file that nobody here may know.
    pub(crate) fn check_sealed(&self, new: &NewUpload) -> Result<(), TransferError> {
        if !self.is_sealed_by_sender() {
            return Ok(());
        }
        self.check_unsaid(&new.metadata)?;
        if new.length.is_none() {
            return Err(TransferError::NotSealed(
                "the length of what is sealed is known before it comes: it cannot be deferred",
            ));
        }
        self.sealed_part_length(&new.metadata, new.length).map(drop)
    }

    /// Fails if a client says in the clear what a file is called, or what it is, of which nobody here may know.
    pub(crate) fn check_unsaid(&self, metadata: &UploadMetadata) -> Result<(), TransferError> {
        if self.is_sealed_by_sender() && metadata.names_something() {
            return Err(TransferError::SealedBySender(
                "what the file is called and what it is stands in its sealed manifest, not in Upload-Metadata",
            ));
        }
        Ok(())
    }

    /// Bytes of every part but the last that such an upload brings, sealed by its sender; `None` if the service alone seals.
    /// A slice of a file may have parts of other lengths than a file that is as long: its client says so.
    pub(crate) fn sealed_part_length(
        &self,
        metadata: &UploadMetadata,
        length: Option<u64>,
    ) -> Result<Option<u32>, TransferError> {
        if !self.is_sealed_by_sender() {
            return Ok(None);
        }
        let upload = length.and_then(|length| sealed_upload(length, metadata.part_length()));
        let upload = upload.ok_or(TransferError::NotSealed("no upload of sealed parts has this length"))?;
        u32::try_from(upload.sealed_part_length()).map(Some).map_err(TransferError::internal)
    }
}

/// An upload of so many sealed bytes, of parts as long as its client says, or, if it says nothing, as those of a file that is as
/// long. Just above 64, 128 and 256 GiB some lengths are of two files, with parts of two lengths: there the shorter are meant.
fn sealed_upload(sealed: u64, said: Option<Option<u32>>) -> Option<SealedUpload> {
    let of = |part: u32| SealedUpload::of_sealed(sealed, part);
    match said {
        Some(said) => said.filter(|part| PART_LENGTHS.contains(part)).and_then(of),
        None => {
            let fits =
                |upload: &SealedUpload| range::part_length(Some(upload.length())) == upload.part_length();
            PART_LENGTHS.into_iter().filter_map(of).find(fits)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    fn part_of(sealed: u64) -> Option<u32> {
        sealed_upload(sealed, None).map(|upload| upload.part_length())
    }

    #[test]
    fn a_length_says_how_long_the_parts_are() {
        for (length, part) in
            [(0, 8), (1, 8), (64 * GIB, 8), (65 * GIB, 16), (129 * GIB, 32), (257 * GIB, 64)]
        {
            assert_eq!(part_of(SealedUpload::of_file(length).sealed_length()), Some(part << 20), "{length}");
        }
        for sealed in [1, 72, range::object_length(8 << 20) + 72] {
            assert_eq!(part_of(sealed), None, "{sealed}");
        }
    }

    #[test]
    fn what_a_client_says_of_its_parts_counts() {
        let sealed = 3 * range::object_length(16 << 20);
        assert_eq!(sealed_upload(sealed, Some(Some(16 << 20))).map(|upload| upload.length()), Some(48 << 20));
        for said in [Some(4 << 20), Some(0), None] {
            assert_eq!(sealed_upload(3 * range::object_length(4 << 20), Some(said)), None, "{said:?}");
        }
    }

    #[test]
    fn the_longest_part_is_a_part_sealed_once_more() {
        let longest = SealedUpload::new(1, 64 << 20).map(|upload| upload.sealed_part_length());
        assert_eq!(longest, Some(u64::from(range::MAX_PART_LENGTH)));
    }
}
