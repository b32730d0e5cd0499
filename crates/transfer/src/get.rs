//! One of a sender's transfers, with all that belongs to it.

use std::collections::HashMap;

use sealpost_auth::{MailboxColumns, SenderSession};
use sealpost_db::{Download, FileEntry, Mailbox, Recipient, Transfer, Upload};
use sealpost_domain::{EmailAddress, RecipientId, TransferId, rules::FileKind};
use sealpost_sealed::ContentKey;

use crate::{
    DownloadView, FileView, InspectionView, RecipientState, RecipientView, Service, Stated, SubmittedBy,
    TransferError, TransferView, UploadView, place::Place, requests::takes_replies, unlock::Unlocked,
};

impl Service {
    /// One transfer.
    ///
    /// # Errors
    /// [`TransferError::NotFound`]; [`TransferError::Gone`] if it was the sender's and has been purged.
    pub async fn get(&self, session: &SenderSession, id: TransferId) -> Result<TransferView, TransferError> {
        session.require_read()?;
        self.view(session, id).await
    }

    /// The transfer's row, if the session may see it.
    pub(crate) async fn seen(
        &self,
        session: &SenderSession,
        id: TransferId,
    ) -> Result<Transfer, TransferError> {
        let mut conn = self.db().read().await?;
        let row = conn.transfer(session.tenant(), id).await?;
        match row.filter(|row| session.sees(row.tenant_id, row.sender_id)) {
            Some(row) if row.purge_started_at.is_none() => Ok(row),
            Some(_) => Err(TransferError::Gone),
            None => {
                let purge = conn.purge(session.tenant(), id).await?;
                let purge = purge.filter(|purge| session.sees(purge.tenant_id, purge.sender_id));
                Err(purge.map_or(TransferError::NotFound, |_| TransferError::Gone))
            }
        }
    }

    pub(crate) async fn view(
        &self,
        session: &SenderSession,
        id: TransferId,
    ) -> Result<TransferView, TransferError> {
        let transfer = self.unlock(self.seen(session, id).await?).await?;
        self.view_of(session, &transfer.row, Some(&transfer)).await
    }

    /// As [`Self::view`], for the answer to what has taken effect already: what the keys would open is left out if
    /// they cannot be had now. Whoever were told of an error would take it that nothing has happened.
    pub(crate) async fn view_at_hand(
        &self,
        session: &SenderSession,
        id: TransferId,
    ) -> Result<TransferView, TransferError> {
        let row = self.seen(session, id).await?;
        let transfer = self.unlock_at_hand(row.clone()).await?;
        self.view_of(session, &row, transfer.as_ref()).await
    }

    /// The transfer's keys; `None` while vault or keyring are away.
    pub(crate) async fn unlock_at_hand(&self, row: Transfer) -> Result<Option<Unlocked>, TransferError> {
        match self.unlock(row).await {
            Err(TransferError::Unavailable(_)) => Ok(None),
            transfer => transfer.map(Some),
        }
    }

    async fn view_of(
        &self,
        session: &SenderSession,
        row: &Transfer,
        transfer: Option<&Unlocked>,
    ) -> Result<TransferView, TransferError> {
        let id = row.id;
        let content_key = transfer.map(Unlocked::content_key).transpose()?.flatten();
        let mut conn = self.db().read().await?;
        // The names that sealed files have here are none.
        let named = transfer.zip(content_key.as_ref()).filter(|_| !row.is_zero_knowledge());
        let files = match named {
            Some((transfer, key)) => conn
                .files_of_transfer(id)
                .await?
                .iter()
                .map(|file| file_view(transfer, key, file))
                .collect::<Result<_, _>>()?,
            None => conn.file_entries(id).await?.iter().map(locked_file_view).collect(),
        };
        let uploads = conn.unjoined_uploads(id).await?;
        let downloads = conn.downloads_of_transfer(id).await?;
        let recipients = conn.recipients_of_transfer(id).await?;
        let mailbox = match row.mailbox_id {
            Some(mailbox) => conn.mailbox_ever(row.tenant_id, mailbox).await?,
            None => None,
        };
        drop(conn);
        let send_as = mailbox.map(|mailbox| address(session, &mailbox)).transpose()?;
        let upload = |row: &Upload| UploadView { id: row.id, size: row.length, received: row.received };
        let place = Place { tenant: row.tenant_id, transfer: id };
        let message = row.message.as_ref().zip(content_key.as_ref());
        let uploader = transfer.map(Unlocked::uploader).transpose()?.flatten();
        Ok(TransferView {
            id,
            state: row.state.at(self.now(), row.expires_at),
            mode: row.mode,
            sealing: match transfer {
                Some(transfer) => self.draft_sealing(session, transfer)?,
                None => None,
            },
            subject: transfer.map(subject).transpose()?.flatten(),
            message: message.map(|(sealed, key)| key.open_text(place.message(), sealed)).transpose()?,
            password_protected: row.password_parameters.is_some(),
            protection: row.protection,
            generated_password: None,
            notices: Vec::new(),
            locked: row.locked_at.is_some(),
            max_downloads: row.max_downloads,
            in_mail: row.in_mail,
            send_as,
            created_at: row.created_at,
            sent_at: row.sent_at,
            expires_at: row.expires_at,
            blocked_at: row.blocked_at,
            inspection: inspection(row),
            file_count: row.file_count,
            byte_count: row.byte_count,
            files,
            uploads: uploads.iter().map(upload).collect(),
            recipients: recipient_views(row, transfer, &recipients, &downloads)?,
            erased_recipients: row.erased_recipients,
            submission: row.source().map(|source| SubmittedBy { source, uploader }),
            allow_reply: takes_replies(session.policy(), row),
            reply_to: row.reply_to,
        })
    }

