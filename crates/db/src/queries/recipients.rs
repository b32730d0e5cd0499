//! Recipients.

use sealpost_domain::{Protection, RecipientId, TenantId, Timestamp, TransferId, TransferState};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// One addressed person of a transfer.
    pub struct Recipient {
        /// His id.
        pub id: RecipientId,
        /// The tenant of the transfer.
        pub tenant_id: TenantId,
        /// The transfer.
        pub transfer_id: TransferId,
        /// His address, sealed under the transfer key.
        pub address: Vec<u8>,
        /// HMAC of the address's look-up key; unique in the transfer.
        pub address_hmac: [u8; 32],
        /// His link's token, sealed under the transfer key.
        pub link_token: Option<Vec<u8>>,
        /// When he was first told.
        pub notified_at: Option<Timestamp>,
        /// When he first showed what was asked of him.
        pub opened_at: Option<Timestamp>,
        /// When he first had a last byte.
        pub downloaded_at: Option<Timestamp>,
        /// When he was reminded.
        pub reminded_at: Option<Timestamp>,
        /// Since when he gets nothing.
        pub blocked_at: Option<Timestamp>,
        /// What he must show, if it is something else than the transfer says.
        pub protection: Option<Protection>,
        /// His telephone number, sealed under the transfer key.
        pub phone: Option<Vec<u8>>,
        /// The content key under a password of his own, then wrapped by the transfer key.
        pub locked_content_key: Option<Vec<u8>>,
        /// Salt and costs of the key of his own password.
        pub password_parameters: Option<Vec<u8>>,
        /// When a mail server said that it does not deliver to him.
        pub bounced_at: Option<Timestamp>,
    }

    /// A recipient who was told, by us or by the mail that it goes with, has not fetched, and was not reminded, nor is to be.
    pub struct ReminderDue {
        /// The transfer.
        pub transfer_id: TransferId,
        /// The recipient.
        pub recipient_id: RecipientId,
        /// When the transfer was sent.
        pub sent_at: Option<Timestamp>,
        /// When it ends.
        pub expires_at: Timestamp,
    }
}

/// A recipient who is being added.
#[derive(Debug, Clone, Copy)]
pub struct NewRecipient<'a> {
    /// His id.
    pub id: RecipientId,
    /// The tenant of the transfer.
    pub tenant_id: TenantId,
    /// The transfer.
    pub transfer_id: TransferId,
    /// His address, sealed under the transfer key.
    pub address: &'a [u8],
    /// HMAC of the address's look-up key.
    pub address_hmac: &'a [u8; 32],
    /// What he must show, if it is something else than the transfer says.
    pub protection: Option<Protection>,
    /// His telephone number, sealed under the transfer key.
    pub phone: Option<&'a [u8]>,
    /// The content key under a password of his own, then wrapped by the transfer key.
    pub locked_content_key: Option<&'a [u8]>,
    /// Salt and costs of the key of his own password.
    pub password_parameters: Option<&'a [u8]>,
}

/// What a recipient of a draft must show from now on.
#[derive(Debug, Clone, Copy)]
pub struct RevisedRecipient<'a> {
    /// What he must show, if it is something else than the transfer says.
    pub protection: Option<Protection>,
    /// His telephone number, sealed under the transfer key.
    pub phone: Option<&'a [u8]>,
    /// The content key under a password of his own, then wrapped by the transfer key.
    pub locked_content_key: Option<&'a [u8]>,
    /// Salt and costs of the key of his own password.
    pub password_parameters: Option<&'a [u8]>,
}

/// The columns of [`Recipient`], of a table called `r`.
macro_rules! recipient_columns {
    () => {
        "r.id, r.tenant_id, r.transfer_id, r.address, r.address_hmac, r.link_token, r.notified_at, r.opened_at, \
         r.downloaded_at, r.reminded_at, r.blocked_at, r.protection, r.phone, r.locked_content_key, r.password_parameters, \
         r.bounced_at"
    };
}
pub(crate) use recipient_columns;

