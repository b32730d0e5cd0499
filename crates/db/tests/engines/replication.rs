//! What is to be copied, as triggers write it down and the job takes it over.

use std::collections::BTreeSet;

use sealpost_db::{Db, RECORD_SCHEMA, RecordRow, ReplicationDue, TENANT_RECORD, TRANSFER_RECORD};
use sealpost_domain::UploadId;
use sealpost_test_support::{
    engines::{ENGINES, TestDatabase, database},
    on_both_engines,
};
use uuid::Uuid;

use crate::{
    schema::{columns_of, count, watched_tables},
    world::{NOW, World, after, all_at_once, id, write},
};

on_both_engines!(
    nothing_is_written_down_while_no_store_has_copies,
    a_store_that_is_to_have_copies_is_behind_with_all_that_there_is,
    whatever_a_record_is_made_of_is_written_down_when_it_changes,
    what_nobody_has_taken_over_yet_is_behind_already,
    what_is_not_blocked_any_more_is_copied_again,
    a_sign_in_is_no_change,
    parts_are_no_change_and_files_are_one_of_both,
    what_changes_while_it_is_copied_is_due_again,
    a_store_has_all_files_of_what_no_part_waits_of,
    a_claim_that_has_ended_ends_nothing_that_another_has_begun,
    what_cannot_be_copied_waits_and_is_counted,
    a_purged_transfer_is_not_due_any_more,
    who_copies_what_is_purged_meanwhile_hears_of_it,
    nobody_waits_for_anybody_who_changes_the_same_transfer,
    a_store_without_copies_leaves_nothing_behind,
    a_row_that_refers_to_nothing_is_refused,
);

async fn target(db: &Db) {
    write(db, async |tx| {
        tx.put_replication_target(("west", "replica"), RECORD_SCHEMA, true, NOW).await.unwrap();
    })
    .await;
}

async fn take(db: &Db) -> usize {
    write(db, async |tx| tx.take_replication_changes(NOW, 1_000).await.unwrap()).await
}

async fn claim(db: &Db, seconds: i64) -> (Uuid, Vec<ReplicationDue>) {
    let claim = id();
    let due = write(db, async |tx| {
        tx.claim_replication(claim, after(seconds), after(seconds + 60), 100).await.unwrap()
    })
    .await;
    (claim, due)
}

/// Takes changes over, and copies all that is due.
async fn copy_all(db: &Db) -> Vec<ReplicationDue> {
    take(db).await;
    let (mine, due) = claim(db, 100).await;
    write(db, async |tx| {
        for one in &due {
            assert!(tx.finish_replication(one, mine, after(100)).await.unwrap());
        }
    })
    .await;
    due
}

/// What is behind, and whether parts are.
async fn behind(db: &Db) -> Vec<(Uuid, bool)> {
    let mut all: Vec<_> = copy_all(db).await.into_iter().map(|due| (due.subject_id, due.parts)).collect();
    all.sort_unstable();
    all
}

async fn nothing_is_written_down_while_no_store_has_copies(db: TestDatabase) {
    let world = World::new(&db).await;
    write(&db, async |tx| world.recipient(tx).await).await;
    assert_eq!((count(&db, "replication_changes").await, take(&db).await), (0, 0));
    assert_eq!(db.read().await.unwrap().replication_status().await.unwrap(), []);
}

async fn a_store_that_is_to_have_copies_is_behind_with_all_that_there_is(db: TestDatabase) {
    let world = World::new(&db).await;
    target(&db).await;
    let mut conn = db.read().await.unwrap();
    let status = conn.replication_status().await.unwrap().remove(0);
    assert_eq!((status.store.as_str(), status.role.as_str()), ("west", "replica"));
    assert_eq!((status.pending, status.oldest_at, status.failed), (2, Some(NOW), 0));
    assert_eq!(conn.replication_behind_since("replica").await.unwrap(), Some(NOW));
    assert_eq!(conn.replication_behind_since("offsite").await.unwrap(), None);
    drop(conn);
    let mut expected = [(world.tenant.as_uuid(), false), (world.transfer.as_uuid(), true)];
    expected.sort_unstable();
    assert_eq!(behind(&db).await, expected);
    let status = db.read().await.unwrap().replication_status().await.unwrap().remove(0);
    assert_eq!((status.pending, status.oldest_at), (0, None));
}

