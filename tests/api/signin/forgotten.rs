//! `POST /api/v1/signin/forgotten`

use std::time::Duration;

use sealpost_test_support::{
    app::{App, eventually},
    claims,
};
use serde_json::json;

use crate::people::{PASSWORD, reset, set_password, sign_in};

claims![
    who_has_forgotten_his_password_gets_a_link,
    nobody_learns_whether_there_is_somebody,
    what_is_no_request_is_refused,
];

const PATH: &str = "/api/v1/signin/forgotten";

/// The secret in the newest mail to somebody.
fn link(app: &App, email: &str) -> Option<String> {
    let mail = app.mails_to(email).into_iter().rfind(|mail| mail.text.contains("/signin/reset/"))?;
    let (_, rest) = mail.text.split_once("/signin/reset/")?;
    Some(rest.chars().take(43).collect())
}

async fn who_has_forgotten_his_password_gets_a_link(app: &App) {
    set_password(app, &app.acme, &app.anna, PASSWORD).await;
    let shown = json!({"tenant": "acme", "email": "anna@acme.example"});
    app.anybody.post_json(PATH, &shown).await.expect(202);
    let mailed = async || {
        app.run_jobs().await;
        link(app, "anna@acme.example").is_some()
    };
    eventually("the link is mailed", mailed).await;
    let token = link(app, "anna@acme.example").unwrap();
    let new = "Der Igel baut um 9";
    reset(app, &token, new).await.expect(204);
    sign_in(app, "acme", "anna@acme.example", PASSWORD).await.problem(401, "credentials_wrong");
    sign_in(app, "acme", "anna@acme.example", new).await.expect(200);
    reset(app, &token, "Der Igel baut um 10").await.problem(401, "credentials_wrong");
}

async fn nobody_learns_whether_there_is_somebody(app: &App) {
    let mut answers = Vec::new();
    for (tenant, email) in [
        ("acme", "anna@acme.example"),
        ("acme", "nobody@acme.example"),
        ("acme", "no address"),
        ("globex", "anna@acme.example"),
        ("nobody", "anna@acme.example"),
        ("", ""),
    ] {
        let answer =
            app.anybody.post_json(PATH, &json!({"tenant": tenant, "email": email})).await.expect(202);
        answers.push((answer.status, answer.body.len(), answer.headers.len()));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    let mailed = async || {
        app.run_jobs().await;
        link(app, "anna@acme.example").is_some()
    };
    eventually("the link is mailed", mailed).await;
    assert!(app.mails.letters().len() == 1, "and to nobody else");
    // A link for which too much time has passed, and one of somebody else's making, sets nothing.
    let token = link(app, "anna@acme.example").unwrap();
    app.clock.advance(Duration::from_secs(3_600));
    reset(app, &token, "Der Igel baut um 9").await.problem(401, "credentials_wrong");
}

async fn what_is_no_request_is_refused(app: &App) {
    for body in [json!({}), json!({"tenant": "acme"}), json!({"tenant": "acme", "email": "a@b.c", "x": 1})] {
        app.anybody.post_json(PATH, &body).await.problem(400, "invalid_request");
    }
}
