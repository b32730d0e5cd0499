//! What a recipient finds behind his link.

use std::sync::Arc;

use sealpost_auth::{DownloadGrant, MailboxColumns, ReadGrant, Uploader, UserColumns};
use sealpost_db::{File, Recipient, Transfer};
use sealpost_domain::{EmailAddress, FileId, FileName, MediaType, Policy, RecipientId, TenantId, Timestamp};
use sealpost_sealed::{ContentKey, Manifest, TenantKey};

use crate::{
    Chosen, DeliverySealedTo, DeliverySealing, Download, FileSealing, Service, Stated, TransferError,
    download::{Contents, OpenFile, archive_etag, file_etag},
    get::subject,
    requests::takes_replies,
    service::container,
    unlock::Unlocked,
    zip,
};

/// What a recipient finds behind his link.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The recipient; also the id of the delivery in URLs.
    pub recipient_id: RecipientId,
    /// Who sent it.
    pub sender: EmailAddress,
    /// His name.
    pub sender_name: String,
    /// Of somebody who has sent it in: whether he has shown that the address is his. `None`: a user has sent it.
    pub sender_proved: Option<bool>,
    /// What its sender's program has sealed; `None` if the service alone has. With it, subject and message are in there.
    pub sealing: Option<DeliverySealing>,
    /// What an outsider's program has sealed to public keys; `None` unless it has come in so.
    pub sealed_to: Option<DeliverySealedTo>,
    /// The subject, if there is one.
    pub subject: Option<String>,
    /// The message, if there is one.
    pub message: Option<String>,
    /// Whether the recipient may answer with files.
    pub takes_replies: bool,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Downloads left to this recipient, if they are counted.
    pub downloads_left: Option<u64>,
    /// The files, in the order of their upload.
    pub files: Vec<DeliveryFile>,
    /// Their bytes.
    pub byte_count: u64,
    /// Bytes of all of them as one ZIP archive.
    pub archive_size: u64,
}

/// A file of a delivery.
#[derive(Debug, Clone)]
pub struct DeliveryFile {
    /// Which.
    pub id: FileId,
    /// Its name.
    pub name: FileName,
    /// What the sender said it is.
    pub media_type: MediaType,
    /// Bytes.
    pub size: u64,
    /// CRC-32 (ISO-HDLC, as in ZIP).
    pub crc32: u32,
    /// What its sender's program has sealed of it; `None` if the service alone has. With it, name, type and CRC-32 are in there, and
    /// those above say nothing.
    pub sealing: Option<FileSealing>,
    /// What the program states it to be that has sealed it; nobody else has looked.
    pub stated: Option<Stated>,
}

/// Who is shown as the sender.
pub(crate) struct ShownSender {
    pub(crate) address: EmailAddress,
    pub(crate) name: String,
    /// Of somebody who has sent it in: whether he has shown that the address is his.
    pub(crate) proved: Option<bool>,
}

/// A delivery's rows, with the key of its content.
pub(crate) struct Opened {
    tenant: DeliveryTenant,
    policy: Policy,
    pub(crate) transfer: Unlocked,
    pub(crate) recipient: Recipient,
    content_key: ContentKey,
}

/// The tenant's part of a delivery, and what its user or mailbox is called that sent it.
pub(crate) struct DeliveryTenant {
    id: TenantId,
    key: Vec<u8>,
    container: String,
    suspended: bool,
    sender_address: Vec<u8>,
    sender_name: Vec<u8>,
}

impl DeliveryTenant {
    /// The tenant's key.
    pub(crate) async fn key(&self, service: &Service) -> Result<Arc<TenantKey>, TransferError> {
        Ok(service.keys().tenant_key(self.id, &self.key).await?)
    }
}

