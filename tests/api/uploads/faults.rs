//! Uploads into a store that fails: what was acknowledged is there, the rest can be sent again.

use sealpost_test_support::{
    app::{App, Sender},
    claims,
    faulty_store::{Effect, Operation, When},
};
use serde_json::json;

use crate::support::{MIB, pattern};

claims![
    a_full_store_is_said_and_the_upload_goes_on_when_there_is_room,
    a_full_store_leaves_nothing_of_what_was_never_begun,
    a_store_that_is_away_is_said_and_the_upload_goes_on_when_it_is_back,
    an_answer_of_the_store_that_is_lost_costs_a_repetition_and_nothing_else,
    a_torn_object_is_never_part_of_a_file,
    a_tail_that_cannot_be_read_again_keeps_the_upload_as_it_is,
    an_upload_into_a_store_that_fails_at_any_call_is_whole_in_the_end,
];

/// Sends what is missing, as a client does: asks, goes on, and asks again after a refusal.
async fn go_on(sender: &Sender, upload: &str, bytes: &[u8]) -> Vec<u16> {
    let mut refusals = Vec::new();
    for _ in 0..100 {
        let offset = sender.offset(upload).await;
        let end = (offset + 700_000).min(bytes.len());
        let answer = sender.patch(upload, offset, bytes[offset..end].to_vec()).await;
        if answer.status != 204 {
            refusals.push(answer.status);
        } else if end == bytes.len() {
            return refusals;
        }
    }
    panic!("the upload does not come to its end: {refusals:?}");
}

async fn a_full_store_is_said_and_the_upload_goes_on_when_there_is_room(app: &App) {
    let (id, bytes) = (app.anna.draft().await, pattern(20 * MIB));
    let upload = app.anna.upload(&id, "a", bytes.len()).await;
    app.blobs.inject(Operation::Put, When::From(2), Effect::Fill);
    app.anna.patch(&upload, 0, bytes.clone()).await.problem(507, "storage_full");
    assert_eq!(
        app.anna.offset(&upload).await,
        8 * MIB,
        "the part that is stored counts, and not a byte more"
    );
    app.anna.patch(&upload, 8 * MIB, bytes[8 * MIB..].to_vec()).await.problem(507, "storage_full");
    assert_eq!(app.anna.offset(&upload).await, 8 * MIB);
    assert_eq!(app.objects().await.len(), 1);
    app.blobs.clear();
    app.anna.patch(&upload, 8 * MIB, bytes[8 * MIB..].to_vec()).await.expect(204);
    assert!(app.anna.send(&id).await.link().enter().await.fetch(0).await == bytes);
}

async fn a_full_store_leaves_nothing_of_what_was_never_begun(app: &App) {
    let id = app.anna.draft().await;
    app.blobs.inject(Operation::Put, When::Always, Effect::Fill);
    for length in ["5", "10"] {
        let begun = app.anna.begin_with(&id, b"hello").header("upload-length", length).await;
        begun.problem(507, "storage_full");
    }
    let shown = app.anna.transfer(&id).await;
    assert_eq!(
        (&shown["file_count"], &shown["byte_count"], &shown["uploads"]),
        (&json!(0), &json!(0), &json!([]))
    );
    app.blobs.clear();
    app.anna.put(&id, "a", b"hello").await;
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "hello");
}

async fn a_store_that_is_away_is_said_and_the_upload_goes_on_when_it_is_back(app: &App) {
    let (id, bytes) = (app.anna.draft().await, pattern(2 * MIB));
    let upload = app.anna.upload(&id, "a", bytes.len()).await;
    app.anna.patch(&upload, 0, bytes[..MIB].to_vec()).await.expect(204);
    app.blobs.inject(None, When::Always, Effect::Fail);
    let refused = app.anna.patch(&upload, MIB, bytes[MIB..].to_vec()).await;
    refused.problem(503, "unavailable");
    assert!(refused.header("retry-after").is_some());
    app.anna.begin_with(&id, b"x").header("upload-length", "1").await.problem(503, "unavailable");
    assert_eq!(app.anna.offset(&upload).await, MIB);
    app.blobs.clear();
    app.anna.patch(&upload, MIB, bytes[MIB..].to_vec()).await.expect(204);
    assert!(app.anna.send(&id).await.link().enter().await.fetch(0).await == bytes);
}

async fn an_answer_of_the_store_that_is_lost_costs_a_repetition_and_nothing_else(app: &App) {
    let (id, bytes) = (app.anna.draft().await, pattern(3 * MIB));
    let upload = app.anna.upload(&id, "a", bytes.len()).await;
    app.blobs.inject(Operation::Put, When::Nth(2), Effect::LoseResponse);
    assert_eq!(go_on(&app.anna, &upload, &bytes).await, [503]);
    assert!(app.anna.send(&id).await.link().enter().await.fetch(0).await == bytes);
}

async fn a_torn_object_is_never_part_of_a_file(app: &App) {
    let (id, bytes) = (app.anna.draft().await, pattern(3 * MIB));
    let upload = app.anna.upload(&id, "a", bytes.len()).await;
    app.blobs.inject(Operation::Put, When::Nth(2), Effect::Tear(100));
    assert_eq!(go_on(&app.anna, &upload, &bytes).await, [503]);
    assert!(app.anna.send(&id).await.link().enter().await.fetch(0).await == bytes);
}

async fn a_tail_that_cannot_be_read_again_keeps_the_upload_as_it_is(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10).await;
    app.anna.patch(&upload, 0, "01234").await.expect(204);
    app.blobs.inject(Operation::Get, When::Nth(1), Effect::Fail);
    app.anna.patch(&upload, 5, "56789").await.problem(503, "unavailable");
    // A tail that was altered must not be sealed anew as if it were whole.
    app.blobs.inject(Operation::Get, When::Nth(1), Effect::FlipBit(600));
    app.anna.patch(&upload, 5, "56789").await.problem(500, "internal");
    assert_eq!(app.anna.offset(&upload).await, 5);
    app.anna.patch(&upload, 5, "56789").await.expect(204);
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "0123456789");
}

async fn an_upload_into_a_store_that_fails_at_any_call_is_whole_in_the_end(app: &App) {
    let bytes = pattern(3 * MIB);
    for effect in [Effect::Fail, Effect::Fill, Effect::LoseResponse, Effect::Tear(70_000), Effect::Break] {
        let id = app.anna.draft().await;
        let upload = app.anna.upload(&id, "a", bytes.len()).await;
        let struck = app.blobs.struck();
        app.blobs.inject(None, When::Randomly { per_mille: 300, seed: 7 }, effect.clone());
        let refusals = go_on(&app.anna, &upload, &bytes).await;
        assert!(app.blobs.struck() > struck, "{effect:?} never struck");
        assert!(refusals.iter().all(|status| [500, 503, 507].contains(status)), "{effect:?}: {refusals:?}");
        app.blobs.clear();
        assert!(app.anna.send(&id).await.link().enter().await.fetch(0).await == bytes, "{effect:?}");
    }
}
