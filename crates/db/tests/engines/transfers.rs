//! Transfers and their lists.

use sealpost_db::{DbError, DueTransfer, NewTransfer, TransferFilter, TransferTotals};
use sealpost_domain::{TransferId, TransferState as State};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, World, after, all_at_once, hash, id, part, write};

on_both_engines!(
    a_transfer_is_read_as_it_was_written,
    a_transfer_of_another_tenant_is_not_there,
    a_draft_is_sent_once_and_a_password_takes_its_content_key,
    blocking_is_undone_by_unblocking,
    another_end_comes_with_another_wrapped_key,
    wrong_passwords_are_counted_locked_and_forgotten,
    lists_are_newest_first_and_go_on_where_they_stopped,
    places_are_taken_up_to_the_bounds_and_no_further,
    what_is_due_is_expired_or_begun_earliest_end_first,
    what_is_due_comes_in_pages_also_where_many_end_together,
    a_purge_takes_keys_first_and_rows_last,
    totals_count_files_objects_bytes_and_recipients,
);

async fn a_transfer_is_read_as_it_was_written(db: TestDatabase) {
    let world = World::new(&db).await;
    let row = world.transfer_row(&db).await;
    assert_eq!((row.id, row.tenant_id, row.sender_id), (world.transfer, world.tenant, world.user));
    assert_eq!((row.state, row.epoch), (State::Draft, after(3_600).epoch()));
    assert_eq!(row.transfer_key.as_deref(), Some(b"wrapped transfer key".as_slice()));
    assert_eq!(row.content_key.as_deref(), Some(b"wrapped content key".as_slice()));
    assert_eq!(row.subject.as_deref(), Some(b"sealed subject".as_slice()));
    assert_eq!((row.locked_content_key, row.password_parameters, row.message), (None, None, None));
    assert_eq!((row.max_downloads, row.file_count, row.byte_count), (Some(1), 0, 0));
    assert_eq!((row.created_at, row.expires_at), (NOW, after(3_600)));
    assert_eq!((row.sent_at, row.blocked_at, row.locked_at, row.purge_started_at), (None, None, None, None));
}

async fn a_transfer_of_another_tenant_is_not_there(db: TestDatabase) {
    let (ours, theirs) = (World::new(&db).await, World::new(&db).await);
    let mut tx = db.write().await.unwrap();
    assert_eq!(tx.transfer(theirs.tenant, ours.transfer).await.unwrap(), None);
    assert_eq!(tx.transfer_for_update(theirs.tenant, ours.transfer).await.unwrap(), None);
    assert!(tx.transfer_for_update(ours.tenant, ours.transfer).await.unwrap().is_some());
    let of_ours = TransferFilter { sender: Some(ours.user), ..TransferFilter::default() };
    assert_eq!(tx.transfer_log(theirs.tenant, &of_ours, 10).await.unwrap().transfers, []);
}

async fn a_draft_is_sent_once_and_a_password_takes_its_content_key(db: TestDatabase) {
    let world = World::new(&db).await;
    let secret: TransferId = id();
    write(&db, async |tx| {
        let draft = NewTransfer {
            locked_content_key: Some(b"locked"),
            password_parameters: Some(b"costs"),
            ..world.draft(secret, after(60))
        };
        tx.insert_transfer(&draft).await.unwrap();
        for (transfer, keep) in [(world.transfer, true), (secret, false)] {
            assert!(tx.set_sent(transfer, State::Available, after(1), keep).await.unwrap());
            assert!(!tx.set_sent(transfer, State::Available, after(2), true).await.unwrap());
        }
    })
    .await;
    let open = world.transfer_row(&db).await;
    assert_eq!((open.state, open.sent_at), (State::Available, Some(after(1))));
    assert!(open.content_key.is_some());
    let locked = db.read().await.unwrap().transfer(world.tenant, secret).await.unwrap().unwrap();
    assert_eq!((locked.content_key, locked.locked_content_key), (None, Some(b"locked".to_vec())));
}

