//! Upload requests, their uses, and the codes of those who answer them.

use std::time::Duration;

use sealpost_db::{
    BegunWith, DbError, File, NewSubmission, NewTransfer, NewUpload, RequestCode, UploadRequest,
};
use sealpost_domain::{Language, SubmissionSource, TransferId, TransferMode, TransferState, UploadRequestId};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, World, after, all_at_once, hash, id, write};

on_both_engines!(
    a_request_is_found_by_its_link_and_its_id_with_its_user,
    no_more_uses_are_taken_than_there_are_however_many_come_at_once,
    a_use_that_is_given_back_can_be_taken_again,
    what_is_closed_or_over_gives_no_use,
    requests_are_listed_by_user_and_tenant_newest_first,
    requests_go_when_they_were_over_or_closed_long_ago,
    a_draft_is_idle_when_nothing_has_come_for_a_while,
    an_uploader_is_found_by_his_address_and_blanked,
    a_draft_is_found_by_the_key_it_was_begun_with_as_long_as_it_is_one,
    codes_are_counted_used_once_and_forgotten,
);

fn request(world: &World, max_uses: u64) -> UploadRequest {
    UploadRequest {
        id: id(),
        tenant_id: world.tenant,
        user_id: world.user,
        token_hash: hash(),
        token: b"sealed token".to_vec(),
        title: b"sealed title".to_vec(),
        message: None,
        address: Some(b"sealed address".to_vec()),
        address_hmac: Some(hash()),
        asks_code: true,
        max_uses,
        uses: 0,
        max_files: Some(3),
        max_bytes: None,
        kinds: Some("image pdf".parse().unwrap()),
        created_at: NOW,
        expires_at: after(3_600),
        closed_at: None,
        reply_to: None,
        reply_recipient: None,
        mode: TransferMode::Standard,
        proved: false,
    }
}

async fn inserted(db: &TestDatabase, request: UploadRequest) -> UploadRequest {
    write(db, async |tx| tx.insert_upload_request(&request).await.unwrap()).await;
    request
}

async fn uses(db: &TestDatabase, request: &UploadRequest) -> u64 {
    let mut conn = db.read().await.unwrap();
    conn.upload_request(request.tenant_id, request.id).await.unwrap().unwrap().uses
}

async fn submission(
    db: &TestDatabase,
    world: &World,
    request: UploadRequestId,
    hmac: &[u8; 32],
) -> TransferId {
    let transfer = id();
    let submission = NewSubmission {
        source: SubmissionSource::Request(request),
        uploader: b"sealed uploader",
        uploader_hmac: hmac,
        network: None,
        reply_to: None,
        begun_with: None,
    };
    let row = NewTransfer { submission: Some(submission), ..world.draft(transfer, after(9_000)) };
    write(db, async |tx| tx.insert_transfer(&row).await.unwrap()).await;
    transfer
}

async fn a_request_is_found_by_its_link_and_its_id_with_its_user(db: TestDatabase) {
    let world = World::new(&db).await;
    let request = inserted(&db, request(&world, 1)).await;
    let mut conn = db.read().await.unwrap();
    let known = conn.request_by_link(&request.token_hash).await.unwrap().unwrap();
    assert_eq!((&known.request, known.user.user_id), (&request, world.user));
    assert_eq!(conn.known_request(world.tenant, request.id).await.unwrap(), Some(known));
    assert_eq!(conn.upload_request(world.tenant, request.id).await.unwrap(), Some(request.clone()));
    assert_eq!(conn.requests_bound_to(world.tenant, &request.address_hmac.unwrap()).await.unwrap().len(), 1);
    assert_eq!(conn.request_by_link(&hash()).await.unwrap(), None);
    for (tenant, request) in [(id(), request.id), (world.tenant, id())] {
        assert_eq!(conn.known_request(tenant, request).await.unwrap(), None);
        assert_eq!(conn.upload_request(tenant, request).await.unwrap(), None);
    }
}

