//! Looking for what should be gone: whatever names a transfer, in any table.

use sealpost_domain::TransferId;

use crate::{conn::Conn, error::DbError, row::rows, sql::statements, value::binds};

rows! {
    /// Rows that name something.
    pub struct Remains {
        /// The table they are in.
        pub table_name: String,
        /// How many.
        pub row_count: u64,
    }
}

/// Tables with a column `transfer_id` that keep their rows when a transfer is purged: its record, and the audit log.
pub const KEPT_OF_TRANSFERS: &[&str] = &["audit", "purges"];

statements! {
    /// Every table that has a column `transfer_id`, but for [`KEPT_OF_TRANSFERS`]; a test holds it against the schema. Parts
    /// hang on their uploads.
    OF_TRANSFER = "SELECT 'transfers' AS table_name, COUNT(*) AS row_count FROM transfers WHERE id = $1 \
        UNION ALL SELECT 'uploads', COUNT(*) FROM uploads WHERE transfer_id = $1 \
        UNION ALL SELECT 'files', COUNT(*) FROM files WHERE transfer_id = $1 \
        UNION ALL SELECT 'removed_uploads', COUNT(*) FROM removed_uploads WHERE transfer_id = $1 \
        UNION ALL SELECT 'recipients', COUNT(*) FROM recipients WHERE transfer_id = $1 \
        UNION ALL SELECT 'links', COUNT(*) FROM links WHERE transfer_id = $1 \
        UNION ALL SELECT 'mail_links', COUNT(*) FROM mail_links WHERE transfer_id = $1 \
        UNION ALL SELECT 'content_keys', COUNT(*) FROM content_keys WHERE transfer_id = $1 \
        UNION ALL SELECT 'recoveries', COUNT(*) FROM recoveries WHERE transfer_id = $1 \
        UNION ALL SELECT 'visits', COUNT(*) FROM visits WHERE transfer_id = $1 \
        UNION ALL SELECT 'downloads', COUNT(*) FROM downloads WHERE transfer_id = $1 \
        UNION ALL SELECT 'rule_hits', COUNT(*) FROM rule_hits WHERE transfer_id = $1 \
        UNION ALL SELECT 'abuse_reports', COUNT(*) FROM abuse_reports WHERE transfer_id = $1 \
        UNION ALL SELECT 'replication_changes', COUNT(*) FROM replication_changes WHERE subject_id = $1 \
        UNION ALL SELECT 'replication_due', COUNT(*) FROM replication_due WHERE subject_id = $1 \
        UNION ALL SELECT 'link_codes', COUNT(*) FROM link_codes WHERE transfer_id = $1";
    SEALED_IN_AUDIT = "SELECT COUNT(*) AS value FROM audit WHERE transfer_id = $1 AND sealed IS NOT NULL";
    /// The queue is short, and has no column for it.
    IN_JOBS = "SELECT COUNT(*) AS value FROM jobs WHERE payload LIKE $1";
}

impl Conn {
    /// How many rows of each table there are of a transfer, also of tables where there are none.
    pub async fn remains_of_transfer(&mut self, id: TransferId) -> Result<Vec<Remains>, DbError> {
        self.all(&OF_TRANSFER, binds![id]).await
    }

    /// How many audit entries about a transfer still have what they say of people beside them.
    pub async fn audit_values_of_transfer(&mut self, id: TransferId) -> Result<u64, DbError> {
        self.one(&SEALED_IN_AUDIT, binds![id]).await
    }

    /// How many jobs name a transfer.
    pub async fn jobs_of_transfer(&mut self, id: TransferId) -> Result<u64, DbError> {
        let pattern = format!("%\"{id}\"%");
        self.one(&IN_JOBS, binds![&pattern]).await
    }
}
