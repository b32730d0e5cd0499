//! What mails say: gathered when they are sent, so that no personal data lies in the queue.

use std::fmt;

use sealpost_auth::{RecipientColumns, UserColumns};
use sealpost_db::{Recipient, Transfer};
use sealpost_domain::{
    CodeChannel, CodeId, EmailAddress, Job, Language, PhoneNumber, RecipientId, Role, TenantId, Timestamp,
    TransferId, UserId,
};
use sealpost_sealed::Zeroizing;

use crate::{
    Service, TransferError,
    list::subject,
    open::{DeliveryTenant, split},
    unlock::Unlocked,
};

/// Recipients looked at together.
const BATCH: u64 = 100;

/// What a recipient is told: that something is there, or that its end is near.
#[derive(Clone)]
pub struct Notification {
    /// To whom.
    pub to: EmailAddress,
    /// Who sent it.
    pub sender: EmailAddress,
    /// His name.
    pub sender_name: String,
    /// The subject, if there is one.
    pub subject: Option<String>,
    /// The recipient's link.
    pub url: String,
    /// How many files.
    pub file_count: u64,
    /// Their bytes.
    pub byte_count: u64,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whether a password is needed, which the sender gives by another way.
    pub password_needed: bool,
}

/// Without the link: whoever has it, reads.
impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notification").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// What a sender is told when a recipient has fetched something.
#[derive(Debug, Clone)]
pub struct DownloadReceipt {
    /// The sender.
    pub to: EmailAddress,
    /// Who has fetched.
    pub recipient: EmailAddress,
    /// The subject, if there is one.
    pub subject: Option<String>,
    /// The names of the files that he has had; empty if only their recipients can read them.
    pub files: Vec<String>,
    /// How many files he has had.
    pub file_count: u64,
    /// When he first had one.
    pub at: Timestamp,
}

/// What a sender is told when too many wrong passwords have locked a transfer.
#[derive(Debug, Clone)]
pub struct LockNotice {
    /// The sender.
    pub to: EmailAddress,
    /// Which transfer.
    pub transfer_id: TransferId,
    /// Its subject, if there is one.
    pub subject: Option<String>,
    /// When it was locked.
    pub at: Timestamp,
}

/// A code that is still to be sent to a recipient.
#[derive(Clone)]
pub struct CodeNotice {
    /// His address.
    pub to: EmailAddress,
    /// His telephone number, if that is where it goes.
    pub phone: Option<PhoneNumber>,
    /// The digits.
    pub code: Zeroizing<String>,
    /// Who has sent the files.
    pub sender: EmailAddress,
    /// His name.
    pub sender_name: String,
    /// How long the code counts, counted from when it was asked for.
    pub minutes: u64,
    /// The language of whoever has asked for it, or else that of the tenant's mails.
    pub language: Option<Language>,
}

impl fmt::Debug for CodeNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeNotice").field("minutes", &self.minutes).finish_non_exhaustive()
    }
}

/// A delivery as the service itself sees it.
struct Addressed {
    tenant: DeliveryTenant,
    policy: sealpost_domain::Policy,
    transfer: Unlocked,
    recipient: Recipient,
}