async fn blocking_is_undone_by_unblocking(db: TestDatabase) {
    let world = World::new(&db).await;
    write(&db, async |tx| {
        assert!(!tx.set_blocked(world.transfer, NOW).await.unwrap(), "a draft is not available");
        tx.set_sent(world.transfer, State::Available, NOW, true).await.unwrap();
        assert!(!tx.set_unblocked(world.transfer).await.unwrap());
        assert!(tx.set_blocked(world.transfer, after(1)).await.unwrap());
        let row = tx.transfer(world.tenant, world.transfer).await.unwrap().unwrap();
        assert_eq!((row.state, row.blocked_at), (State::Blocked, Some(after(1))));
        assert!(tx.set_unblocked(world.transfer).await.unwrap());
    })
    .await;
    let row = world.transfer_row(&db).await;
    assert_eq!((row.state, row.blocked_at), (State::Available, None));
}

async fn another_end_comes_with_another_wrapped_key(db: TestDatabase) {
    let world = World::new(&db).await;
    let end = after(10 * 86_400);
    assert!(
        write(&db, async |tx| tx.set_expiry(world.transfer, end.epoch(), b"again", end).await.unwrap()).await
    );
    let row = world.transfer_row(&db).await;
    assert_eq!((row.expires_at, row.epoch, row.transfer_key), (end, end.epoch(), Some(b"again".to_vec())));
    assert_eq!(row.latest_epoch, end.epoch());
    let earlier = after(5 * 86_400);
    write(&db, async |tx| tx.set_expiry(world.transfer, earlier.epoch(), b"x", earlier).await.unwrap()).await;
    let row = world.transfer_row(&db).await;
    assert_eq!((row.epoch, row.latest_epoch), (earlier.epoch(), end.epoch()));
    write(&db, async |tx| {
        tx.start_purge(world.transfer, NOW).await.unwrap();
        assert!(!tx.set_expiry(world.transfer, end.epoch(), b"again", end).await.unwrap());
    })
    .await;
    assert_eq!(world.transfer_row(&db).await.transfer_key, None, "no key comes back after a purge began");
}

async fn wrong_passwords_are_counted_locked_and_forgotten(db: TestDatabase) {
    let world = World::new(&db).await;
    write(&db, async |tx| {
        assert!(!tx.clear_failed_attempts(world.transfer).await.unwrap());
        assert_eq!(tx.count_failed_attempt(world.transfer).await.unwrap(), Some(1));
        assert_eq!(tx.count_failed_attempt(world.transfer).await.unwrap(), Some(2));
        assert_eq!(tx.count_failed_attempt(id()).await.unwrap(), None);
        assert!(tx.uncount_failed_attempt(world.transfer).await.unwrap());
        assert!(tx.uncount_failed_attempt(world.transfer).await.unwrap());
        assert!(!tx.uncount_failed_attempt(world.transfer).await.unwrap(), "never below zero");
        for count in 1..=2 {
            assert_eq!(tx.count_failed_attempt(world.transfer).await.unwrap(), Some(count));
        }
        assert!(!tx.lock_transfer(world.transfer, after(1), 3).await.unwrap(), "there were two");
        assert!(tx.forget_failed_attempts(world.transfer).await.unwrap());
        assert!(tx.forget_failed_attempts(world.transfer).await.unwrap(), "none is as good as some");
        assert!(!tx.forget_failed_attempts(id()).await.unwrap());
        for count in 1..=2 {
            assert_eq!(tx.count_failed_attempt(world.transfer).await.unwrap(), Some(count));
        }
        assert!(tx.lock_transfer(world.transfer, after(1), 2).await.unwrap());
        assert!(!tx.lock_transfer(world.transfer, after(2), 2).await.unwrap());
        assert!(!tx.forget_failed_attempts(world.transfer).await.unwrap(), "a lock stays");
    })
    .await;
    let row = world.transfer_row(&db).await;
    assert_eq!((row.failed_attempts, row.locked_at), (2, Some(after(1))));
    assert!(write(&db, async |tx| tx.clear_failed_attempts(world.transfer).await.unwrap()).await);
    let row = world.transfer_row(&db).await;
    assert_eq!((row.failed_attempts, row.locked_at), (0, None));
}

