//! One writer's hold on an upload: from the claim to the acknowledgement.

use std::pin::pin;

use bytes::Bytes;
use futures_util::Stream;
use sealpost_db::{Advance, NewUpload as Row, Part, Tx, Upload, UploadState};
use sealpost_domain::{FileId, Timestamp};
use tokio::time::{Instant, sleep};

use crate::{
    Checksum, Service, TransferError, UploadMetadata, UploadStatus,
    inspect::Early,
    intake::Intake,
    part_writer::{PartWriter, SHORT_TAIL},
    seal::Sealing,
    upload::UploadTarget,
    zero_knowledge::{Heads, SALT_LENGTH},
};

/// A writer's hold on an upload.
pub(crate) struct Writing<'a> {
    service: &'a Service,
    target: &'a UploadTarget,
    upload: Upload,
    metadata: UploadMetadata,
    parts: PartWriter<'a>,
    /// Stored parts that have no row yet.
    stored: Vec<Part>,
    /// The short tail that the first stored part replaces.
    tail: Option<Part>,
    /// Plaintext bytes taken, stored or not.
    taken: u64,
    renewed_at: Timestamp,
    /// Whether the upload's row still lacks the length.
    declares_length: bool,
    /// The first bytes of a whole file, while they come in.
    early: Option<Early>,
    /// What the parts begin with that the sender has sealed; `None` if the service alone seals.
    heads: Option<Heads>,
}

impl<'a> Writing<'a> {
    /// Goes on where an upload stands. The caller has claimed it.
    pub(crate) async fn resume(
        service: &'a Service,
        target: &'a UploadTarget,
        upload: Upload,
    ) -> Result<Self, TransferError> {
        let place = target.place();
        let wrapped = upload.upload_key.as_ref().ok_or(TransferError::NotFound)?;
        let key = target.content_key.unwrap_upload_key(place.upload_key(upload.id), wrapped)?;
        let metadata = target.open_metadata(upload.id, &upload.metadata)?;
        let container = target.container.clone();
        let mut parts =
            PartWriter::new(service, place, container, (upload.id, key), upload.next_sequence, upload.length);
        let sealed = target.sealed_part_length(&metadata, upload.length)?;
        if let Some(sealed) = sealed {
            parts = parts.holding(sealed, upload.length);
        }
        let (taken, renewed_at) = (upload.received, service.now());
        let early = (!upload.is_partial && taken == 0 && sealed.is_none()).then(Early::default);
        let mut writing = Self {
            service,
            target,
            upload,
            metadata,
            parts,
            stored: Vec::new(),
            tail: None,
            taken,
            renewed_at,
            declares_length: false,
            early,
            heads: None,
        };
        match sealed {
            Some(_) => writing.heads = Some(writing.heads_so_far().await?),
            None => writing.reopen_tail().await?,
        }
        Ok(writing)
    }

    /// The upload's length is to be declared together with what is stored.
    pub(crate) fn declaring_length(mut self) -> Self {
        self.declares_length = true;
        self
    }

    /// Nothing is merged into what the sender has sealed: it goes on behind it.
    async fn heads_so_far(&self) -> Result<Heads, TransferError> {
        let last = match self.upload.next_sequence {
            0 => None,
            _ => self.service.db().read().await?.last_part(self.upload.id).await?,
        };
        match last.filter(|_| !self.is_complete()) {
            Some(part) => Ok(Heads::after(Some(&self.parts.beginning_of(&part, SALT_LENGTH).await?))),
            None => Ok(Heads::default()),
        }
    }

    async fn reopen_tail(&mut self) -> Result<(), TransferError> {
        if self.upload.next_sequence == 0 || self.is_complete() {
            return Ok(());
        }
        let last = self.service.db().read().await?.last_part(self.upload.id).await?;
        if let Some(tail) = last.filter(|part| part.length < SHORT_TAIL) {
            let bytes = self.parts.reopen(&tail).await?;
            if !self.upload.is_partial && tail.length == self.upload.received {
                let mut early = Early::default();
                early.seen(&bytes);
                self.early = Some(early);
            }
            self.tail = Some(tail);
        }
        Ok(())
    }