impl Service {
    /// What to tell a recipient; `None` if there is nothing to tell any more.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn notification(
        &self,
        tenant: TenantId,
        recipient: RecipientId,
    ) -> Result<Option<Notification>, TransferError> {
        match self.addressed(tenant, recipient).await? {
            Some(delivery) if delivery.recipient.notified_at.is_none() => {
                Ok(Some(self.compose(&delivery).await?))
            }
            _ => Ok(None),
        }
    }

    /// Notes that a recipient was told.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mark_notified(&self, recipient: RecipientId) -> Result<(), TransferError> {
        let mut tx = self.db().write().await?;
        tx.set_notified(recipient, self.now()).await?;
        Ok(tx.commit().await?)
    }

    /// What to remind a recipient of; `None` if he needs no reminder, or not now (he is blocked, say): then it may be queued
    /// again.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn reminder(
        &self,
        tenant: TenantId,
        recipient: RecipientId,
    ) -> Result<Option<Notification>, TransferError> {
        let needs = |row: &Recipient| row.downloaded_at.is_none() && row.reminded_at.is_none();
        match self.addressed(tenant, recipient).await? {
            Some(delivery) if needs(&delivery.recipient) => Ok(Some(self.compose(&delivery).await?)),
            _ => {
                let mut tx = self.db().write().await?;
                tx.forget_reminder(recipient).await?;
                tx.commit().await?;
                Ok(None)
            }
        }
    }

    /// Notes that a recipient was reminded.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mark_reminded(&self, recipient: RecipientId) -> Result<(), TransferError> {
        let mut tx = self.db().write().await?;
        tx.set_reminded(recipient, self.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Queues a reminder for every recipient whose tenant wants one and whose time has come.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn enqueue_reminders(&self) -> Result<u64, TransferError> {
        let tenants = self.db().read().await?.tenants().await?;
        let mut count = 0;
        for tenant in tenants {
            // Nobody is reminded of what he could not fetch; if the tenant resumes in time, it is done then.
            let Some(seconds) = tenant.policy.reminder_seconds.filter(|_| tenant.suspended_at.is_none())
            else {
                continue;
            };
            loop {
                let queued = self.enqueue_some(tenant.id, std::time::Duration::from_secs(seconds)).await?;
                count += queued;
                if queued < BATCH {
                    break;
                }
            }
        }
        Ok(count)
    }

    /// Queues reminders for the next of them. Each is noted as queued, so that the next look finds others.
    async fn enqueue_some(
        &self,
        tenant: TenantId,
        notice: std::time::Duration,
    ) -> Result<u64, TransferError> {
        let now = self.now();
        let mut tx = self.db().write().await?;
        let due = tx.reminders_due(tenant, now, now + notice, BATCH).await?;
        for reminder in &due {
            let job = Job::Remind { tenant, recipient: reminder.recipient_id };
            self.enqueue(&mut tx, &job, now).await?;
            tx.set_reminder_queued(reminder.recipient_id, now).await?;
        }
        tx.commit().await?;
        Ok(due.len() as u64)
    }

    /// What to tell a sender of a recipient's downloads; `None` if the tenant does not want it or it is purged.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn download_receipt(
        &self,
        tenant: TenantId,
        recipient: RecipientId,
    ) -> Result<Option<DownloadReceipt>, TransferError> {
        let Some(delivery) = self.known(tenant, recipient).await? else {
            return Ok(None);
        };
        let Some(at) = delivery.recipient.downloaded_at.filter(|_| delivery.policy.notify_downloads) else {
            return Ok(None);
        };
        let transfer = &delivery.transfer;
        let mut conn = self.db().read().await?;
        let had = conn.downloads_of_transfer(transfer.row.id).await?;
        let had: Vec<_> = had.into_iter().filter(|download| download.recipient_id == recipient).collect();
        let mut files = Vec::new();
        if let Some(key) = transfer.content_key()? {
            for download in &had {
                if let Some(row) = conn.file(transfer.row.id, download.file_id).await? {
                    files.push(transfer.manifest(&key, &row)?.name().to_owned());
                }
            }
        }
        drop(conn);
        let (to, _) = self.sender(&delivery.tenant).await?;
        Ok(Some(DownloadReceipt {
            to,
            recipient: address(transfer, &delivery.recipient)?,
            subject: subject(transfer)?,
            files,
            file_count: had.len() as u64,
            at,
        }))
    }

    /// What to tell a sender of a locked transfer; `None` if it is not locked any more.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn lock_notice(
        &self,
        tenant: TenantId,
        transfer: TransferId,
    ) -> Result<Option<LockNotice>, TransferError> {
        let recipients = self.db().read().await?.recipients_of_transfer(transfer).await?;
        let Some(any) = recipients.first() else {
            return Ok(None);
        };
        let Some(delivery) = self.known(tenant, any.id).await? else {
            return Ok(None);
        };
        let Some(at) = delivery.transfer.row.locked_at else {
            return Ok(None);
        };
        let (to, _) = self.sender(&delivery.tenant).await?;
        Ok(Some(LockNotice { to, transfer_id: transfer, subject: subject(&delivery.transfer)?, at }))
    }

    /// The sender of a locked transfer and an admin who is to be told; `None` if it is not locked any more, or he is no
    /// admin any more.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn admin_lock_notice(
        &self,
        tenant: TenantId,
        transfer: TransferId,
        admin: UserId,
    ) -> Result<Option<(LockNotice, EmailAddress)>, TransferError> {
        let Some(notice) = self.lock_notice(tenant, transfer).await? else {
            return Ok(None);
        };
        let mut conn = self.db().read().await?;
        let user = conn.user(tenant, admin).await?;
        let user =
            user.filter(|user| matches!(user.role, Role::Owner | Role::Admin) && user.disabled_at.is_none());
        let Some((user, row)) = user.zip(conn.tenant(tenant).await?) else {
            return Ok(None);
        };
        drop(conn);
        let key = self.keys().tenant_key(tenant, &row.tenant_key).await?;
        let (address, _) = UserColumns::of(tenant, admin).open(&key, &user.address, &user.name)?;
        Ok(Some((notice, address.parse().map_err(TransferError::internal)?)))
    }

    /// The language of a tenant's mails, if it has said one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mail_language(&self, tenant: TenantId) -> Result<Option<Language>, TransferError> {
        let row = self.db().read().await?.tenant(tenant).await?;
        Ok(row.and_then(|row| row.policy.mail_language))
    }

    /// A code that is still to be sent; `None` if it was sent, counts no more, or its link leads nowhere now.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn code_notice(
        &self,
        tenant: TenantId,
        id: CodeId,
    ) -> Result<Option<CodeNotice>, TransferError> {
        let code = self.db().read().await?.link_code(id).await?;
        let code = code.filter(|code| {
            code.tenant_id == tenant && code.used_at.is_none() && self.now() < code.expires_at
        });
        let Some((code, sealed)) = code.and_then(|code| code.code.clone().map(|sealed| (code, sealed)))
        else {
            return Ok(None);
        };
        let Some(delivery) = self.addressed(tenant, code.recipient_id).await? else {
            return Ok(None);
        };
        let key = delivery.tenant.key(self).await?;
        let digits = Zeroizing::new(key.open_text(RecipientColumns::code(tenant, id), &sealed)?);
        let (sender, sender_name) = self.sender(&delivery.tenant).await?;
        let phone = match code.channel {
            CodeChannel::Email => None,
            CodeChannel::Sms => {
                let phone = delivery.transfer.phone(&delivery.recipient)?;
                Some(phone.ok_or_else(|| TransferError::internal("a code by SMS, and no number"))?)
            }
        };
        Ok(Some(CodeNotice {
            to: address(&delivery.transfer, &delivery.recipient)?,
            phone,
            code: digits,
            sender,
            sender_name,
            minutes: code.expires_at.since(code.created_at).as_secs() / 60,
            language: code.language.or(delivery.policy.mail_language),
        }))
    }

    /// Removes a code that was sent; what it is checked by stays.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mark_code_sent(&self, id: CodeId) -> Result<(), TransferError> {
        let mut tx = self.db().write().await?;
        tx.forget_sealed_code(id).await?;
        Ok(tx.commit().await?)
    }

    /// A delivery that its recipient can fetch now.
    async fn addressed(
        &self,
        tenant: TenantId,
        recipient: RecipientId,
    ) -> Result<Option<Addressed>, TransferError> {
        let delivery = self.known(tenant, recipient).await?;
        Ok(delivery.filter(|delivery| {
            let row: &Transfer = &delivery.transfer.row;
            let readable = row.state.at(self.now(), row.expires_at).is_readable();
            readable && delivery.recipient.blocked_at.is_none() && delivery.recipient.link_token.is_some()
        }))
    }

    /// A delivery that is not purged.
    async fn known(
        &self,
        tenant: TenantId,
        recipient: RecipientId,
    ) -> Result<Option<Addressed>, TransferError> {
        let found = self.db().read().await?.delivery_of_recipient(recipient).await?;
        let Some(found) = found.filter(|found| found.transfer.tenant_id == tenant) else {
            return Ok(None);
        };
        let policy = found.policy.clone();
        let (tenant, transfer, recipient) = split(found);
        match self.unlock(transfer).await {
            Ok(transfer) => Ok(Some(Addressed { tenant, policy, transfer, recipient })),
            Err(TransferError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn compose(&self, delivery: &Addressed) -> Result<Notification, TransferError> {
        let row = &delivery.transfer.row;
        let link = self.link(&delivery.transfer, &delivery.recipient)?;
        let (sender, sender_name) = self.sender(&delivery.tenant).await?;
        Ok(Notification {
            to: link.email,
            sender,
            sender_name,
            subject: subject(&delivery.transfer)?,
            url: link.url,
            file_count: row.file_count,
            byte_count: row.byte_count,
            expires_at: row.expires_at,
            password_needed: delivery.recipient.protection.unwrap_or(row.protection).needs_password(),
        })
    }
}

fn address(transfer: &Unlocked, recipient: &Recipient) -> Result<EmailAddress, TransferError> {
    let address = transfer.key.open_text(transfer.place.address(recipient.id), &recipient.address)?;
    address.parse().map_err(TransferError::internal)
}
