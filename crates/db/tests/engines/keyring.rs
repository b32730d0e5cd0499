//! The keyring: what is destroyed is in none of its files any more.

use std::path::{Path, PathBuf};

use sealpost_db::{DbError, Keyring, TenantEpoch};
use sealpost_domain::TenantId;
use sealpost_test_support::engines::{ENGINES, Engine, TestKeyring, database, keyring};

use crate::world::{NOW, all_at_once, day, id};

async fn both(test: impl AsyncFn(TestKeyring)) {
    for engine in ENGINES {
        test(keyring(engine).await).await;
    }
}

#[tokio::test]
async fn the_first_key_of_a_day_stays() {
    both(async |keyring| {
        let (tenant, other): (TenantId, TenantId) = (id(), id());
        assert_eq!(keyring.epoch_key(tenant, day(5)).await.unwrap(), None);
        let put = async |tenant, days, key: &[u8]| {
            keyring.put_epoch_key_if_absent(tenant, day(days), key, NOW).await.unwrap()
        };
        assert_eq!(put(tenant, 5, b"first").await, b"first");
        assert_eq!(put(tenant, 5, b"second").await, b"first");
        assert_eq!(put(tenant, 4, b"third").await, b"third");
        assert_eq!(put(other, 5, b"fourth").await, b"fourth");
        assert_eq!(keyring.epoch_key(tenant, day(5)).await.unwrap().as_deref(), Some(b"first".as_slice()));
        let before: Vec<_> = keyring.epochs_before(day(5), 9).await.unwrap();
        assert_eq!(before, [TenantEpoch { tenant_id: tenant, epoch: day(4) }]);
        assert_eq!(keyring.epochs_before(day(9), 2).await.unwrap().len(), 2);
        for destroyed in [1, 0] {
            let day = TenantEpoch { tenant_id: tenant, epoch: day(5) };
            assert_eq!(keyring.destroy_epoch_keys(&[day]).await.unwrap(), destroyed);
        }
        assert_eq!(keyring.epoch_key(tenant, day(5)).await.unwrap(), None);
        assert_eq!(keyring.epoch_key(other, day(5)).await.unwrap().as_deref(), Some(b"fourth".as_slice()));
    })
    .await;
}

