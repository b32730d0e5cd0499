//! What a tenant takes along of its transfers: what is known of each, and its files, as far as the service can open them.

use std::{collections::VecDeque, sync::Arc};

use bytes::Bytes;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use futures_util::TryStreamExt as _;
use sealpost_archive::Piece;
use sealpost_auth::ManageGrant;
use sealpost_blob::{Container, ObjectKey};
use sealpost_db::{File, Transfer};
use sealpost_domain::{TenantId, TransferId};
use sealpost_sealed::ContentKey;
use serde_json::{Value, json};

use crate::{
    AbuseReportView, BlockedFileView, DeliverySealedTo, Service, Stated, TransferError, get::subject,
    reader::FileReader, service::container, unlock::Unlocked,
};

/// Transfers that are looked up together.
const PAGE: u64 = 100;
/// Bytes of a sealed object that are read at once.
const WINDOW: u64 = 1 << 20;

/// A tenant's transfers on their way out. Memory stays the same however many there are.
#[derive(Debug)]
pub struct TransferExport {
    service: Service,
    tenant: TenantId,
    container: Container,
    with_files: bool,
    after: Option<TransferId>,
    due: VecDeque<TransferId>,
    steps: VecDeque<Step>,
}

/// What comes next.
enum Step {
    Bytes(Bytes),
    Entry(String, u64),
    Object(ObjectKey, u64, u64),
    Plaintext(Box<FileReader>),
}

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Step")
    }
}

impl Service {
    /// What nobody in the tenant may send (`blocked-files.jsonl`), and its transfers: `transfers/ID/transfer.json` for each, and `transfers/ID/files/ID` for each of its files.
    /// Of one that a password protects there are the sealed objects, `transfers/ID/sealed/…`, which nobody opens without it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn export_transfers(
        &self,
        grant: &ManageGrant,
        with_files: bool,
    ) -> Result<TransferExport, TransferError> {
        let tenant = grant.tenant();
        let blocked = self.blocked_files(grant).await?;
        let blocked: String = blocked.iter().map(|view| format!("{}\n", blocked_file(view))).collect();
        let blocked = Bytes::from(blocked);
        let first =
            [Step::Entry("blocked-files.jsonl".to_owned(), blocked.len() as u64), Step::Bytes(blocked)];
        Ok(TransferExport {
            service: self.clone(),
            tenant,
            container: container(&self.container_name(tenant).await?)?,
            with_files,
            after: None,
            due: VecDeque::new(),
            steps: first.into(),
        })
    }
}

impl TransferExport {
    /// The next piece; `None` after the last.
    ///
    /// # Errors
    /// Those of the stores, and [`TransferError::Damaged`]. The archive is then not whole: what was purged meanwhile ends it,
    /// too.
    pub async fn next(&mut self) -> Result<Option<Piece>, TransferError> {
        loop {
            match self.steps.pop_front() {
                Some(Step::Bytes(bytes)) => return Ok(Some(Piece::Bytes(bytes))),
                Some(Step::Entry(name, size)) => return Ok(Some(Piece::Entry { name, size })),
                Some(Step::Object(key, at, size)) if at < size => {
                    let end = size.min(at + WINDOW);
                    let bytes = self.service.blobs().get(&self.container, &key, at..end).await?;
                    self.steps.push_front(Step::Object(key, end, size));
                    return Ok(Some(Piece::Bytes(bytes)));
                }
                Some(Step::Object(..)) => {}
                Some(Step::Plaintext(mut reader)) => {
                    if let Some(bytes) = reader.next().await? {
                        self.steps.push_front(Step::Plaintext(reader));
                        return Ok(Some(Piece::Bytes(bytes)));
                    }
                }
                None => {
                    let Some(id) = self.next_transfer().await? else {
                        return Ok(None);
                    };
                    self.plan(id).await?;
                }
            }
        }
    }

    async fn next_transfer(&mut self) -> Result<Option<TransferId>, TransferError> {
        if self.due.is_empty() {
            let mut conn = self.service.db().read().await?;
            self.due = conn.transfers_of_tenant_after(self.tenant, self.after, PAGE).await?.into();
        }
        let next = self.due.pop_front();
        self.after = next.or(self.after);
        Ok(next)
    }