async fn no_more_uses_are_taken_than_there_are_however_many_come_at_once(db: TestDatabase) {
    let world = World::new(&db).await;
    let request = inserted(&db, request(&world, 3)).await;
    let taken = all_at_once(12, |_| {
        let (db, id) = (sealpost_db::Db::clone(&db), request.id);
        async move { write(&db, async |tx| tx.take_request_slot(id, NOW).await.unwrap()).await }
    });
    assert_eq!(taken.await.into_iter().filter(|taken| *taken).count(), 3);
    assert_eq!(uses(&db, &request).await, 3);
}

async fn a_use_that_is_given_back_can_be_taken_again(db: TestDatabase) {
    let world = World::new(&db).await;
    let request = inserted(&db, request(&world, 1)).await;
    write(&db, async |tx| {
        assert!(!tx.give_request_slot_back(request.id).await.unwrap(), "there is none to give back");
        assert!(tx.take_request_slot(request.id, NOW).await.unwrap());
        assert!(!tx.take_request_slot(request.id, NOW).await.unwrap());
        assert!(tx.give_request_slot_back(request.id).await.unwrap());
        assert!(tx.take_request_slot(request.id, NOW).await.unwrap());
    })
    .await;
}

async fn what_is_closed_or_over_gives_no_use(db: TestDatabase) {
    let world = World::new(&db).await;
    let request = inserted(&db, request(&world, 9)).await;
    write(&db, async |tx| {
        assert!(tx.take_request_slot(request.id, after(3_599)).await.unwrap());
        assert!(!tx.take_request_slot(request.id, after(3_600)).await.unwrap());
        assert!(!tx.close_upload_request(id(), request.id, after(1)).await.unwrap());
        assert!(tx.close_upload_request(world.tenant, request.id, after(1)).await.unwrap());
        assert!(!tx.close_upload_request(world.tenant, request.id, after(2)).await.unwrap());
        assert!(!tx.take_request_slot(request.id, after(3)).await.unwrap());
        let blanked = tx.blank_upload_request((world.tenant, request.id), after(9), (b"nobody", &[8; 32]));
        assert!(blanked.await.unwrap());
    })
    .await;
    let row = db.read().await.unwrap().upload_request(world.tenant, request.id).await.unwrap().unwrap();
    assert_eq!((row.closed_at, row.address.as_deref()), (Some(after(1)), Some(&b"nobody"[..])));
    assert_eq!(row.address_hmac, Some([8; 32]));
}

async fn requests_are_listed_by_user_and_tenant_newest_first(db: TestDatabase) {
    let world = World::new(&db).await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(inserted(&db, request(&world, 1)).await.id);
    }
    made.reverse();
    let mut conn = db.read().await.unwrap();
    for user in [Some(world.user), None] {
        let all = conn.upload_requests(world.tenant, user, None, 9).await.unwrap();
        assert_eq!(all.iter().map(|request| request.id).collect::<Vec<_>>(), made);
        let rest = conn.upload_requests(world.tenant, user, Some(made[0]), 1).await.unwrap();
        assert_eq!(rest.iter().map(|request| request.id).collect::<Vec<_>>(), made[1..2]);
    }
    assert!(conn.upload_requests(world.tenant, Some(id()), None, 9).await.unwrap().is_empty());
    assert!(conn.upload_requests(id(), None, None, 9).await.unwrap().is_empty());
}

async fn requests_go_when_they_were_over_or_closed_long_ago(db: TestDatabase) {
    let world = World::new(&db).await;
    let over = inserted(&db, request(&world, 1)).await;
    let closed = inserted(&db, UploadRequest { expires_at: after(9_000), ..request(&world, 1) }).await;
    let open = inserted(&db, UploadRequest { expires_at: after(9_000), ..request(&world, 1) }).await;
    let keep = Duration::from_secs(100);
    write(&db, async |tx| {
        tx.close_upload_request(world.tenant, closed.id, after(3_600)).await.unwrap();
        assert_eq!(tx.sweep_upload_requests(after(3_699), keep).await.unwrap(), 0);
        assert_eq!(tx.sweep_upload_requests(after(3_700), keep).await.unwrap(), 2);
    })
    .await;
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.upload_request(world.tenant, over.id).await.unwrap(), None);
    assert!(conn.upload_request(world.tenant, open.id).await.unwrap().is_some());
}

