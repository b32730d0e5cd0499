//! What a transaction promises.

use std::time::Duration;

use sealpost_db::{DbError, NewUpload};
use sealpost_domain::TransferId;
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{World, after, all_at_once, id, write};

on_both_engines!(
    nothing_of_a_dropped_transaction_lasts,
    a_transaction_in_which_a_statement_failed_is_not_committed,
    a_reader_sees_nothing_before_the_commit,
    a_transaction_sees_its_own_changes,
    dropping_at_any_moment_leaves_no_lock_behind,
    counting_from_many_nodes_loses_nothing,
    numbers_beyond_bigint_are_refused,
    times_before_1970_and_far_away_come_back,
    a_closed_database_has_let_go_of_its_files,
);

async fn nothing_of_a_dropped_transaction_lasts(db: TestDatabase) {
    let world = World::new(&db).await;
    let mut tx = db.write().await.unwrap();
    tx.count_failed_attempt(world.transfer).await.unwrap();
    drop(tx);
    let mut tx = db.write().await.unwrap();
    tx.count_failed_attempt(world.transfer).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(world.transfer_row(&db).await.failed_attempts, 0);
}

async fn a_transaction_in_which_a_statement_failed_is_not_committed(db: TestDatabase) {
    let world = World::new(&db).await;
    let mut tx = db.write().await.unwrap();
    tx.count_failed_attempt(world.transfer).await.unwrap();
    let twin = world.draft(world.transfer, after(60));
    assert!(matches!(tx.insert_transfer(&twin).await, Err(DbError::AlreadyExists(_))));
    tx.commit().await.unwrap_err();
    assert_eq!(world.transfer_row(&db).await.failed_attempts, 0);
}

async fn a_reader_sees_nothing_before_the_commit(db: TestDatabase) {
    let world = World::new(&db).await;
    let mut tx = db.write().await.unwrap();
    tx.count_failed_attempt(world.transfer).await.unwrap();
    assert_eq!(world.transfer_row(&db).await.failed_attempts, 0);
    tx.commit().await.unwrap();
    assert_eq!(world.transfer_row(&db).await.failed_attempts, 1);
}

async fn a_transaction_sees_its_own_changes(db: TestDatabase) {
    let world = World::new(&db).await;
    let mut tx = db.write().await.unwrap();
    tx.count_failed_attempt(world.transfer).await.unwrap();
    assert_eq!(tx.transfer(world.tenant, world.transfer).await.unwrap().unwrap().failed_attempts, 1);
}

/// A client that goes away drops the future that serves it wherever it stands.
async fn dropping_at_any_moment_leaves_no_lock_behind(db: TestDatabase) {
    let world = World::new(&db).await;
    for micros in (0..6_000).step_by(60) {
        let work = async {
            let mut tx = db.write().await?;
            tx.transfer_for_update(world.tenant, world.transfer).await?;
            tx.count_failed_attempt(world.transfer).await?;
            tx.commit().await
        };
        if let Ok(done) = tokio::time::timeout(Duration::from_micros(micros), work).await {
            done.unwrap();
        }
    }
    let before = world.transfer_row(&db).await.failed_attempts;
    let count = write(&db, async |tx| tx.count_failed_attempt(world.transfer).await.unwrap()).await;
    assert_eq!(count, Some(before + 1));
}

async fn counting_from_many_nodes_loses_nothing(db: TestDatabase) {
    let world = World::new(&db).await;
    let nodes = [db.another_node().await, db.another_node().await];
    let mut counts = all_at_once(50, |i| {
        let (node, transfer) = (nodes[i % 2].clone(), world.transfer);
        async move {
            write(&node, async |tx| tx.count_failed_attempt(transfer).await.unwrap())
                .await
                .unwrap()
        }
    })
    .await;
    counts.sort_unstable();
    assert_eq!(counts, (1..=50).collect::<Vec<_>>());
}

async fn numbers_beyond_bigint_are_refused(db: TestDatabase) {
    let world = World::new(&db).await;
    let upload = NewUpload { length: Some(u64::MAX), ..world.upload(id()) };
    let error = db.write().await.unwrap().insert_upload(&upload).await.unwrap_err();
    assert!(matches!(error, DbError::Corrupt(_)), "{error:?}");
}

async fn times_before_1970_and_far_away_come_back(db: TestDatabase) {
    let world = World::new(&db).await;
    for time in [i64::MIN, -1, 0, i64::MAX].map(sealpost_domain::Timestamp::from_unix_millis) {
        let transfer: TransferId = id();
        write(&db, async |tx| tx.insert_transfer(&world.draft(transfer, time)).await.unwrap()).await;
        let row = db.read().await.unwrap().transfer(world.tenant, transfer).await.unwrap().unwrap();
        assert_eq!((row.expires_at, row.epoch), (time, time.epoch()));
    }
}

async fn a_closed_database_has_let_go_of_its_files(db: TestDatabase) {
    World::new(&db).await;
    db.ping().await.unwrap();
    db.close().await.unwrap();
    if let Some(dir) = db.place().dir() {
        let left: Vec<_> = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["db.sqlite"], "the write-ahead log was folded in");
    }
}
