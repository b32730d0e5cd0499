//! Uploads, their leases and fences, their parts, and the files they become.

use sealpost_db::{Advance, Claim, DbError, FileEntry, NewUpload, Part, RemovedUpload, Upload, UploadState};
use sealpost_domain::{FileId, UploadId};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, World, after, all_at_once, id, part, write};

on_both_engines!(
    an_upload_is_read_as_it_was_written,
    whoever_makes_an_upload_can_have_its_lease,
    a_held_upload_is_claimed_by_nobody_else_until_its_lease_ends,
    a_node_that_is_alone_takes_every_lease_away,
    of_many_writers_one_claims,
    an_overtaken_writer_changes_nothing,
    a_deferred_length_is_declared_once_and_not_below_what_is_there,
    a_part_is_stored_once_and_a_tail_is_replaced_by_what_it_was_merged_into,
    an_upload_becomes_a_file_in_one_step,
    partial_uploads_are_complete_and_then_joined_once,
    what_was_removed_is_among_the_prefixes_until_its_objects_are_gone,
    uploads_expire_when_nobody_goes_on,
    a_lease_of_a_clock_that_was_put_back_keeps_nobody_out,
    an_upload_without_rows_is_nobodys,
    files_are_listed_in_order_with_and_without_manifest,
);

async fn insert(db: &TestDatabase, new: NewUpload<'_>) -> UploadId {
    write(db, async |tx| tx.insert_upload(&new).await.unwrap()).await;
    new.id
}

async fn read(db: &TestDatabase, world: &World, id: UploadId) -> Option<Upload> {
    db.read().await.unwrap().upload(world.tenant, id).await.unwrap()
}

async fn claim(db: &TestDatabase, world: &World, upload: UploadId, now: i64) -> Claim {
    write(db, async |tx| tx.claim_upload(world.tenant, upload, after(now), after(now + 30)).await.unwrap())
        .await
}

async fn claimed(db: &TestDatabase, world: &World, upload: UploadId, now: i64) -> u64 {
    match claim(db, world, upload, now).await {
        Claim::Claimed(upload) => upload.fence,
        other => panic!("{other:?}"),
    }
}

async fn an_upload_is_read_as_it_was_written(db: TestDatabase) {
    let world = World::new(&db).await;
    let upload = insert(&db, world.upload(id())).await;
    let expected = Upload {
        id: upload,
        tenant_id: world.tenant,
        transfer_id: world.transfer,
        state: UploadState::Open,
        is_partial: false,
        file_id: None,
        length: Some(10),
        received: 0,
        next_sequence: 0,
        upload_key: Some(b"wrapped upload key".to_vec()),
        metadata: b"sealed metadata".to_vec(),
        created_at: NOW,
        expires_at: after(600),
        fence: 0,
        leased_until: NewUpload::FREE,
    };
    assert_eq!(read(&db, &world, upload).await.as_ref(), Some(&expected));
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.unjoined_uploads(world.transfer).await.unwrap(), [expected]);
    assert_eq!(conn.upload_ids(world.transfer).await.unwrap(), [upload]);
    assert_eq!(conn.upload(id(), upload).await.unwrap(), None, "another tenant's");
}

async fn whoever_makes_an_upload_can_have_its_lease(db: TestDatabase) {
    let world = World::new(&db).await;
    let upload = insert(&db, NewUpload { leased_until: after(30), ..world.upload(id()) }).await;
    assert_eq!(claim(&db, &world, upload, 29).await, Claim::Held);
    assert!(write(&db, async |tx| tx.release_upload(upload, NewUpload::FENCE).await.unwrap()).await);
    assert_eq!(claimed(&db, &world, upload, 0).await, 2);
}