async fn lists_are_newest_first_and_go_on_where_they_stopped(db: TestDatabase) {
    let world = World::new(&db).await;
    let colleague = sealpost_db::User { id: id(), address_hmac: hash(), ..world.user_row() };
    let mut own = vec![world.transfer];
    let foreign: TransferId = id();
    write(&db, async |tx| {
        tx.insert_user(&colleague).await.unwrap();
        tx.insert_transfer(&NewTransfer { sender_id: colleague.id, ..world.draft(foreign, after(9)) })
            .await
            .unwrap();
        for _ in 0..4 {
            let transfer = id();
            tx.insert_transfer(&world.draft(transfer, after(9))).await.unwrap();
            own.push(transfer);
        }
        let fetched = world.recipient(tx).await;
        tx.set_downloaded(fetched, NOW).await.unwrap();
        world.recipient(tx).await;
    })
    .await;
    own.reverse();
    let mut conn = db.read().await.unwrap();
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let filter = TransferFilter { sender: Some(world.user), before, ..TransferFilter::default() };
        let page = conn.transfer_log(world.tenant, &filter, 2).await.unwrap().transfers;
        let Some(last) = page.last() else { break };
        before = Some(last.transfer.id);
        seen.extend(page);
    }
    assert_eq!(seen.iter().map(|line| line.transfer.id).collect::<Vec<_>>(), own);
    assert_eq!(seen.iter().map(|line| line.recipient_count).collect::<Vec<_>>(), [0, 0, 0, 0, 2]);
    assert_eq!(seen.iter().map(|line| line.downloaded_count).collect::<Vec<_>>(), [0, 0, 0, 0, 1]);
    let all = conn.transfer_log(world.tenant, &TransferFilter::default(), 10).await.unwrap().transfers;
    assert_eq!(all.len(), 6);
    assert!(all.iter().any(|line| line.transfer.id == foreign));
    assert!(all.windows(2).all(|pair| pair[0].transfer.id > pair[1].transfer.id));
}

async fn places_are_taken_up_to_the_bounds_and_no_further(db: TestDatabase) {
    let world = World::new(&db).await;
    let taken = all_at_once(20, |_| {
        let (db, transfer) = ((*db).clone(), world.transfer);
        async move { write(&db, async |tx| tx.reserve(transfer, 1, 10, 7, 1_000).await.unwrap()).await }
    })
    .await;
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 7);
    write(&db, async |tx| {
        assert!(tx.give_back(world.transfer, 2, 20).await.unwrap());
        assert!(!tx.reserve(world.transfer, 1, 951, 7, 1_000).await.unwrap(), "a byte too many");
        assert!(!tx.reserve(world.transfer, 1, u64::MAX >> 1, 7, 1_000).await.unwrap(), "no overflow either");
        assert!(tx.reserve(world.transfer, 1, 950, 7, 1_000).await.unwrap());
    })
    .await;
    let row = world.transfer_row(&db).await;
    assert_eq!((row.file_count, row.byte_count), (6, 1_000));
}

async fn what_is_due_is_expired_or_begun_earliest_end_first(db: TestDatabase) {
    let world = World::new(&db).await;
    let [late, early, begun, last]: [TransferId; 4] = std::array::from_fn(|_| id());
    write(&db, async |tx| {
        for (transfer, end) in [(late, 20), (early, 10), (begun, 900), (last, 30)] {
            tx.insert_transfer(&world.draft(transfer, after(end))).await.unwrap();
        }
        tx.start_purge(begun, NOW).await.unwrap();
        tx.start_purge(early, NOW).await.unwrap();
    })
    .await;
    let mut conn = db.read().await.unwrap();
    let mut due = async |now, limit| {
        let due = conn.due_for_purge(after(now), None, limit).await.unwrap();
        assert!(due.iter().all(|due| due.tenant_id == world.tenant));
        due.into_iter().map(|due: DueTransfer| due.id).collect::<Vec<_>>()
    };
    assert_eq!(due(-1, 9).await, [early, begun], "what was begun is due whenever it ends");
    assert_eq!(due(20, 9).await, [early, late, begun], "the end itself belongs to what is over");
    assert_eq!(due(20, 1).await, [early]);
    assert_eq!(due(90_000, 9).await, [early, late, last, begun, world.transfer]);
}

