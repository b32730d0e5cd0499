//! `POST /api/v1/requests/code`: an uploader shows that his address is his.

use std::{future::IntoFuture as _, time::Duration};

use futures_util::future::join_all;
use sealpost_test_support::{app::App, claims};
use serde_json::{Value, json};

use super::{asked, begin, begin_as};

claims![
    a_code_proves_the_address_to_which_it_was_sent,
    what_is_no_code_of_this_address_and_challenge_is_answered_alike_and_noted,
    a_code_is_tried_five_times_and_not_once_more,
    a_code_counts_ten_minutes_and_once,
    codes_come_a_minute_apart,
    a_request_that_asks_for_no_code_sends_none,
    a_code_and_its_address_are_nowhere_once_it_was_sent,
    a_code_comes_in_the_language_of_whoever_has_asked,
];

pub(super) const UTE: &str = "ute@builder.example";

fn ask(app: &App, token: &str, email: &str) -> sealpost_test_support::app::Request {
    app.anybody.post_json("/api/v1/requests/code", &json!({ "token": token, "email": email }))
}

/// Six digits in a message.
fn digits(text: &str) -> String {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let code = words.find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()));
    code.expect("a code").to_owned()
}

/// Asks for a code and reads the mail: what is to be shown.
pub(super) async fn coded(app: &App, token: &str, email: &str) -> Value {
    let asked = ask(app, token, email).await.expect(202).json();
    app.run_jobs().await;
    let mails = app.mails_to(email);
    json!({ "email": email, "code": digits(&mails.last().unwrap().text), "challenge": asked["challenge"] })
}

fn other(code: &Value) -> String {
    let code = code.as_str().unwrap();
    let first = if code.starts_with('9') { '8' } else { '9' };
    format!("{first}{}", &code[1..])
}

async fn refusals(app: &App) -> usize {
    let log = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    log.iter().filter(|entry| entry.kind == "request.refused").count()
}

async fn a_code_proves_the_address_to_which_it_was_sent(app: &App) {
    let (_, token) = asked(app, &json!({"asks_code": true})).await;
    begin(app, &token).await.problem(403, "code_needed");
    let shown = coded(app, &token, UTE).await;
    let mails = app.mails_to(UTE);
    assert!(mails[0].text.contains("anna@acme.example") && !mails[0].text.contains(&token));
    let begun = begin_as(app, &token, &shown).await.expect(201).json();
    let id = begun["submission_id"].as_str().unwrap();
    let uploader = &app.anna.transfer(id).await["submission"]["uploader"];
    assert_eq!(uploader, &json!({"email": UTE, "name": "Ute Bauer", "proved": true}));
}

async fn what_is_no_code_of_this_address_and_challenge_is_answered_alike_and_noted(app: &App) {
    let (_, token) = asked(app, &json!({"asks_code": true, "max_uses": 9})).await;
    let (_, elsewhere) = asked(app, &json!({"asks_code": true})).await;
    let shown = coded(app, &token, UTE).await;
    let with = |name: &str, value: Value| {
        let mut shown = shown.clone();
        shown[name] = value;
        shown
    };
    let wrong = [
        with("code", json!(other(&shown["code"]))),
        with("challenge", json!(null)),
        with("challenge", json!("x")),
        with("challenge", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        with("email", json!("eve@builder.example")),
    ];
    for shown in &wrong {
        begin_as(app, &token, shown).await.problem(403, "wrong_code");
    }
    begin_as(app, &elsewhere, &shown).await.problem(403, "wrong_code");
    assert_eq!(refusals(app).await, wrong.len() + 1);
    begin_as(app, &token, &shown).await.expect(201);
}

async fn a_code_is_tried_five_times_and_not_once_more(app: &App) {
    let (_, token) = asked(app, &json!({"asks_code": true})).await;
    let shown = coded(app, &token, UTE).await;
    let mut wrong = shown.clone();
    wrong["code"] = json!(other(&shown["code"]));
    let tries = join_all((0..8).map(|_| begin_as(app, &token, &wrong).into_future())).await;
    assert!(tries.iter().all(|answer| answer.status == 403));
    begin_as(app, &token, &shown).await.problem(403, "wrong_code");
}

async fn a_code_counts_ten_minutes_and_once(app: &App) {
    let (_, token) = asked(app, &json!({"asks_code": true, "max_uses": 9})).await;
    let first = coded(app, &token, UTE).await;
    app.clock.advance(Duration::from_secs(599));
    begin_as(app, &token, &first).await.expect(201);
    begin_as(app, &token, &first).await.problem(403, "wrong_code");
    let second = coded(app, &token, UTE).await;
    app.clock.advance(Duration::from_secs(600));
    begin_as(app, &token, &second).await.problem(403, "wrong_code");
}

async fn codes_come_a_minute_apart(app: &App) {
    let (_, token) = asked(app, &json!({"asks_code": true})).await;
    ask(app, &token, UTE).await.expect(202);
    let refused = ask(app, &token, UTE).await;
    refused.problem(429, "too_many_requests");
    assert!((1..=60).contains(&refused.number("retry-after")));
    ask(app, &token, "otto@builder.example").await.expect(202);
    app.clock.advance(Duration::from_secs(60));
    ask(app, &token, UTE).await.expect(202);
    app.run_jobs().await;
    assert_eq!(app.mails_to(UTE).len(), 2);
}

async fn a_request_that_asks_for_no_code_sends_none(app: &App) {
    let (_, token) = asked(app, &json!({"max_uses": 2})).await;
    ask(app, &token, UTE).await.problem(409, "state_conflict");
    let (_, bound) = asked(app, &json!({"asks_code": true, "email": UTE})).await;
    ask(app, &bound, "eve@builder.example").await.problem(403, "wrong_address");
    app.run_jobs().await;
    assert!(app.mails_to("eve@builder.example").is_empty());
}

async fn a_code_and_its_address_are_nowhere_once_it_was_sent(app: &App) {
    let (_, token) = asked(app, &json!({"asks_code": true})).await;
    let shown = coded(app, &token, UTE).await;
    let challenge: sealpost_auth::LinkToken = shown["challenge"].as_str().unwrap().parse().unwrap();
    let mut conn = app.db.read().await.unwrap();
    let row = conn.request_code_by_challenge(challenge.hash().as_bytes()).await.unwrap().unwrap();
    assert_eq!((row.code, row.address), (None, None));
    drop(conn);
    app.clock.advance(Duration::from_secs(600));
    app.run(sealpost_domain::Job::Sweep).await;
    let mut conn = app.db.read().await.unwrap();
    assert_eq!(conn.request_code(row.id).await.unwrap(), None);
}

async fn a_code_comes_in_the_language_of_whoever_has_asked(app: &App) {
    let (_, token) = asked(app, &json!({"asks_code": true})).await;
    ask(app, &token, UTE).header("accept-language", "de-AT,en;q=0.5").await.expect(202);
    app.run_jobs().await;
    assert!(app.mails_to(UTE)[0].subject.starts_with("Ihr Code"));
}