async fn whatever_a_record_is_made_of_is_written_down_when_it_changes(db: TestDatabase) {
    let world = World::new(&db).await;
    target(&db).await;
    behind(&db).await;
    let (tenant, transfer) = ((world.tenant.as_uuid(), false), (world.transfer.as_uuid(), false));
    let recipient = write(&db, async |tx| world.recipient(tx).await).await;
    assert_eq!(behind(&db).await, [transfer]);
    write(&db, async |tx| tx.insert_link(&world.link(recipient)).await.unwrap()).await;
    assert_eq!(behind(&db).await, [transfer]);
    write(&db, async |tx| tx.start_visit(&world.visit(recipient, NOW), None).await.unwrap()).await;
    assert_eq!(behind(&db).await, [transfer]);
    crate::schema::run(&db, "UPDATE transfers SET failed_attempts = 1").await;
    assert_eq!(behind(&db).await, [transfer]);
    write(&db, async |tx| tx.block_recipient(world.transfer, recipient, NOW).await.unwrap()).await;
    assert_eq!(behind(&db).await, [transfer]);
    write(&db, async |tx| tx.insert_user(&world.another_user()).await.unwrap()).await;
    assert_eq!(behind(&db).await, [tenant]);
    crate::schema::run(&db, "UPDATE tenants SET name = 'Sankt Berta'").await;
    assert_eq!(behind(&db).await, [tenant]);
    assert_eq!(behind(&db).await, []);
}

async fn what_nobody_has_taken_over_yet_is_behind_already(db: TestDatabase) {
    let world = World::new(&db).await;
    target(&db).await;
    behind(&db).await;
    write(&db, async |tx| world.recipient(tx).await).await;
    let status = db.read().await.unwrap().replication_status().await.unwrap().remove(0);
    assert_eq!((status.pending, status.oldest_at), (1, None));
}

async fn what_is_not_blocked_any_more_is_copied_again(db: TestDatabase) {
    let world = World::new(&db).await;
    target(&db).await;
    behind(&db).await;
    for (at, parts) in [("1", false), ("NULL", true)] {
        crate::schema::run(&db, &format!("UPDATE transfers SET blocked_at = {at}")).await;
        assert_eq!(behind(&db).await.last(), Some(&(world.transfer.as_uuid(), parts)), "{at}");
    }
}

async fn a_sign_in_is_no_change(db: TestDatabase) {
    World::new(&db).await;
    target(&db).await;
    behind(&db).await;
    crate::schema::run(&db, "UPDATE users SET totp_step = 1, lock_noticed_at = 1").await;
    assert_eq!(behind(&db).await, []);
    crate::schema::run(&db, "UPDATE users SET totp_confirmed_at = 1").await;
    assert_eq!(behind(&db).await.len(), 1);
}

async fn parts_are_no_change_and_files_are_one_of_both(db: TestDatabase) {
    let world = World::new(&db).await;
    target(&db).await;
    behind(&db).await;
    let upload: UploadId = id();
    write(&db, async |tx| {
        tx.insert_upload(&world.upload(upload)).await.unwrap();
        tx.insert_part(&crate::world::part(upload, 0, 10)).await.unwrap();
    })
    .await;
    assert_eq!(behind(&db).await, []);
    write(&db, async |tx| tx.insert_file(&world.file(id(), 10)).await.unwrap()).await;
    assert_eq!(behind(&db).await, [(world.transfer.as_uuid(), true)]);
}

