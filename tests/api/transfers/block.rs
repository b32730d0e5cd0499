//! `POST /api/v1/transfers/{transfer_id}/block` and `unblock`

use std::time::Duration;

use sealpost_domain::Clock as _;
use sealpost_test_support::{
    app::{App, DAY, HOUR},
    claims,
    faulty_store::{Effect, Gate, Operation, When},
};

use serde_json::json;

use crate::support::{MIB, pattern, rfc3339};

claims![
    a_blocked_transfer_answers_as_if_it_had_never_been,
    unblocking_gives_back_the_same_links_and_grants,
    a_download_that_runs_breaks_off_when_the_transfer_is_blocked,
    while_the_vault_is_away_what_was_blocked_is_said_to_be,
    what_has_expired_is_not_given_back,
];

async fn a_blocked_transfer_answers_as_if_it_had_never_been(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let visit = sent.link().enter().await;
    let blocked = app.anna.act(&sent.id, "block").await.expect(200).json();
    assert_eq!(
        (&blocked["state"], &blocked["blocked_at"]),
        (&"blocked".into(), &rfc3339(app.clock.now()).into())
    );
    sent.link().is_unavailable().await;
    visit.content(0).await.problem(404, "not_found");
    visit.describe(0).await.bare(404);
    visit.archive().await.problem(404, "not_found");
    app.run_jobs().await;
    assert!(app.mails_to("bert@example.org").is_empty(), "what cannot be fetched is not announced");
}

async fn unblocking_gives_back_the_same_links_and_grants(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let visit = sent.link().enter().await;
    app.anna.act(&sent.id, "block").await.expect(200);
    app.anna.act(&sent.id, "block").await.problem(409, "state_conflict");
    let given = app.anna.act(&sent.id, "unblock").await.expect(200).json();
    assert_eq!((&given["state"], given.get("blocked_at")), (&"available".into(), None));
    app.anna.act(&sent.id, "unblock").await.problem(409, "state_conflict");
    assert_eq!(visit.fetch(0).await, "a");
    assert_eq!(sent.link().enter().await.fetch(0).await, "a");
    let entries = app.audit(app.acme.id, &sent.id).await;
    assert_eq!(entries.iter().filter(|kind| kind.ends_with("blocked")).count(), 2);
}

async fn a_download_that_runs_breaks_off_when_the_transfer_is_blocked(app: &App) {
    let bytes = pattern(6 * MIB);
    let sent = app.anna.sent(&[("a", &bytes)]).await;
    let visit = sent.link().enter().await;
    let gate = Gate::closed();
    app.blobs.inject(Operation::Get, When::From(3), Effect::Hold(gate.clone()));
    let download = tokio::spawn(visit.content(0).attempt());
    gate.arrival().await;
    app.anna.act(&sent.id, "block").await.expect(200);
    // Revocation reaches what runs within seconds, not with the next byte.
    app.clock.advance(Duration::from_secs(60));
    gate.open();
    let broken = download.await.unwrap().expect_err("the download must not come to its end");
    assert!(bytes.starts_with(&broken.body));
    assert!(!app.audit(app.acme.id, &sent.id).await.iter().any(|kind| kind.starts_with("file.")));
}

async fn what_has_expired_is_not_given_back(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.anna.act(&sent.id, "block").await.expect(200);
    app.clock.advance(14 * DAY);
    app.anna.act(&sent.id, "unblock").await.problem(409, "state_conflict");
    sent.link().is_unavailable().await;
}

async fn while_the_vault_is_away_what_was_blocked_is_said_to_be(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "subject": "Plans", "message": "Look"});
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    let bert = sent.link().recipient.clone();
    // The day's key is no longer in memory, the tenant's is again.
    app.clock.advance(HOUR);
    app.otto.get("/api/v1/transfers").await.expect(200);
    app.vault.pull();
    let recipient = app.anna.act_on(&sent.id, &bert, "block").await.expect(200).json();
    assert_eq!((recipient["id"].as_str(), &recipient["state"]), (Some(&*bert), &json!("blocked")));
    assert_eq!(recipient.get("email"), None);
    let blocked = app.anna.act(&sent.id, "block").await.expect(200).json();
    assert_eq!(
        (&blocked["state"], blocked.get("subject"), blocked.get("message")),
        (&json!("blocked"), None, None)
    );
    assert_eq!((&blocked["files"][0]["name"], &blocked["files"][0]["size"]), (&json!(null), &json!(1)));
    app.anna.get(&format!("/api/v1/transfers/{}", sent.id)).await.problem(503, "unavailable");
    app.vault.plug();
    let given = app.anna.act(&sent.id, "unblock").await.expect(200).json();
    assert_eq!(
        (&given["subject"], &given["recipients"][0]["email"]),
        (&json!("Plans"), &json!("bert@example.org"))
    );
}
