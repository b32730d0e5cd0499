//! Rows as they are, on their way into a metadata record and back: what `backup restore` makes a database of.
//!
//! A row is a JSON object of its columns, the same for both engines, so that what was written on one can be restored on the
//! other: ids and bytes in hex, truths as 0 and 1. A test holds the lists against the schema, so that no column is left behind.

use sealpost_domain::{TenantId, TransferId, UploadId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    migrate,
    row::rows,
    sql::{Sql, statements},
    value::binds,
};

rows! {
    /// A row of a record.
    pub struct RecordRow {
        /// Its table.
        pub table_name: String,
        /// The row: a JSON object.
        pub content: String,
    }
}

/// A column's name and value in JSON.
macro_rules! to_json {
    (postgres uuid $column:literal) => { concat!("'", $column, "', encode(uuid_send(", $column, "), 'hex')") };
    (postgres bytes $column:literal) => { concat!("'", $column, "', encode(", $column, ", 'hex')") };
    (postgres truth $column:literal) => { concat!("'", $column, "', CAST(", $column, " AS INTEGER)") };
    (sqlite uuid $column:literal) => { to_json!(sqlite bytes $column) };
    (sqlite bytes $column:literal) => {
        concat!("'", $column, "', CASE WHEN ", $column, " IS NOT NULL THEN lower(hex(", $column, ")) END")
    };
    ($engine:ident $kind:ident $column:literal) => { concat!("'", $column, "', ", $column) };
}

/// A column's value of JSON.
macro_rules! of_json {
    (postgres uuid $column:literal) => { concat!("CAST(CAST($1 AS JSON) ->> '", $column, "' AS UUID)") };
    (postgres bytes $column:literal) => { concat!("decode(CAST($1 AS JSON) ->> '", $column, "', 'hex')") };
    (postgres truth $column:literal) => {
        concat!("CAST(CAST(CAST($1 AS JSON) ->> '", $column, "' AS INTEGER) AS BOOLEAN)")
    };
    (postgres number $column:literal) => { concat!("CAST(CAST($1 AS JSON) ->> '", $column, "' AS BIGINT)") };
    (postgres text $column:literal) => { concat!("CAST($1 AS JSON) ->> '", $column, "'") };
    (sqlite uuid $column:literal) => { of_json!(sqlite bytes $column) };
    (sqlite bytes $column:literal) => { concat!("unhex(json_extract($1, '$.", $column, "'))") };
    (sqlite $kind:ident $column:literal) => { concat!("json_extract($1, '$.", $column, "')") };
}

/// Declares the tables of a record, whoever is referred to first: what reads them all, as they are at one moment, and what
/// writes one row.
macro_rules! record {
    ($whole:ident, $inserts:ident, $columns:ident:
        $($table:literal where $condition:literal {
            $first_kind:ident $first:literal, $($kind:ident $column:literal,)+
        })+
    ) => {
        const $whole: Sql = Sql {
            postgres: concat!("SELECT '' AS table_name, '' AS content WHERE false" $(
                , " UNION ALL SELECT '", $table, "', CAST(json_build_object(", to_json!(postgres $first_kind $first)
                $(, ", ", to_json!(postgres $kind $column))+, ") AS TEXT) FROM ", $table, " WHERE ", $condition
            )+),
            sqlite: concat!("SELECT '' AS table_name, '' AS content WHERE false" $(
                , " UNION ALL SELECT '", $table, "', json_object(", to_json!(sqlite $first_kind $first)
                $(, ", ", to_json!(sqlite $kind $column))+, ") FROM ", $table, " WHERE ", $condition
            )+),
        };

        pub(crate) const $inserts: &[(&str, Sql)] = &[$(($table, Sql {
            postgres: concat!(
                "INSERT INTO ", $table, " (", $first $(, ", ", $column)+, ") VALUES (",
                of_json!(postgres $first_kind $first) $(, ", ", of_json!(postgres $kind $column))+,
                ") ON CONFLICT DO NOTHING"
            ),
            sqlite: concat!(
                "INSERT INTO ", $table, " (", $first $(, ", ", $column)+, ") VALUES (",
                of_json!(sqlite $first_kind $first) $(, ", ", of_json!(sqlite $kind $column))+,
                ") ON CONFLICT DO NOTHING"
            ),
        })),+];

        const $columns: &[(&str, &[&str])] = &[$(($table, &[$first, $($column),+])),+];
    };
}

