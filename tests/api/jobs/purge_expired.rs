//! Purging what has expired.

use futures_util::future::join_all;
use sealpost_blob::BlobStore as _;
use sealpost_db::PurgeReason;
use sealpost_domain::{Clock as _, Job, TransferId};
use sealpost_test_support::{
    app::{App, DAY, HOUR},
    claims,
    faulty_store::{Effect, Gate, Operation, When},
};
use serde_json::json;

use crate::support::from_now;

claims![
    what_has_expired_is_purged_and_nothing_else,
    schedulers_at_the_same_time_purge_once,
    more_than_a_batch_is_purged_in_one_run,
    an_object_that_cannot_be_removed_delays_no_other,
    a_tenant_whose_container_is_gone_delays_no_other_and_loses_all_keys,
    a_container_that_fails_is_asked_once_in_a_run,
    what_comes_due_by_a_clock_that_jumps_in_mid_run_is_left_to_the_next,
    a_purge_that_was_cut_short_is_finished_by_the_next_run,
    an_upload_that_runs_while_its_transfer_ends_leaves_nothing,
];

async fn expiring(app: &App, in_hours: u32) -> TransferId {
    let end = from_now(app, in_hours * HOUR);
    let new = json!({"recipients": [{"email": "bert@example.org"}], "expires_at": end});
    app.anna.sent_as(&new, &[("a", b"a")]).await.id.parse().unwrap()
}

async fn is_purged(app: &App, id: TransferId) -> bool {
    app.service.verify_purge(id).await.unwrap().is_clean()
}

async fn what_has_expired_is_purged_and_nothing_else(app: &App) {
    let (sent, blocked, later) = (expiring(app, 2).await, expiring(app, 2).await, expiring(app, 3).await);
    app.anna.act(&blocked.to_string(), "block").await.expect(200);
    let draft = app.anna.draft_of(&json!({"expires_at": from_now(app, 2 * HOUR)})).await;
    app.anna.put(&draft, "d", b"d").await;
    let draft: TransferId = draft.parse().unwrap();
    app.clock.advance(2 * HOUR - HOUR / 60);
    app.run(Job::PurgeExpired).await;
    assert_eq!(app.objects().await.len(), 4, "not before their time");
    app.clock.advance(HOUR / 60);
    app.run(Job::PurgeExpired).await;
    for id in [sent, blocked, draft] {
        assert!(is_purged(app, id).await);
        let record = app.service.verify_purge(id).await.unwrap().record.unwrap();
        assert_eq!(record.reason, PurgeReason::Expired);
    }
    assert!(!is_purged(app, later).await);
    assert_eq!(app.objects().await.len(), 1);
    assert_eq!(app.anna.transfer(&later.to_string()).await["state"], "available");
}

async fn schedulers_at_the_same_time_purge_once(app: &App) {
    let mut ids = Vec::new();
    for _ in 0..12 {
        ids.push(expiring(app, 1).await);
    }
    app.clock.advance(HOUR);
    let runs = join_all((0..4).map(|_| app.service.purge_expired())).await;
    // Runs that meet may each have seen a transfer to its end, but its end was written down once.
    assert!(runs.iter().all(Result::is_ok), "{runs:?}");
    for id in ids {
        assert!(is_purged(app, id).await);
        let log = app.audit(app.acme.id, &id.to_string()).await;
        assert_eq!(log[2..], ["transfer.purge_started", "transfer.purged"]);
    }
    assert!(app.objects().await.is_empty());
}

async fn more_than_a_batch_is_purged_in_one_run(app: &App) {
    let short = json!({"expires_at": from_now(app, HOUR)});
    for _ in 0..23 {
        join_all((0..10).map(|_| app.anna.draft_of(&short))).await;
    }
    app.clock.advance(HOUR);
    let counts = app.service.purge_expired().await.unwrap();
    assert_eq!((counts.purged, counts.postponed), (230, 0));
    assert_eq!(app.anna.get("/api/v1/transfers").await.json(), json!({"transfers": []}));
}

async fn an_object_that_cannot_be_removed_delays_no_other(app: &App) {
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(expiring(app, 1).await);
        app.clock.advance(std::time::Duration::from_millis(1));
    }
    app.clock.advance(HOUR);
    // Once among all of them, and once more alone.
    for call in [2, 4] {
        app.blobs.inject(Operation::DeletePrefix, When::Nth(call), Effect::Break);
    }
    let counts = app.service.purge_expired().await.unwrap();
    assert_eq!((counts.purged, counts.postponed, app.blobs.struck()), (4, 1, 2));
    app.blobs.clear();
    app.run(Job::PurgeExpired).await;
    for id in ids {
        assert!(is_purged(app, id).await);
    }
    assert!(app.objects().await.is_empty());
}

