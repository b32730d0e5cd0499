//! What is asked of a tenant's recovery key.

use sealpost_domain::{RecoveryId, TenantId, Timestamp, TransferId, UserId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// Somebody's wish to open a transfer with the recovery key.
    pub struct Recovery {
        /// Which.
        pub id: RecoveryId,
        /// The tenant.
        pub tenant_id: TenantId,
        /// What is to be opened.
        pub transfer_id: TransferId,
        /// Who asks.
        pub requested_by: UserId,
        /// What for, sealed under the tenant key.
        pub reason: Vec<u8>,
        /// When he has asked.
        pub created_at: Timestamp,
        /// Who has decided.
        pub decided_by: Option<UserId>,
        /// When; `None`: nobody has.
        pub decided_at: Option<Timestamp>,
        /// How.
        pub approved: bool,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, transfer_id, requested_by, reason, created_at, decided_by, decided_at, approved"
    };
}

statements! {
    INSERT = ["INSERT INTO recoveries (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"];
    BY_ID = ["SELECT ", columns!(), " FROM recoveries WHERE tenant_id = $1 AND id = $2"];
    OF_TENANT = ["SELECT ", columns!(), " FROM recoveries WHERE tenant_id = $1 ORDER BY id DESC LIMIT $2"];
    OF_TRANSFER = ["SELECT ", columns!(), " FROM recoveries WHERE transfer_id = $1 ORDER BY id DESC"];
    DECIDE = "UPDATE recoveries SET decided_by = $3, decided_at = $4, approved = $5 \
        WHERE tenant_id = $1 AND id = $2 AND decided_at IS NULL";
}

impl Conn {
    /// The wish with this id.
    pub async fn recovery(&mut self, tenant: TenantId, id: RecoveryId) -> Result<Option<Recovery>, DbError> {
        self.optional(&BY_ID, binds![tenant, id]).await
    }

    /// The tenant's wishes, the latest first.
    pub async fn recoveries(&mut self, tenant: TenantId, limit: u64) -> Result<Vec<Recovery>, DbError> {
        self.all(&OF_TENANT, binds![tenant, limit]).await
    }

    /// Those for a transfer, the latest first.
    pub async fn recoveries_of_transfer(&mut self, id: TransferId) -> Result<Vec<Recovery>, DbError> {
        self.all(&OF_TRANSFER, binds![id]).await
    }
}

impl Tx {
    /// Adds a wish.
    pub async fn insert_recovery(&mut self, r: &Recovery) -> Result<(), DbError> {
        let row = binds![
            r.id,
            r.tenant_id,
            r.transfer_id,
            r.requested_by,
            &r.reason,
            r.created_at,
            r.decided_by,
            r.decided_at,
            r.approved
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Somebody has decided. `false` if somebody had, or there is no such wish.
    pub async fn decide_recovery(
        &mut self,
        (tenant, id): (TenantId, RecoveryId),
        by: UserId,
        at: Timestamp,
        approved: bool,
    ) -> Result<bool, DbError> {
        self.changes(&DECIDE, binds![tenant, id, by, at, approved]).await
    }
}
