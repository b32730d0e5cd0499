//! The state machine, as HTTP shows it: every verb in every state.

use sealpost_test_support::{
    app::{App, DAY, Sender},
    claims,
};
use serde_json::json;

use crate::support::from_now;

claims![every_verb_fits_the_states_that_it_fits_and_changes_nothing_in_others];

const STATES: [&str; 5] = ["draft", "available", "blocked", "expired", "purged"];

/// What a verb is answered in each state, and where it leads.
const VERBS: [(&str, [(u16, &str); 5]); 8] = [
    ("send", [(200, "available"), (200, "available"), (409, "blocked"), (409, "expired"), (410, "purged")]),
    ("block", [(409, "draft"), (200, "blocked"), (409, "blocked"), (409, "expired"), (410, "purged")]),
    ("unblock", [(409, "draft"), (409, "available"), (200, "available"), (409, "expired"), (410, "purged")]),
    ("extend", [(200, "draft"), (200, "available"), (200, "blocked"), (409, "expired"), (410, "purged")]),
    (
        "add recipient",
        [(201, "draft"), (201, "available"), (409, "blocked"), (409, "expired"), (410, "purged")],
    ),
    ("add file", [(201, "draft"), (409, "available"), (409, "blocked"), (409, "expired"), (404, "purged")]),
    ("get", [(200, "draft"), (200, "available"), (200, "blocked"), (200, "expired"), (410, "purged")]),
    ("purge", [(204, "purged"), (204, "purged"), (204, "purged"), (204, "purged"), (410, "purged")]),
];

async fn every_verb_fits_the_states_that_it_fits_and_changes_nothing_in_others(app: &App) {
    let anna = &app.anna;
    for (verb, outcomes) in VERBS {
        for (state, (status, next)) in STATES.into_iter().zip(outcomes) {
            let id = reach(app, state).await;
            let (before, log) = (seen(anna, &id).await, app.audit(app.acme.id, &id).await);
            let answer = match verb {
                "send" | "block" | "unblock" => anna.act(&id, verb),
                "extend" => anna.act(&id, verb).json(&json!({"expires_at": from_now(app, 5 * DAY)})),
                "add recipient" => anna.act(&id, "recipients").json(&json!({"email": "carl@example.org"})),
                "add file" => anna.begin_with(&id, b"more").header("upload-length", "4"),
                "get" => anna.get(&format!("/api/v1/transfers/{id}")),
                _ => anna.purge(&id),
            };
            let answer = answer.await;
            assert_eq!(answer.status, status, "{verb} in {state}: {}", answer.text());
            assert_eq!(state_of(anna, &id).await, next, "{verb} in {state}");
            if status >= 400 {
                assert_eq!(seen(anna, &id).await, before, "{verb} in {state} changes nothing");
                assert_eq!(app.audit(app.acme.id, &id).await, log, "{verb} in {state} is nothing to note");
            }
        }
    }
}

/// A transfer in this state.
async fn reach(app: &App, state: &str) -> String {
    let short = json!({"recipients": [{"email": "bert@example.org"}], "expires_at": from_now(app, DAY)});
    let id = app.anna.draft_of(&short).await;
    app.anna.put(&id, "a", b"a").await;
    match state {
        "draft" => {}
        "available" => drop(app.anna.send(&id).await),
        "blocked" => {
            app.anna.send(&id).await;
            app.anna.act(&id, "block").await.expect(200);
        }
        "expired" => {
            app.anna.send(&id).await;
            app.clock.advance(DAY);
        }
        _ => drop(app.anna.purge(&id).await.expect(204)),
    }
    assert_eq!(state_of(&app.anna, &id).await, state);
    id
}

async fn seen(sender: &Sender, id: &str) -> String {
    sender.get(&format!("/api/v1/transfers/{id}")).await.unnamed()
}

async fn state_of(sender: &Sender, id: &str) -> String {
    let answer = sender.get(&format!("/api/v1/transfers/{id}")).await;
    match answer.status {
        410 => "purged".to_owned(),
        _ => answer.expect(200).json()["state"].as_str().unwrap().to_owned(),
    }
}