    /// One recipient as the sender sees him.
    pub(crate) async fn recipient_view(
        &self,
        id: TransferId,
        transfer: Option<&Unlocked>,
        recipient: RecipientId,
    ) -> Result<RecipientView, TransferError> {
        let mut conn = self.db().read().await?;
        let recipient = conn.recipient(id, recipient).await?.ok_or(TransferError::NotFound)?;
        let downloads = conn.downloads_of_transfer(id).await?;
        let row = conn.transfer_of_any_tenant(id).await?.ok_or(TransferError::NotFound)?;
        drop(conn);
        recipient_views(&row, transfer, &[recipient], &downloads)?.pop().ok_or(TransferError::NotFound)
    }
}

fn address(session: &SenderSession, mailbox: &Mailbox) -> Result<EmailAddress, TransferError> {
    let columns = MailboxColumns::of(mailbox.tenant_id, mailbox.id);
    let (address, _) = columns.open(session.tenant_key(), &mailbox.address, &mailbox.name)?;
    address.parse().map_err(TransferError::internal)
}

pub(crate) fn subject(transfer: &Unlocked) -> Result<Option<String>, TransferError> {
    let sealed = transfer.row.subject.as_ref();
    Ok(sealed.map(|sealed| transfer.key.open_text(transfer.place.subject(), sealed)).transpose()?)
}

fn file_view(
    transfer: &Unlocked,
    key: &ContentKey,
    file: &sealpost_db::File,
) -> Result<FileView, TransferError> {
    let manifest = transfer.manifest(key, file)?;
    Ok(FileView {
        id: file.id,
        name: Some(manifest.name().parse()?),
        media_type: Some(manifest.media_type().to_owned().into()),
        crc32: Some(manifest.crc32()),
        size: file.length,
        kind: kind(file.kind.as_deref()),
        stated: None,
        scan: file.scan.clone(),
    })
}

fn locked_file_view(file: &FileEntry) -> FileView {
    let kind = kind(file.kind.as_deref());
    FileView {
        id: file.id,
        name: None,
        media_type: None,
        crc32: None,
        size: file.length,
        kind,
        stated: Stated::of_row(file.stated_kinds.as_deref(), file.stated_policy),
        scan: file.scan.clone(),
    }
}

fn inspection(row: &Transfer) -> Option<InspectionView> {
    let state = row.inspection.as_deref()?.parse().ok()?;
    Some(InspectionView { state, since: row.inspection_since?, finding: row.inspection_finding.clone() })
}

fn kind(word: Option<&str>) -> Option<FileKind> {
    word.and_then(|word| word.parse().ok())
}

fn recipient_views(
    row: &Transfer,
    transfer: Option<&Unlocked>,
    recipients: &[Recipient],
    downloads: &[Download],
) -> Result<Vec<RecipientView>, TransferError> {
    let mut by_recipient: HashMap<RecipientId, Vec<DownloadView>> = HashMap::new();
    for download in downloads {
        by_recipient.entry(download.recipient_id).or_default().push(DownloadView {
            file_id: download.file_id,
            first_at: download.first_at,
            last_at: download.last_at,
            times: download.times,
        });
    }
    let (protection, told_by_mail) = (row.protection, row.in_mail && row.sent_at.is_some());
    recipients
        .iter()
        .map(|row| {
            let open = |transfer: &Unlocked| {
                let address = transfer.key.open_text(transfer.place.address(row.id), &row.address)?;
                address.parse().map_err(TransferError::internal)
            };
            let phone = |transfer: &Unlocked| transfer.phone(row);
            Ok(RecipientView {
                id: row.id,
                email: transfer.map(open).transpose()?,
                protection: row.protection.unwrap_or(protection),
                phone: transfer.map(phone).transpose()?.flatten(),
                generated_password: None,
                state: recipient_state(row, told_by_mail),
                notified_at: row.notified_at,
                opened_at: row.opened_at,
                downloaded_at: row.downloaded_at,
                blocked_at: row.blocked_at,
                downloads: by_recipient.remove(&row.id).unwrap_or_default(),
            })
        })
        .collect()
}

const fn recipient_state(row: &Recipient, told_by_mail: bool) -> RecipientState {
    match (row.blocked_at, row.downloaded_at, row.opened_at, row.notified_at) {
        (Some(_), ..) => RecipientState::Blocked,
        (_, Some(_), ..) => RecipientState::Downloaded,
        (_, _, Some(_), _) => RecipientState::Opened,
        (_, _, _, Some(_)) => RecipientState::Notified,
        _ if told_by_mail => RecipientState::Notified,
        _ => RecipientState::Pending,
    }
}
