//! Removing objects that belong to nothing.

use sealpost_domain::Job;
use sealpost_test_support::{
    app::{App, DAY, HOUR},
    claims,
    faulty_store::{Effect, Operation, When},
};

use crate::support::{MIB, pattern};

claims![
    an_object_without_a_row_goes_when_it_is_a_day_old,
    a_container_that_fails_keeps_no_other_from_being_looked_at,
    what_belongs_to_something_stays,
    what_is_none_of_ours_is_left_alone,
    an_attempt_that_was_given_up_goes_with_its_transfer,
];

async fn an_object_without_a_row_goes_when_it_is_a_day_old(app: &App) {
    let id = app.anna.draft().await;
    // The object was stored, but the answer was lost: nobody was told of a file.
    app.blobs.inject(Operation::Put, When::Nth(1), Effect::LoseResponse);
    app.anna.begin_with(&id, b"lost").header("upload-length", "4").await.problem(503, "unavailable");
    assert_eq!(app.anna.transfer(&id).await["file_count"], 0);
    assert_eq!(app.objects().await.len(), 1);
    app.run(Job::ReconcileOrphans).await;
    assert_eq!(app.objects().await.len(), 1, "its row may be about to come");
    app.clock.advance(DAY + HOUR);
    app.run(Job::ReconcileOrphans).await;
    assert!(app.objects().await.is_empty());
}

async fn a_container_that_fails_keeps_no_other_from_being_looked_at(app: &App) {
    for sender in [&app.anna, &app.gina] {
        let id = sender.draft().await;
        app.blobs.inject(Operation::Put, When::Nth(1), Effect::LoseResponse);
        sender.begin_with(&id, b"lost").header("upload-length", "4").await.problem(503, "unavailable");
        app.blobs.clear();
    }
    app.clock.advance(DAY + HOUR);
    app.blobs.inject(Operation::List, When::Nth(1), Effect::Fail);
    let counts = app.service.reconcile_orphans().await.unwrap();
    assert_eq!((counts.removed, counts.failed), (1, 1));
    let counts = app.service.reconcile_orphans().await.unwrap();
    assert_eq!((counts.removed, counts.failed), (1, 0));
}

async fn what_belongs_to_something_stays(app: &App) {
    let id = app.anna.draft().await;
    app.anna.put(&id, "whole", b"whole").await;
    let piece = app.anna.partial(&id, 5).await;
    app.anna.patch(&piece, 0, "piece").await.expect(204);
    app.anna.join(&id, &[&piece]).await.expect(201);
    let sent = app.anna.send(&id).await;
    let draft = app.anna.draft().await;
    let upload = app.anna.upload(&draft, "live", 10 * MIB).await;
    app.anna.patch(&upload, 0, pattern(9 * MIB)).await.expect(204);
    let before = app.objects().await;
    assert_eq!(before.len(), 4);
    for _ in 0..2 {
        app.clock.advance(2 * DAY);
        app.run(Job::ReconcileOrphans).await;
    }
    assert_eq!(app.objects().await, before, "old, and owned");
    let visit = sent.link().enter().await;
    assert_eq!(visit.archive().await.expect(200).status, 200);
}

async fn what_is_none_of_ours_is_left_alone(app: &App) {
    app.anna.sent(&[("a", b"a")]).await;
    let object = app.objects().await.remove(0);
    let beside = app.object_path(&object).with_file_name("notes.txt");
    std::fs::write(&beside, "somebody's").unwrap();
    app.clock.advance(3 * DAY);
    app.run(Job::ReconcileOrphans).await;
    assert_eq!(std::fs::read(&beside).unwrap(), b"somebody's");
    assert_eq!(app.objects().await.iter().filter(|object| object.key.is_some()).count(), 1);
}

async fn an_attempt_that_was_given_up_goes_with_its_transfer(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 5).await;
    app.blobs.inject(Operation::Put, When::Nth(1), Effect::LoseResponse);
    app.anna.patch(&upload, 0, "hello").await.problem(503, "unavailable");
    app.anna.patch(&upload, 0, "hello").await.expect(204);
    assert_eq!(app.objects().await.len(), 2, "both attempts");
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "hello");
    app.anna.purge(&id).await.expect(204);
    assert!(app.objects().await.is_empty());
    assert!(app.service.verify_purge(id.parse().unwrap()).await.unwrap().is_clean());
}