async fn a_held_upload_is_claimed_by_nobody_else_until_its_lease_ends(db: TestDatabase) {
    let world = World::new(&db).await;
    let upload = insert(&db, world.upload(id())).await;
    let fence = claimed(&db, &world, upload, 0).await;
    assert_eq!(claim(&db, &world, upload, 29).await, Claim::Held);
    assert!(write(&db, async |tx| tx.renew_upload(upload, fence, after(60)).await.unwrap()).await);
    assert_eq!(claim(&db, &world, upload, 59).await, Claim::Held);
    assert_eq!(claimed(&db, &world, upload, 60).await, fence + 1);
    assert_eq!(claim(&db, &world, id(), 0).await, Claim::Missing);
    let stranger = World::new(&db).await;
    assert_eq!(claim(&db, &stranger, upload, 900).await, Claim::Missing, "another tenant's");
}

async fn of_many_writers_one_claims(db: TestDatabase) {
    let world = World::new(&db).await;
    let upload = insert(&db, world.upload(id())).await;
    let nodes = [db.another_node().await, db.another_node().await];
    let claims = all_at_once(50, |i| {
        let (node, tenant) = (nodes[i % 2].clone(), world.tenant);
        async move {
            write(&node, async |tx| tx.claim_upload(tenant, upload, NOW, after(30)).await.unwrap()).await
        }
    })
    .await;
    assert_eq!(claims.iter().filter(|claim| matches!(claim, Claim::Claimed(_))).count(), 1);
    assert_eq!(claims.iter().filter(|claim| **claim == Claim::Held).count(), 49);
}

async fn a_node_that_is_alone_takes_every_lease_away(db: TestDatabase) {
    let world = World::new(&db).await;
    let (held, free) = (insert(&db, world.upload(id())).await, insert(&db, world.upload(id())).await);
    let late = claimed(&db, &world, held, 0).await;
    assert_eq!(write(&db, async |tx| tx.release_all_uploads().await.unwrap()).await, 1);
    assert!(!write(&db, async |tx| tx.renew_upload(held, late, after(99)).await.unwrap()).await);
    assert_eq!(claimed(&db, &world, held, 1).await, late + 2);
    assert_eq!(claimed(&db, &world, free, 1).await, 1);
}

async fn an_overtaken_writer_changes_nothing(db: TestDatabase) {
    let world = World::new(&db).await;
    let upload = insert(&db, NewUpload { length: None, is_partial: true, ..world.upload(id()) }).await;
    let late = claimed(&db, &world, upload, 0).await;
    let fence = claimed(&db, &world, upload, 30).await;
    let before = read(&db, &world, upload).await;
    let advance = Advance {
        upload,
        fence: late,
        received: 4,
        next_sequence: 1,
        expires_at: after(900),
        leased_until: after(99),
    };
    write(&db, async |tx| {
        assert!(!tx.advance_upload(&advance).await.unwrap());
        assert!(!tx.renew_upload(upload, late, after(900)).await.unwrap());
        assert!(!tx.release_upload(upload, late).await.unwrap());
        assert!(!tx.set_upload_length(upload, late, 4).await.unwrap());
        assert!(!tx.complete_upload(upload, late).await.unwrap());
        assert!(!tx.seal_upload(upload, late, &world.file(upload.into(), 4)).await.unwrap());
        assert!(!tx.delete_upload(upload, late).await.unwrap());
    })
    .await;
    assert_eq!(read(&db, &world, upload).await, before);
    assert!(write(&db, async |tx| tx.advance_upload(&Advance { fence, ..advance }).await.unwrap()).await);
    let row = read(&db, &world, upload).await.unwrap();
    assert_eq!((row.received, row.next_sequence), (4, 1));
    assert_eq!((row.expires_at, row.leased_until), (after(900), after(99)));
    write(&db, async |tx| {
        assert_eq!(tx.fence_off_uploads(id()).await.unwrap(), 0);
        assert_eq!(tx.fence_off_uploads(world.transfer).await.unwrap(), 1);
        assert!(!tx.advance_upload(&Advance { fence, ..advance }).await.unwrap(), "its transfer goes");
    })
    .await;
    assert_eq!(read(&db, &world, upload).await.unwrap().upload_key, None, "and nobody begins again");
}