#[tokio::test]
async fn the_first_secret_of_a_name_stays() {
    both(async |keyring| {
        assert_eq!(keyring.secret("grant").await.unwrap(), None);
        assert_eq!(keyring.put_secret_if_absent("grant", b"first", NOW).await.unwrap(), b"first");
        assert_eq!(keyring.put_secret_if_absent("grant", b"second", NOW).await.unwrap(), b"first");
        assert_eq!(keyring.secret("grant").await.unwrap().as_deref(), Some(b"first".as_slice()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_who_make_a_days_key_at_once_go_on_with_the_same() {
    for engine in ENGINES {
        let keyring = keyring(engine).await;
        let node = Keyring::open(&keyring.place().options()).await.unwrap();
        let tenant: TenantId = id();
        let keys = all_at_once(30, |i| {
            let keyring = if i % 2 == 0 { (*keyring).clone() } else { node.clone() };
            async move { keyring.put_epoch_key_if_absent(tenant, day(1), &[i as u8; 40], NOW).await.unwrap() }
        })
        .await;
        assert!(keys.iter().all(|key| *key == keys[0]), "{engine:?}");
    }
}

#[tokio::test]
async fn every_statement_can_be_prepared() {
    both(async |keyring| {
        assert_eq!(keyring.check_statements().await.unwrap(), 18);
        keyring.ping().await.unwrap();
    })
    .await;
}

fn wrapped(i: usize) -> Vec<u8> {
    format!("{i:04}").repeat(30).into_bytes()
}

fn holds(file: &Path, needle: &[u8]) -> bool {
    std::fs::read(file).unwrap().windows(needle.len()).any(|window| window == needle)
}

fn files_below(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn a_destroyed_key_is_in_no_file_of_sqlite() {
    let keyring = keyring(Engine::Sqlite).await;
    let tenant: TenantId = id();
    for i in 0..300 {
        keyring.put_epoch_key_if_absent(tenant, day(i as i64), &wrapped(i), NOW).await.unwrap();
    }
    let dir = keyring.place().dir().unwrap();
    let found = |i: usize| files_below(dir).iter().any(|file| holds(file, &wrapped(i)));
    assert!(found(7) && found(8) && found(299), "they can be found while they are there");
    destroy(&keyring, tenant, 7).await;
    assert!(!found(7) && found(8));
    let days: Vec<_> = (100..300).map(|i| TenantEpoch { tenant_id: tenant, epoch: day(i) }).collect();
    assert_eq!(keyring.destroy_epoch_keys(&days).await.unwrap(), 200);
    assert!((100..300).all(|i| !found(i)), "also when whole pages became free");
    assert!(found(8) && found(99));
    assert_eq!(files_below(dir).len(), 1, "no journal and no log is left");
}

#[tokio::test]
async fn a_destroyed_key_is_not_in_the_tables_file_of_postgres() {
    let keyring = keyring(Engine::Postgres).await;
    let tenant: TenantId = id();
    for i in 0..50 {
        keyring.put_epoch_key_if_absent(tenant, day(i as i64), &wrapped(i), NOW).await.unwrap();
    }
    let place = keyring.place();
    let live = crate::schema::pages(place, "epoch_keys").await;
    assert!(live.contains(&hex(&wrapped(7))));
    destroy(&keyring, tenant, 7).await;
    let left = crate::schema::pages(place, "epoch_keys").await;
    assert!(!left.contains(&hex(&wrapped(7))), "not even as a dead row");
    assert!(left.contains(&hex(&wrapped(8))));
}

#[tokio::test]
async fn a_key_is_destroyed_whatever_else_runs_on_the_server() {
    let keyring = keyring(Engine::Postgres).await;
    let tenant: TenantId = id();
    for i in 0..3 {
        keyring.put_epoch_key_if_absent(tenant, day(i as i64), &wrapped(i), NOW).await.unwrap();
    }
    let elsewhere = database(Engine::Postgres).await;
    let writing = crate::schema::write_and_wait(elsewhere.place()).await;
    destroy(&keyring, tenant, 1).await;
    let left = crate::schema::pages(keyring.place(), "epoch_keys").await;
    assert!(!left.contains(&hex(&wrapped(1))), "a transaction that is older than the deletion kept it");
    assert!(left.contains(&hex(&wrapped(0))) && left.contains(&hex(&wrapped(2))));
    drop(writing);
}

#[tokio::test]
async fn keys_are_destroyed_wholly_or_not_at_all() {
    let keyring = keyring(Engine::Postgres).await;
    let tenant: TenantId = id();
    for i in 0..3 {
        keyring.put_epoch_key_if_absent(tenant, day(i as i64), &wrapped(i), NOW).await.unwrap();
    }
    // Somebody looks at the table and does not let go of it.
    let looking = crate::schema::hold(keyring.place(), "epoch_keys").await;
    assert_eq!(keyring.destroy_epoch_keys(&[]).await.unwrap(), 0, "nobody waits for the table for nothing");
    let days = [TenantEpoch { tenant_id: tenant, epoch: day(1) }];
    assert!(matches!(keyring.destroy_epoch_keys(&days).await, Err(DbError::Busy(_))));
    assert_eq!(keyring.epoch_key(tenant, day(1)).await.unwrap(), Some(wrapped(1)));
    drop(looking);
    assert_eq!(keyring.destroy_epoch_keys(&days).await.unwrap(), 1);
    assert_eq!(keyring.epoch_key(tenant, day(1)).await.unwrap(), None);
    let left = keyring.epochs_before(day(9), 9).await.unwrap();
    assert_eq!(left.iter().map(|left| left.epoch).collect::<Vec<_>>(), [day(0), day(2)]);
}

async fn destroy(keyring: &Keyring, tenant: TenantId, number: i64) {
    let day = TenantEpoch { tenant_id: tenant, epoch: day(number) };
    assert_eq!(keyring.destroy_epoch_keys(&[day]).await.unwrap(), 1);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