    /// What there is of a transfer.
    async fn plan(&mut self, id: TransferId) -> Result<(), TransferError> {
        let row = self.service.db().read().await?.transfer(self.tenant, id).await?;
        let Some(row) = row else { return Ok(()) };
        let readable = row.purge_started_at.is_none() && row.expires_at > self.service.now();
        let unlocked = match self.service.unlock(row.clone()).await {
            Err(TransferError::NotFound) => None,
            unlocked => Some(unlocked?).filter(|_| readable),
        };
        let content_key = unlocked.as_ref().map(Unlocked::content_key).transpose()?.flatten();
        let files = self.service.db().read().await?.files_of_transfer(id).await?;
        let about = self.about(&row, unlocked.as_ref(), content_key.as_ref(), &files).await?;
        let text = serde_json::to_string_pretty(&about).map_err(TransferError::internal)?;
        let folder = format!("transfers/{id}");
        self.steps.push_back(Step::Entry(format!("{folder}/transfer.json"), text.len() as u64));
        self.steps.push_back(Step::Bytes(text.into()));
        if !self.with_files {
            return Ok(());
        }
        match (&unlocked, &content_key) {
            (Some(transfer), Some(key)) => {
                for file in &files {
                    let manifest = Arc::new(transfer.manifest(key, file)?);
                    let length = manifest.length();
                    self.steps.push_back(Step::Entry(format!("{folder}/files/{}", file.id), length));
                    let blobs = self.service.shared_blobs();
                    let (container, whole) = (self.container.clone(), 0..length);
                    let reader = FileReader::new(blobs, container, self.tenant, manifest, whole);
                    self.steps.push_back(Step::Plaintext(Box::new(reader)));
                }
            }
            (Some(_), None) => self.plan_sealed(&folder, &files).await?,
            (None, _) => {}
        }
        Ok(())
    }

    /// The objects as they are.
    async fn plan_sealed(&mut self, folder: &str, files: &[File]) -> Result<(), TransferError> {
        for file in files {
            let mut listed = self.service.blobs().list(&self.container, Some(file.id.into()));
            while let Some(object) = listed.try_next().await? {
                if let Some(key) = object.key {
                    self.steps.push_back(Step::Entry(format!("{folder}/sealed/{}", object.raw), object.size));
                    self.steps.push_back(Step::Object(key, 0, object.size));
                }
            }
        }
        Ok(())
    }

    async fn reports(&self, row: &Transfer) -> Result<Vec<Value>, TransferError> {
        let rows = self.service.db().read().await?.abuse_reports_of_transfer(row.id).await?;
        let mut reports = Vec::new();
        for row in &rows {
            reports.extend(self.service.abuse_report(row).await?.as_ref().map(report));
        }
        Ok(reports)
    }