async fn a_deferred_length_is_declared_once_and_not_below_what_is_there(db: TestDatabase) {
    let world = World::new(&db).await;
    let upload = insert(&db, NewUpload { length: None, ..world.upload(id()) }).await;
    let fence = claimed(&db, &world, upload, 0).await;
    let stored = Advance {
        upload,
        fence,
        received: 4,
        next_sequence: 1,
        expires_at: after(900),
        leased_until: after(99),
    };
    write(&db, async |tx| {
        assert!(tx.advance_upload(&stored).await.unwrap());
        assert!(!tx.set_upload_length(upload, fence, 3).await.unwrap());
        assert!(tx.set_upload_length(upload, fence, 4).await.unwrap());
        assert!(!tx.set_upload_length(upload, fence, 5).await.unwrap());
    })
    .await;
    assert_eq!(read(&db, &world, upload).await.unwrap().length, Some(4));
}

async fn a_part_is_stored_once_and_a_tail_is_replaced_by_what_it_was_merged_into(db: TestDatabase) {
    let world = World::new(&db).await;
    let upload = insert(&db, world.upload(id())).await;
    let merged = Part { length: 9, salt: [9; 24], crc32: 5, ..part(upload, 1, 0) };
    write(&db, async |tx| {
        for sequence in [1, 0] {
            tx.insert_part(&part(upload, sequence, 4)).await.unwrap();
        }
        assert_eq!(tx.last_part(upload).await.unwrap(), Some(part(upload, 1, 4)));
        assert!(!tx.replace_part(&[8; 24], &merged).await.unwrap(), "the tail is another one");
        assert!(tx.replace_part(&[1; 24], &merged).await.unwrap());
    })
    .await;
    let error = db.write().await.unwrap().insert_part(&part(upload, 1, 2)).await.unwrap_err();
    assert!(matches!(error, DbError::AlreadyExists(_)), "{error:?}");
    let mut tx = db.write().await.unwrap();
    assert_eq!(tx.parts_of_upload(upload).await.unwrap(), [part(upload, 0, 4), merged]);
    assert_eq!(tx.delete_parts_of_upload(upload).await.unwrap(), 2);
    assert_eq!(tx.last_part(upload).await.unwrap(), None);
}

async fn an_upload_becomes_a_file_in_one_step(db: TestDatabase) {
    let world = World::new(&db).await;
    let upload = insert(&db, world.upload(id())).await;
    let fence = claimed(&db, &world, upload, 0).await;
    let file = world.file(upload.into(), 10);
    write(&db, async |tx| {
        tx.insert_part(&part(upload, 0, 10)).await.unwrap();
        assert!(tx.seal_upload(upload, fence, &file).await.unwrap());
    })
    .await;
    assert_eq!(read(&db, &world, upload).await, None);
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.parts_of_upload(upload).await.unwrap(), []);
    assert_eq!(conn.file(world.transfer, file.id).await.unwrap().as_ref(), Some(&file));
    assert_eq!(conn.file(id(), file.id).await.unwrap(), None, "another transfer's");
}

