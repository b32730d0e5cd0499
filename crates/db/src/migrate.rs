//! Bringing a schema up to date. The migrations are in the binary.

use std::borrow::Cow;

use sqlx::{
    Connection, PgConnection, SqlSafeStr, SqliteConnection,
    migrate::{Migration, MigrationType, Migrator},
};

use crate::error::DbError;

/// A database's steps, and where it is written down which of them were done.
pub(crate) struct Schema {
    steps: &'static [Step],
    table: &'static str,
}

/// A step: its number, its name, its text for each engine. Never edited once shipped.
struct Step {
    number: i64,
    name: &'static str,
    postgres: &'static str,
    sqlite: &'static str,
}

macro_rules! steps {
    ($($number:literal $name:literal $postgres:literal $sqlite:literal),+ $(,)?) => {
        &[$(Step {
            number: $number,
            name: $name,
            postgres: include_str!(concat!("../../../migrations/", $postgres)),
            sqlite: include_str!(concat!("../../../migrations/", $sqlite)),
        }),+]
    };
}

/// The main database.
pub(crate) const MAIN: Schema = Schema {
    steps: steps!(
        1 "spine" "postgres/0001_spine.sql" "sqlite/0001_spine.sql",
        2 "identity" "postgres/0002_identity.sql" "sqlite/0002_identity.sql",
        3 "accounts" "postgres/0003_accounts.sql" "sqlite/0003_accounts.sql",
        4 "providers" "postgres/0004_providers.sql" "sqlite/0004_providers.sql",
        5 "protection" "postgres/0005_protection.sql" "sqlite/0005_protection.sql",
        6 "directory" "postgres/0006_directory.sql" "sqlite/0006_directory.sql",
        7 "licences" "postgres/0007_licences.sql" "sqlite/0007_licences.sql",
        8 "policy" "postgres/0008_policy.sql" "sqlite/0008_policy.sql",
        9 "record" "postgres/0009_record.sql" "sqlite/0009_record.sql",
        10 "inspection" "postgres/0010_inspection.sql" "sqlite/0010_inspection.sql",
        11 "exit" "postgres/0011_exit.sql" "sqlite/0011_exit.sql",
        12 "subjects" "postgres/0012_subjects.sql" "sqlite/0012_subjects.sql",
        13 "acceptable_use" "postgres/0013_acceptable_use.sql" "sqlite/0013_acceptable_use.sql",
        14 "forwarding" "postgres/0014_forwarding.sql" "sqlite/0014_forwarding.sql",
        15 "rule_hits" "postgres/0015_rule_hits.sql" "sqlite/0015_rule_hits.sql",
        16 "branding" "postgres/0016_branding.sql" "sqlite/0016_branding.sql",
        17 "requests" "postgres/0017_requests.sql" "sqlite/0017_requests.sql",
        18 "portals" "postgres/0018_portals.sql" "sqlite/0018_portals.sql",
        19 "replies" "postgres/0019_replies.sql" "sqlite/0019_replies.sql",
        20 "begin_keys" "postgres/0020_begin_keys.sql" "sqlite/0020_begin_keys.sql",
        21 "retention" "postgres/0021_retention.sql" "sqlite/0021_retention.sql",
        22 "addin" "postgres/0022_addin.sql" "sqlite/0022_addin.sql",
        23 "mail_links" "postgres/0023_mail_links.sql" "sqlite/0023_mail_links.sql",
        24 "pairings" "postgres/0024_pairings.sql" "sqlite/0024_pairings.sql",
    ),
    table: "sealpost_migrations",
};

/// The keyring; its own table, so that nothing breaks if somebody points both at one PostgreSQL database.
pub(crate) const KEYRING: Schema = Schema {
    steps: steps!(1 "keyring" "keyring/postgres/0001_keyring.sql" "keyring/sqlite/0001_keyring.sql"),
    table: "keyring_migrations",
};

/// "sealpost" in ASCII: whoever migrates holds this advisory lock.
const LOCK: i64 = i64::from_be_bytes(*b"sealpost");

/// All steps in one transaction under one lock: of several nodes that start together one works and the others
/// wait and find nothing to do, and a step that fails leaves the schema as it was.
pub(crate) async fn postgres(connection: &mut PgConnection, schema: &Schema) -> Result<(), DbError> {
    let mut tx = connection.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *tx).await?;
    migrator(schema, |step| step.postgres).run_direct(None, &mut *tx, false).await?;
    Ok(tx.commit().await?)
}

/// The same on SQLite, where the write lock is the lock.
pub(crate) async fn sqlite(connection: &mut SqliteConnection, schema: &Schema) -> Result<(), DbError> {
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
    migrator(schema, |step| step.sqlite).run_direct(None, &mut *tx, false).await?;
    Ok(tx.commit().await?)
}

fn migrator(schema: &Schema, text: fn(&Step) -> &'static str) -> Migrator {
    let migration = |step: &Step| {
        let sql = text(step).into_sql_str();
        Migration::new(step.number, Cow::Borrowed(step.name), MigrationType::Simple, sql, false)
    };
    let mut migrator = Migrator::with_migrations(schema.steps.iter().map(migration).collect());
    migrator.dangerous_set_table_name(schema.table);
    // sqlx's own lock belongs to a session, which PgBouncer does not keep; ours belongs to the transaction.
    migrator.set_locking(false);
    migrator
}