impl Service {
    /// What a recipient finds behind his link.
    ///
    /// # Errors
    /// [`TransferError::NotFound`] unless the transfer is available now and the recipient is not blocked.
    pub async fn delivery(&self, grant: &ReadGrant) -> Result<Delivery, TransferError> {
        let opened = self.open_delivery(grant).await?;
        let (transfer, place) = (&opened.transfer, opened.transfer.place);
        let rows = self.files(&opened).await?;
        let manifests: Vec<_> = rows.iter().map(|row| open_file(&opened, row)).collect::<Result<_, _>>()?;
        let entries: Vec<_> = manifests.iter().map(|file| entry(&file.manifest)).collect();
        let used = self.db().read().await?.visits_taken(grant.recipient(), self.now()).await?;
        let sender = self.sender(&opened.tenant, transfer).await?;
        let message = transfer.row.message.as_ref();
        Ok(Delivery {
            recipient_id: opened.recipient.id,
            sender: sender.address,
            sender_name: sender.name,
            sender_proved: sender.proved,
            sealing: transfer.sender_sealing()?,
            sealed_to: self.sealed_to(transfer).await?,
            subject: subject(transfer)?,
            message: message
                .map(|sealed| opened.content_key.open_text(place.message(), sealed))
                .transpose()?,
            takes_replies: takes_replies(&opened.policy, &transfer.row),
            expires_at: transfer.row.expires_at,
            downloads_left: transfer.row.max_downloads.map(|most| most.saturating_sub(used)),
            byte_count: manifests.iter().map(|file| file.manifest.length()).sum(),
            archive_size: zip::Layout::new(&entries, modified(transfer)).length(),
            files: manifests
                .iter()
                .zip(&rows)
                .map(|(file, row)| {
                    let sealing = opened.transfer.file_sealing(&opened.content_key, row)?;
                    let stated = Stated::of_row(row.stated_kinds.as_deref(), row.stated_policy);
                    delivery_file(file, sealing, stated)
                })
                .collect::<Result<_, _>>()?,
        })
    }

    /// One file of a delivery, to be fetched.
    ///
    /// # Errors
    /// As [`Self::delivery`], and [`TransferError::DownloadsUsedUp`].
    pub async fn file(&self, grant: &DownloadGrant, file: FileId) -> Result<Download, TransferError> {
        let opened = self.open_delivery(grant.read()).await?;
        let row = self.db().read().await?.file(opened.transfer.row.id, file).await?;
        let row = row.ok_or(TransferError::NotFound)?;
        let OpenFile { id, manifest } = self.open_file_or_note(grant, &opened, &row).await?;
        self.start_visit(grant, &opened.transfer).await?;
        let name: FileName = manifest.name().parse()?;
        Ok(Download {
            service: self.clone(),
            grant: grant.clone(),
            container: container(&opened.tenant.container)?,
            name: name.base().to_owned(),
            media_type: manifest.media_type().to_owned(),
            length: manifest.length(),
            etag: file_etag(file),
            last_modified: row.created_at,
            contents: Contents::File(OpenFile { id, manifest }),
        })
    }

    /// The chosen files of a delivery as one ZIP archive, to be fetched.
    ///
    /// # Errors
    /// As [`Self::file`], and [`TransferError::NoSuchFile`], [`TransferError::Invalid`] if the choice is none,
    /// [`TransferError::NotReady`] for what its sender's program has sealed: nobody here knows what is in it.
    pub async fn archive(&self, grant: &DownloadGrant, chosen: &Chosen) -> Result<Download, TransferError> {
        let opened = self.open_delivery(grant.read()).await?;
        if opened.transfer.row.is_zero_knowledge() {
            return Err(TransferError::NotReady(
                "the sender's program has sealed the files: the recipient's makes the archive",
            ));
        }
        let mut files = Vec::new();
        for row in chosen.of(self.files(&opened).await?)? {
            files.push(self.open_file_or_note(grant, &opened, &row).await?);
        }
        self.start_visit(grant, &opened.transfer).await?;
        let entries: Vec<_> = files.iter().map(|file| entry(&file.manifest)).collect();
        let last_modified = modified(&opened.transfer);
        let layout = zip::Layout::new(&entries, last_modified);
        Ok(Download {
            service: self.clone(),
            grant: grant.clone(),
            container: container(&opened.tenant.container)?,
            name: format!("sealpost-{}.zip", opened.transfer.row.id),
            media_type: "application/zip".to_owned(),
            length: layout.length(),
            etag: archive_etag(opened.transfer.row.id, &layout),
            last_modified,
            contents: Contents::Archive(Box::new(layout), files),
        })
    }

    /// Whether a download that is under way may go on; keeps its visit's place if it may.
    ///
    /// # Errors
    /// As [`Self::file`].
    pub(crate) async fn go_on(&self, grant: &DownloadGrant) -> Result<(), TransferError> {
        let opened = self.open_delivery(grant.read()).await?;
        self.start_visit(grant, &opened.transfer).await
    }