async fn partial_uploads_are_complete_and_then_joined_once(db: TestDatabase) {
    let world = World::new(&db).await;
    let upload = insert(&db, NewUpload { is_partial: true, ..world.upload(id()) }).await;
    let file: FileId = id();
    let fence = claimed(&db, &world, upload, 0).await;
    let stored = Advance {
        upload,
        fence,
        received: 10,
        next_sequence: 1,
        expires_at: after(900),
        leased_until: after(99),
    };
    write(&db, async |tx| {
        assert!(!tx.complete_upload(upload, fence).await.unwrap(), "bytes are missing");
        assert!(!tx.join_upload(world.transfer, upload, file).await.unwrap());
        assert!(tx.advance_upload(&stored).await.unwrap());
        assert!(tx.complete_upload(upload, fence).await.unwrap());
        assert!(!tx.advance_upload(&stored).await.unwrap(), "complete is complete");
        assert!(!tx.join_upload(id(), upload, file).await.unwrap(), "another transfer's");
        assert!(tx.join_upload(world.transfer, upload, file).await.unwrap());
        assert!(!tx.join_upload(world.transfer, upload, id()).await.unwrap());
    })
    .await;
    let row = read(&db, &world, upload).await.unwrap();
    assert_eq!((row.state, row.file_id, row.upload_key), (UploadState::Joined, Some(file), None));
    assert_eq!(claim(&db, &world, upload, 1_000).await, Claim::Missing, "a piece is nobody's to claim");
    let other = insert(&db, world.upload(id())).await;
    let mut conn = db.read().await.unwrap();
    let unjoined: Vec<_> =
        conn.unjoined_uploads(world.transfer).await.unwrap().into_iter().map(|row| row.id).collect();
    assert_eq!(unjoined, [other]);
    assert_eq!(
        conn.upload_ids(world.transfer).await.unwrap().len(),
        2,
        "its objects are still the transfer's"
    );
    write(&db, async |tx| {
        assert!(!tx.delete_upload(upload, fence).await.unwrap(), "whoever claimed it before comes too late");
        assert!(tx.delete_pieces(id(), file).await.unwrap().is_empty());
        assert_eq!(tx.delete_pieces(world.transfer, file).await.unwrap(), [upload]);
        assert!(tx.delete_upload(other, 0).await.unwrap());
    })
    .await;
}

async fn what_was_removed_is_among_the_prefixes_until_its_objects_are_gone(db: TestDatabase) {
    let world = World::new(&db).await;
    let upload = insert(&db, world.upload(id())).await;
    let mut removed: [UploadId; 3] = std::array::from_fn(|_| id());
    removed.sort_unstable();
    write(&db, async |tx| {
        tx.note_removed_uploads(world.tenant, world.transfer, &removed).await.unwrap();
        tx.forget_removed_uploads(&removed[..1]).await.unwrap();
    })
    .await;
    let mut conn = db.read().await.unwrap();
    let mut expected = vec![upload, removed[1], removed[2]];
    expected.sort_unstable();
    assert_eq!(conn.upload_ids(world.transfer).await.unwrap(), expected);
    let page = conn.removed_uploads(None, 1).await.unwrap();
    assert_eq!(page, [RemovedUpload { tenant_id: world.tenant, upload_id: removed[1] }]);
    let page = conn.removed_uploads(Some(removed[1]), 9).await.unwrap();
    assert_eq!(page, [RemovedUpload { tenant_id: world.tenant, upload_id: removed[2] }]);
    write(&db, async |tx| assert!(tx.delete_transfer(world.transfer).await.unwrap())).await;
    assert_eq!(conn.removed_uploads(None, 9).await.unwrap(), []);
}

async fn uploads_expire_when_nobody_goes_on(db: TestDatabase) {
    let world = World::new(&db).await;
    let [dead, held, joined, alive] =
        [(1, false), (2, true), (3, false), (100, false)].map(|(end, held)| NewUpload {
            expires_at: after(end),
            length: Some(0),
            leased_until: if held { after(50) } else { NewUpload::FREE },
            ..world.upload(id())
        });
    write(&db, async |tx| {
        for new in [dead, held, joined, alive] {
            tx.insert_upload(&new).await.unwrap();
        }
        assert!(tx.complete_upload(joined.id, 0).await.unwrap());
        assert!(tx.join_upload(world.transfer, joined.id, id()).await.unwrap());
    })
    .await;
    let mut conn = db.read().await.unwrap();
    let mut expired = async |now, limit| {
        let expired = conn.expired_uploads(after(now), limit).await.unwrap();
        assert!(expired.iter().all(|e| (e.tenant_id, e.transfer_id) == (world.tenant, world.transfer)));
        expired.into_iter().map(|expired| expired.id).collect::<Vec<_>>()
    };
    assert_eq!(expired(0, 9).await, []);
    assert_eq!(expired(49, 9).await, [dead.id]);
    assert_eq!(expired(50, 9).await, [dead.id, held.id]);
    assert_eq!(expired(100, 9).await, [dead.id, held.id, alive.id]);
    assert_eq!(expired(100, 1).await, [dead.id]);
}

