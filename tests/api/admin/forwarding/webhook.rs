//! To a server of HTTPS.

use std::{process::Stdio, time::Duration};

use data_encoding::HEXLOWER;
use sealpost_domain::Clock as _;
use sealpost_test_support::{
    app::{App, DAY, HOUR, Method},
    claims,
    receivers::{Authority, WebhookReceiver},
    tools::root,
};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt as _, process::Command};

use super::{added, entries, forward, forward_after, hook, log, numbers, taken};

claims![
    a_hook_gets_every_entry_as_the_log_has_it_signed_as_documented,
    two_secrets_count_for_a_day,
    what_is_refused_is_sent_again_under_the_same_name,
    a_redirect_is_a_refusal,
    admins_are_told_once_after_a_day,
    only_the_kinds_that_are_wanted_are_sent,
    personal_values_are_sent_only_where_an_owner_wants_them,
];

/// What `docs/verify-webhook.py` says to a request.
async fn verified(request: &Value, secret: &str, now: i64) -> bool {
    let script = "import json, runpy, sys\n\
        r, secret, now = json.load(sys.stdin)\n\
        verify = runpy.run_path('docs/verify-webhook.py')['verify']\n\
        sys.exit(0 if verify(secret, r['headers'], r['body'].encode(), now) else 3)\n";
    let mut python = Command::new("/usr/bin/python3")
        .args(["-c", script])
        .current_dir(root())
        .stdin(Stdio::piped())
        .spawn()
        .expect("python3 is needed: `make test` installs it");
    let question = json!([request, secret, now]).to_string();
    python.stdin.take().unwrap().write_all(question.as_bytes()).await.unwrap();
    match python.wait().await.unwrap().code() {
        Some(0) => true,
        Some(3) => false,
        other => panic!("verify-webhook.py: {other:?}"),
    }
}

fn seconds(app: &App) -> i64 {
    app.clock.now().unix_millis() / 1_000
}

async fn a_hook_gets_every_entry_as_the_log_has_it_signed_as_documented(app: &App) {
    let authority = Authority::default();
    let receiver = WebhookReceiver::start(&authority).await;
    let owner = app.signed_in(&app.admin).await;
    app.anna.sent(&[("plan.pdf", b"the plan")]).await;
    let (path, secret) = added(&owner, &hook(&authority, &receiver)).await;
    forward(app).await;
    let requests = receiver.requests();
    let log = log(app).await;
    let expected: Vec<_> = log
        .iter()
        .map(|entry| {
            json!({
                "seq": entry.seq, "at": entry.at.unix_millis(), "kind": entry.kind, "transfer": entry.transfer_id,
                "payload": entry.payload, "prev_hash": HEXLOWER.encode(&entry.prev_hash),
                "hash": HEXLOWER.encode(&entry.hash),
            })
        })
        .collect();
    assert_eq!(taken(&receiver), expected);
    for request in &requests {
        assert!(verified(request, &secret, seconds(app)).await, "{request}");
        // Neither later, nor with another secret, nor with another body.
        assert!(!verified(request, &secret, seconds(app) + 301).await);
        assert!(!verified(request, &format!("whsec_{}", "A".repeat(44)), seconds(app)).await);
        let mut changed = request.clone();
        changed["body"] = json!(request["body"].as_str().unwrap().replacen("transfer", "Transfer", 1));
        assert!(!verified(&changed, &secret, seconds(app)).await);
        let body: Value = serde_json::from_str(request["body"].as_str().unwrap()).unwrap();
        assert_eq!((&body["type"], &body["data"]["tenant"]), (&json!("audit.entries"), &json!(app.acme.id)));
    }
    assert_eq!(owner.get(&path).await.expect(200).json()["lag"], 0);
}

async fn two_secrets_count_for_a_day(app: &App) {
    let authority = Authority::default();
    let receiver = WebhookReceiver::start(&authority).await;
    let owner = app.signed_in(&app.admin).await;
    let (path, first) = added(&owner, &hook(&authority, &receiver)).await;
    let rotated = owner.post(&format!("{path}/secret")).await.expect(200).json();
    let second = rotated["secret"].as_str().unwrap().to_owned();
    assert_eq!(
        owner.get(&path).await.expect(200).json()["webhook"]["previous_secret_until"],
        rotated["previous_secret_until"]
    );
    forward(app).await;
    let request = receiver.requests().pop().unwrap();
    assert!(verified(&request, &first, seconds(app)).await);
    assert!(verified(&request, &second, seconds(app)).await);
    app.anna.draft().await;
    forward_after(app, DAY).await;
    let request = receiver.requests().pop().unwrap();
    assert!(!verified(&request, &first, seconds(app)).await);
    assert!(verified(&request, &second, seconds(app)).await);
}