    async fn about(
        &self,
        row: &Transfer,
        unlocked: Option<&Unlocked>,
        key: Option<&ContentKey>,
        files: &[File],
    ) -> Result<Value, TransferError> {
        let mut conn = self.service.db().read().await?;
        let recipients = conn.recipients_of_transfer(row.id).await?;
        let downloads = conn.downloads_of_transfer(row.id).await?;
        drop(conn);
        let recipients = recipients.iter().map(|recipient| {
            let address = unlocked.map(|transfer| transfer.address(recipient)).transpose()?;
            let fetched = downloads.iter().filter(|fetched| fetched.recipient_id == recipient.id);
            Ok(json!({
                "id": recipient.id,
                "email": address.map(|address| address.to_string()),
                "notified_at": recipient.notified_at,
                "opened_at": recipient.opened_at,
                "downloaded_at": recipient.downloaded_at,
                "blocked_at": recipient.blocked_at,
                "downloads": fetched.map(|fetched| json!({
                    "file": fetched.file_id, "first_at": fetched.first_at, "last_at": fetched.last_at, "times": fetched.times,
                })).collect::<Vec<_>>(),
            }))
        });
        let recipients = recipients.collect::<Result<Vec<_>, TransferError>>()?;
        let files = files.iter().map(|file| {
            let manifest =
                unlocked.zip(key).map(|(transfer, key)| transfer.manifest(key, file)).transpose()?;
            // What sealed files are called here is nothing.
            let manifest = manifest.filter(|_| !row.is_zero_knowledge());
            let sealing =
                unlocked.zip(key).map(|(transfer, key)| transfer.file_sealing(key, file)).transpose()?;
            Ok(json!({
                "id": file.id,
                "size": file.length,
                "name": manifest.as_ref().map(|manifest| manifest.name()),
                "media_type": manifest.as_ref().map(|manifest| manifest.media_type()),
                "crc32": manifest.as_ref().map(sealpost_sealed::Manifest::crc32),
                "stated_kinds": Stated::of_row(file.stated_kinds.as_deref(), file.stated_policy).map(|stated| stated.kinds),
                "sealing": sealing.flatten().map(|sealing| json!({
                    "file_key": BASE64URL_NOPAD.encode(&sealing.file_key),
                    "manifest": BASE64URL_NOPAD.encode(&sealing.manifest),
                })),
            }))
        });
        let files = files.collect::<Result<Vec<_>, TransferError>>()?;
        let reports = self.reports(row).await?;
        let uploader = unlocked.map(Unlocked::uploader).transpose()?.flatten();
        let message = unlocked.zip(key).zip(row.message.as_ref());
        let message =
            message.map(|((transfer, key), sealed)| key.open_text(transfer.place.message(), sealed));
        let sealing = unlocked.map(Unlocked::sender_sealing).transpose()?.flatten();
        let sealed_to = match unlocked {
            Some(transfer) => self.service.sealed_to(transfer).await?,
            None => None,
        };
        Ok(json!({
            "id": row.id,
            "mode": row.mode.as_str(),
            "sealing": sealing.map(|sealing| json!({
                "content_key": BASE64URL_NOPAD.encode(&sealing.content_key),
                "subject": sealing.subject.map(|sealed| BASE64URL_NOPAD.encode(&sealed)),
                "message": sealing.message.map(|sealed| BASE64URL_NOPAD.encode(&sealed)),
                "contents": sealing.contents.map(|sealed| BASE64URL_NOPAD.encode(&sealed)),
            })),
            "sealed_to": sealed_to.as_ref().map(sealed_to_keys),
            "state": row.state.at(self.service.now(), row.expires_at).as_str(),
            "sender": row.sender_id,
            "mailbox": row.mailbox_id,
            "request": row.request_id,
            "portal": row.portal_id,
            "reply_to": row.reply_to,
            "uploader": uploader.map(|uploader| json!({
                "name": uploader.name, "email": uploader.address.to_string(), "proved": uploader.proved,
            })),
            "subject": unlocked.map(subject).transpose()?.flatten(),
            "message": message.transpose()?,
            "created_at": row.created_at,
            "sent_at": row.sent_at,
            "expires_at": row.expires_at,
            "blocked_at": row.blocked_at,
            "files": files,
            "recipients": recipients,
            "abuse_reports": reports,
            "note": note((unlocked.is_some(), key.is_some()), row.is_zero_knowledge()),
        }))
    }
}

/// What an outsider's program has sealed to public keys.
fn sealed_to_keys(sealed: &DeliverySealedTo) -> Value {
    let words = |sealed: &Option<Vec<u8>>| sealed.as_ref().map(|sealed| BASE64URL_NOPAD.encode(sealed));
    let keys = sealed.content_key_to.iter().map(|to| {
        json!({
            "fingerprint": to.public_key.fingerprint().to_string(),
            "content_key": BASE64URL_NOPAD.encode(&to.content_key),
        })
    });
    json!({
        "content_key_to": keys.collect::<Vec<_>>(),
        "subject": words(&sealed.subject),
        "message": words(&sealed.message),
        "contents": words(&sealed.contents),
    })
}

/// What recipients have said of it.
fn report(view: &AbuseReportView) -> Value {
    json!({
        "recipient": view.recipient_id, "reason": view.reason, "text": view.text, "created_at": view.created_at,
        "settled_at": view.settled_at, "settled_by": view.settled_by,
    })
}

/// What nobody in the tenant may send.
fn blocked_file(view: &BlockedFileView) -> Value {
    json!({
        "id": view.id, "sha256": HEXLOWER.encode(&view.sha256), "length": view.length, "note": view.note,
        "blocked_by": view.blocked_by, "created_at": view.created_at,
    })
}

const fn note((unlocked, opened): (bool, bool), sealed_by_sender: bool) -> Option<&'static str> {
    match (unlocked, opened) {
        (true, true) if sealed_by_sender => Some(
            "its sender's program has sealed it with a secret, or to keys, that the service does not know: names, message and files are sealed",
        ),
        (false, _) => Some("its time is over, or it is being purged: nothing of it can be opened any more"),
        (true, false) => Some(
            "a password protects it, which the service does not know: names, message and files are sealed",
        ),
        (true, true) => None,
    }
}
