//! Copying the parts of a transfer's files: those that the copy lacks, a window at a time.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use futures_util::future;
use sealpost_blob::{BlobError, Container, ObjectKey};
use sealpost_db::{File, Transfer};
use sealpost_domain::UploadId;
use sealpost_sealed::range;

use super::{Reached, Replicated, Wanted, Work};
use crate::{
    Service, TransferError,
    stored::{StoredPart, named_parts},
};

/// Stored bytes in memory for one transfer at a time: two parts of the usual length. A single part may be larger (64 MiB).
const WINDOW_BYTES: u64 = 2 * range::object_length(8 << 20);
/// Parts in a window.
const WINDOW_PARTS: usize = 8;

/// What has come of copying parts.
pub(super) enum Copied {
    /// Everything that is there was copied; so many parts are not.
    All {
        lost: u64,
    },
    Stopped(Reached),
}

impl Service {
    /// Copies what the copy lacks of the transfer's files. Between windows it looks whether that is still wanted.
    pub(super) async fn copy_parts(
        &self,
        work: &Work<'_>,
        row: &Transfer,
        counts: &mut Replicated,
    ) -> Result<Copied, TransferError> {
        let files = self.db().read().await?.files_of_transfer(row.id).await?;
        let prefixes = self.db().read().await?.file_prefixes(row.id).await?;
        let there = self.sizes(&work.copy, &prefixes).await?;
        let (wanted, mut lost) = self.wanted_parts(work, row, &files, &prefixes).await?;
        let mut missing = Vec::new();
        for part in wanted {
            match there.get(&part.key) {
                Some(size) if *size == part.size => {}
                Some(_) => {
                    // Torn by a crash. Nobody reads it: what was put first would stay.
                    self.blobs().delete(&work.copy, &part.key).await?;
                    missing.push(part);
                }
                None => missing.push(part),
            }
        }
        for window in windows(missing) {
            lost += self.copy_window(work, &window, counts).await?;
            match self.still_wanted(work).await? {
                Wanted::Yes(row) if row.blocked_at.is_some() => break,
                Wanted::Yes(_) if self.now() >= work.until => {
                    return Ok(Copied::Stopped(Reached::Later(self.now())));
                }
                Wanted::Yes(_) => {}
                stopped => return Ok(Copied::Stopped(self.stop(work, stopped).await?)),
            }
        }
        self.clear_removed(work, row, &prefixes).await?;
        Ok(Copied::All { lost })
    }

    /// Copies these parts at once, and says how many of them are lost.
    async fn copy_window(
        &self,
        work: &Work<'_>,
        window: &[StoredPart],
        counts: &mut Replicated,
    ) -> Result<u64, TransferError> {
        let wait = self.pace().turn(window.iter().map(|part| part.size).sum(), self.now());
        tokio::time::sleep(wait).await;
        let mut lost = 0;
        for (part, copied) in
            window.iter().zip(future::join_all(window.iter().map(|part| self.copy_part(work, part))).await)
        {
            if copied? {
                counts.parts += 1;
                counts.bytes += part.size;
            } else {
                lost += 1;
                let transfer = work.due.subject_id;
                tracing::error!(%transfer, object = %part.key, "a part is lost or damaged; it cannot be copied");
            }
        }
        Ok(lost)
    }

    /// `false` if there is no such part any more, or it is not what it was.
    async fn copy_part(&self, work: &Work<'_>, part: &StoredPart) -> Result<bool, TransferError> {
        let object = match self.blobs().get(&work.container, &part.key, 0..part.size).await {
            Err(BlobError::NotFound | BlobError::Truncated { .. }) => return Ok(false),
            got => got?,
        };
        if !part.begins(work.due.tenant_id, &object) {
            return Ok(false);
        }
        match self.put_part(work, part, object.clone()).await {
            Err(BlobError::NotFound) => {
                self.make_copy_container(work.due.tenant_id, &work.copy).await?;
                self.put_part(work, part, object).await?;
            }
            put => put?,
        }
        Ok(true)
    }

