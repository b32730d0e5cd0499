//! Destroying the keys of days that are over: what expired then is unreadable, whatever copies of it there are.

use sealpost_domain::{Clock as _, Job};
use sealpost_test_support::{
    app::{App, DAY, HOUR, Visit},
    claims,
};
use serde_json::json;

use crate::support::from_now;

claims![
    a_restored_copy_opens_nothing_once_its_day_is_over,
    a_day_that_is_not_over_keeps_its_key,
    the_proof_asks_for_the_latest_day_that_a_copy_may_hang_under,
    each_tenant_and_each_day_has_a_key_of_its_own,
];

async fn a_restored_copy_opens_nothing_once_its_day_is_over(app: &App) {
    let end = from_now(app, DAY);
    let open = json!({"recipients": [{"email": "bert@example.org"}], "subject": "Plans", "expires_at": end});
    let closed = json!({"recipients": [{"email": "bert@example.org"}], "password": "correct horse", "expires_at": end});
    let (open, closed) =
        (app.anna.sent_as(&open, &[("a", b"a")]).await, app.anna.sent_as(&closed, &[("b", b"b")]).await);
    let draft = app.anna.draft_of(&json!({"expires_at": end})).await;
    let upload = app.anna.upload(&draft, "c", 5).await;
    app.anna.patch(&upload, 0, "c").await.expect(204);
    let visits: [Visit; 2] = [open.link().enter().await, closed.link().enter_with("correct horse").await];
    let before = app.clock.now();
    app.clock.advance(3 * DAY);
    app.run(Job::DestroyEpochs).await;
    // Rows and objects as in a backup from before, and a clock that was put back: it is as if nothing had expired.
    app.clock.set(before + HOUR);
    assert_eq!(app.objects().await.len(), 3);
    for sent in [&open, &closed] {
        sent.link().verify().await;
        sent.link().verify_with("correct horse").await.problem(404, "link_unavailable");
        app.anna.get(&format!("/api/v1/transfers/{}", sent.id)).await.problem(404, "not_found");
        app.anna.act(&sent.id, "send").await.problem(404, "not_found");
        let later = json!({"expires_at": from_now(app, 5 * DAY)});
        app.anna.act(&sent.id, "extend").json(&later).await.problem(404, "not_found");
    }
    open.link().open().await.problem(404, "link_unavailable");
    open.link().page().await.expect(404);
    for visit in visits {
        visit.content(0).await.problem(404, "not_found");
        visit.archive().await.problem(404, "not_found");
    }
    app.anna.patch(&upload, 1, "c").await.problem(404, "not_found");
    let more = app.anna.begin_with(&draft, b"d").header("upload-length", "1").await;
    more.problem(404, "not_found");
    let more = app.anna.begin_with(&draft, b"d").header("upload-length", "1").await;
    more.problem(404, "not_found");
    let listed = app.anna.get("/api/v1/transfers").await.expect(200).json();
    assert!(listed["transfers"].as_array().unwrap().iter().all(|line| line.get("subject").is_none()));
    // What cannot be read can still be removed.
    app.anna.purge(&open.id).await.expect(204);
    app.clock.advance(DAY);
    app.run(Job::PurgeExpired).await;
    assert!(app.objects().await.is_empty());
}

async fn the_proof_asks_for_the_latest_day_that_a_copy_may_hang_under(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let (id, first_end) = (sent.id.parse().unwrap(), app.clock.now() + 14 * DAY);
    // A dump of this moment holds the transfer's key under the later day's.
    for days in [3, 1] {
        let end = json!({"expires_at": from_now(app, days * DAY)});
        app.anna.act(&sent.id, "extend").json(&end).await.expect(200);
    }
    app.clock.advance(3 * DAY);
    app.run(Job::PurgeExpired).await;
    app.run(Job::DestroyEpochs).await;
    let proof = app.service.verify_purge(id).await.unwrap();
    assert!(proof.is_clean());
    assert_eq!(proof.epoch_key_left, Some(first_end.epoch()));
    app.clock.set(first_end + 2 * DAY);
    app.run(Job::DestroyEpochs).await;
    assert_eq!(app.service.verify_purge(id).await.unwrap().epoch_key_left, None);
}

async fn a_day_that_is_not_over_keeps_its_key(app: &App) {
    let end = app.clock.now() + DAY;
    let new =
        json!({"recipients": [{"email": "bert@example.org"}], "expires_at": crate::support::rfc3339(end)});
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    let kept = async || app.keys.existing_epoch_key(app.acme.id, end.epoch()).await.unwrap().is_some();
    app.clock.set(end.epoch().end() - HOUR / 60);
    app.run(Job::DestroyEpochs).await;
    assert!(kept().await, "others of that day may still live");
    // Clocks of nodes differ: a quarter of an hour is waited for.
    app.clock.set(end.epoch().end() + 14 * HOUR / 60);
    app.run(Job::DestroyEpochs).await;
    assert!(kept().await);
    app.clock.set(end.epoch().end() + 15 * HOUR / 60);
    app.run(Job::DestroyEpochs).await;
    assert!(!kept().await);
    sent.link().is_unavailable().await;
}

async fn each_tenant_and_each_day_has_a_key_of_its_own(app: &App) {
    let until = |days: u32| json!({"recipients": [{"email": "bert@example.org"}], "expires_at": from_now(app, days * DAY)});
    let short = app.anna.sent_as(&until(1), &[("a", b"a")]).await;
    let long = app.anna.sent_as(&until(5), &[("b", b"b")]).await;
    let other = app.gina.sent_as(&until(5), &[("g", b"g")]).await;
    app.clock.advance(3 * DAY);
    app.run(Job::DestroyEpochs).await;
    short.link().is_unavailable().await;
    assert_eq!(long.link().enter().await.fetch(0).await, "b");
    assert_eq!(other.link().enter().await.fetch(0).await, "g");
}
