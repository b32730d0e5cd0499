//! `POST /api/v1/transfers/{transfer_id}/extend`

use sealpost_domain::{Clock as _, Job};
use sealpost_test_support::{
    app::{App, DAY, HOUR, Request},
    claims,
};
use serde_json::json;

use crate::support::from_now;

claims![
    an_extended_transfer_outlives_its_first_day,
    an_end_can_come_earlier,
    the_new_end_lies_within_the_bounds_from_now,
    what_is_over_is_not_extended,
    a_draft_is_extended_with_its_uploads,
];

fn extend(app: &App, id: &str, duration: std::time::Duration) -> Request {
    app.anna.act(id, "extend").json(&json!({"expires_at": from_now(app, duration)}))
}

async fn an_extended_transfer_outlives_its_first_day(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "password": "correct horse"});
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    let until = from_now(app, 30 * DAY);
    assert_eq!(extend(app, &sent.id, 30 * DAY).await.expect(200).json()["expires_at"], until);
    // The first end's day is over, and its key with it.
    app.clock.advance(20 * DAY);
    app.run(Job::PurgeExpired).await;
    app.run(Job::DestroyEpochs).await;
    let visit = sent.link().enter_with("correct horse").await;
    assert_eq!(visit.fetch(0).await, "a");
    app.clock.advance(10 * DAY);
    sent.link().is_unavailable().await;
    visit.content(0).await.problem(401, "unauthorized");
}

async fn an_end_can_come_earlier(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let visit = sent.link().enter().await;
    extend(app, &sent.id, HOUR).await.expect(200);
    app.clock.advance(HOUR);
    sent.link().is_unavailable().await;
    visit.content(0).await.problem(404, "not_found");
    app.run(Job::PurgeExpired).await;
    assert!(app.objects().await.is_empty());
}

async fn the_new_end_lies_within_the_bounds_from_now(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let before = app.anna.transfer(&sent.id).await;
    extend(app, &sent.id, HOUR - HOUR / 3_600).await.problem(400, "invalid_request");
    extend(app, &sent.id, 31 * DAY).await.problem(400, "invalid_request");
    for bad in [json!({}), json!({"expires_at": null}), json!({"expires_at": "x"}), json!({"expires_at": 1})]
    {
        app.anna.act(&sent.id, "extend").json(&bad).await.problem(400, "invalid_request");
    }
    assert_eq!(app.anna.transfer(&sent.id).await, before);
    app.clock.advance(10 * DAY);
    extend(app, &sent.id, 30 * DAY).await.expect(200);
    let entries = app.audit(app.acme.id, &sent.id).await;
    assert_eq!(entries.last().map(String::as_str), Some("transfer.extended"));
}

async fn what_is_over_is_not_extended(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.clock.advance(14 * DAY);
    extend(app, &sent.id, 7 * DAY).await.problem(409, "state_conflict");
    sent.link().is_unavailable().await;
    app.run(Job::PurgeExpired).await;
    extend(app, &sent.id, 7 * DAY).await.problem(410, "gone");
    let stays = app.keys.existing_epoch_key(app.acme.id, (app.clock.now() + 7 * DAY).epoch()).await.unwrap();
    drop(stays);
}

async fn a_draft_is_extended_with_its_uploads(app: &App) {
    let short = json!({
        "recipients": [{"email": "bert@example.org"}], "expires_at": from_now(app, 2 * HOUR),
    });
    let id = app.anna.draft_of(&short).await;
    let upload = app.anna.upload(&id, "a", 2).await;
    app.anna.patch(&upload, 0, "a").await.expect(204);
    extend(app, &id, 3 * DAY).await.expect(200);
    app.clock.advance(HOUR);
    app.anna.patch(&upload, 1, "b").await.expect(204);
    app.clock.advance(2 * DAY);
    let sent = app.anna.send(&id).await;
    assert_eq!(sent.link().enter().await.fetch(0).await, "ab");
}
