//! `DELETE /api/v1/transfers/{transfer_id}`

use sealpost_db::PurgeReason;
use sealpost_domain::{Clock as _, Job, TransferId};
use sealpost_test_support::{
    app::{App, DAY, eventually},
    claims,
    faulty_store::{Effect, Gate, Operation, When},
};
use serde_json::json;

use crate::support::{MIB, pattern};

claims![
    nothing_is_left_of_a_purged_transfer_but_its_record,
    a_store_that_fails_delays_the_removal_and_not_the_end,
    a_store_whose_answer_is_lost_is_asked_again,
    a_draft_with_uploads_in_progress_is_purged_whole,
    a_writer_whose_transfer_is_purged_leaves_nothing_behind,
    a_download_that_races_a_purge_breaks_off_and_is_no_damage,
    purging_what_others_sent_is_not_possible,
];

async fn purged_clean(app: &App, id: &str) {
    let id: TransferId = id.parse().unwrap();
    let proof = app.service.verify_purge(id).await.unwrap();
    assert!(proof.is_clean(), "{proof:?}");
    assert!(app.objects().await.is_empty());
}

async fn nothing_is_left_of_a_purged_transfer_but_its_record(app: &App) {
    let new = json!({
        "recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}], "password": "correct horse",
    });
    let big = pattern(9 * MIB);
    let sent = app.anna.sent_as(&new, &[("a", b"small"), ("b", &big)]).await;
    let visit = sent.links[0].enter_with("correct horse").await;
    visit.fetch(0).await;
    assert_eq!(app.objects().await.len(), 3);
    app.anna.purge(&sent.id).await.expect(204);
    app.anna.purge(&sent.id).await.problem(410, "gone");
    app.anna.get(&format!("/api/v1/transfers/{}", sent.id)).await.problem(410, "gone");
    for link in &sent.links {
        link.is_unavailable().await;
    }
    visit.content(0).await.problem(404, "not_found");
    visit.archive().await.problem(404, "not_found");
    purged_clean(app, &sent.id).await;
    let proof = app.service.verify_purge(sent.id.parse().unwrap()).await.unwrap();
    let record = proof.record.unwrap();
    assert_eq!(
        (record.files, record.objects, record.bytes, record.recipients, record.reason, record.purged_at),
        (2, 3, 5 + big.len() as u64, 2, PurgeReason::Deleted, app.clock.now())
    );
    let log = app.audit(app.acme.id, &sent.id).await;
    assert_eq!(log[log.len() - 2..], ["transfer.purge_started", "transfer.purged"]);
    assert_eq!(app.anna.get("/api/v1/transfers").await.json(), json!({"transfers": []}));
    app.run_jobs().await;
    assert!(app.mails_to("bert@example.org").is_empty(), "nobody is told of what is gone");
    assert!(app.mails_to("anna@acme.example").is_empty());
}

async fn a_store_that_fails_delays_the_removal_and_not_the_end(app: &App) {
    let to = json!({"recipients": [{"email": "bert@example.org"}]});
    let sent = app.anna.sent_as(&to, &[("a", b"a"), ("b", b"b"), ("c", b"c")]).await;
    let visit = sent.link().enter().await;
    app.blobs.inject(Operation::DeletePrefix, When::From(2), Effect::Fail);
    let refused = app.anna.purge(&sent.id).await;
    refused.problem(503, "unavailable");
    assert!(refused.header("retry-after").is_some());
    // Half of the objects are still there, and nobody reads them.
    assert_eq!(app.objects().await.len(), 2);
    sent.link().is_unavailable().await;
    visit.content(0).await.problem(404, "not_found");
    app.anna.get(&format!("/api/v1/transfers/{}", sent.id)).await.problem(410, "gone");
    let proof = app.service.verify_purge(sent.id.parse().unwrap()).await.unwrap();
    assert!(!proof.is_clean() && proof.row_left && proof.record.is_none());
    // As long as the store fails, runs change nothing.
    app.run(Job::PurgeExpired).await;
    assert!(app.next_job_at().await.is_some(), "it is tried again");
    app.blobs.clear();
    app.run_next_job().await;
    purged_clean(app, &sent.id).await;
    let log = app.audit(app.acme.id, &sent.id).await;
    assert_eq!(log[log.len() - 2..], ["transfer.purge_started", "transfer.purged"]);
}