    /// Takes the body, storing parts as they fill.
    pub(crate) async fn take<S, E>(
        &mut self,
        body: S,
        checksum: Option<&Checksum>,
    ) -> Result<(), TransferError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
    {
        let most = self.upload.length.unwrap_or(self.target.policy.max_file_bytes);
        let mut intake = Intake::new(body, checksum, self.service.limits().stall);
        let pause = self.service.limits().upload_lease / 3;
        let mut tick = pin!(sleep(pause));
        let taken = loop {
            // The body first: a timer that is set anew with every piece would cost more than passing the piece on.
            let next = tokio::select! {
                biased;
                next = intake.next() => next,
                () = &mut tick => {
                    tick.as_mut().reset(Instant::now() + pause);
                    self.renew().await?;
                    continue;
                }
            };
            match next {
                Ok(Some(bytes)) if bytes.len() as u64 > most - self.taken => {
                    break Err(TransferError::TooLarge(most));
                }
                Ok(Some(bytes)) => match self.look(&bytes) {
                    Ok(()) => self.write(bytes, checksum.is_none()).await?,
                    Err(refused) => break Err(refused),
                },
                Ok(None) => break intake.verify(),
                Err(error) => break Err(error),
            }
            self.renew().await?;
        };
        match taken {
            // A body that broke off cannot be checked any more: nothing of it counts.
            Err(TransferError::BodyBroken) if checksum.is_some() => Err(TransferError::ChecksumMismatch),
            taken => taken,
        }
    }

    fn look(&mut self, bytes: &Bytes) -> Result<(), TransferError> {
        match &mut self.early {
            Some(early) => early.take(self.target, self.metadata.file_name(), bytes),
            None => Ok(()),
        }
    }

    async fn write(&mut self, mut bytes: Bytes, counts_at_once: bool) -> Result<(), TransferError> {
        while !bytes.is_empty() {
            let left = bytes.len();
            if let Some(heads) = &mut self.heads {
                heads.take(&bytes[..left.min(self.parts.room())])?;
            }
            self.parts.write(&mut bytes).await?;
            // Only what is in a part: a commit below must not acknowledge what is still in `bytes`.
            self.taken += (left - bytes.len()) as u64;
            if self.parts.is_full() {
                self.stored.extend(self.parts.store().await?);
                if let Some(heads) = &mut self.heads {
                    heads.next_part();
                }
                // The last part waits for the end of the body, which may still bring too much.
                if counts_at_once && !self.is_complete() {
                    let lease = self.service.now() + self.service.limits().upload_lease;
                    self.commit(lease).await?;
                }
            }
        }
        Ok(())
    }

    /// Ends the hold: what was taken is stored, counted and acknowledged, or after a refusal discarded.
    pub(crate) async fn end(
        mut self,
        taken: Result<(), TransferError>,
    ) -> Result<UploadStatus, TransferError> {
        let ended = match &taken {
            Ok(()) | Err(TransferError::BodyBroken) => self.finish().await,
            Err(_) => Ok(None),
        };
        if let Ok(Some(status)) = ended {
            return taken.map(|()| status);
        }
        let error = taken.as_ref().err().or_else(|| ended.as_ref().err());
        // After a commit of which nobody knows whether it took place, the objects may have rows.
        if !matches!(error, Some(TransferError::Unavailable(_) | TransferError::Internal(_))) {
            self.parts.discard(&self.stored).await;
        }
        self.service.release(self.upload.id, self.upload.fence).await?;
        match (taken, ended) {
            (Err(error), _) | (Ok(()), Err(error)) => Err(error),
            (Ok(()), Ok(_)) => Err(TransferError::UploadLocked),
        }
    }

    async fn finish(&mut self) -> Result<Option<UploadStatus>, TransferError> {
        // Of what the sender has sealed whole parts alone count: he goes on with one that he seals anew.
        if self.heads.is_some() && !self.is_complete() {
            self.taken -= self.parts.leave_open();
        }
        // A tail that was opened and got no more bytes stays as it is.
        if self.taken > self.upload.received {
            self.stored.extend(self.parts.store().await?);
        }
        if self.is_complete() && self.upload.state == UploadState::Open && !self.upload.is_partial {
            return self.seal().await.map(Some);
        }
        self.commit(Row::FREE).await?;
        self.target.status(&self.upload).map(Some)
    }