async fn a_draft_is_idle_when_nothing_has_come_for_a_while(db: TestDatabase) {
    let world = World::new(&db).await;
    let request = inserted(&db, request(&world, 9)).await;
    let empty = submission(&db, &world, request.id, &[1; 32]).await;
    let uploading = submission(&db, &world, request.id, &[2; 32]).await;
    let with_file = submission(&db, &world, request.id, &[3; 32]).await;
    write(&db, async |tx| {
        let upload = NewUpload { transfer_id: uploading, ..world.upload(id()) };
        tx.insert_upload(&upload).await.unwrap();
        let file = File { transfer_id: with_file, created_at: after(100), ..world.file(id(), 5) };
        tx.insert_file(&file).await.unwrap();
    })
    .await;
    let mut conn = db.read().await.unwrap();
    for (before, idle) in
        [(after(-1), vec![]), (after(99), vec![empty]), (after(100), vec![empty, with_file])]
    {
        let found = conn.idle_submissions(before, 9).await.unwrap();
        assert_eq!(found.iter().map(|found| found.id).collect::<Vec<_>>(), idle);
        for transfer in [empty, uploading, with_file, world.transfer] {
            assert_eq!(conn.is_idle_submission(transfer, before).await.unwrap(), idle.contains(&transfer));
        }
    }
}

async fn an_uploader_is_found_by_his_address_and_blanked(db: TestDatabase) {
    let world = World::new(&db).await;
    let request = inserted(&db, request(&world, 9)).await;
    let transfer = submission(&db, &world, request.id, &[1; 32]).await;
    submission(&db, &world, request.id, &[2; 32]).await;
    let mut conn = db.read().await.unwrap();
    let found = conn.submitted_in(world.tenant, &[1; 32], uuid::Uuid::nil().into(), 9).await.unwrap();
    assert_eq!(found.iter().map(|found| found.transfer_id).collect::<Vec<_>>(), [transfer]);
    assert!(conn.submitted_in(world.tenant, &[1; 32], transfer, 9).await.unwrap().is_empty());
    assert_eq!(conn.submissions(world.tenant, request.id, 9).await.unwrap().len(), 2);
    assert!(conn.submissions(id(), request.id, 9).await.unwrap().is_empty());
    drop(conn);
    write(&db, async |tx| {
        assert!(tx.blank_uploader(world.tenant, transfer, b"nobody").await.unwrap());
        assert!(!tx.blank_uploader(world.tenant, world.transfer, b"nobody").await.unwrap());
    })
    .await;
    let mut conn = db.read().await.unwrap();
    assert!(conn.submitted_in(world.tenant, &[1; 32], uuid::Uuid::nil().into(), 9).await.unwrap().is_empty());
    let row = conn.transfer(world.tenant, transfer).await.unwrap().unwrap();
    assert_eq!((row.request_id, row.uploader.as_deref()), (Some(request.id), Some(&b"nobody"[..])));
    drop(conn);
    // A purge takes who it was along.
    write(&db, async |tx| assert!(tx.start_purge(transfer, after(1)).await.unwrap())).await;
    let row = db.read().await.unwrap().transfer(world.tenant, transfer).await.unwrap().unwrap();
    assert_eq!((row.request_id, row.uploader), (Some(request.id), None));
}