async fn what_is_due_comes_in_pages_also_where_many_end_together(db: TestDatabase) {
    let world = World::new(&db).await;
    let mut expected: [TransferId; 7] = std::array::from_fn(|_| id());
    expected.sort_unstable();
    write(&db, async |tx| {
        for transfer in expected {
            tx.insert_transfer(&world.draft(transfer, after(10))).await.unwrap();
        }
        tx.start_purge(expected[3], NOW).await.unwrap();
    })
    .await;
    let mut conn = db.read().await.unwrap();
    let (mut found, mut last) = (Vec::new(), None);
    loop {
        let mut page = conn.due_for_purge(after(10), last.as_ref(), 2).await.unwrap();
        found.extend(page.iter().map(|due| due.id));
        last = page.pop();
        if last.is_none() {
            break;
        }
    }
    assert_eq!(found, expected);
}

async fn a_purge_takes_keys_first_and_rows_last(db: TestDatabase) {
    let world = World::new(&db).await;
    let (upload, file) = (id(), id());
    write(&db, async |tx| {
        let recipient = world.recipient(tx).await;
        tx.insert_link(&world.link(recipient)).await.unwrap();
        tx.insert_file(&world.file(file, 5)).await.unwrap();
        tx.insert_upload(&world.upload(upload)).await.unwrap();
        tx.insert_part(&part(upload, 0, 5)).await.unwrap();
        assert!(tx.start_visit(&world.visit(recipient, NOW), Some(1)).await.unwrap());
        tx.record_download(world.transfer, recipient, file, NOW).await.unwrap();
        assert!(tx.start_purge(world.transfer, after(1)).await.unwrap());
        assert!(!tx.start_purge(world.transfer, after(2)).await.unwrap());
    })
    .await;
    let row = world.transfer_row(&db).await;
    assert_eq!((row.state, row.purge_started_at), (State::Purged, Some(after(1))));
    assert_eq!((row.transfer_key, row.content_key, row.locked_content_key), (None, None, None));
    assert_eq!((row.password_parameters, row.subject, row.message), (None, None, None));

    write(&db, async |tx| {
        assert!(tx.delete_transfer(world.transfer).await.unwrap());
        assert!(!tx.delete_transfer(world.transfer).await.unwrap());
    })
    .await;
    let error = db.write().await.unwrap().insert_upload(&world.upload(id())).await.unwrap_err();
    assert!(matches!(error, DbError::MissingReference(_)), "{error:?}");
    for table in ["transfers", "uploads", "parts", "files", "recipients", "links", "visits", "downloads"] {
        assert_eq!(crate::schema::count(&db, table).await, 0, "{table}");
    }
}

async fn totals_count_files_objects_bytes_and_recipients(db: TestDatabase) {
    let world = World::new(&db).await;
    let none = TransferTotals { files: 0, objects: 0, bytes: 0, recipients: 0 };
    assert_eq!(db.read().await.unwrap().transfer_totals(world.transfer).await.unwrap(), none);
    write(&db, async |tx| {
        world.recipient(tx).await;
        tx.insert_file(&world.file(id(), 1 << 40)).await.unwrap();
        tx.insert_file(&world.file(id(), 1)).await.unwrap();
    })
    .await;
    let totals = db.read().await.unwrap().transfer_totals(world.transfer).await.unwrap();
    assert_eq!(totals, TransferTotals { files: 2, objects: 4, bytes: (1 << 40) + 1, recipients: 1 });
}
