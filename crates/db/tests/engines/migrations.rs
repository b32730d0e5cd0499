//! Bringing a schema up to date.

use std::{collections::BTreeSet, path::Path};

use sealpost_db::{Db, DbError, Keyring};
use sealpost_test_support::engines::{ENGINES, Engine, empty};

use crate::{schema::Raw, world::all_at_once};

#[test]
fn both_engines_have_the_same_steps() {
    let names = |dir: &str| {
        let dir = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations")).join(dir);
        let entries = std::fs::read_dir(dir).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<BTreeSet<_>>()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    assert_eq!(names("keyring/sqlite"), names("keyring/postgres"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_nodes_that_start_together_migrate_once() {
    for engine in ENGINES {
        let place = empty(engine).await;
        let options = place.options();
        all_at_once(6, |_| {
            let options = options.clone();
            async move {
                let db = Db::open(&options).await.unwrap();
                db.migrate().await.unwrap();
                assert!(db.check_statements().await.unwrap() > 0);
            }
        })
        .await;
        let all = "SELECT description FROM sealpost_migrations ORDER BY version".to_owned();
        let mut steps = Raw::open(&place).await.texts(all).await;
        let done = steps.len();
        steps.dedup();
        assert!(steps[0] == "spine" && steps.len() == done, "{engine:?}: {steps:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keyring_is_migrated_once_too() {
    for engine in ENGINES {
        let place = empty(engine).await;
        let options = place.options();
        all_at_once(4, |_| {
            let options = options.clone();
            async move { Keyring::open(&options).await.unwrap().migrate().await.unwrap() }
        })
        .await;
        assert_eq!(Keyring::open(&options).await.unwrap().check_statements().await.unwrap(), 18);
    }
}

#[tokio::test]
async fn a_schema_of_a_later_release_that_says_nothing_is_refused_and_so_is_an_edited_step() {
    for engine in ENGINES {
        let place = empty(engine).await;
        let db = Db::open(&place.options()).await.unwrap();
        db.migrate().await.unwrap();
        let mut raw = Raw::open(&place).await;
        for (change, why) in [
            ("UPDATE sealpost_migrations SET version = 999 WHERE version = 1", "to step 999"),
            (
                "UPDATE sealpost_migrations SET version = 1, checksum = other WHERE version = 999",
                "step 1 (spine)",
            ),
        ] {
            let other = match engine {
                Engine::Postgres => "'\\x00'",
                Engine::Sqlite => "x'00'",
            };
            raw.texts(change.replace("other", other)).await;
            let error = db.migrate().await.unwrap_err();
            let DbError::Migrate(error) = error else { panic!("{engine:?}: {error:?}") };
            assert!(error.to_string().contains(why), "{engine:?}: {error}");
        }
    }
}

#[tokio::test]
async fn a_release_works_with_what_a_later_one_has_added_and_not_where_it_has_taken_away() {
    for engine in ENGINES {
        let place = empty(engine).await;
        let db = Db::open(&place.options()).await.unwrap();
        db.migrate().await.unwrap();
        let mut raw = Raw::open(&place).await;
        let later = |step: u32, needs: u32| {
            [
                format!(
                    "INSERT INTO sealpost_migrations (version, description, success, checksum, execution_time) \
                     SELECT {step}, 'later', success, checksum, execution_time FROM sealpost_migrations WHERE version = 1"
                ),
                format!("INSERT INTO sealpost_migrations_needs (version, needs) VALUES ({step}, {needs})"),
            ]
        };
        for change in later(900, 0).into_iter().chain(later(901, 24)) {
            raw.texts(change).await;
        }
        db.migrate().await.unwrap();
        db.serves().await.unwrap();
        assert!(db.check_statements().await.unwrap() > 0);
        for change in later(902, 901) {
            raw.texts(change).await;
        }
        // Who runs hears of it, and so does who starts.
        assert!(matches!(db.serves().await.unwrap_err(), DbError::Unavailable(_)), "{engine:?}");
        let error = db.migrate().await.unwrap_err();
        let DbError::Migrate(error) = error else { panic!("{engine:?}: {error:?}") };
        assert!(error.to_string().contains("does not know step 901"), "{engine:?}: {error}");
    }
}

#[tokio::test]
async fn the_keyring_may_share_a_postgres_database() {
    let place = empty(Engine::Postgres).await;
    let (db, keyring) =
        (Db::open(&place.options()).await.unwrap(), Keyring::open(&place.options()).await.unwrap());
    db.migrate().await.unwrap();
    keyring.migrate().await.unwrap();
    db.migrate().await.unwrap();
    assert_eq!(keyring.check_statements().await.unwrap(), 18);
}

#[tokio::test]
async fn what_is_no_database_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("text");
    std::fs::write(&file, "not a database, but long enough to look at its first bytes ".repeat(40)).unwrap();
    let result = async {
        let db = Db::open(&sealpost_db::DbOptions::sqlite(&file)).await?;
        db.migrate().await
    };
    assert!(matches!(result.await.unwrap_err(), DbError::Corrupt(_)));
    let missing = sealpost_db::DbOptions::sqlite(dir.path().join("no/such/directory"));
    assert!(matches!(Db::open(&missing).await.unwrap_err(), DbError::Unavailable(_)));
    let nowhere = "postgres://x@127.0.0.1:1/x".parse().unwrap();
    assert!(matches!(Db::open(&nowhere).await.unwrap_err(), DbError::Unavailable(_)));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let place = empty(Engine::Sqlite).await;
    let db = Db::open(&place.options()).await.unwrap();
    db.migrate().await.unwrap();
    for entry in std::fs::read_dir(place.dir().unwrap()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
    }
}