async fn a_draft_is_found_by_the_key_it_was_begun_with_as_long_as_it_is_one(db: TestDatabase) {
    let world = World::new(&db).await;
    let begin = async |key: [u8; 32]| {
        let transfer: TransferId = id();
        let submission = NewSubmission {
            source: SubmissionSource::Request(id()),
            uploader: b"sealed uploader",
            uploader_hmac: &[1; 32],
            network: None,
            reply_to: None,
            begun_with: Some(BegunWith { key, said: [9; 32] }),
        };
        let row = NewTransfer { submission: Some(submission), ..world.draft(transfer, after(9_000)) };
        let mut tx = db.write().await.unwrap();
        tx.insert_transfer(&row).await?;
        tx.commit().await?;
        Ok::<_, DbError>(transfer)
    };
    let found = async |key: [u8; 32]| {
        let found = db.read().await.unwrap().draft_begun_with(world.tenant, &key).await.unwrap();
        found.map(|draft| (draft.id, draft.said, draft.expires_at))
    };
    let (sent, purged, blanked) =
        (begin([1; 32]).await.unwrap(), begin([2; 32]).await.unwrap(), begin([3; 32]).await.unwrap());
    assert!(matches!(begin([1; 32]).await, Err(DbError::AlreadyExists(_))));
    assert_eq!(found([1; 32]).await, Some((sent, [9; 32], after(9_000))));
    assert_eq!(found([4; 32]).await, None);
    let elsewhere = db.read().await.unwrap().draft_begun_with(id(), &[1; 32]).await.unwrap();
    assert!(elsewhere.is_none(), "another tenant's is not there");
    write(&db, async |tx| {
        assert!(tx.set_sent(sent, TransferState::Sealed, after(1), true).await.unwrap());
        assert!(tx.start_purge(purged, after(1)).await.unwrap());
        assert!(tx.blank_uploader(world.tenant, blanked, b"nobody").await.unwrap());
    })
    .await;
    for key in [[1; 32], [2; 32], [3; 32]] {
        assert_eq!(found(key).await, None);
        begin(key).await.unwrap();
    }
}

async fn codes_are_counted_used_once_and_forgotten(db: TestDatabase) {
    let world = World::new(&db).await;
    let request = inserted(&db, request(&world, 1)).await;
    let code = RequestCode {
        id: id(),
        tenant_id: world.tenant,
        request_id: Some(request.id),
        portal_id: None,
        address: Some(b"sealed address".to_vec()),
        address_hmac: hash(),
        language: Some(Language::Dutch),
        challenge_hash: hash(),
        code_hmac: hash(),
        code: Some(b"sealed code".to_vec()),
        tries: 0,
        created_at: NOW,
        expires_at: after(600),
        used_at: None,
    };
    write(&db, async |tx| {
        tx.insert_request_code(&code).await.unwrap();
        assert!(tx.count_request_code_try(code.id, 2).await.unwrap());
        assert!(tx.count_request_code_try(code.id, 2).await.unwrap());
        assert!(!tx.count_request_code_try(code.id, 2).await.unwrap());
        assert!(tx.use_request_code(code.id, after(1)).await.unwrap());
        assert!(!tx.use_request_code(code.id, after(2)).await.unwrap());
        assert!(tx.forget_sealed_request_code(code.id).await.unwrap());
        assert!(!tx.forget_sealed_request_code(code.id).await.unwrap());
    })
    .await;
    let wanted = RequestCode { address: None, code: None, tries: 2, used_at: Some(after(1)), ..code.clone() };
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.request_code(code.id).await.unwrap().as_ref(), Some(&wanted));
    assert_eq!(conn.request_code_by_challenge(&code.challenge_hash).await.unwrap(), Some(wanted));
    drop(conn);
    let life = Duration::from_secs(600);
    write(&db, async |tx| {
        assert_eq!(tx.sweep_request_codes(after(599), life).await.unwrap(), 0);
        assert_eq!(tx.sweep_request_codes(after(600), life).await.unwrap(), 1);
        // One of a clock that was ahead goes, too; and all go with their request.
        tx.insert_request_code(&RequestCode { expires_at: after(9_000), ..code.clone() }).await.unwrap();
        assert_eq!(tx.sweep_request_codes(NOW, life).await.unwrap(), 1);
        tx.insert_request_code(&code).await.unwrap();
        assert_eq!(tx.sweep_upload_requests(after(9_000), life).await.unwrap(), 1);
    })
    .await;
    assert_eq!(db.read().await.unwrap().request_code(code.id).await.unwrap(), None);
}