record! { OF_TRANSFER, TRANSFER_INSERTS, TRANSFER_COLUMNS:
    "transfers" where "id = $1 AND purge_started_at IS NULL" {
        uuid "id", uuid "tenant_id", uuid "sender_id", text "state", number "epoch",
        number "latest_epoch", bytes "transfer_key", bytes "content_key", bytes "locked_content_key",
        bytes "password_parameters", bytes "subject", bytes "message", number "max_downloads",
        number "file_count", number "byte_count", number "failed_attempts", number "locked_at",
        number "created_at", number "sent_at", number "expires_at", number "blocked_at",
        number "purge_started_at", text "protection", uuid "mailbox_id", text "required_protections",
        text "inspection", number "inspection_since", text "inspection_finding",
        number "erased_recipients", uuid "request_id", bytes "uploader", bytes "uploader_hmac",
        uuid "portal_id", bytes "uploader_network", truth "allow_reply", uuid "reply_to",
        bytes "begin_key", bytes "begin_said", truth "in_mail", text "mode", bytes "server_half",
        bytes "proof_hash", bytes "sender_content_key", bytes "sender_subject", bytes "sender_message",
        bytes "sender_contents",
    }
    "uploads" where "transfer_id = $1 AND state = 'joined'" {
        uuid "id", uuid "tenant_id", uuid "transfer_id", text "state", truth "is_partial",
        uuid "file_id", number "length", number "received", number "next_sequence", bytes "upload_key",
        bytes "metadata", number "created_at", number "expires_at", number "fence",
        number "leased_until",
    }
    "files" where "transfer_id = $1" {
        uuid "id", uuid "tenant_id", uuid "transfer_id", bytes "file_key", bytes "manifest",
        bytes "metadata", number "length", number "objects", number "created_at", text "kind",
        bytes "findings", text "scan", bytes "digest", bytes "sender_file_key", bytes "sender_manifest",
        text "stated_kinds", number "stated_policy",
    }
    "recipients" where "transfer_id = $1" {
        uuid "id", uuid "tenant_id", uuid "transfer_id", bytes "address", bytes "address_hmac",
        bytes "link_token", number "notified_at", number "opened_at", number "downloaded_at",
        number "reminder_queued_at", number "reminded_at", number "blocked_at", text "protection",
        bytes "phone", bytes "locked_content_key", bytes "password_parameters", number "bounced_at",
    }
    "links" where "transfer_id = $1" {
        bytes "token_hash", uuid "tenant_id", uuid "transfer_id", uuid "recipient_id",
        number "created_at",
    }
    "mail_links" where "transfer_id = $1" {
        uuid "transfer_id", uuid "tenant_id", bytes "token_hash", bytes "token", bytes "ticket_hash",
        bytes "ticket", number "created_at", number "used_at",
    }
    "content_keys" where "transfer_id = $1" {
        uuid "transfer_id", bytes "public_key", uuid "tenant_id", bytes "content_key", truth "recovery",
    }
    "visits" where "transfer_id = $1" {
        uuid "id", uuid "tenant_id", uuid "transfer_id", uuid "recipient_id", number "started_at",
        number "leased_until", number "completed_at",
    }
    "downloads" where "transfer_id = $1" {
        uuid "recipient_id", uuid "file_id", uuid "transfer_id", number "first_at", number "last_at",
        number "times",
    }
    "rule_hits" where "transfer_id = $1" {
        uuid "tenant_id", bytes "rule_hmac", uuid "transfer_id", text "kind", text "effect",
        number "policy_version", number "number", number "at",
    }
    "abuse_reports" where "transfer_id = $1" {
        uuid "id", uuid "tenant_id", uuid "transfer_id", uuid "recipient_id", text "reason",
        bytes "text", number "created_at", number "settled_at", uuid "settled_by",
    }
}

