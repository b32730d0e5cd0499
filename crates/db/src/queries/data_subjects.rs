//! What is known of an address, for whoever it belongs to: finding it, and erasing it.

use sealpost_domain::{MailboxId, RecipientId, TenantId, Timestamp, TransferId, UserId};

use crate::{
    AuditEntry,
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// That an address is a recipient's.
    pub struct AddressedIn {
        /// The transfer.
        pub transfer_id: TransferId,
        /// The recipient.
        pub recipient_id: RecipientId,
        /// Who has sent it.
        pub sender_id: UserId,
        /// When it was sent.
        pub sent_at: Option<Timestamp>,
        /// When its time is over.
        pub expires_at: Timestamp,
    }

    /// That an entry of the log says where a user came from.
    pub struct UserEntry {
        /// Its number.
        pub seq: u64,
        /// When it happened.
        pub at: Timestamp,
        /// What happened.
        pub kind: String,
    }
}

/// A sealed address, what it is found by, and a sealed name.
type Named<'a> = (&'a [u8], &'a [u8; 32], &'a [u8]);

statements! {
    AS_RECIPIENT = "SELECT r.transfer_id, r.id AS recipient_id, t.sender_id, t.sent_at, t.expires_at \
        FROM recipients r JOIN transfers t ON t.id = r.transfer_id \
        WHERE r.tenant_id = $1 AND r.address_hmac = $2 AND r.transfer_id > $3 ORDER BY r.transfer_id LIMIT $4";
    DELETE_RECIPIENT = "DELETE FROM recipients WHERE id = $3 AND transfer_id = $2 AND tenant_id = $1";
    COUNT_ERASED = "UPDATE transfers SET erased_recipients = erased_recipients + 1 WHERE id = $1";
    OF_USER = "SELECT seq, at, kind FROM audit WHERE tenant_id = $1 AND seq > $2 AND seq <= $3 \
        AND transfer_id IS NULL AND sealed IS NOT NULL AND payload LIKE $4 ORDER BY seq";
    FORGET_OF_USER = "UPDATE audit SET sealed = NULL WHERE tenant_id = $1 AND seq > $2 AND seq <= $3 \
        AND transfer_id IS NULL AND sealed IS NOT NULL AND payload LIKE $4";
    /// Only if nobody else has taken somebody out meanwhile.
    REPLACE_VALUES = "UPDATE audit SET sealed = $4 WHERE tenant_id = $1 AND seq = $2 AND sealed = $3";
    BLANK_USER = "UPDATE users SET address = $3, address_hmac = $4, name = $5, directory = NULL, user_name_hmac = NULL, \
        external_id_hmac = NULL, seat_at = NULL, updated_at = $6, version = version + 1 \
        WHERE tenant_id = $1 AND id = $2 AND disabled_at IS NOT NULL";
    DELETE_TOKENS = "DELETE FROM api_tokens WHERE tenant_id = $1 AND user_id = $2";
    DELETE_SESSIONS = "DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2";
    BLANK_MAILBOX = "UPDATE mailboxes SET address = $3, address_hmac = $4, name = $5 \
        WHERE tenant_id = $1 AND id = $2 AND removed_at IS NOT NULL";
}

impl Conn {
    /// Where in the tenant this address is a recipient's, by the transfers' ids from after `after`, at most `limit`.
    pub async fn addressed_in(
        &mut self,
        tenant: TenantId,
        hmac: &[u8; 32],
        after: TransferId,
        limit: u64,
    ) -> Result<Vec<AddressedIn>, DbError> {
        self.all(&AS_RECIPIENT, binds![tenant, hmac, after, limit]).await
    }

    /// The entries from after `from` up to `to` about no transfer that name the user and say something of people.
    pub async fn personal_entries_of_user(
        &mut self,
        tenant: TenantId,
        user: UserId,
        (from, to): (u64, u64),
    ) -> Result<Vec<UserEntry>, DbError> {
        self.all(&OF_USER, binds![tenant, from, to, naming(user).as_str()]).await
    }
}

impl Tx {
    /// Removes a recipient with his link, his visits and what he has fetched, and counts that in the transfer. `false` if
    /// there is none.
    pub async fn erase_recipient(
        &mut self,
        tenant: TenantId,
        transfer: TransferId,
        id: RecipientId,
    ) -> Result<bool, DbError> {
        let there = self.changes(&DELETE_RECIPIENT, binds![tenant, transfer, id]).await?;
        if there {
            self.execute(&COUNT_ERASED, binds![transfer]).await?;
        }
        Ok(there)
    }

    /// Replaces what an entry, as it was read, says of people. The chain does not change. `false` if it says something
    /// else meanwhile.
    pub async fn replace_audit_values(
        &mut self,
        entry: &AuditEntry,
        values: Option<&[u8]>,
    ) -> Result<bool, DbError> {
        let row = binds![entry.tenant_id, entry.seq, entry.sealed.as_ref(), values];
        self.changes(&REPLACE_VALUES, row).await
    }

    /// Removes what the entries of [`Conn::personal_entries_of_user`] say of people. Gives how many did.
    pub async fn forget_audit_values_of_user(
        &mut self,
        tenant: TenantId,
        user: UserId,
        (from, to): (u64, u64),
    ) -> Result<u64, DbError> {
        self.execute(&FORGET_OF_USER, binds![tenant, from, to, naming(user).as_str()]).await
    }

    /// Overwrites what is known of a disabled user, and removes all that he signs in with. His row stays: what he has sent
    /// names it. `false`, and nothing is done, if he is not disabled.
    pub async fn erase_user(
        &mut self,
        (tenant, id): (TenantId, UserId),
        (address, hmac, name): Named<'_>,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        if !self.changes(&BLANK_USER, binds![tenant, id, address, hmac, name, now]).await? {
            return Ok(false);
        }
        self.forget_everything_of(tenant, id, now).await?;
        for sql in [&DELETE_TOKENS, &DELETE_SESSIONS] {
            self.execute(sql, binds![tenant, id]).await?;
        }
        Ok(true)
    }

    /// Overwrites what is known of a mailbox that was removed. `false`, and nothing is done, if it was not.
    pub async fn erase_mailbox(
        &mut self,
        (tenant, id): (TenantId, MailboxId),
        (address, hmac, name): Named<'_>,
    ) -> Result<bool, DbError> {
        self.changes(&BLANK_MAILBOX, binds![tenant, id, address, hmac, name]).await
    }
}

/// What the payload of an entry about a user looks like.
fn naming(user: UserId) -> String {
    format!("%\"{}\"%", user.as_uuid())
}