async fn a_store_has_all_files_of_what_no_part_waits_of(db: TestDatabase) {
    let world = World::new(&db).await;
    let all_files = async || db.read().await.unwrap().stores_with_all_files(world.transfer).await.unwrap();
    assert_eq!(all_files().await, [""; 0], "no store is to have any");
    target(&db).await;
    assert_eq!(all_files().await, [""; 0], "everything is to be copied");
    copy_all(&db).await;
    assert_eq!(all_files().await, ["west"]);
    write(&db, async |tx| world.recipient(tx).await).await;
    assert_eq!(all_files().await, ["west"], "the record alone is behind");
    take(&db).await;
    assert_eq!(all_files().await, ["west"]);
    copy_all(&db).await;
    write(&db, async |tx| {
        tx.put_replication_target(("east", "offsite"), RECORD_SCHEMA, true, NOW).await.unwrap()
    })
    .await;
    assert_eq!(all_files().await, ["west"], "the other store has none yet");
}

async fn what_changes_while_it_is_copied_is_due_again(db: TestDatabase) {
    let world = World::new(&db).await;
    target(&db).await;
    let (mine, due) = claim(&db, 0).await;
    assert_eq!(due.len(), 2);
    write(&db, async |tx| world.recipient(tx).await).await;
    take(&db).await;
    write(&db, async |tx| {
        for one in &due {
            assert!(tx.finish_replication(one, mine, after(5)).await.unwrap());
        }
    })
    .await;
    let (_, again) = claim(&db, 5).await;
    let [again] = &again[..] else { panic!("{again:?}") };
    assert_eq!((again.transfer(), again.changed_at), (Some(world.transfer), after(5)));
}

async fn a_claim_that_has_ended_ends_nothing_that_another_has_begun(db: TestDatabase) {
    World::new(&db).await;
    target(&db).await;
    let (first, due) = claim(&db, 0).await;
    assert_eq!(claim(&db, 59).await.1, [], "it is leased");
    let (second, again) = claim(&db, 60).await;
    assert_eq!(again.len(), due.len());
    write(&db, async |tx| {
        for one in &due {
            assert!(!tx.renew_replication(one, first, after(120)).await.unwrap());
            assert!(!tx.finish_replication(one, first, after(60)).await.unwrap());
            assert!(!tx.fail_replication(one, first, after(60), "late").await.unwrap());
            assert!(!tx.pause_replication(one, first, after(60)).await.unwrap());
            assert!(tx.renew_replication(one, second, after(180)).await.unwrap());
        }
    })
    .await;
    assert_eq!(claim(&db, 150).await.1, []);
    // By a clock that was put back for a day.
    assert_eq!(claim(&db, -86_400).await.1, []);
    let (_, taken_back) = claim(&db, 181).await;
    assert_eq!(taken_back.len(), 2);
}

async fn what_cannot_be_copied_waits_and_is_counted(db: TestDatabase) {
    let world = World::new(&db).await;
    target(&db).await;
    let (mine, due) = claim(&db, 0).await;
    write(&db, async |tx| {
        for one in &due {
            assert!(tx.fail_replication(one, mine, after(30), "the store is unavailable").await.unwrap());
        }
    })
    .await;
    let status = db.read().await.unwrap().replication_status().await.unwrap().remove(0);
    assert_eq!((status.pending, status.oldest_at, status.failed), (2, Some(NOW), 2));
    assert_eq!(status.last_error.as_deref(), Some("the store is unavailable"));
    assert_eq!(claim(&db, 29).await.1, []);
    let (mine, again) = claim(&db, 30).await;
    assert_eq!(again.iter().map(|due| due.attempts).collect::<Vec<_>>(), [1, 1]);
    let transfer = again.iter().find(|due| due.transfer() == Some(world.transfer)).unwrap();
    assert!(transfer.parts, "what was to be copied still is");
    write(&db, async |tx| {
        for one in &again {
            assert!(tx.pause_replication(one, mine, after(31)).await.unwrap());
        }
    })
    .await;
    assert_eq!(claim(&db, 31).await.1[0].attempts, 1, "to go on later is no failure, and none is forgotten");
}

