//! `Idempotency-Key` of `POST /api/v1/requests/begin` and `POST /api/v1/portals/begin`: an answer that was lost takes nothing.

use std::future::IntoFuture as _;

use futures_util::future::join_all;
use sealpost_domain::Job;
use sealpost_test_support::{
    app::{Answer, App, DAY, Request, eventually},
    claims,
};
use serde_json::{Value, json};

use super::{
    Uploader, asked, begin_as,
    code::{UTE, coded},
    uses,
};
use crate::portals;

claims![
    the_same_key_gives_the_same_submission_and_takes_no_other_use,
    an_answer_that_was_lost_is_asked_for_again,
    many_who_ask_at_once_with_one_key_begin_one_submission,
    a_code_that_was_used_is_not_asked_for_again,
    many_who_ask_at_once_with_one_key_and_code_begin_one_submission,
    something_else_with_the_same_key_is_refused,
    a_key_counts_for_its_link_alone,
    a_key_gives_nothing_once_it_was_handed_over_or_given_up,
    a_key_gives_nothing_where_nothing_comes_in_any_more,
    what_is_no_key_is_refused,
    nothing_of_a_key_is_stored_in_the_clear,
    a_portal_answers_the_same_key_alike_and_counts_it_once,
];

const KEY: &str = "0b9d36a6-4be5-4f4c-8d4a-7d6f0f3ad111";
const OTHER: &str = "5b1f62f0-20a5-4f0e-9d57-7a5a43c6f222";

fn begin(app: &App, token: &str, key: &str) -> Request {
    begin_with(app, token, key, &json!({}))
}

fn begin_with(app: &App, token: &str, key: &str, who: &Value) -> Request {
    begin_as(app, token, who).header("idempotency-key", key)
}

fn id_of(answer: &Answer) -> String {
    answer.json()["submission_id"].as_str().unwrap().to_owned()
}

/// How many are one submission.
fn all_one(answers: Vec<Answer>) -> String {
    let ids: Vec<_> = answers.into_iter().map(|answer| id_of(&answer.expect(201))).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    ids[0].clone()
}

async fn the_same_key_gives_the_same_submission_and_takes_no_other_use(app: &App) {
    let (made, token) = asked(app, &json!({})).await;
    let first = Uploader::of(app, &begin(app, &token, KEY).await.expect(201).json());
    first.sender.put(&first.id, "a.txt", b"a").await;
    let again = Uploader::of(app, &begin(app, &token, KEY).await.expect(201).json());
    assert_eq!((&again.id, uses(app, &made).await), (&first.id, 1));
    assert_eq!(again.shown().await["files"][0]["name"], "a.txt", "it goes on where it was");
    // Without the key, or with another, the link is used up.
    for refused in [begin_as(app, &token, &json!({})), begin(app, &token, OTHER)] {
        refused.await.problem(404, "link_unavailable");
    }
    again.send().await.expect(200);
    let log = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    assert_eq!(log.iter().filter(|entry| entry.kind == "submission.begun").count(), 1);
}