    async fn put_part(&self, work: &Work<'_>, part: &StoredPart, object: Bytes) -> Result<(), BlobError> {
        match self.blobs().put(&work.copy, &part.key, vec![object]).await {
            // By somebody whose claim has ended: the same bytes.
            Err(BlobError::AlreadyExists) => Ok(()),
            put => put,
        }
    }

    /// What the copy is to have, and how much of it is lost already. The manifests say it; of files that a password protects,
    /// which nobody here can open, it is what lies under their prefixes.
    async fn wanted_parts(
        &self,
        work: &Work<'_>,
        row: &Transfer,
        files: &[File],
        prefixes: &[UploadId],
    ) -> Result<(Vec<StoredPart>, u64), TransferError> {
        let transfer = self.unlock(row.clone()).await?;
        if let Some(parts) = named_parts(&transfer, files)? {
            return Ok((parts, 0));
        }
        let mut parts = Vec::new();
        let mut numbers = HashSet::new();
        for (key, size) in self.sizes(&work.container, prefixes).await? {
            if range::plain_length(size).is_some() {
                numbers.insert((key.upload, key.sequence));
                parts.push(StoredPart::without_key(key, size));
            }
        }
        let expected: u64 = files.iter().map(|file| file.objects).sum();
        Ok((parts, expected.saturating_sub(numbers.len() as u64)))
    }

    /// What a container has of these; nothing if there is no such container.
    pub(crate) async fn sizes(
        &self,
        container: &Container,
        prefixes: &[UploadId],
    ) -> Result<HashMap<ObjectKey, u64>, TransferError> {
        match self.sizes_under(container, prefixes).await {
            Err(BlobError::NotFound) => Ok(HashMap::new()),
            sizes => Ok(sizes?),
        }
    }

    /// Takes away again what was taken out of a draft while it was being copied.
    async fn clear_removed(
        &self,
        work: &Work<'_>,
        row: &Transfer,
        copied: &[UploadId],
    ) -> Result<(), TransferError> {
        let now = self.db().read().await?.file_prefixes(row.id).await?;
        let gone: Vec<_> = copied.iter().filter(|prefix| !now.contains(prefix)).copied().collect();
        if gone.is_empty() { Ok(()) } else { self.clear_copy(&work.copy, &gone).await }
    }
}

/// What is copied at once: as many as fit into a window, at least one.
fn windows(parts: Vec<StoredPart>) -> Vec<Vec<StoredPart>> {
    let mut windows: Vec<Vec<StoredPart>> = Vec::new();
    let mut bytes = 0;
    for part in parts {
        match windows.last_mut() {
            Some(window) if window.len() < WINDOW_PARTS && bytes + part.size <= WINDOW_BYTES => {
                bytes += part.size;
                window.push(part);
            }
            _ => {
                bytes = part.size;
                windows.push(vec![part]);
            }
        }
    }
    windows
}

#[cfg(test)]
mod tests {
    use sealpost_domain::Timestamp;

    use super::*;

    /// How many parts of these plaintext lengths each window has.
    fn counts(lengths: &[u64]) -> Vec<usize> {
        let upload = UploadId::new(Timestamp::from_unix_millis(1_800_000_000_000), [1; 10]);
        let part = |(sequence, length): (usize, &u64)| {
            let key = ObjectKey::new(upload, sequence as u64, [2; 8]);
            StoredPart::without_key(key, range::object_length(*length))
        };
        let parts = lengths.iter().enumerate().map(part).collect();
        windows(parts).iter().map(Vec::len).collect()
    }

    #[test]
    fn two_parts_of_the_usual_length_are_copied_at_once() {
        assert_eq!(counts(&[8 << 20; 5]), [2, 2, 1]);
    }

    #[test]
    fn a_part_that_is_longer_than_a_window_has_one_of_its_own() {
        assert_eq!(counts(&[64 << 20, 64 << 20, 1, 1]), [1, 1, 2]);
    }

    #[test]
    fn of_short_parts_no_more_are_asked_for_at_once_than_a_window_has_places() {
        assert_eq!(counts(&[1; 20]), [8, 8, 4]);
        assert!(counts(&[]).is_empty());
    }
}
