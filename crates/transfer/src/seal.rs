//! When the last byte is in: the manifest, and with it a file.

use bytes::Bytes;
use sealpost_db::{File, Part, Tx};
use sealpost_domain::{FileId, TransferEvent, UploadId};
use sealpost_sealed::{FileKey, Manifest, ManifestPart, ManifestUpload, Salt, UploadKey, crc32};

use crate::{Service, TransferError, UploadMetadata, audit::By, upload::UploadTarget};

/// What a file is made of.
pub(crate) struct Sealing<'a> {
    pub(crate) file: FileId,
    pub(crate) metadata: &'a UploadMetadata,
    pub(crate) uploads: Vec<(UploadId, UploadKey)>,
    /// In the order of the file; each names one of the uploads.
    pub(crate) parts: Vec<Part>,
}

impl Service {
    /// The row of a file that is complete: its manifest under a key of its own, that under the content key. Before, it is
    /// looked into; `head` are its first bytes, as far as they are in memory.
    ///
    /// # Errors
    /// [`TransferError::TypeRefused`] if the tenant's rules do not let it be sent.
    pub(crate) async fn seal_file(
        &self,
        target: &UploadTarget,
        sealing: &Sealing<'_>,
        head: Bytes,
    ) -> Result<File, TransferError> {
        let (place, random) = (target.place(), self.random());
        let manifest = manifest(sealing)?;
        let found = match target.is_sealed_by_sender() {
            false => Some(self.inspect(target, sealing.file, &manifest, head).await?),
            // There is nothing to be seen.
            true => None,
        };
        let file_key = FileKey::generate(random);
        let metadata_place = place.metadata(UploadId::from(sealing.file));
        Ok(File {
            id: sealing.file,
            tenant_id: place.tenant,
            transfer_id: place.transfer,
            file_key: target.content_key.wrap_file_key(&file_key, place.file_key(sealing.file), random),
            metadata: target.content_key.seal_column(
                metadata_place,
                sealing.metadata.header().as_bytes(),
                random,
            ),
            length: manifest.length(),
            objects: manifest.parts().len() as u64,
            manifest: manifest.seal(&file_key, place.manifest(sealing.file), random),
            created_at: self.now(),
            kind: found.as_ref().map(|found| found.kind.to_owned()),
            findings: found.map(|found| found.sealed),
            scan: None,
            sender_file_key: None,
            sender_manifest: None,
            stated_kinds: None,
            stated_policy: None,
        })
    }

    /// Takes places for files and room for bytes, within the tenant's bounds and only while it is a draft.
    pub(crate) async fn reserve(
        &self,
        tx: &mut Tx,
        target: &UploadTarget,
        files: u64,
        bytes: u64,
    ) -> Result<(), TransferError> {
        let (policy, transfer) = (&target.policy, target.place().transfer);
        if tx.reserve(transfer, files, bytes, policy.max_files, policy.max_transfer_bytes).await? {
            return check_quotas(tx, target).await;
        }
        // Why not? Only now is the question worth a query.
        let row =
            tx.transfer_for_update(target.place().tenant, transfer).await?.ok_or(TransferError::NotFound)?;
        row.state.at(self.now(), row.expires_at).after(TransferEvent::Seal)?;
        if row.file_count + files > policy.max_files {
            return Err(TransferError::TooManyFiles(policy.max_files));
        }
        Err(TransferError::TooLarge(policy.max_transfer_bytes.saturating_sub(row.byte_count)))
    }
}

/// Fails if the tenant's transfers, or those of the sender, hold more than they may now that the room is taken.
async fn check_quotas(tx: &mut Tx, target: &UploadTarget) -> Result<(), TransferError> {
    let (policy, tenant) = (&target.policy, target.place().tenant);
    let (own, of_all) = match target.by {
        By::Uploader => ("the recipient's", "the recipient's organisation's"),
        By::User(_) => ("yours", "your organisation's"),
    };
    if let Some(most) = policy.sender_quota_bytes
        && tx.bytes_held_by(tenant, target.transfer.row.sender_id).await? > most
    {
        return Err(TransferError::QuotaUsedUp(own));
    }
    if let Some(most) = policy.quota_bytes
        && tx.bytes_held(tenant).await? > most
    {
        return Err(TransferError::QuotaUsedUp(of_all));
    }
    Ok(())
}

fn manifest(sealing: &Sealing<'_>) -> Result<Manifest, TransferError> {
    let mut sum = 0;
    let mut parts = Vec::with_capacity(sealing.parts.len());
    for part in &sealing.parts {
        sum = crc32::combine(sum, part.crc32, part.length);
        let upload = sealing.uploads.iter().position(|(id, _)| *id == part.upload_id);
        parts.push(ManifestPart {
            upload: upload.and_then(|index| u16::try_from(index).ok()).ok_or(TransferError::Damaged)?,
            sequence: part.sequence,
            length: u32::try_from(part.length).map_err(TransferError::internal)?,
            salt: Salt::from_bytes(part.salt),
        });
    }
    let uploads = sealing.uploads.iter();
    let uploads = uploads.map(|(id, key)| ManifestUpload { id: id.into_bytes(), key: key.clone() }).collect();
    let (name, media_type) = (sealing.metadata.file_name(), sealing.metadata.media_type());
    Ok(Manifest::new(name.as_str().to_owned(), media_type.as_str().to_owned(), sum, uploads, parts)?)
}