async fn an_answer_that_was_lost_is_asked_for_again(app: &App) {
    let (made, token) = asked(app, &json!({})).await;
    let body = json!({ "token": token, "name": "Ute Bauer", "email": "ute@builder.example" }).to_string();
    let mut line = app.connect().await;
    line.say(format!(
        "POST /api/v1/requests/begin HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         idempotency-key: {KEY}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    ))
    .await;
    eventually("the use is taken", async || uses(app, &made).await == 1).await;
    line.hang_up();
    begin(app, &token, OTHER).await.problem(404, "link_unavailable");
    let found = Uploader::of(app, &begin(app, &token, KEY).await.expect(201).json());
    found.sender.put(&found.id, "a.txt", b"a").await;
    found.send().await.expect(200);
    assert_eq!(uses(app, &made).await, 1);
}

async fn many_who_ask_at_once_with_one_key_begin_one_submission(app: &App) {
    for max_uses in [1, 5] {
        let (made, token) = asked(app, &json!({ "max_uses": max_uses })).await;
        let answers = join_all((0..12).map(|_| begin(app, &token, KEY).into_future())).await;
        let id = all_one(answers);
        assert_eq!(uses(app, &made).await, 1);
        assert_eq!(app.anna.transfer(&id).await["state"], "draft");
    }
}

async fn a_code_that_was_used_is_not_asked_for_again(app: &App) {
    let (made, token) = asked(app, &json!({ "asks_code": true })).await;
    let shown = coded(app, &token, UTE).await;
    let first = id_of(&begin_with(app, &token, KEY, &shown).await.expect(201));
    // Whether the code comes along, or the page has forgotten it meanwhile.
    for who in [&shown, &json!({ "email": UTE })] {
        assert_eq!(id_of(&begin_with(app, &token, KEY, who).await.expect(201)), first);
    }
    begin_with(app, &token, OTHER, &shown).await.problem(404, "link_unavailable");
    let uploader = &app.anna.transfer(&first).await["submission"]["uploader"];
    assert_eq!((&uploader["proved"], uses(app, &made).await), (&json!(true), 1));
}

async fn many_who_ask_at_once_with_one_key_and_code_begin_one_submission(app: &App) {
    let (made, token) = asked(app, &json!({ "asks_code": true, "max_uses": 9 })).await;
    let shown = coded(app, &token, UTE).await;
    // As many as a code can be tried.
    let answers = join_all((0..5).map(|_| begin_with(app, &token, KEY, &shown).into_future())).await;
    all_one(answers);
    assert_eq!(uses(app, &made).await, 1);
    // With keys of their own the code counts for one.
    let (other, token) = asked(app, &json!({ "asks_code": true, "max_uses": 9 })).await;
    app.clock.advance(std::time::Duration::from_secs(60));
    let shown = coded(app, &token, UTE).await;
    let keys: Vec<_> = (0..4).map(|n| format!("{KEY}-{n}")).collect();
    let answers = join_all(keys.iter().map(|key| begin_with(app, &token, key, &shown).into_future())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.problem(403, "wrong_code");
    }
    assert_eq!(uses(app, &other).await, 1);
}

async fn something_else_with_the_same_key_is_refused(app: &App) {
    let (made, token) = asked(app, &json!({ "max_uses": 3 })).await;
    let first = id_of(&begin(app, &token, KEY).await.expect(201));
    for who in [json!({ "name": "Eve" }), json!({ "email": "eve@builder.example" })] {
        begin_with(app, &token, KEY, &who).await.problem(409, "key_reused");
    }
    assert_eq!(id_of(&begin(app, &token, KEY).await.expect(201)), first);
    assert_eq!(uses(app, &made).await, 1, "and nothing was taken");
}

async fn a_key_counts_for_its_link_alone(app: &App) {
    let (_, token) = asked(app, &json!({})).await;
    let (_, elsewhere) = asked(app, &json!({})).await;
    let first = id_of(&begin(app, &token, KEY).await.expect(201));
    assert_ne!(id_of(&begin(app, &elsewhere, KEY).await.expect(201)), first);
    begin(app, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", KEY).await.problem(404, "link_unavailable");
    assert_eq!(id_of(&begin(app, &token, KEY).await.expect(201)), first);
}

async fn a_key_gives_nothing_once_it_was_handed_over_or_given_up(app: &App) {
    let (_, token) = asked(app, &json!({})).await;
    let first = Uploader::of(app, &begin(app, &token, KEY).await.expect(201).json());
    first.sender.put(&first.id, "a.txt", b"a").await;
    first.send().await.expect(200);
    begin(app, &token, KEY).await.problem(404, "link_unavailable");
    // What was given up gives its use back, and the key begins anew.
    let (made, token) = asked(app, &json!({})).await;
    let first = id_of(&begin(app, &token, KEY).await.expect(201));
    app.clock.advance(DAY);
    app.run(Job::AbandonUploads).await;
    assert_eq!(uses(app, &made).await, 0);
    assert_ne!(id_of(&begin(app, &token, KEY).await.expect(201)), first);
}

async fn a_key_gives_nothing_where_nothing_comes_in_any_more(app: &App) {
    let (made, token) = asked(app, &json!({})).await;
    begin(app, &token, KEY).await.expect(201);
    app.anna.post(&format!("/api/v1/requests/{}/close", made["id"].as_str().unwrap())).await.expect(200);
    begin(app, &token, KEY).await.problem(404, "link_unavailable");
}

async fn what_is_no_key_is_refused(app: &App) {
    let (made, token) = asked(app, &json!({})).await;
    for key in
        ["", "1", "AAAAAAAAAAAAAAAAAAAAA", &"a".repeat(65), "\"0b9d36a64be54f4c8d4a7d6f0f3ad111\"", "a b"]
    {
        begin(app, &token, key).await.problem(400, "invalid_request");
    }
    let twice = begin(app, &token, KEY).header("idempotency-key", OTHER);
    twice.await.problem(400, "invalid_request");
    assert_eq!(uses(app, &made).await, 0);
}

async fn nothing_of_a_key_is_stored_in_the_clear(app: &App) {
    let (_, token) = asked(app, &json!({})).await;
    let begun = begin(app, &token, KEY).await.expect(201).json();
    assert!(begun["grant"].as_str().unwrap().starts_with("sb_"));
    for (path, bytes) in app.files_on_disk() {
        assert!(!bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes()), "{}", path.display());
    }
}

async fn a_portal_answers_the_same_key_alike_and_counts_it_once(app: &App) {
    let made = portals::portal(app, &json!({})).await;
    let begin = |key: &str, wish: Value| portals::begin(app, &wish).header("idempotency-key", key);
    let first = id_of(&begin(KEY, json!({ "subject": "Knee" })).await.expect(201));
    // More often than one network may begin in an hour.
    for _ in 0..31 {
        assert_eq!(id_of(&begin(KEY, json!({ "subject": "Knee" })).await.expect(201)), first);
    }
    for other in [json!({}), json!({ "subject": "Knee", "message": "left" })] {
        begin(KEY, other).await.problem(409, "key_reused");
    }
    let answers = join_all((0..8).map(|_| begin(OTHER, json!({})).into_future())).await;
    assert_ne!(all_one(answers), first);
    let shown = app.admin.get(&portals::path_of(&made)).await.expect(200).json();
    assert_eq!(shown["drafts"], 2);
    // Who owns the page makes no difference.
    portals::change(app, &made, &json!({ "owner": "otto@acme.example" })).await.expect(200);
    let again = Uploader::of(app, &begin(KEY, json!({ "subject": "Knee" })).await.expect(201).json());
    assert_eq!(again.id, first);
    again.sender.put(&again.id, "a.txt", b"a").await;
    again.send().await.expect(200);
}
