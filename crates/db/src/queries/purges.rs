//! What is left of purged transfers.

use sealpost_domain::{Epoch, TenantId, Timestamp, TransferId, UploadId, UserId};
use uuid::Uuid;

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::{column, rows},
    sql::statements,
    value::binds,
};

/// Why a transfer was purged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PurgeReason {
    /// Its sender or an admin wanted it.
    Deleted,
    /// Its time was over.
    Expired,
}

impl PurgeReason {
    /// The word in SQL, JSON and the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Expired => "expired",
        }
    }
}

column! {
    PurgeReason => text -> String, |word| match word.as_str() {
        "deleted" => Ok(Self::Deleted),
        "expired" => Ok(Self::Expired),
        _ => Err("no reason of a purge".into()),
    };
    Vec<UploadId> => bytes -> Vec<u8>, |bytes| {
        let (ids, rest) = bytes.as_chunks::<16>();
        if rest.is_empty() {
            Ok(ids.iter().map(|id| Uuid::from_bytes(*id).into()).collect())
        } else {
            Err("not a list of ids".into())
        }
    };
}

rows! {
    /// A purged transfer: counts and times, no personal data.
    pub struct Purge {
        /// The transfer.
        pub transfer_id: TransferId,
        /// Its tenant.
        pub tenant_id: TenantId,
        /// Who had sent it.
        pub sender_id: UserId,
        /// Its files.
        pub files: u64,
        /// Their stored objects.
        pub objects: u64,
        /// Their plaintext bytes.
        pub bytes: u64,
        /// Its recipients.
        pub recipients: u64,
        /// The latest expiry day under whose key it ever hung.
        pub epoch: Epoch,
        /// The uploads whose objects it had: under these prefixes nothing may be left.
        pub prefixes: Vec<UploadId>,
        /// Why.
        pub reason: PurgeReason,
        /// When its time was over.
        pub expires_at: Timestamp,
        /// When nothing was left of it.
        pub purged_at: Timestamp,
    }
}

macro_rules! columns {
    () => {
        "transfer_id, tenant_id, sender_id, files, objects, bytes, recipients, epoch, prefixes, reason, expires_at, \
         purged_at"
    };
}

statements! {
    INSERT = [
        "INSERT INTO purges (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
         ON CONFLICT (transfer_id) DO NOTHING",
    ];
    BY_TRANSFER = ["SELECT ", columns!(), " FROM purges WHERE tenant_id = $1 AND transfer_id = $2"];
    AFTER = ["SELECT ", columns!(), " FROM purges WHERE tenant_id = $1 AND transfer_id > $2 ORDER BY transfer_id LIMIT $3"];
    ANY = ["SELECT ", columns!(), " FROM purges WHERE transfer_id = $1"];
}

impl Conn {
    /// The tenant's purge record of this transfer.
    pub async fn purge(&mut self, tenant: TenantId, transfer: TransferId) -> Result<Option<Purge>, DbError> {
        self.optional(&BY_TRANSFER, binds![tenant, transfer]).await
    }

    /// The tenant's purge records after that of this transfer, by their transfers, at most `limit`.
    pub async fn purges_of_tenant_after(
        &mut self,
        tenant: TenantId,
        after: Option<TransferId>,
        limit: u64,
    ) -> Result<Vec<Purge>, DbError> {
        let after = after.unwrap_or_else(|| Uuid::nil().into());
        self.all(&AFTER, binds![tenant, after, limit]).await
    }

    /// The purge record of this transfer, whoever's it was: for the operator.
    pub async fn purge_of_any_tenant(&mut self, transfer: TransferId) -> Result<Option<Purge>, DbError> {
        self.optional(&ANY, binds![transfer]).await
    }
}

impl Tx {
    /// Adds a purge record. `false`, and the first one stays, if there is one.
    pub async fn insert_purge(&mut self, p: &Purge) -> Result<bool, DbError> {
        let prefixes = p.prefixes.iter().map(|id| id.into_bytes()).collect::<Vec<_>>().concat();
        let row = binds![
            p.transfer_id,
            p.tenant_id,
            p.sender_id,
            p.files,
            p.objects,
            p.bytes,
            p.recipients,
            p.epoch,
            &prefixes,
            p.reason.as_str(),
            p.expires_at,
            p.purged_at,
        ];
        self.changes(&INSERT, row).await
    }
}
