//! All rows of a tenant: counting them, and taking them away.

use sealpost_domain::{TenantId, TransferId};
use uuid::Uuid;

use super::remains::Remains;
use crate::{
    conn::{Conn, Tx},
    error::DbError,
    sql::{Sql, statements},
    value::binds,
};

/// Tables that keep rows of a tenant that was removed.
pub const KEPT_OF_TENANTS: &[&str] = &["tenant_removals"];

/// Of every table with a column `tenant_id`, but for [`KEPT_OF_TENANTS`], how many rows are a tenant's. A test holds the
/// list against the schema.
macro_rules! counts {
    ($($table:literal)+) => {
        &[$((concat!("TENANT_ROWS_OF_", $table), Sql {
            postgres: concat!("SELECT '", $table, "' AS table_name, COUNT(*) AS row_count FROM ", $table, " WHERE tenant_id = $1"),
            sqlite: concat!("SELECT '", $table, "' AS table_name, COUNT(*) AS row_count FROM ", $table, " WHERE tenant_id = $1"),
        })),+]
    };
}

pub(crate) const COUNTS: &[(&str, Sql)] = counts! {
    "users" "api_tokens" "transfers" "uploads" "files" "removed_uploads" "recipients" "links" "mail_links" "visits" "link_codes"
    "audit" "audit_heads" "audit_trees" "audit_checkpoints" "purges" "purge_days" "store_checks" "sessions" "passkeys" "password_resets"
    "identity_providers" "user_identities" "remembered_devices" "groups" "group_members" "api_clients" "access_tokens"
    "mailboxes" "delegations" "support_grants" "support_tokens" "policy_versions" "warnings" "incidents" "incident_contacts" "report_days" "report_rules" "report_progress" "forwarding_targets" "rule_hits" "rule_refusals" "blocked_files" "abuse_reports"
    "logos" "upload_requests" "request_codes" "portals" "portal_recipients" "addins" "pairings" "replication_changes" "replication_due"
    "key_pairs" "key_pair_passkeys" "key_pair_members" "content_keys" "recoveries"
};

/// What does not go with something else, whoever refers to others first. What hangs on transfers, users, mailboxes, groups,
/// providers and clients goes with them.
macro_rules! deletes {
    ($($table:literal)+) => {
        &[$((concat!("TENANT_DELETE_", $table), Sql {
            postgres: concat!("DELETE FROM ", $table, " WHERE tenant_id = $1"),
            sqlite: concat!("DELETE FROM ", $table, " WHERE tenant_id = $1"),
        })),+]
    };
}

pub(crate) const DELETES: &[(&str, Sql)] = deletes! {
    "transfers" "purges" "purge_days" "store_checks" "rule_refusals" "audit" "audit_checkpoints" "audit_trees" "audit_heads" "access_tokens" "api_clients" "api_tokens"
    "sessions" "support_tokens" "support_grants" "group_members" "groups" "delegations" "mailboxes" "identity_providers"
    "remembered_devices" "policy_versions" "incident_contacts" "incidents" "report_days" "report_rules" "report_progress" "forwarding_targets" "blocked_files" "logos" "addins" "upload_requests" "portals" "pairings" "users"
    "replication_changes" "replication_due"
};

statements! {
    TRANSFERS_AFTER = "SELECT id AS value FROM transfers WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    SOME_TRANSFERS = "DELETE FROM transfers WHERE id IN (SELECT id FROM transfers WHERE tenant_id = $1 LIMIT $2)";
    SOME_PURGES = "DELETE FROM purges WHERE transfer_id IN \
        (SELECT transfer_id FROM purges WHERE tenant_id = $1 LIMIT $2)";
    SOME_ENTRIES = "DELETE FROM audit WHERE tenant_id = $1 AND seq <= \
        (SELECT MIN(seq) FROM audit WHERE tenant_id = $1) + $2";
    /// The queue has no column for it.
    TENANT_DELETE_JOBS = "DELETE FROM jobs WHERE payload LIKE $1";
    TENANT_ROWS_OF_JOBS = "SELECT COUNT(*) AS value FROM jobs WHERE payload LIKE $1";
}

/// As jobs name it.
fn in_payload(tenant: TenantId) -> String {
    format!("%\"tenant\":\"{tenant}\"%")
}

impl Conn {
    /// The tenant's transfers after this one, oldest first, at most `limit`.
    pub async fn transfers_of_tenant_after(
        &mut self,
        tenant: TenantId,
        after: Option<TransferId>,
        limit: u64,
    ) -> Result<Vec<TransferId>, DbError> {
        let after = after.unwrap_or_else(|| Uuid::nil().into());
        self.all(&TRANSFERS_AFTER, binds![tenant, after, limit]).await
    }

    /// How many rows of each table are a tenant's, also of tables where there are none. Reads whole tables.
    pub async fn rows_of_tenant(&mut self, tenant: TenantId) -> Result<Vec<Remains>, DbError> {
        let mut counts = Vec::with_capacity(COUNTS.len() + 1);
        for (_, sql) in COUNTS {
            counts.push(self.one(sql, binds![tenant]).await?);
        }
        let row_count = self.one(&TENANT_ROWS_OF_JOBS, binds![&in_payload(tenant)]).await?;
        counts.push(Remains { table_name: "jobs".to_owned(), row_count });
        Ok(counts)
    }
}

impl Tx {
    /// Removes at most about `limit` rows of the tables that grow: transfers with all that hangs on them, records of purges,
    /// audit entries. Says how many; 0 when there are none left.
    pub async fn delete_some_of_tenant(&mut self, tenant: TenantId, limit: u64) -> Result<u64, DbError> {
        for sql in [&SOME_TRANSFERS, &SOME_PURGES, &SOME_ENTRIES] {
            let removed = self.execute(sql, binds![tenant, limit]).await?;
            if removed > 0 {
                return Ok(removed);
            }
        }
        Ok(0)
    }

    /// Removes all rows of a tenant but its own.
    pub async fn delete_rows_of_tenant(&mut self, tenant: TenantId) -> Result<(), DbError> {
        self.execute(&TENANT_DELETE_JOBS, binds![&in_payload(tenant)]).await?;
        for (_, sql) in DELETES {
            self.execute(sql, binds![tenant]).await?;
        }
        Ok(())
    }
}