record! { OF_TENANT, TENANT_INSERTS, TENANT_COLUMNS:
    "tenants" where "id = $1" {
        uuid "id", text "slug", text "name", text "container", text "policy", bytes "tenant_key",
        number "created_at", number "suspended_at", text "licence", number "terminated_at",
        number "policy_version", number "removal_began_at",
    }
    "users" where "tenant_id = $1" {
        uuid "id", uuid "tenant_id", bytes "address", bytes "address_hmac", bytes "name", text "role",
        number "created_at", number "disabled_at", bytes "password", number "password_changed_at",
        truth "must_change", bytes "totp", number "totp_confirmed_at", number "totp_step",
        number "lock_noticed_at", bytes "directory", bytes "user_name_hmac", bytes "external_id_hmac",
        number "version", number "updated_at", number "left_at", number "seat_at",
        number "sending_suspended_at",
    }
    "recovery_codes" where "user_id IN (SELECT u.id FROM users u WHERE u.tenant_id = $1)" {
        uuid "user_id", bytes "code_hmac", number "used_at",
    }
    "policy_versions" where "tenant_id = $1 AND version = (SELECT t.policy_version FROM tenants t WHERE t.id = $1)" {
        uuid "tenant_id", number "version", bytes "document", text "difference", uuid "made_by",
        number "made_at", number "restored_from",
    }
    "groups" where "tenant_id = $1" {
        uuid "id", uuid "tenant_id", bytes "name", bytes "name_hmac", bytes "external_id",
        bytes "external_id_hmac", number "version", number "created_at", number "updated_at",
    }
    "group_members" where "group_id IN (SELECT g.id FROM groups g WHERE g.tenant_id = $1)" {
        uuid "group_id", uuid "user_id", uuid "tenant_id",
    }
    "mailboxes" where "tenant_id = $1" {
        uuid "id", uuid "tenant_id", bytes "address", bytes "address_hmac", bytes "name",
        number "created_at", number "removed_at",
    }
    "delegations" where "mailbox_id IN (SELECT m.id FROM mailboxes m WHERE m.tenant_id = $1)" {
        uuid "mailbox_id", uuid "user_id", uuid "tenant_id", number "created_at",
    }
    "identity_providers" where "tenant_id = $1" {
        uuid "id", uuid "tenant_id", text "kind", text "label", text "issuer", text "client_id",
        bytes "client_secret", uuid "entra_tenant", truth "for_users", truth "for_recipients",
        truth "for_addin", truth "provisions", text "domains", truth "enabled", number "created_at",
    }
    "user_identities" where "provider_id IN (SELECT p.id FROM identity_providers p WHERE p.tenant_id = $1)" {
        uuid "provider_id", bytes "subject_hmac", uuid "tenant_id", uuid "user_id", number "created_at",
    }
    "passkeys" where "user_id IN (SELECT u.id FROM users u WHERE u.tenant_id = $1)" {
        uuid "id", uuid "tenant_id", uuid "user_id", bytes "credential_hash", bytes "credential",
        bytes "label", number "created_at", number "last_used_at",
    }
    "key_pairs" where "tenant_id = $1" {
        uuid "id", uuid "tenant_id", uuid "owner_id", uuid "user_id", uuid "mailbox_id",
        bytes "public_key", bytes "private_key", number "created_at", number "retired_at",
        number "revision",
    }
    "key_pair_passkeys" where "key_pair_id IN (SELECT k.id FROM key_pairs k WHERE k.tenant_id = $1)" {
        uuid "key_pair_id", uuid "passkey_id", uuid "tenant_id", bytes "private_key",
        number "created_at",
    }
    "key_pair_members" where "key_pair_id IN (SELECT k.id FROM key_pairs k WHERE k.tenant_id = $1)" {
        uuid "key_pair_id", uuid "user_id", uuid "mailbox_id", uuid "tenant_id", bytes "member_key",
        bytes "private_key", number "created_at",
    }
    "api_clients" where "tenant_id = $1" {
        uuid "id", uuid "tenant_id", uuid "user_id", text "name", text "scopes", bytes "secret_hash",
        bytes "previous_hash", number "previous_until", number "created_at", number "revoked_at",
    }
    "api_tokens" where "tenant_id = $1" {
        uuid "id", uuid "tenant_id", uuid "user_id", bytes "token_hash", text "label", text "scopes",
        number "created_at", number "expires_at", number "revoked_at", number "used_at",
    }
    "logos" where "tenant_id = $1" {
        uuid "tenant_id", text "kind", text "tag", bytes "content", number "set_at",
    }
    "addins" where "tenant_id = $1" {
        uuid "tenant_id", uuid "addin_id", uuid "app_id", number "revision", bytes "rendering",
        number "changed_at",
    }
    "blocked_files" where "tenant_id = $1" {
        uuid "id", uuid "tenant_id", bytes "digest", bytes "hash", bytes "note", number "length",
        uuid "blocked_by", number "created_at", number "searched_at", number "found",
        number "unreadable",
    }
    "portals" where "tenant_id = $1" {
        uuid "id", uuid "tenant_id", uuid "user_id", text "name", bytes "title", bytes "text",
        truth "several", text "domains", text "kinds", number "max_files", number "max_bytes",
        truth "asks_code", truth "enabled", number "created_at", number "changed_at", text "mode",
        uuid "mailbox_id",
    }
    "portal_recipients" where "portal_id IN (SELECT p.id FROM portals p WHERE p.tenant_id = $1)" {
        uuid "portal_id", uuid "user_id", uuid "tenant_id", number "place", bytes "label",
    }
    "upload_requests" where "tenant_id = $1" {
        uuid "id", uuid "tenant_id", uuid "user_id", bytes "token_hash", bytes "token", bytes "title",
        bytes "message", bytes "address", bytes "address_hmac", truth "asks_code", number "max_uses",
        number "uses", number "max_files", number "max_bytes", number "created_at", number "expires_at",
        number "closed_at", text "kinds", uuid "reply_to", uuid "reply_recipient", truth "proved", text "mode",
    }
}

