//! No gap, and nothing out of order, whoever dies.

use std::time::Duration;

use futures_util::future::join_all;
use sealpost_domain::Job;
use sealpost_test_support::{
    app::{App, DAY, HOUR, Method},
    claims,
    receivers::{Authority, WebhookReceiver},
};
use serde_json::{Value, json};

use super::{added, forward, forward_after, hook, log, numbers, taken};

claims![
    two_nodes_at_once_leave_no_gap_and_keep_the_order,
    what_was_trimmed_before_it_was_sent_is_told,
    a_place_that_was_off_gets_what_happened_meanwhile,
    a_new_place_gets_what_happens_from_now_on,
];

/// Each number once where it comes first.
fn firsts(numbers: Vec<u64>) -> Vec<u64> {
    let mut seen = std::collections::HashSet::new();
    numbers.into_iter().filter(|number| seen.insert(*number)).collect()
}

async fn two_nodes_at_once_leave_no_gap_and_keep_the_order(app: &App) {
    let authority = Authority::default();
    let mut receiver = WebhookReceiver::start(&authority).await;
    let owner = app.signed_in(&app.admin).await;
    added(&owner, &hook(&authority, &receiver)).await;
    for round in 0..6 {
        let node = async || forward_after(app, Duration::from_secs(700)).await;
        let acts = async || {
            join_all((0..4).map(|_| app.anna.draft())).await;
        };
        if round == 2 {
            receiver.kill().await;
        }
        if round == 4 {
            receiver.start_again().await;
        }
        tokio::join!(node(), acts(), node());
    }
    forward_after(app, HOUR).await;
    let wanted: Vec<u64> = (1..=log(app).await.len() as u64).collect();
    assert_eq!(firsts(numbers(&taken(&receiver))), wanted);
}

async fn what_was_trimmed_before_it_was_sent_is_told(app: &App) {
    let authority = Authority::default();
    let mut receiver = WebhookReceiver::start(&authority).await;
    let owner = app.signed_in(&app.admin).await;
    let (path, _) = added(&owner, &hook(&authority, &receiver)).await;
    forward(app).await;
    let sent = *numbers(&taken(&receiver)).last().unwrap();
    receiver.kill().await;
    app.anna.draft().await;
    forward(app).await;
    app.run(Job::CheckpointAudit).await;
    app.clock.advance(400 * DAY);
    app.run(Job::TrimAudit).await;
    receiver.start_again().await;
    let oldest = log(app).await[0].seq;
    assert!(oldest > sent + 1, "{oldest} {sent}");
    forward(app).await;
    let arrived = taken(&receiver);
    let after: Vec<_> = numbers(&arrived).into_iter().filter(|number| *number > sent).collect();
    let last = log(app).await.last().unwrap().seq;
    assert_eq!(after, (oldest..=last).collect::<Vec<_>>());
    let skipped = arrived.iter().find(|entry| entry["kind"] == "forwarding.skipped").unwrap();
    let payload: Value = serde_json::from_str(skipped["payload"].as_str().unwrap()).unwrap();
    assert_eq!((&payload["after"], &payload["up_to"]), (&json!(sent), &json!(oldest - 1)));
    let owner = app.signed_in(&app.admin).await;
    assert!(owner.get(&path).await.expect(200).json()["position"].as_u64() >= Some(last));
    app.expect_broken_logs(); // The test's own check of logs begins at the first entry.
}

async fn a_place_that_was_off_gets_what_happened_meanwhile(app: &App) {
    let authority = Authority::default();
    let receiver = WebhookReceiver::start(&authority).await;
    let owner = app.signed_in(&app.admin).await;
    let (path, _) = added(&owner, &hook(&authority, &receiver)).await;
    forward(app).await;
    let before = taken(&receiver).len();
    owner.request(Method::PATCH, &path).json(&json!({ "enabled": false })).await.expect(200);
    app.anna.draft().await;
    forward(app).await;
    assert_eq!(taken(&receiver).len(), before);
    owner.request(Method::PATCH, &path).json(&json!({ "enabled": true })).await.expect(200);
    forward(app).await;
    let wanted: Vec<u64> = (1..=log(app).await.len() as u64).collect();
    assert_eq!(numbers(&taken(&receiver)), wanted);
}

async fn a_new_place_gets_what_happens_from_now_on(app: &App) {
    let authority = Authority::default();
    let receiver = WebhookReceiver::start(&authority).await;
    let owner = app.signed_in(&app.admin).await;
    let mut wish = hook(&authority, &receiver);
    wish.as_object_mut().unwrap().remove("from");
    let before = log(app).await.len() as u64;
    added(&owner, &wish).await;
    app.anna.draft().await;
    forward(app).await;
    let entries = taken(&receiver);
    assert_eq!(numbers(&entries), (before + 1..=log(app).await.len() as u64).collect::<Vec<_>>());
    assert_eq!(entries[0]["kind"], "forwarding.added");
}
