//! Removing uploads that nobody goes on with.

use sealpost_domain::Job;
use sealpost_test_support::{
    app::{App, DAY, HOUR, metadata},
    claims,
    faulty_store::{Effect, Gate, Operation, When},
};
use serde_json::json;

use crate::support::{MIB, pattern};

claims![
    what_nobody_goes_on_with_is_removed_and_gives_its_place_back,
    what_is_complete_or_goes_on_stays,
    pieces_that_nobody_joins_are_removed_and_joined_ones_stay,
    an_upload_that_is_being_written_to_is_not_taken_away,
    objects_that_cannot_be_removed_are_left_to_the_next_run,
];

async fn what_nobody_goes_on_with_is_removed_and_gives_its_place_back(app: &App) {
    let id = app.anna.draft().await;
    app.anna.put(&id, "keep", b"keep").await;
    let upload = app.anna.upload(&id, "a", 20 * MIB).await;
    app.anna.patch(&upload, 0, pattern(9 * MIB)).await.expect(204);
    app.anna.act(&id, "send").await.problem(409, "state_conflict");
    app.clock.advance(DAY - HOUR);
    app.run(Job::AbandonUploads).await;
    assert_eq!(app.objects().await.len(), 3, "not before its time");
    app.clock.advance(HOUR);
    app.run(Job::AbandonUploads).await;
    assert_eq!(app.objects().await.len(), 1);
    let shown = app.anna.transfer(&id).await;
    assert_eq!(
        (&shown["file_count"], &shown["byte_count"], &shown["uploads"]),
        (&json!(1), &json!(4), &json!([]))
    );
    app.anna.patch(&upload, 9 * MIB, "x").await.problem(404, "not_found");
    let entries = app.audit(app.acme.id, &id).await;
    assert_eq!(entries.iter().filter(|kind| *kind == "upload.abandoned").count(), 1, "{entries:?}");
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "keep");
}

async fn what_is_complete_or_goes_on_stays(app: &App) {
    let id = app.anna.draft().await;
    app.anna.put(&id, "whole", b"whole").await;
    let live = app.anna.upload(&id, "live", 3).await;
    for offset in 0..2 {
        app.clock.advance(20 * HOUR);
        app.anna.patch(&live, offset, "x").await.expect(204);
    }
    app.run(Job::AbandonUploads).await;
    assert_eq!(app.anna.offset(&live).await, 2);
    app.anna.patch(&live, 2, "x").await.expect(204);
    app.clock.advance(3 * DAY);
    app.run(Job::AbandonUploads).await;
    assert_eq!(app.anna.transfer(&id).await["file_count"], 2);
    let visit = app.anna.send(&id).await.link().enter().await;
    assert_eq!(visit.fetch(visit.place_of("live")).await, "xxx");
}

async fn pieces_that_nobody_joins_are_removed_and_joined_ones_stay(app: &App) {
    let id = app.anna.draft().await;
    let (one, two) = (app.anna.partial(&id, 3).await, app.anna.partial(&id, 3).await);
    app.anna.patch(&one, 0, "one").await.expect(204);
    app.anna.patch(&two, 0, "two").await.expect(204);
    app.anna.join(&id, &[&one]).header("upload-metadata", metadata("one")).await.expect(201);
    app.clock.advance(DAY);
    app.run(Job::AbandonUploads).await;
    app.anna.status(&two).await.bare(404);
    assert_eq!(app.objects().await.len(), 1);
    let shown = app.anna.transfer(&id).await;
    assert_eq!((&shown["file_count"], &shown["byte_count"]), (&json!(1), &json!(3)));
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "one");
}

async fn an_upload_that_is_being_written_to_is_not_taken_away(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10).await;
    app.clock.advance(DAY - HOUR / 180);
    let (gate, anna, path) = (Gate::closed(), app.anna.clone(), upload.clone());
    app.blobs.inject(Operation::Put, When::Nth(1), Effect::Hold(gate.clone()));
    let patch = tokio::spawn(async move { anna.patch(&path, 0, "01234").await });
    gate.arrival().await;
    app.clock.advance(HOUR / 180);
    app.run(Job::AbandonUploads).await;
    gate.open();
    patch.await.unwrap().expect(204);
    assert_eq!(app.anna.offset(&upload).await, 5);
    app.anna.patch(&upload, 5, "56789").await.expect(204);
}

async fn objects_that_cannot_be_removed_are_left_to_the_next_run(app: &App) {
    let id = app.anna.draft().await;
    let uploads = [app.anna.upload(&id, "a", 10).await, app.anna.upload(&id, "b", 10).await];
    for upload in &uploads {
        app.anna.patch(upload, 0, "01234").await.expect(204);
    }
    app.clock.advance(DAY);
    app.blobs.inject(Operation::DeletePrefix, When::Always, Effect::Fail);
    app.run(Job::AbandonUploads).await;
    for upload in &uploads {
        app.anna.status(upload).await.bare(404);
    }
    assert_eq!(app.objects().await.len(), 2);
    app.blobs.clear();
    app.run(Job::AbandonUploads).await;
    assert!(app.objects().await.is_empty());
}