/// Tables and columns of a transfer's record.
pub const TRANSFER_RECORD: &[(&str, &[&str])] = TRANSFER_COLUMNS;
/// Tables and columns of a tenant's record.
pub const TENANT_RECORD: &[(&str, &[&str])] = TENANT_COLUMNS;
/// The number of the schema whose rows these are.
pub const RECORD_SCHEMA: u64 = migrate::MAIN.latest();

statements! {
    WHOLE_OF_TRANSFER = { postgres: OF_TRANSFER.postgres, sqlite: OF_TRANSFER.sqlite };
    WHOLE_OF_TENANT = { postgres: OF_TENANT.postgres, sqlite: OF_TENANT.sqlite };
    /// What was in hand when the record was made did not come along.
    RECOUNT = "UPDATE transfers SET file_count = (SELECT COUNT(*) FROM files WHERE transfer_id = $1), \
        byte_count = (SELECT CAST(COALESCE(SUM(length), 0) AS BIGINT) FROM files WHERE transfer_id = $1) WHERE id = $1";
    /// Without those that were taken out of a draft.
    PREFIXES = "SELECT id AS value FROM files WHERE transfer_id = $1 \
        UNION SELECT id FROM uploads WHERE transfer_id = $1 AND state = 'joined'";
    BEGIN_LOG = "INSERT INTO audit_heads (tenant_id, seq, hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
}

impl Conn {
    /// All rows of a transfer's record, of one moment; none of `transfers` once its purge has begun.
    pub async fn record_of_transfer(&mut self, id: TransferId) -> Result<Vec<RecordRow>, DbError> {
        self.all(&WHOLE_OF_TRANSFER, binds![id]).await
    }

    /// The prefixes of the objects of a transfer's files.
    pub async fn file_prefixes(&mut self, id: TransferId) -> Result<Vec<UploadId>, DbError> {
        self.all(&PREFIXES, binds![id]).await
    }

    /// All rows of a tenant's record, of one moment.
    pub async fn record_of_tenant(&mut self, id: TenantId) -> Result<Vec<RecordRow>, DbError> {
        self.all(&WHOLE_OF_TENANT, binds![id]).await
    }
}

impl Tx {
    /// Adds a row of a record as it was; `false`, and nothing is done, if there is one in its place.
    /// [`DbError::MissingReference`] if it refers to something that is not there, [`DbError::Corrupt`] for another table.
    pub async fn restore_row(&mut self, row: &RecordRow) -> Result<bool, DbError> {
        let mut tables = TRANSFER_INSERTS.iter().chain(TENANT_INSERTS);
        let (_, sql) = tables
            .find(|(table, _)| *table == row.table_name)
            .ok_or_else(|| DbError::Corrupt(format!("no table of a record: {}", row.table_name).into()))?;
        self.changes(sql, binds![&row.content]).await
    }

    /// Counts a restored transfer's files anew: uploads that were in progress took places, too.
    pub async fn recount_files(&mut self, id: TransferId) -> Result<(), DbError> {
        self.execute(&RECOUNT, binds![id]).await.map(drop)
    }

    /// Begins a restored tenant's log, unless he has one.
    pub async fn begin_log(&mut self, tenant: TenantId) -> Result<(), DbError> {
        let start = super::audit::ChainPoint::START;
        self.execute(&BEGIN_LOG, binds![tenant, start.seq, &start.hash]).await.map(drop)
    }
}
