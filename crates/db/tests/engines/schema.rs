//! Both engines have the same schema, and every statement fits it.

use std::collections::BTreeSet;

use sealpost_test_support::engines::{ENGINES, Engine, Place, TestDatabase, database, keyring};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};

/// A connection past the crate under test.
pub(crate) enum Raw {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Raw {
    pub(crate) async fn open(place: &Place) -> Self {
        match place.engine() {
            Engine::Postgres => Self::Postgres(PgConnection::connect(place.url()).await.unwrap()),
            Engine::Sqlite => {
                let file = place.url().strip_prefix("sqlite:").unwrap();
                let options = SqliteConnectOptions::new().filename(file);
                Self::Sqlite(SqliteConnection::connect_with(&options).await.unwrap())
            }
        }
    }

    /// The one text column of all rows.
    pub(crate) async fn texts(&mut self, sql: String) -> Vec<String> {
        let sql = AssertSqlSafe(sql);
        match self {
            Self::Postgres(connection) => sqlx::query_scalar(sql).fetch_all(connection).await.unwrap(),
            Self::Sqlite(connection) => sqlx::query_scalar(sql).fetch_all(connection).await.unwrap(),
        }
    }
}

pub(crate) async fn run(db: &TestDatabase, sql: &str) {
    Raw::open(db.place()).await.texts(sql.to_owned()).await;
}

pub(crate) async fn count(db: &TestDatabase, table: &str) -> u64 {
    let sql = format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table}");
    Raw::open(db.place()).await.texts(sql).await[0].parse().unwrap()
}

/// The columns of a SQLite table.
pub(crate) async fn columns_of(db: &TestDatabase, table: &str) -> BTreeSet<String> {
    let sql = format!("SELECT name FROM pragma_table_info('{table}')");
    Raw::open(db.place()).await.texts(sql).await.into_iter().collect()
}

/// The tables that have triggers of our own.
pub(crate) async fn watched_tables(db: &TestDatabase) -> BTreeSet<String> {
    let sql = match db.engine() {
        Engine::Postgres => "SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
        Engine::Sqlite => "SELECT tbl_name FROM sqlite_schema WHERE type = 'trigger'",
    };
    Raw::open(db.place()).await.texts(sql.to_owned()).await.into_iter().collect()
}

/// The SQLite tables that have this column.
pub(crate) async fn tables_with(db: &TestDatabase, column: &str) -> Vec<String> {
    let sql = format!(
        "SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND c.name = '{column}'"
    );
    Raw::open(db.place()).await.texts(sql).await
}

/// Somebody who has read a PostgreSQL table in a transaction that goes on until this is dropped.
pub(crate) async fn hold(place: &Place, table: &str) -> Raw {
    let mut raw = Raw::open(place).await;
    raw.texts("BEGIN".to_owned()).await;
    raw.texts(format!("SELECT 'held' FROM {table}")).await;
    raw
}

/// Somebody who has begun to write in a PostgreSQL database and goes on until this is dropped.
pub(crate) async fn write_and_wait(place: &Place) -> Raw {
    let mut raw = Raw::open(place).await;
    raw.texts("BEGIN".to_owned()).await;
    raw.texts("SELECT pg_current_xact_id()::text".to_owned()).await;
    raw
}

/// A PostgreSQL table's pages as they are, dead rows and free space included, in hex.
pub(crate) async fn pages(place: &Place, table: &str) -> String {
    let mut raw = Raw::open(place).await;
    raw.texts("CREATE EXTENSION IF NOT EXISTS pageinspect".to_owned()).await;
    let all = format!(
        "SELECT encode(get_raw_page('{table}', page::int), 'hex') \
         FROM generate_series(0, pg_relation_size('{table}') / 8192 - 1) AS page"
    );
    raw.texts(all).await.concat()
}

/// Columns, keys, indexes and foreign keys, a line each, in words that both engines share.
async fn logical_schema(place: &Place) -> BTreeSet<String> {
    let queries = match place.engine() {
        Engine::Postgres => POSTGRES_SCHEMA,
        Engine::Sqlite => SQLITE_SCHEMA,
    };
    let mut raw = Raw::open(place).await;
    let mut lines = BTreeSet::new();
    for query in queries {
        lines.extend(raw.texts((*query).to_owned()).await);
    }
    lines.retain(|line| !line.contains("_migrations"));
    lines
}

