//! Visits: what counts against a download limit.

use sealpost_domain::{RecipientId, TenantId, Timestamp, TransferId, VisitId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    options::Engine,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A visit in which a recipient has shown what was asked of him.
    pub struct Visit {
        /// Its id, which his grant names.
        pub id: VisitId,
        /// The tenant of the transfer.
        pub tenant_id: TenantId,
        /// The transfer.
        pub transfer_id: TransferId,
        /// The recipient.
        pub recipient_id: RecipientId,
        /// When it began.
        pub started_at: Timestamp,
        /// Until when it holds a place without having been completed.
        pub leased_until: Timestamp,
        /// When a last byte was delivered in it, which keeps its place for good.
        pub completed_at: Option<Timestamp>,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, transfer_id, recipient_id, started_at, leased_until, completed_at"
    };
}

statements! {
    LOCK_RECIPIENT = locking "SELECT id AS value FROM recipients WHERE id = $1";
    TAKEN = "SELECT COUNT(*) AS value FROM visits \
        WHERE recipient_id = $1 AND (completed_at IS NOT NULL OR leased_until > $2)";
    INSERT = ["INSERT INTO visits (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7)"];
    BY_ID = ["SELECT ", columns!(), " FROM visits WHERE id = $1"];
    COMPLETE = "UPDATE visits SET completed_at = $2 WHERE id = $1 AND completed_at IS NULL";
    RENEW = "UPDATE visits SET leased_until = $2 WHERE id = $1 AND leased_until < $2";
}

impl Conn {
    /// The visit with this id.
    pub async fn visit(&mut self, id: VisitId) -> Result<Option<Visit>, DbError> {
        self.optional(&BY_ID, binds![id]).await
    }

    /// The places of a recipient that are taken at `now`: visits completed, or begun and not given up.
    pub async fn visits_taken(&mut self, recipient: RecipientId, now: Timestamp) -> Result<u64, DbError> {
        self.one(&TAKEN, binds![recipient, now]).await
    }
}

impl Tx {
    /// Begins a visit, if fewer than `most` places are taken at its start. `false`, and nothing is done, if
    /// not.
    ///
    /// Locks the recipient's row, so that of several visitors for the last place one gets it.
    pub async fn start_visit(&mut self, v: &Visit, most: Option<u64>) -> Result<bool, DbError> {
        if let Some(most) = most {
            if self.engine() == Engine::Postgres {
                self.optional::<RecipientId>(&LOCK_RECIPIENT, binds![v.recipient_id]).await?;
            }
            if self.visits_taken(v.recipient_id, v.started_at).await? >= most {
                return Ok(false);
            }
        }
        let row = binds![
            v.id,
            v.tenant_id,
            v.transfer_id,
            v.recipient_id,
            v.started_at,
            v.leased_until,
            v.completed_at,
        ];
        self.execute(&INSERT, row).await?;
        Ok(true)
    }

    /// A last byte was delivered. `false` if it was not the first one, or the visit is gone.
    pub async fn complete_visit(&mut self, id: VisitId, at: Timestamp) -> Result<bool, DbError> {
        self.changes(&COMPLETE, binds![id, at]).await
    }

    /// A longer lease. `false` if it is not longer.
    pub async fn renew_visit(&mut self, id: VisitId, leased_until: Timestamp) -> Result<bool, DbError> {
        self.changes(&RENEW, binds![id, leased_until]).await
    }
}
