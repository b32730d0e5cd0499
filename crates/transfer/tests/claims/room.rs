//! Room and places: what a transfer takes of its tenant's bounds, and gives back.

use bytes::Bytes;
use sealpost_domain::{Job, Policy};
use sealpost_test_support::{
    app::{App, DAY, Options},
    claims,
};
use serde_json::json;

claims![
    bytes_of_unknown_length_take_room_as_they_come with room_for(9),
    what_is_given_up_gives_all_its_room_back with room_for(9),
    rules_that_became_narrower_stop_what_runs with room_for(20),
];

fn room_for(bytes: u64) -> Options {
    let policy = Policy { max_file_bytes: bytes, max_transfer_bytes: bytes, ..Policy::default() };
    Options { policy, ..Options::default() }
}

async fn taken(app: &App, transfer: &str) -> (u64, u64) {
    let transfer = app.anna.transfer(transfer).await;
    (transfer["file_count"].as_u64().unwrap(), transfer["byte_count"].as_u64().unwrap())
}

async fn bytes_of_unknown_length_take_room_as_they_come(app: &App) {
    let id = app.anna.draft().await;
    let (one, other) = (app.anna.deferred(&id, "one").await, app.anna.deferred(&id, "other").await);
    app.anna.patch(&one, 0, "012345").await.expect(204);
    assert_eq!(taken(app, &id).await, (2, 6));
    app.anna.patch(&other, 0, "0123").await.problem(413, "too_large");
    app.anna.patch(&other, 0, "012").await.expect(204);
    assert_eq!(taken(app, &id).await, (2, 9));
    app.anna.patch(&one, 6, "").header("upload-length", "7").await.problem(413, "too_large");
    app.anna.patch(&one, 6, "").header("upload-length", "6").await.expect(204);
    app.anna.patch(&other, 3, "").header("upload-length", "3").await.expect(204);
    assert_eq!(taken(app, &id).await, (2, 9));
    let sent = app.anna.send(&id).await;
    assert_eq!(sent.transfer["byte_count"], json!(9));
}

async fn what_is_given_up_gives_all_its_room_back(app: &App) {
    let id = app.anna.draft().await;
    let undeclared = app.anna.deferred(&id, "a").await;
    app.anna.patch(&undeclared, 0, "01").await.expect(204);
    app.anna.terminate(&undeclared).await.expect(204);
    assert_eq!(taken(app, &id).await, (0, 0));
    let declared = app.anna.deferred(&id, "b").await;
    app.anna.patch(&declared, 0, "01").await.expect(204);
    app.anna.patch(&declared, 2, "2").header("upload-length", "5").await.expect(204);
    assert_eq!(taken(app, &id).await, (1, 5));
    app.anna.terminate(&declared).await.expect(204);
    assert_eq!(taken(app, &id).await, (0, 0));
    let forgotten = app.anna.deferred(&id, "c").await;
    app.anna.patch(&forgotten, 0, "012").await.expect(204);
    let piece = app.anna.partial(&id, 4).await;
    app.anna.patch(&piece, 0, "0123").await.expect(204);
    assert_eq!(taken(app, &id).await, (1, 7));
    app.clock.advance(DAY);
    app.run(Job::AbandonUploads).await;
    assert_eq!(taken(app, &id).await, (0, 0));
    let file = app.anna.put(&id, "d", b"012345678").await;
    assert_eq!(taken(app, &id).await, (1, 9));
    app.anna.terminate(&format!("/api/v1/uploads/{file}")).await.expect(204);
    assert_eq!(taken(app, &id).await, (0, 0));
}

async fn rules_that_became_narrower_stop_what_runs(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.deferred(&id, "a").await;
    app.anna.patch(&upload, 0, "0123456789").await.expect(204);
    let mut tx = app.db.write().await.unwrap();
    let narrower = Policy { max_file_bytes: 4, max_transfer_bytes: 20, ..Policy::default() };
    assert!(tx.set_policy(app.acme.id, &narrower, 0).await.unwrap());
    tx.commit().await.unwrap();
    app.anna.patch(&upload, 10, "01234").await.problem(413, "too_large");
    let chunks = vec![Bytes::from_static(b"01234"); 3];
    app.anna.patch_head(&upload, 10).chunked(chunks).await.problem(413, "too_large");
    assert_eq!(app.anna.offset(&upload).await, 10);
}