async fn a_purged_transfer_is_not_due_any_more(db: TestDatabase) {
    let world = World::new(&db).await;
    write(&db, async |tx| {
        tx.insert_file(&world.file(id(), 10)).await.unwrap();
        world.recipient(tx).await;
    })
    .await;
    target(&db).await;
    write(&db, async |tx| {
        assert!(tx.start_purge(world.transfer, NOW).await.unwrap());
        assert!(tx.delete_transfer(world.transfer).await.unwrap());
    })
    .await;
    assert_eq!(count(&db, "replication_changes").await, 0, "what goes along is no change");
    assert_eq!(behind(&db).await, [(world.tenant.as_uuid(), false)]);
}

async fn who_copies_what_is_purged_meanwhile_hears_of_it(db: TestDatabase) {
    let world = World::new(&db).await;
    target(&db).await;
    let (_, due) = claim(&db, 0).await;
    assert_eq!(due.len(), 2);
    write(&db, async |tx| {
        assert!(tx.start_purge(world.transfer, NOW).await.unwrap());
        assert!(tx.delete_transfer(world.transfer).await.unwrap());
    })
    .await;
    let remains = db.read().await.unwrap().remains_of_transfer(world.transfer).await.unwrap();
    let left: Vec<_> = remains.into_iter().filter(|table| table.row_count > 0).collect();
    assert_eq!((left.len(), left[0].table_name.as_str()), (1, "replication_due"));
    // He has died since; whoever comes next takes away what he has copied.
    let (mine, again) = claim(&db, 61).await;
    let again = again.into_iter().find(|due| due.transfer().is_some()).unwrap();
    assert!(write(&db, async |tx| tx.finish_replication(&again, mine, after(61)).await.unwrap()).await);
    let remains = db.read().await.unwrap().remains_of_transfer(world.transfer).await.unwrap();
    assert!(remains.iter().all(|table| table.row_count == 0), "{remains:?}");
}

async fn nobody_waits_for_anybody_who_changes_the_same_transfer(db: TestDatabase) {
    let world = std::sync::Arc::new(World::new(&db).await);
    target(&db).await;
    behind(&db).await;
    let recipients = write(&db, async |tx| {
        let mut all = Vec::new();
        for _ in 0..8 {
            all.push(world.recipient(tx).await);
        }
        all
    })
    .await;
    let (db_, recipients) = (std::sync::Arc::new(db), std::sync::Arc::new(recipients));
    // In opposite orders, each behind a row of its own: with one row for the transfer they would wait for each other for ever.
    all_at_once(8, |n| {
        let (db, world, recipients) = (db_.clone(), world.clone(), recipients.clone());
        async move {
            write(&db, async |tx| {
                tx.block_recipient(world.transfer, recipients[n], NOW).await.unwrap();
                tokio::task::yield_now().await;
                tx.set_opened(recipients[n], NOW).await.unwrap();
            })
            .await;
        }
    })
    .await;
    assert_eq!(behind(&db_).await, [(world.transfer.as_uuid(), false)]);
}

async fn a_store_without_copies_leaves_nothing_behind(db: TestDatabase) {
    let world = World::new(&db).await;
    target(&db).await;
    write(&db, async |tx| world.recipient(tx).await).await;
    write(&db, async |tx| tx.drop_replication_target("west").await.unwrap()).await;
    for table in ["replication_targets", "replication_changes", "replication_due"] {
        assert_eq!(count(&db, table).await, 0, "{table}");
    }
}

async fn a_row_that_refers_to_nothing_is_refused(db: TestDatabase) {
    let world = World::new(&db).await;
    let rows = db.read().await.unwrap().record_of_transfer(world.transfer).await.unwrap();
    let other = database(ENGINES[0]).await;
    let mut tx = other.write().await.unwrap();
    assert!(matches!(tx.restore_row(&rows[0]).await, Err(sealpost_db::DbError::MissingReference(_))));
    drop(tx);
    let foreign = RecordRow { table_name: "jobs".into(), content: "{}".into() };
    let mut tx = other.write().await.unwrap();
    assert!(matches!(tx.restore_row(&foreign).await, Err(sealpost_db::DbError::Corrupt(_))));
}

