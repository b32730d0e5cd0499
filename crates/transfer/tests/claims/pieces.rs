//! Pieces of a file: whose they are, and who may remove them.

use sealpost_domain::Job;
use sealpost_test_support::{
    app::{App, DAY},
    claims,
};

use crate::support::{hold, start};

claims![
    a_piece_that_is_joined_meanwhile_is_not_terminated,
    a_piece_that_is_joined_in_its_last_moment_is_not_abandoned,
];

async fn piece(app: &App, transfer: &str, bytes: &'static str) -> String {
    let piece = app.anna.partial(transfer, bytes.len()).await;
    app.anna.patch(&piece, 0, bytes).await.expect(204);
    piece
}

async fn a_piece_that_is_joined_meanwhile_is_not_terminated(app: &App) {
    let id = app.anna.draft().await;
    let one = piece(app, &id, "one").await;
    let held = hold(app, &id).await;
    let (anna, transfer, path) = (app.anna.clone(), id.clone(), one.clone());
    let joining = start(async move { anna.join(&transfer, &[&path]).await.status }).await;
    let (anna, path) = (app.anna.clone(), one.clone());
    let terminating = start(async move { anna.terminate(&path).await.status }).await;
    drop(held);
    let (joined, terminated) = (joining.await.unwrap(), terminating.await.unwrap());
    assert_ne!(joined == 201, terminated == 204, "one of the two: {joined}, {terminated}");
    if joined == 201 {
        assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "one");
    }
}

async fn a_piece_that_is_joined_in_its_last_moment_is_not_abandoned(app: &App) {
    let long = serde_json::json!({"recipients": [{"email": "bert@example.org"}]});
    let id = app.anna.draft_of(&long).await;
    let one = piece(app, &id, "one").await;
    app.clock.advance(DAY);
    let held = hold(app, &id).await;
    let (anna, transfer, path) = (app.anna.clone(), id.clone(), one.clone());
    let joining = start(async move { anna.join(&transfer, &[&path]).await.status }).await;
    let service = app.service.clone();
    let abandoning = start(async move { service.abandon_uploads().await }).await;
    drop(held);
    let joined = joining.await.unwrap();
    abandoning.await.unwrap().unwrap();
    app.run(Job::AbandonUploads).await;
    if joined == 201 {
        assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "one");
    } else {
        assert!(app.objects().await.is_empty());
    }
}