async fn a_lease_of_a_clock_that_was_put_back_keeps_nobody_out(db: TestDatabase) {
    let world = World::new(&db).await;
    let upload = insert(&db, world.upload(id())).await;
    claimed(&db, &world, upload, 86_400).await;
    assert_eq!(
        claim(&db, &world, upload, 86_400 - 3_000).await,
        Claim::Held,
        "as clocks of two nodes differ"
    );
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.expired_uploads(after(700), 9).await.unwrap()[0].id, upload);
    drop(conn);
    claimed(&db, &world, upload, 0).await;
    assert_eq!(claim(&db, &world, upload, 0).await, Claim::Held);
}

async fn an_upload_without_rows_is_nobodys(db: TestDatabase) {
    let world = World::new(&db).await;
    let upload = insert(&db, world.upload(id())).await;
    let file: FileId = id();
    write(&db, async |tx| tx.insert_file(&world.file(file, 1)).await.unwrap()).await;
    let (first, second): (UploadId, UploadId) = (id(), id());
    let mut conn = db.read().await.unwrap();
    let records = [world.transfer.as_uuid().into(), world.tenant.as_uuid().into()];
    let asked = [first, upload, file.into(), second, records[0], records[1]];
    let mut orphans = conn.unowned_uploads(&asked).await.unwrap();
    orphans.sort_unstable();
    assert_eq!(orphans, [first, second]);
    assert_eq!(conn.unowned_uploads(&[]).await.unwrap(), []);
    let many: Vec<UploadId> = (0..1_000).map(|_| id()).collect();
    assert_eq!(conn.unowned_uploads(&many).await.unwrap().len(), 1_000);
}

async fn files_are_listed_in_order_with_and_without_manifest(db: TestDatabase) {
    let world = World::new(&db).await;
    let (first, second) = (world.file(id(), 1), world.file(id(), 0));
    write(&db, async |tx| {
        tx.insert_file(&second).await.unwrap();
        tx.insert_file(&first).await.unwrap();
    })
    .await;
    let mut tx = db.write().await.unwrap();
    assert_eq!(tx.files_of_transfer(world.transfer).await.unwrap(), [first.clone(), second.clone()]);
    let entries = [&first, &second].map(|file| FileEntry {
        id: file.id,
        metadata: file.metadata.clone(),
        length: file.length,
        objects: file.objects,
        created_at: file.created_at,
        kind: file.kind.clone(),
        findings: file.findings.clone(),
        scan: file.scan.clone(),
        stated_kinds: file.stated_kinds.clone(),
        stated_policy: file.stated_policy,
    });
    assert_eq!(tx.file_entries(world.transfer).await.unwrap(), entries);
    assert!(tx.set_findings(world.transfer, first.id, "image", b"others").await.unwrap());
    assert!(!tx.set_findings(id(), first.id, "image", b"others").await.unwrap());
    let changed = tx.file(world.transfer, first.id).await.unwrap().unwrap();
    assert_eq!((changed.kind.as_deref(), changed.findings.as_deref()), (Some("image"), Some(&b"others"[..])));
    assert!(!tx.delete_file(id(), first.id).await.unwrap());
    assert!(tx.delete_file(world.transfer, first.id).await.unwrap());
    assert_eq!(tx.files_of_transfer(world.transfer).await.unwrap(), [second]);
}