async fn a_store_whose_answer_is_lost_is_asked_again(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.blobs.inject(Operation::DeletePrefix, When::Nth(1), Effect::LoseResponse);
    app.anna.purge(&sent.id).await.problem(503, "unavailable");
    app.run(Job::PurgeExpired).await;
    purged_clean(app, &sent.id).await;
}

async fn a_draft_with_uploads_in_progress_is_purged_whole(app: &App) {
    let id = app.anna.draft().await;
    let begun = app.anna.upload(&id, "a", 10).await;
    app.anna.patch(&begun, 0, "12345").await.expect(204);
    let piece = app.anna.partial(&id, 3).await;
    app.anna.patch(&piece, 0, "123").await.expect(204);
    let joined = app.anna.partial(&id, 3).await;
    app.anna.patch(&joined, 0, "123").await.expect(204);
    app.anna.join(&id, &[&joined]).await.expect(201);
    app.anna.put(&id, "b", b"b").await;
    assert_eq!(app.objects().await.len(), 4);
    app.anna.purge(&id).await.expect(204);
    purged_clean(app, &id).await;
    for upload in [&begun, &piece, &joined] {
        app.anna.status(upload).await.bare(404);
        app.anna.patch(upload, 5, "67890").await.problem(404, "not_found");
    }
}

async fn a_writer_whose_transfer_is_purged_leaves_nothing_behind(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10).await;
    let (gate, anna) = (Gate::closed(), app.anna.clone());
    app.blobs.inject(Operation::Put, When::Nth(1), Effect::Hold(gate.clone()));
    let patch = tokio::spawn(async move { anna.patch(&upload, 0, "0123456789").await });
    gate.arrival().await;
    app.anna.purge(&id).await.expect(204);
    gate.open();
    let answer = patch.await.unwrap();
    assert!(answer.status >= 400, "{}", answer.status);
    eventually("the late object is taken away", async || app.objects().await.is_empty()).await;
    purged_clean(app, &id).await;
}

async fn a_download_that_races_a_purge_breaks_off_and_is_no_damage(app: &App) {
    let bytes = pattern(6 * MIB);
    let sent = app.anna.sent(&[("a", &bytes)]).await;
    let visit = sent.link().enter().await;
    let gate = Gate::closed();
    app.blobs.inject(Operation::Get, When::From(3), Effect::Hold(gate.clone()));
    let download = tokio::spawn(visit.content(0).attempt());
    gate.arrival().await;
    app.anna.purge(&sent.id).await.expect(204);
    gate.open();
    let broken = download.await.unwrap().expect_err("what is gone cannot be delivered");
    assert!(bytes.starts_with(&broken.body));
    purged_clean(app, &sent.id).await;
    let log = app.audit(app.acme.id, &sent.id).await;
    assert_eq!(log.last().map(String::as_str), Some("transfer.purged"), "{log:?}");
}

async fn purging_what_others_sent_is_not_possible(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    for stranger in [&app.otto, &app.gina, &app.rival] {
        stranger.purge(&sent.id).await.problem(404, "not_found");
    }
    assert_eq!(sent.link().enter().await.fetch(0).await, "a");
    app.admin.purge(&sent.id).await.expect(204);
    // Only its sender and admins learn that it ever was.
    for stranger in [&app.otto, &app.gina, &app.rival] {
        stranger.purge(&sent.id).await.problem(404, "not_found");
    }
    app.clock.advance(DAY);
    app.anna.purge(&sent.id).await.problem(410, "gone");
}