async fn what_is_refused_is_sent_again_under_the_same_name(app: &App) {
    let authority = Authority::default();
    let receiver = WebhookReceiver::start(&authority).await;
    let owner = app.signed_in(&app.admin).await;
    let (path, _) = added(&owner, &hook(&authority, &receiver)).await;
    receiver.answer(503);
    forward(app).await;
    let failing = owner.get(&path).await.expect(200).json();
    assert_eq!(failing["last_error"], "the receiver answered 503");
    // What comes meanwhile is in the next batch.
    app.anna.sent(&[("plan.pdf", b"the plan")]).await;
    receiver.answer(204);
    forward_after(app, Duration::from_secs(10)).await;
    let requests = receiver.requests();
    assert_eq!(requests[0]["headers"]["webhook-id"], requests[1]["headers"]["webhook-id"]);
    assert_eq!(requests[0]["body"], requests[1]["body"]);
    assert_ne!(requests[0]["headers"]["webhook-timestamp"], requests[1]["headers"]["webhook-timestamp"]);
    let wanted: Vec<u64> = (1..=log(app).await.len() as u64).collect();
    assert_eq!(numbers(&taken(&receiver)), wanted);
}

async fn a_redirect_is_a_refusal(app: &App) {
    let authority = Authority::default();
    let receiver = WebhookReceiver::start(&authority).await;
    let owner = app.signed_in(&app.admin).await;
    let (path, _) = added(&owner, &hook(&authority, &receiver)).await;
    receiver.answer(307);
    forward(app).await;
    let failing = owner.get(&path).await.expect(200).json();
    assert_eq!(
        (&failing["last_error"], &failing["position"]),
        (&json!("the receiver answered 307"), &json!(0))
    );
    let paths: Vec<_> = receiver.requests().iter().map(|request| request["path"].clone()).collect();
    assert_eq!(paths, ["/hook"]);
}

async fn admins_are_told_once_after_a_day(app: &App) {
    let authority = Authority::default();
    let mut receiver = WebhookReceiver::start(&authority).await;
    let owner = app.signed_in(&app.admin).await;
    added(&owner, &hook(&authority, &receiver)).await;
    receiver.kill().await;
    let told =
        || app.mails_to(app.admin.email()).into_iter().filter(|mail| mail.subject.contains("Hook")).count();
    for (pause, mails) in [(HOUR, 0), (HOUR, 0), (DAY, 1), (DAY, 1)] {
        forward_after(app, pause).await;
        assert_eq!(told(), mails);
    }
    receiver.start_again().await;
    forward_after(app, HOUR).await;
    assert_eq!(taken(&receiver).len(), log(app).await.len());
    // When it fails anew, they are told anew.
    app.anna.draft().await;
    receiver.kill().await;
    for (pause, mails) in [(HOUR, 1), (2 * DAY, 2)] {
        forward_after(app, pause).await;
        assert_eq!(told(), mails);
    }
    assert_eq!(app.mails_to(app.anna.email()).len(), 0);
}

async fn only_the_kinds_that_are_wanted_are_sent(app: &App) {
    let authority = Authority::default();
    let receiver = WebhookReceiver::start(&authority).await;
    let owner = app.signed_in(&app.admin).await;
    app.anna.sent(&[("plan.pdf", b"the plan")]).await;
    let mut wish = hook(&authority, &receiver);
    wish["kinds"] = json!(["transfer.", "recipient.notified"]);
    let (path, _) = added(&owner, &wish).await;
    forward(app).await;
    let wanted: Vec<_> = log(app)
        .await
        .into_iter()
        .filter(|entry| {
            ["transfer.", "recipient.notified", "forwarding."]
                .iter()
                .any(|prefix| entry.kind.starts_with(prefix))
        })
        .map(|entry| entry.seq)
        .collect();
    assert_eq!(numbers(&taken(&receiver)), wanted);
    assert_eq!(owner.get(&path).await.expect(200).json()["lag"], 0);
}

async fn personal_values_are_sent_only_where_an_owner_wants_them(app: &App) {
    let authority = Authority::default();
    let receiver = WebhookReceiver::start(&authority).await;
    let owner = app.signed_in(&app.admin).await;
    let sent = app.anna.sent(&[("plan.pdf", b"the plan")]).await;
    let address = sent.link().recipient.clone();
    let (path, _) = added(&owner, &hook(&authority, &receiver)).await;
    forward(app).await;
    let of = |entries: &[Value], kind: &str| {
        entries.iter().rev().find(|entry| entry["kind"] == kind).unwrap_or_else(|| panic!("{kind}")).clone()
    };
    assert_eq!(of(&taken(&receiver), "transfer.sent").get("personal"), None, "{address}");
    owner.request(Method::PATCH, &path).json(&json!({ "include_personal": true })).await.expect(200);
    let second = app.anna.sent(&[("plan.pdf", b"the plan")]).await;
    forward(app).await;
    let with = of(&taken(&receiver), "transfer.sent");
    assert!(with["personal"]["address"][0].as_str().unwrap().contains('@'), "{with}");
    // What was purged before it was sent is sent without.
    owner.request(Method::PATCH, &path).json(&json!({ "enabled": false })).await.expect(200);
    let third = app.anna.sent(&[("plan.pdf", b"the plan")]).await;
    app.anna.purge(&third.id).await.expect(204);
    owner.request(Method::PATCH, &path).json(&json!({ "enabled": true })).await.expect(200);
    forward(app).await;
    let purged = of(&taken(&receiver), "transfer.sent");
    assert_eq!((&purged["transfer"], purged.get("personal")), (&json!(third.id), None));
    assert_ne!(second.id, third.id);
    assert!(receiver.requests().iter().all(|request| !entries(request).is_empty()));
}