const SQLITE_SCHEMA: &[&str] = &[
    "SELECT 'column ' || t.name || '.' || c.name || ' ' || lower(c.type) \
        || CASE c.\"notnull\" WHEN 1 THEN ' not null' ELSE '' END || coalesce(' default ' || c.dflt_value, '') \
     FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
    "SELECT CASE WHEN i.\"unique\" THEN 'unique ' ELSE 'index ' || i.name || ' ' END || t.name || ' (' \
        || (SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) || ')' \
        || CASE i.partial WHEN 1 THEN ' partial' ELSE '' END \
     FROM sqlite_schema t JOIN pragma_index_list(t.name) i WHERE t.type = 'table'",
    "SELECT 'reference ' || t.name || '.' || f.\"from\" || ' ' || f.\"table\" || '.' || f.\"to\" || ' ' || lower(f.on_delete) \
     FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'",
];

const POSTGRES_SCHEMA: &[&str] = &[
    "SELECT 'column ' || table_name || '.' || column_name || ' ' \
        || CASE data_type WHEN 'uuid' THEN 'blob' WHEN 'bytea' THEN 'blob' ELSE data_type END \
        || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END \
        || coalesce(' default ' || replace(column_default, '::text', ''), '') \
     FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT CASE WHEN x.indisunique THEN 'unique ' ELSE 'index ' || i.relname || ' ' END || t.relname || ' (' \
        || (SELECT string_agg(a.attname, ', ' ORDER BY k.place) FROM unnest(x.indkey) WITH ORDINALITY AS k (number, place) \
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) || ')' \
        || CASE WHEN x.indpred IS NULL THEN '' ELSE ' partial' END \
     FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
     JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = 'public'",
    "SELECT 'reference ' || t.relname || '.' || a.attname || ' ' || f.relname || '.' || b.attname || ' ' \
        || CASE c.confdeltype WHEN 'c' THEN 'cascade' WHEN 'a' THEN 'no action' ELSE c.confdeltype::text END \
     FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid \
     CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS k (own, other) \
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.own \
     JOIN pg_attribute b ON b.attrelid = f.oid AND b.attnum = k.other WHERE c.contype = 'f'",
];

#[tokio::test]
async fn both_engines_have_the_same_tables_columns_indexes_and_references() {
    let (sqlite, postgres) = (database(Engine::Sqlite).await, database(Engine::Postgres).await);
    let (sqlite, postgres) = (logical_schema(sqlite.place()).await, logical_schema(postgres.place()).await);
    assert!(sqlite.len() > 150, "{sqlite:#?}");
    assert_eq!(sqlite.symmetric_difference(&postgres).collect::<Vec<_>>(), Vec::<&String>::new());
    let (sqlite, postgres) = (keyring(Engine::Sqlite).await, keyring(Engine::Postgres).await);
    let (sqlite, postgres) = (logical_schema(sqlite.place()).await, logical_schema(postgres.place()).await);
    assert_eq!(sqlite.symmetric_difference(&postgres).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[tokio::test]
async fn every_statement_can_be_prepared() {
    let mut counts = Vec::new();
    for engine in ENGINES {
        let db = database(engine).await;
        counts.push(db.check_statements().await.unwrap());
        db.ping().await.unwrap();
    }
    assert!(counts[0] > 90 && counts[0] == counts[1], "{counts:?}");
}

/// What a deletion asks of the tables that refer to its row. Tenants are left out: one is removed once, when nothing of it is
/// there any more.
#[tokio::test]
async fn a_deletion_finds_what_refers_to_it_by_an_index() {
    let db = database(Engine::Sqlite).await;
    let lines = logical_schema(db.place()).await;
    let references = lines.iter().filter_map(|line| line.strip_prefix("reference "));
    let is_found = |table: &str, column: &str| {
        let first = [format!("{table} ({column})"), format!("{table} ({column},")];
        lines.iter().any(|line| {
            let of_index = line.strip_prefix("unique ").or_else(|| {
                let (_name, columns) = line.strip_prefix("index ")?.split_once(' ')?;
                Some(columns)
            });
            of_index.is_some_and(|columns| first.iter().any(|first| columns.starts_with(first)))
        })
    };
    let mut seen = 0;
    for reference in references {
        let (from, to) = reference.split_once(' ').unwrap();
        let (table, column) = from.split_once('.').unwrap();
        seen += 1;
        assert!(to.starts_with("tenants.") || is_found(table, column), "no index begins with {from}");
    }
    assert!(seen > 30, "{seen}");
}