statements! {
    INSERT = "INSERT INTO recipients (id, tenant_id, transfer_id, address, address_hmac, protection, phone, \
        locked_content_key, password_parameters) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
        ON CONFLICT (transfer_id, address_hmac) DO NOTHING";
    REVISE = "UPDATE recipients SET protection = $3, phone = $4, locked_content_key = $5, password_parameters = $6 \
        WHERE transfer_id = $1 AND id = $2";
    REMOVE = "DELETE FROM recipients WHERE transfer_id = $1 AND id = $2";
    BY_ID = ["SELECT ", recipient_columns!(), " FROM recipients r WHERE r.transfer_id = $1 AND r.id = $2"];
    OF_TRANSFER = ["SELECT ", recipient_columns!(), " FROM recipients r WHERE r.transfer_id = $1 ORDER BY r.id"];
    BY_ADDRESS = ["SELECT ", recipient_columns!(), " FROM recipients r WHERE r.transfer_id = $1 AND r.address_hmac = $2"];
    SET_LINK_TOKEN = "UPDATE recipients SET link_token = $2 WHERE id = $1";
    SET_NOTIFIED = "UPDATE recipients SET notified_at = $2 WHERE id = $1 AND notified_at IS NULL";
    SET_BOUNCED = "UPDATE recipients SET bounced_at = $2 WHERE id = $1 AND bounced_at IS NULL";
    SET_OPENED = "UPDATE recipients SET opened_at = $2 WHERE id = $1 AND opened_at IS NULL";
    SET_DOWNLOADED = "UPDATE recipients SET downloaded_at = $2 WHERE id = $1 AND downloaded_at IS NULL";
    SET_REMINDED = "UPDATE recipients SET reminded_at = $2 WHERE id = $1 AND reminded_at IS NULL";
    /// Queued once, whatever becomes of it: one that was given up would be queued again at every look.
    SET_REMINDER_QUEUED = "UPDATE recipients SET reminder_queued_at = $2 WHERE id = $1 AND reminder_queued_at IS NULL";
    FORGET_REMINDER = "UPDATE recipients SET reminder_queued_at = NULL WHERE id = $1 AND reminded_at IS NULL";
    BLOCK = "UPDATE recipients SET blocked_at = $3 WHERE transfer_id = $1 AND id = $2 AND blocked_at IS NULL";
    UNBLOCK = "UPDATE recipients SET blocked_at = NULL WHERE transfer_id = $1 AND id = $2 AND blocked_at IS NOT NULL";
    /// What lives shorter than the notice needs none: its first mail is the reminder.
    TO_REMIND = "SELECT t.id AS transfer_id, r.id AS recipient_id, t.sent_at, t.expires_at \
        FROM transfers t JOIN recipients r ON r.transfer_id = t.id \
        WHERE t.tenant_id = $1 AND t.state = $2 AND t.expires_at > $3 AND t.expires_at <= $4 \
        AND t.expires_at - t.sent_at > CAST($4 AS BIGINT) - CAST($3 AS BIGINT) \
        AND (r.notified_at IS NOT NULL OR t.in_mail) AND r.downloaded_at IS NULL AND r.reminded_at IS NULL AND r.blocked_at IS NULL \
        AND r.reminder_queued_at IS NULL \
        ORDER BY t.expires_at, r.id LIMIT $5";
}

impl Conn {
    /// The transfer's recipient with this id.
    pub async fn recipient(
        &mut self,
        transfer: TransferId,
        id: RecipientId,
    ) -> Result<Option<Recipient>, DbError> {
        self.optional(&BY_ID, binds![transfer, id]).await
    }

    /// The recipients of a transfer in the order of their ids.
    pub async fn recipients_of_transfer(&mut self, transfer: TransferId) -> Result<Vec<Recipient>, DbError> {
        self.all(&OF_TRANSFER, binds![transfer]).await
    }

    /// The transfer's recipient with this address.
    pub async fn recipient_by_address(
        &mut self,
        transfer: TransferId,
        hmac: &[u8; 32],
    ) -> Result<Option<Recipient>, DbError> {
        self.optional(&BY_ADDRESS, binds![transfer, hmac]).await
    }