/// All of a tenant's rows and his transfer's.
async fn record(db: &Db, world: &World) -> Vec<RecordRow> {
    let mut conn = db.read().await.unwrap();
    let mut rows = conn.record_of_tenant(world.tenant).await.unwrap();
    rows.extend(conn.record_of_transfer(world.transfer).await.unwrap());
    rows
}

#[tokio::test]
async fn rows_of_one_engine_are_the_same_rows_on_the_other() {
    for (from, to) in [(0, 1), (1, 0)] {
        let (from, to) = (database(ENGINES[from]).await, database(ENGINES[to]).await);
        let world = World::new(&from).await;
        write(&from, async |tx| {
            let recipient = world.recipient(tx).await;
            tx.insert_link(&world.link(recipient)).await.unwrap();
            tx.start_visit(&world.visit(recipient, NOW), None).await.unwrap();
            tx.insert_file(&world.file(id(), 10)).await.unwrap();
        })
        .await;
        let rows = record(&from, &world).await;
        assert_eq!(
            rows.iter().map(|row| row.table_name.as_str()).collect::<Vec<_>>(),
            ["tenants", "users", "transfers", "files", "recipients", "links", "visits"]
        );
        write(&to, async |tx| {
            for row in &rows {
                assert!(tx.restore_row(row).await.unwrap(), "{row:?}");
                assert!(!tx.restore_row(row).await.unwrap(), "once is enough");
            }
            tx.begin_log(world.tenant).await.unwrap();
            tx.begin_log(world.tenant).await.unwrap();
        })
        .await;
        let parsed = |rows: Vec<RecordRow>| -> Vec<serde_json::Value> {
            rows.iter().map(|row| serde_json::from_str(&row.content).unwrap()).collect()
        };
        assert_eq!(parsed(record(&to, &world).await), parsed(rows));
        let (before, after) = (world.transfer_row(&from).await, world.transfer_row(&to).await);
        assert_eq!(before, after);
        write(&to, async |tx| tx.recount_files(world.transfer).await.unwrap()).await;
        let counted = world.transfer_row(&to).await;
        assert_eq!((counted.file_count, counted.byte_count), (1, 10));
    }
}

#[tokio::test]
async fn a_record_has_every_column_of_its_tables() {
    let db = database(ENGINES[0]).await;
    let tables = TRANSFER_RECORD.iter().chain(TENANT_RECORD);
    for (table, known) in tables {
        let known: BTreeSet<String> = known.iter().map(|&column| column.to_owned()).collect();
        assert_eq!(columns_of(&db, table).await, known, "db/src/queries/records.rs: {table}");
    }
}

#[tokio::test]
async fn every_table_of_a_record_is_watched_on_both_engines() {
    for engine in ENGINES {
        let watched = watched_tables(&database(engine).await).await;
        for (table, _) in TRANSFER_RECORD.iter().chain(TENANT_RECORD) {
            // A slice is joined in the transaction that adds the file.
            let is_known = watched.contains(*table) || *table == "uploads";
            assert!(is_known, "{engine:?}: no trigger of 0025_replication or later on {table}");
        }
        assert!(!watched.contains("parts"), "{engine:?}: parts cost nothing while they come in");
    }
}

/// Whatever hangs on a transfer is in its record, or said here why not.
#[tokio::test]
async fn a_record_has_every_table_that_hangs_on_a_transfer() {
    const NOT_RESTORED: &[&str] = &[
        "audit",           // the log begins anew
        "link_codes",      // whoever waits for one asks again
        "purges",          // of what is gone
        "recoveries",      // whoever wants it asks again
        "removed_uploads", // nothing of them is copied
    ];
    let db = database(ENGINES[0]).await;
    for table in crate::schema::tables_with(&db, "transfer_id").await {
        let known = TRANSFER_RECORD.iter().any(|(known, _)| *known == table);
        assert!(known != NOT_RESTORED.contains(&table.as_str()), "{table}");
    }
}
