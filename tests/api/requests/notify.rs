//! Links of upload requests by mail.

use std::time::Duration;

use sealpost_test_support::{
    app::{App, DAY},
    claims,
};
use serde_json::{Value, json};

use super::{Uploader, asked, begin};

claims![
    a_request_is_mailed_to_whom_it_is_for_in_the_words_of_the_service,
    it_speaks_the_language_of_the_tenants_mails,
    nobody_is_mailed_unless_that_is_wanted,
    what_names_no_address_is_mailed_to_nobody,
    the_rules_about_addresses_are_asked_before_anything_is_mailed,
    it_is_mailed_again_once_in_ten_minutes_and_five_times_a_day,
    an_address_gets_no_more_than_five_a_day_of_however_many_requests,
    what_takes_nothing_is_not_mailed,
    only_its_user_has_a_request_mailed,
];

const PAUSE: Duration = Duration::from_secs(600);
const UTE: &str = "ute@builder.example";

fn to_ute() -> Value {
    json!({ "email": UTE, "notify": true })
}

fn again(made: &Value) -> String {
    format!("/api/v1/requests/{}/notify", made["id"].as_str().unwrap())
}

async fn log(app: &App) -> Vec<String> {
    let log = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let kinds = log.into_iter().map(|entry| entry.kind);
    kinds.filter(|kind| kind.starts_with("request.")).collect()
}

async fn a_request_is_mailed_to_whom_it_is_for_in_the_words_of_the_service(app: &App) {
    let wish = json!({
        "email": UTE, "notify": true, "asks_code": true, "message": "All of them,\n\n<b>please</b>.",
    });
    let (made, _) = asked(app, &wish).await;
    app.run_jobs().await;
    let [mail] = app.mails_to(UTE).try_into().expect("one mail");
    assert_eq!(mail.subject, "anna (anna@acme.example) asks you for files: Plans for the new wing");
    for said in [
        made["url"].as_str().unwrap(),
        "All of them,",
        "<b>please</b>.",
        "anna (anna@acme.example) writes:",
        "Plans for the new wing",
        "asks for a code",
    ] {
        assert!(mail.text.contains(said), "{said}: {}", mail.text);
    }
    assert!(mail.html.contains("&lt;b&gt;please"), "{}", mail.html);
    let headers = String::from_utf8(mail.bytes).unwrap();
    assert!(headers.contains("Reply-To: anna@acme.example"), "{headers}");
    assert_eq!(log(app).await, ["request.created", "request.mailed"]);
}

async fn it_speaks_the_language_of_the_tenants_mails(app: &App) {
    app.change_settings(json!({ "mail_language": "de" })).await;
    asked(app, &to_ute()).await;
    app.run_jobs().await;
    let [mail] = app.mails_to(UTE).try_into().expect("one mail");
    assert!(mail.subject.contains("bittet Sie um Dateien"), "{}", mail.subject);
}

async fn nobody_is_mailed_unless_that_is_wanted(app: &App) {
    asked(app, &json!({ "email": UTE })).await;
    asked(app, &json!({})).await;
    app.run_jobs().await;
    assert!(app.mails_to(UTE).is_empty());
    assert_eq!(log(app).await, ["request.created"; 2]);
}

async fn what_names_no_address_is_mailed_to_nobody(app: &App) {
    let wish = json!({ "title": "x", "notify": true });
    app.anna.post_json("/api/v1/requests", &wish).await.problem(400, "invalid_request");
    let (made, _) = asked(app, &json!({})).await;
    app.anna.post(&again(&made)).await.problem(409, "state_conflict");
}

async fn the_rules_about_addresses_are_asked_before_anything_is_mailed(app: &App) {
    let (made, _) = asked(app, &json!({ "email": UTE })).await;
    app.set_address_rules(json!([
        { "name": "no rivals", "recipients": ["builder.example"], "effect": { "deny": "Not to rivals." } },
    ]))
    .await;
    let wish = json!({ "title": "x", "email": UTE, "notify": true });
    let refused = app.anna.post_json("/api/v1/requests", &wish).await;
    refused.problem(403, "recipient_refused");
    app.anna.post(&again(&made)).await.problem(403, "recipient_refused");
    app.run_jobs().await;
    assert!(app.mails_to(UTE).is_empty());
    assert_eq!(log(app).await, ["request.created"]);
}

async fn it_is_mailed_again_once_in_ten_minutes_and_five_times_a_day(app: &App) {
    let (made, _) = asked(app, &to_ute()).await;
    app.run_jobs().await;
    for _ in 0..4 {
        app.anna.post(&again(&made)).await.problem(429, "too_many_requests");
        app.clock.advance(PAUSE);
        app.anna.post(&again(&made)).await.expect(202);
        app.run_jobs().await;
    }
    app.clock.advance(PAUSE);
    let refused = app.anna.post(&again(&made)).await;
    refused.problem(429, "too_many_requests");
    assert!(refused.header("retry-after").is_some());
    assert_eq!(app.mails_to(UTE).len(), 5);
    app.clock.advance(DAY);
    app.anna.post(&again(&made)).await.expect(202);
}

async fn an_address_gets_no_more_than_five_a_day_of_however_many_requests(app: &App) {
    for _ in 0..5 {
        asked(app, &to_ute()).await;
    }
    for who in [&app.anna, &app.otto] {
        let wish = json!({ "title": "x", "email": "UTE@builder.example", "notify": true });
        who.post_json("/api/v1/requests", &wish).await.problem(429, "too_many_requests");
    }
    asked(app, &json!({ "email": "uwe@builder.example", "notify": true })).await;
    app.run_jobs().await;
    assert_eq!(app.mails_to(UTE).len(), 5);
    assert_eq!(
        log(app).await.iter().filter(|kind| *kind == "request.created").count(),
        6,
        "and none is made"
    );
}

async fn what_takes_nothing_is_not_mailed(app: &App) {
    let (closed, _) = asked(app, &to_ute()).await;
    app.anna.post(&again(&closed).replace("notify", "close")).await.expect(200);
    app.run_jobs().await;
    assert!(app.mails_to(UTE).is_empty(), "nor what was closed while it was queued");
    let (used, token) = asked(app, &json!({ "email": UTE })).await;
    Uploader::of(app, &begin(app, &token).await.expect(201).json());
    let (over, _) = asked(app, &json!({ "email": UTE })).await;
    for made in [&closed, &used] {
        app.anna.post(&again(made)).await.problem(409, "state_conflict");
    }
    app.clock.advance(14 * DAY);
    app.anna.post(&again(&over)).await.problem(409, "state_conflict");
}

async fn only_its_user_has_a_request_mailed(app: &App) {
    let (made, _) = asked(app, &json!({ "email": UTE })).await;
    app.admin.post(&again(&made)).await.problem(403, "forbidden");
    app.otto.post(&again(&made)).await.problem(404, "not_found");
    app.gina.post(&again(&made)).await.problem(404, "not_found");
    app.anna.post(&again(&made)).await.expect(202);
}
