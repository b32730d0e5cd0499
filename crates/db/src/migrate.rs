//! Bringing a schema up to date. The migrations are in the binary.

use std::{borrow::Cow, collections::BTreeMap};

use sqlx::{
    AssertSqlSafe, Connection, PgConnection, SqlSafeStr, SqliteConnection,
    migrate::{AppliedMigration, Migrate as _, Migration, MigrationType, Migrator},
};

use crate::error::DbError;

/// A database's steps, and where it is written down which of them were done.
pub(crate) struct Schema {
    steps: &'static [Step],
    table: &'static str,
}

/// A step: its number, its name, its text for each engine. Never edited once shipped.
///
/// Several releases work on one database while nodes are upgraded one after the other. So a step adds, and the release
/// before goes on with it; what takes something away comes in a later release, and says which step a release must know
/// to work with it: `27 "name" "…" "…" needs 26`.
struct Step {
    number: i64,
    name: &'static str,
    postgres: &'static str,
    sqlite: &'static str,
    /// The step that a binary must know to work with this one; 0 if it need know none.
    needs: i64,
}

impl Schema {
    /// The number of its last step.
    pub(crate) const fn latest(&self) -> u64 {
        self.steps[self.steps.len() - 1].number as u64
    }
}

macro_rules! steps {
    ($($number:literal $name:literal $postgres:literal $sqlite:literal $(needs $needs:literal)?),+ $(,)?) => {
        &[$(Step {
            number: $number,
            name: $name,
            postgres: include_str!(concat!("../../../migrations/", $postgres)),
            sqlite: include_str!(concat!("../../../migrations/", $sqlite)),
            needs: 0 $(+ $needs)?,
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
        25 "replication" "postgres/0025_replication.sql" "sqlite/0025_replication.sql",
        26 "zero_knowledge" "postgres/0026_zero_knowledge.sql" "sqlite/0026_zero_knowledge.sql",
        27 "key_pairs" "postgres/0027_key_pairs.sql" "sqlite/0027_key_pairs.sql",
        28 "stated_kinds" "postgres/0028_stated_kinds.sql" "sqlite/0028_stated_kinds.sql",
        29 "sealed_contents" "postgres/0029_sealed_contents.sql" "sqlite/0029_sealed_contents.sql",
        30 "recoveries" "postgres/0030_recoveries.sql" "sqlite/0030_recoveries.sql",
    ),
    table: "sealpost_migrations",
};

/// The keyring; its own table, so that nothing breaks if somebody points both at one PostgreSQL database.
pub(crate) const KEYRING: Schema = Schema {
    steps: steps!(
        1 "keyring" "keyring/postgres/0001_keyring.sql" "keyring/sqlite/0001_keyring.sql",
        2 "root_key" "keyring/postgres/0002_root_key.sql" "keyring/sqlite/0002_root_key.sql",
    ),
    table: "keyring_migrations",
};

/// "sealpost" in ASCII: whoever migrates holds this advisory lock.
const LOCK: i64 = i64::from_be_bytes(*b"sealpost");

/// Brings the schema up to date over a connection that is in a transaction and has the lock. The two engines' connections
/// have no type in common that could be an argument.
macro_rules! bring_up {
    ($connection:expr, $schema:expr, $text:expr) => {{
        let (connection, schema) = ($connection, $schema);
        let migrator = migrator(schema, $text);
        connection.ensure_migrations_table(schema.table).await?;
        sqlx::query(made(&schema.needs_table())).execute(&mut *connection).await?;
        let words = format!("SELECT version, needs FROM {}", schema.needs_table());
        let words: Vec<(i64, i64)> = sqlx::query_as(AssertSqlSafe(words)).fetch_all(&mut *connection).await?;
        let words: BTreeMap<i64, i64> = words.into_iter().collect();
        let applied = connection.list_applied_migrations(schema.table).await?;
        judge(schema, &migrator, &applied, &words).map_err(|error| DbError::Migrate(error.into()))?;
        migrator.run_direct(None, &mut *connection, false).await?;
        for step in schema.steps.iter().filter(|step| !words.contains_key(&step.number)) {
            let word = format!("INSERT INTO {} (version, needs) VALUES ($1, $2)", schema.needs_table());
            let word = sqlx::query(AssertSqlSafe(word)).bind(step.number).bind(step.needs);
            word.execute(&mut *connection).await?;
        }
    }};
}

/// All steps in one transaction under one lock: of several nodes that start together one works and the others
/// wait and find nothing to do, and a step that fails leaves the schema as it was.
pub(crate) async fn postgres(connection: &mut PgConnection, schema: &Schema) -> Result<(), DbError> {
    let mut tx = connection.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *tx).await?;
    bring_up!(&mut *tx, schema, |step| step.postgres);
    Ok(tx.commit().await?)
}

/// The same on SQLite, where the write lock is the lock.
pub(crate) async fn sqlite(connection: &mut SqliteConnection, schema: &Schema) -> Result<(), DbError> {
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
    bring_up!(&mut *tx, schema, |step| step.sqlite);
    Ok(tx.commit().await?)
}

/// Beside what was done stands what it needs. Not a step: every release that can read it has to find it.
fn made(table: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "CREATE TABLE IF NOT EXISTS {table} (version BIGINT NOT NULL PRIMARY KEY, needs BIGINT NOT NULL)"
    ))
}