    /// Gives the stored parts their rows, and the upload its new place, in one transaction.
    async fn commit(&mut self, leased_until: Timestamp) -> Result<(), TransferError> {
        let now = self.service.now();
        let expires_at = self.target.upload_expiry(now);
        let mut tx = self.service.db().write().await?;
        if self.upload.state == UploadState::Open {
            if self.upload.length.is_none() {
                // Nobody has said how much will come, so it takes its room as it comes.
                let fresh = self.taken - self.upload.received;
                self.service.reserve(&mut tx, self.target, 0, fresh).await?;
            }
            self.declare_length(&mut tx).await?;
            self.note(&mut tx, leased_until, expires_at).await?;
            if self.is_complete() {
                tx.complete_upload(self.upload.id, self.upload.fence).await?;
            }
        } else {
            tx.release_upload(self.upload.id, self.upload.fence).await?;
        }
        tx.commit().await?;
        self.settled(expires_at).await;
        if self.is_complete() {
            self.upload.state = UploadState::Complete;
        }
        Ok(())
    }

    async fn declare_length(&self, tx: &mut Tx) -> Result<(), TransferError> {
        if let Some(length) = self.upload.length.filter(|_| self.declares_length)
            && !tx.set_upload_length(self.upload.id, self.upload.fence, length).await?
        {
            return Err(TransferError::UploadLocked);
        }
        Ok(())
    }

    async fn note(
        &self,
        tx: &mut Tx,
        leased_until: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), TransferError> {
        let advance = Advance {
            upload: self.upload.id,
            fence: self.upload.fence,
            received: self.taken,
            // A tail that was opened again and got no more bytes keeps its number.
            next_sequence: self.parts.sequence().max(self.upload.next_sequence),
            expires_at,
            leased_until,
        };
        if !tx.advance_upload(&advance).await? {
            return Err(TransferError::UploadLocked);
        }
        let mut tail = self.tail.as_ref();
        for part in &self.stored {
            match tail.take() {
                Some(tail) if !tx.replace_part(&tail.salt, part).await? => {
                    return Err(TransferError::UploadLocked);
                }
                Some(_) => {}
                None => tx.insert_part(part).await?,
            }
        }
        Ok(())
    }

    /// The upload becomes a file: manifest, row and places in one transaction.
    async fn seal(&mut self) -> Result<UploadStatus, TransferError> {
        let mut parts = self.service.db().read().await?.parts_of_upload(self.upload.id).await?;
        if !self.stored.is_empty() {
            parts.retain(|part| self.tail.as_ref().is_none_or(|tail| tail.sequence != part.sequence));
        }
        parts.extend(self.stored.iter().cloned());
        let sealing = Sealing {
            file: FileId::from(self.upload.id),
            metadata: &self.metadata,
            uploads: vec![(self.upload.id, self.parts.key().clone())],
            parts,
        };
        let head = self.early.take().map(Early::into_head).unwrap_or_default();
        let file = self.service.seal_file(self.target, &sealing, head).await?;
        // The last line of defence: a file that lacks bytes must never look whole.
        if Some(file.length) != self.upload.length {
            return Err(TransferError::Damaged);
        }
        let mut tx = self.service.db().write().await?;
        // Whether it is still a draft: a transfer that was sent meanwhile takes no more files.
        self.service.reserve(&mut tx, self.target, 0, 0).await?;
        self.declare_length(&mut tx).await?;
        if !tx.seal_upload(self.upload.id, self.upload.fence, &file).await? {
            return Err(TransferError::UploadLocked);
        }
        tx.commit().await?;
        self.settled(self.upload.expires_at).await;
        Ok(UploadStatus::complete(self.upload.id, file.length, self.metadata.clone()))
    }

    /// What a commit leaves to be done: the replaced tail's object goes.
    async fn settled(&mut self, expires_at: Timestamp) {
        if !self.stored.is_empty()
            && let Some(tail) = self.tail.take()
        {
            self.parts.discard(&[tail]).await;
        }
        self.stored.clear();
        self.upload.received = self.taken;
        self.upload.expires_at = expires_at;
        self.upload.next_sequence = self.parts.sequence().max(self.upload.next_sequence);
    }

    /// Keeps the hold while a slow body comes in.
    async fn renew(&mut self) -> Result<(), TransferError> {
        let (now, lease) = (self.service.now(), self.service.limits().upload_lease);
        if now.since(self.renewed_at) < lease / 3 {
            return Ok(());
        }
        let mut tx = self.service.db().write().await?;
        if !tx.renew_upload(self.upload.id, self.upload.fence, now + lease).await? {
            return Err(TransferError::UploadLocked);
        }
        tx.commit().await?;
        self.renewed_at = now;
        Ok(())
    }

    fn is_complete(&self) -> bool {
        self.upload.length == Some(self.taken)
    }
}
