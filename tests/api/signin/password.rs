//! `POST /api/v1/signin`

use std::time::Duration;

use sealpost_auth::{AuthLimits, Rate, Rates};
use sealpost_test_support::{
    app::{App, Options, eventually},
    claims,
};
use serde_json::json;

use crate::people::{PASSWORD, anna, audited, session, set_password, sign_in};

claims![
    a_password_signs_its_user_in,
    whatever_is_wrong_the_answer_is_the_same,
    a_tenant_that_allows_no_passwords_answers_as_to_a_wrong_one,
    what_is_no_sign_in_is_refused,
    an_account_that_is_tried_too_often_is_locked_and_its_user_and_admins_are_told with three_tries(),
];

fn three_tries() -> Options {
    let rates = Rates { account: Rate::new(3, Duration::from_secs(900)), ..Rates::unlimited() };
    Options { auth: AuthLimits { rates, ..Options::default().auth }, ..Options::default() }
}

async fn a_password_signs_its_user_in(app: &App) {
    let anna = anna(app).await;
    let who = anna.get("/api/v1/session").await.expect(200).json();
    assert_eq!((&who["user"]["email"], &who["method"]), (&json!("anna@acme.example"), &json!("password")));
    anna.get("/api/v1/transfers").await.expect(200);
    // Spelling and blanks of the address do not matter; the cookie holds the same session.
    let answer = sign_in(app, "acme", " ANNA@acme.Example ", PASSWORD).await.expect(200);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.contains(answer.json()["session"].as_str().unwrap()) && cookie.contains("HttpOnly"));
}

async fn whatever_is_wrong_the_answer_is_the_same(app: &App) {
    set_password(app, &app.acme, &app.anna, PASSWORD).await;
    set_password(app, &app.acme, &app.otto, "Otto und die Möwe").await;
    let otto = app.user_id(&app.otto).await;
    let mut tx = app.db.write().await.unwrap();
    tx.set_user_disabled(app.acme.id, otto, Some(sealpost_domain::Timestamp::from_unix_millis(1)))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let long = "x".repeat(20_000);
    let mut answers = Vec::new();
    for (tenant, email, password) in [
        ("acme", "anna@acme.example", "quitte im nebel 7"),
        ("acme", "anna@acme.example", ""),
        ("acme", "anna@acme.example", &PASSWORD[1..]),
        ("acme", "anna@acme.example", long.as_str()),
        ("acme", "nobody@acme.example", PASSWORD),
        ("acme", "no address", PASSWORD),
        ("acme", "", PASSWORD),
        ("acme", long.as_str(), PASSWORD),
        ("acme", "otto@acme.example", "Otto und die Möwe"),
        ("acme", "admin@acme.example", ""),
        ("globex", "anna@acme.example", PASSWORD),
        ("nobody", "anna@acme.example", PASSWORD),
        ("", "", ""),
        (long.as_str(), "anna@acme.example", PASSWORD),
    ] {
        let answer = sign_in(app, tenant, email, password).await;
        answer.problem(401, "credentials_wrong");
        assert_eq!(answer.header("set-cookie"), None);
        answers.push(answer.unnamed());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(audited(app, &app.acme, "session.refused").await, 10);
    assert_eq!(audited(app, &app.globex, "session.refused").await, 1);
}

async fn a_tenant_that_allows_no_passwords_answers_as_to_a_wrong_one(app: &App) {
    let anna = anna(app).await;
    app.change_settings(json!({ "signins": ["oidc"] })).await;
    sign_in(app, "acme", app.anna.email(), PASSWORD).await.problem(401, "credentials_wrong");
    anna.get("/api/v1/session").await.problem(401, "unauthorized");
}

async fn what_is_no_sign_in_is_refused(app: &App) {
    for body in [json!({}), json!([]), json!({"tenant": "acme", "email": "a@b.c", "password": "x", "y": 1})] {
        app.anybody.post_json("/api/v1/signin", &body).await.problem(400, "invalid_request");
    }
    let long = json!({"tenant": "acme", "email": "a@b.c", "password": "x".repeat(100_000)});
    app.anybody.post_json("/api/v1/signin", &long).await.problem(413, "too_large");
}

async fn an_account_that_is_tried_too_often_is_locked_and_its_user_and_admins_are_told(app: &App) {
    set_password(app, &app.acme, &app.anna, PASSWORD).await;
    app.run_jobs().await;
    for email in ["anna@acme.example", "nobody@acme.example"] {
        for _ in 0..3 {
            sign_in(app, "acme", email, "wrong wrong wrong").await.problem(401, "credentials_wrong");
        }
        sign_in(app, "acme", email, PASSWORD).await.problem(429, "too_many_requests");
    }
    let told = async || {
        app.run_jobs().await;
        !app.mails_to("admin@acme.example").is_empty()
    };
    eventually("the lock is told", told).await;
    assert_eq!(app.mails_to("admin@acme.example").len(), 1);
    assert!(app.mails_to("anna@acme.example").iter().any(|mail| mail.text.contains("locked")));
    assert!(app.mails_to("otto@acme.example").is_empty() && app.mails_to("nobody@acme.example").is_empty());
    assert_eq!(audited(app, &app.acme, "account.locked").await, 1);
    // Other accounts are not concerned, and it passes.
    set_password(app, &app.acme, &app.otto, "Otto und die Möwe").await;
    sign_in(app, "acme", "otto@acme.example", "Otto und die Möwe").await.expect(200);
    app.clock.advance(Duration::from_secs(900));
    let answer = sign_in(app, "acme", "anna@acme.example", PASSWORD).await.expect(200).json();
    session(app, &answer).get("/api/v1/session").await.expect(200);
}