    /// Recipients to remind: of the tenant's available transfers that end after `now` and not after `until`
    /// (now and the policy's `reminder_seconds`), and had longer to live than that when they were sent.
    pub async fn reminders_due(
        &mut self,
        tenant: TenantId,
        now: Timestamp,
        until: Timestamp,
        limit: u64,
    ) -> Result<Vec<ReminderDue>, DbError> {
        self.all(&TO_REMIND, binds![tenant, TransferState::Available, now, until, limit]).await
    }
}

impl Tx {
    /// Adds a recipient. `false`, and nothing is done, if the transfer has one with this address.
    pub async fn insert_recipient(&mut self, r: &NewRecipient<'_>) -> Result<bool, DbError> {
        let row = binds![
            r.id,
            r.tenant_id,
            r.transfer_id,
            r.address,
            r.address_hmac,
            r.protection,
            r.phone,
            r.locked_content_key,
            r.password_parameters,
        ];
        self.changes(&INSERT, row).await
    }

    /// What a recipient of a draft must show is this from now on. `false` if there is no such recipient.
    pub async fn revise_recipient(
        &mut self,
        transfer: TransferId,
        id: RecipientId,
        r: &RevisedRecipient<'_>,
    ) -> Result<bool, DbError> {
        let row = binds![transfer, id, r.protection, r.phone, r.locked_content_key, r.password_parameters];
        self.changes(&REVISE, row).await
    }

    /// Takes a recipient out, with his link. `false` if there is no such recipient.
    pub async fn remove_recipient(&mut self, transfer: TransferId, id: RecipientId) -> Result<bool, DbError> {
        self.changes(&REMOVE, binds![transfer, id]).await
    }

    /// Keeps the token of his link, sealed under the transfer key.
    pub async fn set_link_token(&mut self, id: RecipientId, sealed: &[u8]) -> Result<bool, DbError> {
        self.changes(&SET_LINK_TOKEN, binds![id, sealed]).await
    }

    /// He was told. `false` if it was not the first time.
    pub async fn set_notified(&mut self, id: RecipientId, at: Timestamp) -> Result<bool, DbError> {
        self.changes(&SET_NOTIFIED, binds![id, at]).await
    }

    /// A mail server does not deliver to him. `false` if it has said so before, or there is no such recipient.
    pub async fn set_bounced(&mut self, id: RecipientId, at: Timestamp) -> Result<bool, DbError> {
        self.changes(&SET_BOUNCED, binds![id, at]).await
    }

    /// He showed what was asked of him. `false` if it was not the first time.
    pub async fn set_opened(&mut self, id: RecipientId, at: Timestamp) -> Result<bool, DbError> {
        self.changes(&SET_OPENED, binds![id, at]).await
    }

    /// He had a last byte. `false` if it was not the first time.
    pub async fn set_downloaded(&mut self, id: RecipientId, at: Timestamp) -> Result<bool, DbError> {
        self.changes(&SET_DOWNLOADED, binds![id, at]).await
    }

    /// He was reminded. `false` if it was not the first time.
    pub async fn set_reminded(&mut self, id: RecipientId, at: Timestamp) -> Result<bool, DbError> {
        self.changes(&SET_REMINDED, binds![id, at]).await
    }

    /// His reminder is queued. `false` if one was before.
    pub async fn set_reminder_queued(&mut self, id: RecipientId, at: Timestamp) -> Result<bool, DbError> {
        self.changes(&SET_REMINDER_QUEUED, binds![id, at]).await
    }

    /// His reminder had nothing to say at that moment: should there be something yet, it may be queued again. `false` if
    /// he was reminded.
    pub async fn forget_reminder(&mut self, id: RecipientId) -> Result<bool, DbError> {
        self.changes(&FORGET_REMINDER, binds![id]).await
    }

    /// He gets nothing any more. `false` if there is no such recipient or he was blocked before.
    pub async fn block_recipient(
        &mut self,
        transfer: TransferId,
        id: RecipientId,
        at: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&BLOCK, binds![transfer, id, at]).await
    }

    /// He gets it again. `false` if there is no such recipient or he was not blocked.
    pub async fn unblock_recipient(
        &mut self,
        transfer: TransferId,
        id: RecipientId,
    ) -> Result<bool, DbError> {
        self.changes(&UNBLOCK, binds![transfer, id]).await
    }
}