impl Schema {
    fn needs_table(&self) -> String {
        format!("{}_needs", self.table)
    }

    /// The last step that this binary knows.
    pub(crate) fn newest(&self) -> i64 {
        self.steps.iter().map(|step| step.number).max().unwrap_or(0)
    }
}

/// Why a database is not for this binary.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SchemaError {
    /// A step that was done has another text here.
    #[error(
        "step {number} ({name}) was done with another text than this release has: the database belongs to another build, \
         or somebody has changed what is written down of it. Nothing was changed"
    )]
    Edited {
        /// Of the step.
        number: i64,
        /// Of the step.
        name: String,
    },
    /// A later release has been here, and has taken something away that this one needs.
    #[error(
        "a later release has brought the database to step {number}, with which no release can work that does not know step \
         {needs}; this one knows steps up to {newest}. Run the later release, or restore the database as it was before"
    )]
    Newer {
        /// The step.
        number: i64,
        /// The step that has to be known.
        needs: i64,
        /// The last one that is known here.
        newest: i64,
    },
}

/// Whether this binary can work with what was done to a database: with steps that it does not know, if they say so.
fn judge(
    schema: &Schema,
    migrator: &Migrator,
    applied: &[AppliedMigration],
    words: &BTreeMap<i64, i64>,
) -> Result<(), SchemaError> {
    let newest = schema.newest();
    for done in applied {
        match migrator.iter().find(|step| step.version == done.version) {
            Some(step) if step.checksum == done.checksum => {}
            Some(step) => {
                return Err(SchemaError::Edited { number: step.version, name: step.description.to_string() });
            }
            None => {
                // One that says nothing may need anything.
                let needs = words.get(&done.version).copied().unwrap_or(done.version);
                if needs > newest {
                    return Err(SchemaError::Newer { number: done.version, needs, newest });
                }
            }
        }
    }
    Ok(())
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
    // What is not known here was judged before.
    migrator.set_ignore_missing(true);
    migrator
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Those before were never run by two releases at once.
    const FIRST_TO_SAY: i64 = 25;

    #[test]
    fn a_step_that_takes_something_away_says_which_releases_can_do_without_it() {
        for schema in [&MAIN, &KEYRING] {
            let first = if schema.table == KEYRING.table { 2 } else { FIRST_TO_SAY };
            for step in schema.steps.iter().filter(|step| step.number >= first) {
                let text = step.postgres.to_ascii_uppercase();
                let takes = ["DROP TABLE", "DROP COLUMN", "RENAME ", "ALTER COLUMN", "SET NOT NULL"]
                    .into_iter()
                    .find(|word| text.contains(word));
                assert!(
                    step.needs > 0 || takes.is_none(),
                    "{} {}: {takes:?} without `needs`",
                    step.number,
                    step.name
                );
            }
        }
    }

    #[test]
    fn no_step_needs_a_later_one() {
        for schema in [&MAIN, &KEYRING] {
            assert!(schema.steps.iter().all(|step| step.needs <= step.number));
            assert!(schema.steps.is_sorted_by(|one, two| one.number < two.number));
        }
    }
}
