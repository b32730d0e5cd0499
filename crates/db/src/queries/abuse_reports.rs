//! What recipients say of transfers that should not have been sent.

use sealpost_domain::{AbuseReportId, RecipientId, TenantId, Timestamp, TransferId, UserId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// What a recipient says of a transfer.
    pub struct AbuseReport {
        /// Which.
        pub id: AbuseReportId,
        /// The tenant.
        pub tenant_id: TenantId,
        /// Of which transfer.
        pub transfer_id: TransferId,
        /// Who says it.
        pub recipient_id: RecipientId,
        /// The word for why: an `AbuseReason`.
        pub reason: String,
        /// What he says, sealed under the transfer key.
        pub text: Vec<u8>,
        /// When.
        pub created_at: Timestamp,
        /// When somebody had seen to it.
        pub settled_at: Option<Timestamp>,
        /// Who that was; `None` beside `settled_at`: the operator.
        pub settled_by: Option<UserId>,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, transfer_id, recipient_id, reason, text, created_at, settled_at, settled_by"
    };
}

statements! {
    INSERT = ["INSERT INTO abuse_reports (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"];
    BY_ID = ["SELECT ", columns!(), " FROM abuse_reports WHERE tenant_id = $1 AND id = $2"];
    PAGE = ["SELECT ", columns!(), " FROM abuse_reports WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"];
    OF_TRANSFER = ["SELECT ", columns!(), " FROM abuse_reports WHERE transfer_id = $1 ORDER BY id"];
    SET_SETTLED = "UPDATE abuse_reports SET settled_at = $3, settled_by = $4 \
        WHERE tenant_id = $1 AND id = $2 AND settled_at IS NULL";
}

impl Conn {
    /// The tenant's report with this id.
    pub async fn abuse_report(
        &mut self,
        tenant: TenantId,
        id: AbuseReportId,
    ) -> Result<Option<AbuseReport>, DbError> {
        self.optional(&BY_ID, binds![tenant, id]).await
    }

    /// The reports of a transfer, oldest first.
    pub async fn abuse_reports_of_transfer(
        &mut self,
        transfer: TransferId,
    ) -> Result<Vec<AbuseReport>, DbError> {
        self.all(&OF_TRANSFER, binds![transfer]).await
    }

    /// At most `limit` reports of a tenant, newest first, beginning before `before`.
    pub async fn abuse_reports(
        &mut self,
        tenant: TenantId,
        before: Option<AbuseReportId>,
        limit: u32,
    ) -> Result<Vec<AbuseReport>, DbError> {
        let before = before.map_or(uuid::Uuid::max(), AbuseReportId::as_uuid);
        self.all(&PAGE, binds![tenant, before, limit]).await
    }
}

impl Tx {
    /// Adds a report. [`DbError::MissingReference`] if the transfer or the recipient is gone.
    pub async fn insert_abuse_report(&mut self, r: &AbuseReport) -> Result<(), DbError> {
        let row = binds![
            r.id,
            r.tenant_id,
            r.transfer_id,
            r.recipient_id,
            r.reason.as_str(),
            &r.text,
            r.created_at,
            r.settled_at,
            r.settled_by,
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Notes that somebody has seen to a report. `false` if there is none, or somebody had before.
    pub async fn set_abuse_report_settled(
        &mut self,
        tenant: TenantId,
        id: AbuseReportId,
        at: Timestamp,
        by: Option<UserId>,
    ) -> Result<bool, DbError> {
        self.changes(&SET_SETTLED, binds![tenant, id, at, by]).await
    }
}
