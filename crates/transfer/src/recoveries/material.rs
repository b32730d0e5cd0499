//! What is sealed to the recovery key, to be taken to where the key is: one file.
//!
//! Its first line is JSON and says what of the transfer its sender's program has sealed; behind its line break come the sealed
//! bytes of the files, one after another, as long as it says (`docs/file-format.md`).

use std::{collections::VecDeque, sync::Arc};

use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use futures_util::{Stream, stream};
use sealpost_auth::{AdminSession, SteppedUp};
use sealpost_blob::Container;
use sealpost_domain::{RecoveryId, RecoveryState, RecoveryStep, TenantId};
use sealpost_sealed::{Manifest, PublicKey};
use serde_json::{Value, json};

use super::{grant_of, request::require_there, state};
use crate::{Service, TransferError, reader::FileReader, service::container, unlock::Unlocked};

/// What is sealed to the recovery key.
pub struct RecoveryMaterial {
    service: Service,
    tenant: TenantId,
    container: Container,
    head: Bytes,
    files: VecDeque<Arc<Manifest>>,
    reading: Option<FileReader>,
}

impl std::fmt::Debug for RecoveryMaterial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecoveryMaterial").field("length", &self.length()).finish_non_exhaustive()
    }
}

impl RecoveryMaterial {
    /// Bytes of all of it.
    pub fn length(&self) -> u64 {
        self.head.len() as u64 + self.files.iter().map(|file| file.length()).sum::<u64>()
    }

    /// Its bytes. An error ends the stream, and whoever sends it on has to break the connection.
    pub fn stream(self) -> impl Stream<Item = Result<Bytes, TransferError>> + 'static {
        stream::unfold(Some(self), |material| async {
            let mut material = material?;
            match material.next().await {
                Ok(Some(bytes)) => Some((Ok(bytes), Some(material))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        })
    }

    async fn next(&mut self) -> Result<Option<Bytes>, TransferError> {
        if !self.head.is_empty() {
            return Ok(Some(std::mem::take(&mut self.head)));
        }
        loop {
            if let Some(reader) = &mut self.reading {
                if let Some(bytes) = reader.next().await? {
                    return Ok(Some(bytes));
                }
                self.reading = None;
            }
            let Some(manifest) = self.files.pop_front() else {
                return Ok(None);
            };
            let (blobs, whole) = (self.service.shared_blobs(), 0..manifest.length());
            self.reading = Some(FileReader::new(blobs, self.container.clone(), self.tenant, manifest, whole));
        }
    }
}

impl Service {
    /// What is sealed to the recovery key of a transfer, for whoever has asked, within a day after that was allowed.
    ///
    /// # Errors
    /// [`TransferError::NotFound`]; [`TransferError::Forbidden`] for others than whoever has asked; [`TransferError::NotReady`]
    /// unless it is allowed now; [`TransferError::State`] if the transfer's time is over.
    pub async fn recovery_material(
        &self,
        admin: &SteppedUp<AdminSession>,
        id: RecoveryId,
    ) -> Result<RecoveryMaterial, TransferError> {
        let (grant, by) = grant_of(admin);
        let (tenant, now) = (grant.tenant(), self.now());
        let mut conn = self.db().read().await?;
        let row = conn.recovery(tenant, id).await?.ok_or(TransferError::NotFound)?;
        if row.requested_by != by {
            return Err(TransferError::Forbidden);
        }
        match state(&row, now) {
            RecoveryState::Approved => {}
            RecoveryState::Pending => return Err(TransferError::NotReady("nobody else has allowed it yet")),
            RecoveryState::Refused => return Err(TransferError::NotReady("it was refused")),
            RecoveryState::Over => return Err(TransferError::NotReady("its time is over: ask anew")),
        }
        let transfer = conn.transfer(tenant, row.transfer_id).await?.ok_or(TransferError::NotFound)?;
        require_there(transfer.state.at(now, transfer.expires_at))?;
        let stored_in = conn.tenant(tenant).await?.ok_or(TransferError::NotFound)?.container;
        drop(conn);
        let transfer = self.unlock(transfer).await?;
        let (head, files) = self.sealed_of(&transfer).await?;
        let mut head = serde_json::to_vec(&head).map_err(TransferError::internal)?;
        head.push(b'\n');
        let mut tx = self.db().write().await?;
        self.record_recovery(&mut tx, &row, (RecoveryStep::Fetched, by)).await?;
        tx.commit().await?;
        Ok(RecoveryMaterial {
            service: self.clone(),
            tenant,
            container: container(&stored_in)?,
            head: head.into(),
            files: files.into(),
            reading: None,
        })
    }

    /// What the sender's program has sealed, and where its sealed bytes are.
    async fn sealed_of(&self, transfer: &Unlocked) -> Result<(Value, Vec<Arc<Manifest>>), TransferError> {
        let (row, place) = (&transfer.row, transfer.place);
        let mut conn = self.db().read().await?;
        let keys = conn.content_keys(row.id).await?;
        let rows = conn.files_of_transfer(row.id).await?;
        drop(conn);
        let to = keys.iter().find(|key| key.recovery).ok_or(TransferError::NotFound)?;
        let content_key = transfer.content_key()?.ok_or(TransferError::NotFound)?;
        let (mut files, mut manifests) = (Vec::new(), Vec::new());
        for file in &rows {
            let manifest = transfer.manifest(&content_key, file)?;
            let sealing = transfer.file_sealing(&content_key, file)?.ok_or(TransferError::Damaged)?;
            files.push(json!({
                "id": file.id, "size": manifest.length(),
                "file_key": text(&sealing.file_key), "manifest": text(&sealing.manifest),
            }));
            manifests.push(Arc::new(manifest));
        }
        let (subject, message, contents) = transfer.sealed_words()?;
        let head = json!({
            "format": "sealpost recovery material 1",
            "kind": "transfer",
            "tenant": row.tenant_id,
            "transfer": row.id,
            "fingerprint": PublicKey::from_bytes(&to.public_key)?.fingerprint().to_string(),
            "content_key": text(&transfer.key.open_column(place.content_key_to(), &to.content_key)?),
            "subject": subject.as_deref().map(text),
            "message": message.as_deref().map(text),
            "contents": contents.as_deref().map(text),
            "files": files,
        });
        Ok((head, manifests))
    }
}

fn text(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}