    /// The delivery's rows and keys, if it may be read now: whatever the grant says, state, time and block are asked
    /// again on every request.
    pub(crate) async fn open_delivery(&self, grant: &ReadGrant) -> Result<Opened, TransferError> {
        let found = self.db().read().await?.delivery_of_recipient(grant.recipient()).await?;
        let found = found.ok_or(TransferError::NotFound)?;
        let policy = found.policy.clone();
        let (tenant, transfer, recipient) = split(found);
        let same = transfer.tenant_id == grant.tenant() && transfer.id == grant.transfer();
        let readable = transfer.state.at(self.now(), transfer.expires_at).is_readable();
        if !same || !readable || recipient.blocked_at.is_some() {
            return Err(TransferError::NotFound);
        }
        if tenant.suspended {
            return Err(TransferError::Suspended);
        }
        let transfer = self.unlock(transfer).await?;
        let content_key = transfer.content_key_for(&recipient, grant)?;
        Ok(Opened { tenant, policy, transfer, recipient, content_key })
    }

    /// Who is shown as the sender: whoever has sent it in, or else the address and the name that it was sent in.
    pub(crate) async fn sender(
        &self,
        tenant: &DeliveryTenant,
        transfer: &Unlocked,
    ) -> Result<ShownSender, TransferError> {
        if let Some(Uploader { name, address, proved }) = transfer.uploader()? {
            return Ok(ShownSender { address, name, proved: Some(proved) });
        }
        let (address, name) = self.owner(tenant, transfer).await?;
        Ok(ShownSender { address, name, proved: None })
    }

    /// The address and the name of whose it is in the tenant: the mailbox's, or else the user's own.
    pub(crate) async fn owner(
        &self,
        tenant: &DeliveryTenant,
        transfer: &Unlocked,
    ) -> Result<(EmailAddress, String), TransferError> {
        let (key, row) = (tenant.key(self).await?, &transfer.row);
        let (address, name) = (&tenant.sender_address, &tenant.sender_name);
        let (address, name) = match row.mailbox_id {
            Some(mailbox) => MailboxColumns::of(tenant.id, mailbox).open(&key, address, name)?,
            None => UserColumns::of(tenant.id, row.sender_id).open(&key, address, name)?,
        };
        Ok((address.parse().map_err(TransferError::internal)?, name))
    }

    async fn files(&self, opened: &Opened) -> Result<Vec<File>, TransferError> {
        let rows = self.db().read().await?.files_of_transfer(opened.transfer.row.id).await?;
        if rows.is_empty() {
            // Nothing without a file is ever sent: it was purged since it was looked up.
            return Err(TransferError::NotFound);
        }
        Ok(rows)
    }

    /// A file that was asked for; if its row does not open, the log says so.
    async fn open_file_or_note(
        &self,
        grant: &DownloadGrant,
        opened: &Opened,
        row: &File,
    ) -> Result<OpenFile, TransferError> {
        match open_file(opened, row) {
            Ok(file) => Ok(file),
            Err(error) => Err(self.record_damage(grant, row.id, error).await),
        }
    }
}

fn open_file(opened: &Opened, row: &File) -> Result<OpenFile, TransferError> {
    let manifest = Arc::new(opened.transfer.manifest(&opened.content_key, row)?);
    Ok(OpenFile { id: row.id, manifest })
}

/// The rows of a delivery, apart.
pub(crate) fn split(delivery: sealpost_db::Delivery) -> (DeliveryTenant, Transfer, Recipient) {
    let tenant = DeliveryTenant {
        id: delivery.transfer.tenant_id,
        key: delivery.tenant_key,
        container: delivery.container,
        suspended: delivery.suspended_at.is_some(),
        sender_address: delivery.sender_address,
        sender_name: delivery.sender_name,
    };
    (tenant, delivery.transfer, delivery.recipient)
}

fn entry(manifest: &Manifest) -> zip::Entry {
    zip::Entry { name: manifest.name().to_owned(), size: manifest.length(), crc32: manifest.crc32() }
}

fn delivery_file(
    file: &OpenFile,
    sealing: Option<FileSealing>,
    stated: Option<Stated>,
) -> Result<DeliveryFile, TransferError> {
    Ok(DeliveryFile {
        id: file.id,
        name: file.manifest.name().parse()?,
        media_type: MediaType::from(file.manifest.media_type().to_owned()),
        size: file.manifest.length(),
        crc32: file.manifest.crc32(),
        sealing,
        stated,
    })
}

/// Files are fixed from the moment of sending.
fn modified(transfer: &Unlocked) -> Timestamp {
    transfer.row.sent_at.unwrap_or(transfer.row.created_at)
}
