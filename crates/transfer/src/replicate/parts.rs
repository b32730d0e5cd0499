//! Copying the parts of a transfer's files: those that the copy lacks, a window at a time.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use futures_util::{TryStreamExt as _, future};
use sealpost_blob::{BlobError, Container, ObjectKey};
use sealpost_db::{File, Transfer};
use sealpost_domain::UploadId;
use sealpost_sealed::{PartOpener, Salt, UploadKey, range};

use super::{Reached, Replicated, Wanted, Work};
use crate::{Service, TransferError, unlock::Unlocked};

/// Stored bytes in memory for one transfer at a time; a single part may be larger (64 MiB).
const WINDOW_BYTES: u64 = 16 << 20;
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

/// A part that the copy is to have.
struct Part {
    key: ObjectKey,
    /// Its stored bytes.
    size: u64,
    /// What it is checked with; nobody has that where a password protects the manifest.
    sealed_with: Option<(UploadKey, Salt, u32)>,
}

impl Part {
    /// Whether these are its bytes, as far as can be told without opening all of it.
    fn is_whole(&self, work: &Work<'_>, object: &[u8]) -> bool {
        let Some(header) = object.get(..range::HEADER_LENGTH) else { return false };
        match &self.sealed_with {
            None => header.starts_with(&self.key.attempt),
            Some((key, salt, length)) => {
                let context = sealpost_sealed::PartContext {
                    tenant: work.due.tenant_id.into_bytes(),
                    upload: self.key.upload.into_bytes(),
                    sequence: self.key.sequence,
                };
                PartOpener::new(key, context, salt, *length, header).is_ok()
            }
        }
    }
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
        let mut window: Vec<Part> = Vec::new();
        let mut bytes = 0;
        let mut missing = missing.into_iter().peekable();
        while let Some(part) = missing.next() {
            bytes += part.size;
            window.push(part);
            let is_full = window.len() == WINDOW_PARTS
                || missing.peek().is_none_or(|next| bytes + next.size > WINDOW_BYTES);
            if !is_full {
                continue;
            }
            lost += self.copy_window(work, &window, counts).await?;
            window.clear();
            bytes = 0;
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
        window: &[Part],
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
    async fn copy_part(&self, work: &Work<'_>, part: &Part) -> Result<bool, TransferError> {
        let object = match self.blobs().get(&work.container, &part.key, 0..part.size).await {
            Err(BlobError::NotFound | BlobError::Truncated { .. }) => return Ok(false),
            got => got?,
        };
        if !part.is_whole(work, &object) {
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

    async fn put_part(&self, work: &Work<'_>, part: &Part, object: Bytes) -> Result<(), BlobError> {
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
    ) -> Result<(Vec<Part>, u64), TransferError> {
        let transfer = self.unlock(row.clone()).await?;
        if transfer.content_key()?.is_some() {
            return Ok((manifest_parts(&transfer, files)?, 0));
        }
        let mut parts = Vec::new();
        let mut numbers = HashSet::new();
        for (key, size) in self.sizes(&work.container, prefixes).await? {
            if range::plain_length(size).is_some() {
                numbers.insert((key.upload, key.sequence));
                parts.push(Part { key, size, sealed_with: None });
            }
        }
        let expected: u64 = files.iter().map(|file| file.objects).sum();
        Ok((parts, expected.saturating_sub(numbers.len() as u64)))
    }

    /// The objects that a container has under these prefixes, records apart; none if there is no such container.
    pub(crate) async fn sizes(
        &self,
        container: &Container,
        prefixes: &[UploadId],
    ) -> Result<HashMap<ObjectKey, u64>, TransferError> {
        let mut sizes = HashMap::new();
        for prefix in prefixes {
            let mut listed = self.blobs().list(container, Some(*prefix));
            loop {
                match listed.try_next().await {
                    Ok(Some(object)) => {
                        let part = object.key.filter(|key| key.sequence != super::RECORD_SEQUENCE);
                        sizes.extend(part.map(|key| (key, object.size)));
                    }
                    Ok(None) => break,
                    Err(BlobError::NotFound) => return Ok(sizes),
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(sizes)
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

fn manifest_parts(transfer: &Unlocked, files: &[File]) -> Result<Vec<Part>, TransferError> {
    let Some(content_key) = transfer.content_key()? else { return Ok(Vec::new()) };
    let mut parts = Vec::new();
    for file in files {
        let manifest = transfer.manifest(&content_key, file)?;
        for part in manifest.parts() {
            let upload = manifest.uploads().get(usize::from(part.upload)).ok_or(TransferError::Damaged)?;
            let id = UploadId::from(uuid::Uuid::from_bytes(upload.id));
            parts.push(Part {
                key: ObjectKey::new(id, part.sequence, part.salt.attempt()),
                size: range::object_length(u64::from(part.length)),
                sealed_with: Some((upload.key.clone(), part.salt, part.length)),
            });
        }
    }
    Ok(parts)
}
