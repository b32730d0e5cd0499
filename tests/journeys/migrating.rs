//! Migrations that do not come to their end, and schemas that somebody has changed.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use sealpost_test_support::engines::{self, Engine, Place};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use tempfile::TempDir;
use tokio::{process::Command, time::sleep};

use crate::support::{Dice, eventually, run, run_ok, sealpost};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_that_is_killed_leaves_the_old_schema_or_the_new_one() {
    killed_at_any_moment(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_that_is_killed_leaves_the_old_schema_or_the_new_one_on_postgresql() {
    killed_at_any_moment(Engine::Postgres).await;
}

async fn killed_at_any_moment(engine: Engine) {
    let mut dice = Dice::new("migrations", 260);
    let whole = Schema::new(engine).await;
    let begun = Instant::now();
    run_ok(&mut whole.migrate()).await;
    let longest = begun.elapsed().as_micros() as u64 * 5 / 4;
    let all = whole.tables().await;
    assert!(all > 50, "{all}");
    let mut before_its_end = 0;
    for round in 0..16 {
        let schema = Schema::new(engine).await;
        let mut child = schema.migrate().spawn().unwrap();
        // At any moment of what a whole one takes, and a little after it.
        sleep(Duration::from_micros(dice.below(longest))).await;
        let _ = child.start_kill();
        child.wait().await.unwrap();
        let left = schema.tables().await;
        assert!(left == 0 || left == all, "round {round}: {left} of {all} tables");
        before_its_end += usize::from(left == 0);
        run_ok(&mut schema.migrate()).await;
        assert_eq!(schema.tables().await, all);
        run_ok(&mut schema.migrate()).await;
    }
    println!("{engine:?}: {before_its_end} of 16 were killed before their end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_dies_in_a_migration_leaves_it_to_the_one_that_waits() {
    let schema = Schema::new(Engine::Postgres).await;
    let mut other = PgConnection::connect(schema.database.url()).await.unwrap();
    // Who makes a table that somebody else is making waits for him: so the first stands in its last steps.
    for sql in ["BEGIN", "CREATE TABLE pairings (nothing BIGINT)"] {
        sqlx::query(sql).execute(&mut other).await.unwrap();
    }
    let mut first = schema.migrate().spawn().unwrap();
    let waiting = async |wanted: i64| {
        let mut looking = PgConnection::connect(schema.database.url()).await.unwrap();
        eventually("somebody waits", async || {
            let sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            let count: i64 = sqlx::query_scalar(sql).fetch_one(&mut looking).await.unwrap();
            (count >= wanted).then_some(())
        })
        .await;
    };
    waiting(1).await;
    let second = schema.migrate().spawn().unwrap();
    waiting(2).await;
    first.start_kill().unwrap();
    first.wait().await.unwrap();
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    let ended = second.wait_with_output().await.unwrap();
    assert!(ended.status.success(), "{ended:?}");
    assert!(schema.tables().await > 50);
    run_ok(&mut schema.migrate()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_that_was_tampered_with_is_refused_in_words_and_stays_as_it_is() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let schema = Schema::new(engine).await;
        run_ok(&mut schema.migrate()).await;
        let none = if engine == Engine::Postgres { "'\\x00'" } else { "x'00'" };
        schema.execute(&format!("UPDATE sealpost_migrations SET checksum = {none} WHERE version = 12")).await;
        for words in [&["migrate"][..], &["serve"]] {
            let refused = run(&mut schema.command(words)).await;
            assert_ne!(refused.code, Some(0), "{engine:?}: {refused:?}");
            assert!(refused.stderr.contains("step 12 (subjects)"), "{engine:?}: {refused:?}");
        }
    }
}

/// Two databases with nothing in them, and a directory for the rest.
struct Schema {
    home: TempDir,
    database: Place,
    keyring: Place,
}

impl Schema {
    async fn new(engine: Engine) -> Self {
        let home = TempDir::with_prefix("sealpost-migrating").unwrap();
        Self { home, database: engines::empty(engine).await, keyring: engines::empty(engine).await }
    }

    fn migrate(&self) -> Command {
        self.command(&["migrate"])
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = sealpost();
        command
            .args(words)
            .args(["--dev", "dev"])
            .env("SEALPOST_DATABASE_URL", self.database.url())
            .env("SEALPOST_KEYRING_URL", self.keyring.url())
            .current_dir(self.home.path())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        command
    }

    /// How many tables and indexes the main database has.
    async fn tables(&self) -> i64 {
        match self.database.engine() {
            Engine::Postgres => {
                let mut connection = PgConnection::connect(self.database.url()).await.unwrap();
                let sql = "SELECT COUNT(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
                sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
            }
            Engine::Sqlite => {
                let file = self.database.url().strip_prefix("sqlite:").unwrap();
                if !Path::new(file).exists() {
                    return 0;
                }
                let mut connection = SqliteConnection::connect(self.database.url()).await.unwrap();
                let sql = "SELECT COUNT(*) FROM sqlite_master";
                sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
            }
        }
    }

    async fn execute(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match self.database.engine() {
            Engine::Postgres => {
                let mut connection = PgConnection::connect(self.database.url()).await.unwrap();
                sqlx::query(sql).execute(&mut connection).await.unwrap();
            }
            Engine::Sqlite => {
                let mut connection = SqliteConnection::connect(self.database.url()).await.unwrap();
                sqlx::query(sql).execute(&mut connection).await.unwrap();
            }
        }
    }
}