async fn a_tenant_whose_container_is_gone_delays_no_other_and_loses_all_keys(app: &App) {
    let short = json!({"expires_at": from_now(app, HOUR)});
    // More than are looked at together, and all of them before the other tenant's.
    let mut stuck = Vec::new();
    for _ in 0..11 {
        let drafts = join_all((0..10).map(|_| app.anna.draft_of(&short))).await;
        join_all(drafts.iter().map(|id| app.anna.upload(id, "a", 10))).await;
        stuck.extend(drafts);
    }
    app.clock.advance(HOUR / 60);
    let other = app.gina.draft_of(&json!({"expires_at": from_now(app, HOUR)})).await;
    app.gina.put(&other, "b", b"b").await;
    app.blobs.delete_container(&app.acme.container.parse().unwrap()).await.unwrap();
    app.clock.advance(2 * HOUR);
    let counts = app.service.purge_expired().await.unwrap();
    assert_eq!((counts.purged, counts.postponed), (1, stuck.len() as u64));
    assert!(is_purged(app, other.parse().unwrap()).await);
    let mut conn = app.db.read().await.unwrap();
    for id in &stuck {
        let row = conn.transfer(app.acme.id, id.parse().unwrap()).await.unwrap().unwrap();
        assert_eq!((row.transfer_key, row.content_key), (None, None));
    }
    drop(conn);
    app.blobs.create_container(&app.acme.container.parse().unwrap()).await.unwrap();
    assert_eq!(app.service.purge_expired().await.unwrap().purged, stuck.len() as u64);
}

async fn a_container_that_fails_is_asked_once_in_a_run(app: &App) {
    let ids = [expiring(app, 1).await, expiring(app, 1).await, expiring(app, 1).await];
    app.clock.advance(HOUR);
    app.blobs.inject(Operation::DeletePrefix, When::Always, Effect::Fail);
    let counts = app.service.purge_expired().await.unwrap();
    assert_eq!((counts.purged, counts.postponed), (0, 3));
    assert_eq!(app.blobs.calls(Operation::DeletePrefix), 1);
    app.blobs.clear();
    app.run(Job::PurgeExpired).await;
    for id in ids {
        assert!(is_purged(app, id).await);
    }
}

async fn what_comes_due_by_a_clock_that_jumps_in_mid_run_is_left_to_the_next(app: &App) {
    let (due, later) = (expiring(app, 1).await, expiring(app, 30).await);
    app.clock.advance(HOUR);
    let gate = Gate::closed();
    app.blobs.inject(Operation::DeletePrefix, When::Nth(1), Effect::Hold(gate.clone()));
    let service = app.service.clone();
    let running = tokio::spawn(async move { service.purge_expired().await.unwrap() });
    gate.arrival().await;
    let before = app.clock.now();
    app.clock.advance(2 * DAY);
    gate.open();
    assert_eq!(running.await.unwrap().purged, 1);
    app.clock.set(before);
    assert!(is_purged(app, due).await);
    assert_eq!(app.anna.transfer(&later.to_string()).await["state"], "available");
}

async fn a_purge_that_was_cut_short_is_finished_by_the_next_run(app: &App) {
    let id = expiring(app, 1).await;
    app.clock.advance(HOUR);
    let gate = Gate::closed();
    app.blobs.inject(Operation::DeletePrefix, When::Nth(1), Effect::Hold(gate.clone()));
    let service = app.service.clone();
    let cut_short = tokio::spawn(async move { service.purge_expired().await });
    gate.arrival().await;
    // As a process that dies between the keys and the objects.
    cut_short.abort();
    assert!(cut_short.await.unwrap_err().is_cancelled());
    gate.open();
    let proof = app.service.verify_purge(id).await.unwrap();
    assert!(proof.row_left && proof.record.is_none());
    app.anna.get(&format!("/api/v1/transfers/{id}")).await.problem(410, "gone");
    // Even a clock that goes back does not bring it back.
    let now = app.clock.now();
    app.clock.set(now - HOUR / 2);
    app.anna.get(&format!("/api/v1/transfers/{id}")).await.problem(410, "gone");
    app.run(Job::PurgeExpired).await;
    assert!(is_purged(app, id).await, "what was begun is finished, whatever the clock says");
    app.clock.set(now);
    let log = app.audit(app.acme.id, &id.to_string()).await;
    assert_eq!(log[2..], ["transfer.purge_started", "transfer.purged"]);
}

async fn an_upload_that_runs_while_its_transfer_ends_leaves_nothing(app: &App) {
    let id = app.anna.draft_of(&json!({"expires_at": from_now(app, HOUR)})).await;
    let upload = app.anna.upload(&id, "a", 10).await;
    app.anna.patch(&upload, 0, "01234").await.expect(204);
    let (gate, anna, path) = (Gate::closed(), app.anna.clone(), upload.clone());
    app.blobs.inject(Operation::Put, When::Nth(1), Effect::Hold(gate.clone()));
    let patch = tokio::spawn(async move { anna.patch(&path, 5, "56789").await });
    gate.arrival().await;
    app.clock.advance(DAY);
    app.run(Job::PurgeExpired).await;
    gate.open();
    let answer = patch.await.unwrap();
    assert!((400..500).contains(&answer.status), "{}", answer.status);
    sealpost_test_support::app::eventually("nothing is left", async || app.objects().await.is_empty()).await;
    // Its day is over, and so is its key's.
    app.run(Job::DestroyEpochs).await;
    assert!(is_purged(app, id.parse().unwrap()).await);
}
