//! `POST /api/v1/signin/reset`

use sealpost_test_support::{app::App, claims};
use serde_json::json;

use crate::people::{PASSWORD, anna, audited, password_link, reset, sign_in};

claims![
    a_link_that_is_wrong_is_refused_alike,
    a_weak_password_is_refused_and_the_link_still_counts,
    a_new_password_ends_all_sessions_and_all_links,
    of_two_who_use_the_same_link_one_sets_the_password,
];

const NEW: &str = "Der Igel baut um 9";

async fn a_link_that_is_wrong_is_refused_alike(app: &App) {
    let (token, foreign) =
        (password_link(app, &app.acme, &app.anna).await, password_link(app, &app.globex, &app.gina).await);
    reset(app, &foreign, NEW).await.expect(204);
    let unknown = "A".repeat(43);
    let long = "A".repeat(20_000);
    let mut answers = Vec::new();
    for wrong in ["", &token[1..], &format!("{token}A"), &unknown, &long, &foreign, "/../x", "ünï"] {
        let answer = reset(app, wrong, NEW).await;
        answer.problem(401, "credentials_wrong");
        answers.push(answer.unnamed());
    }
    app.clock.advance(std::time::Duration::from_secs(3_600));
    let answer = reset(app, &token, NEW).await;
    answer.problem(401, "credentials_wrong");
    answers.push(answer.unnamed());
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!(audited(app, &app.acme, "session.refused").await, 1, "the one that has ended");
    for body in [json!({}), json!({"token": token}), json!({"token": token, "password": "x", "y": 1})] {
        app.anybody.post_json("/api/v1/signin/reset", &body).await.problem(400, "invalid_request");
    }
}

async fn a_weak_password_is_refused_and_the_link_still_counts(app: &App) {
    let token = password_link(app, &app.acme, &app.anna).await;
    for (weak, why) in [
        ("", "12 characters"),
        ("Kurz 7", "12 characters"),
        ("Passwort2026!", "everybody"),
        ("anna.acme.example", "your name"),
        ("abcdefghijklmnop", "rows of keys"),
    ] {
        let detail = reset(app, &token, weak).await.problem(400, "password_weak");
        assert!(detail.contains(why), "{weak}: {detail}");
    }
    reset(app, &token, &"x".repeat(1_025)).await.problem(400, "password_weak");
    reset(app, &token, NEW).await.expect(204);
}

async fn a_new_password_ends_all_sessions_and_all_links(app: &App) {
    let anna = anna(app).await;
    let (first, second) =
        (password_link(app, &app.acme, &app.anna).await, password_link(app, &app.acme, &app.anna).await);
    reset(app, &first, NEW).await.expect(204);
    anna.get("/api/v1/session").await.problem(401, "unauthorized");
    reset(app, &second, "Noch ein Igel 10").await.problem(401, "credentials_wrong");
    sign_in(app, "acme", app.anna.email(), PASSWORD).await.problem(401, "credentials_wrong");
    sign_in(app, "acme", app.anna.email(), NEW).await.expect(200);
    app.run_jobs().await;
    assert!(!app.mails_to(app.anna.email()).is_empty(), "he is told");
    assert_eq!(audited(app, &app.acme, "password.changed").await, 2);
}

async fn of_two_who_use_the_same_link_one_sets_the_password(app: &App) {
    let token = password_link(app, &app.acme, &app.anna).await;
    let (a, b) = tokio::join!(reset(app, &token, NEW), reset(app, &token, "Noch ein Igel 10"));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 401]);
}
