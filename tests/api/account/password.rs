//! `POST /api/v1/account/password`

use sealpost_domain::Policy;
use sealpost_test_support::{
    app::{App, HOUR},
    claims,
};
use serde_json::json;

use crate::people::{PASSWORD, anna, audited, password_link, reset, session, sign_in};

claims![
    a_changed_password_ends_all_other_sessions_and_all_links,
    the_old_password_is_the_proof,
    who_has_no_password_shows_something_else,
    who_must_change_his_password_can_do_nothing_before,
    an_admin_takes_back_what_a_user_signs_in_with,
];

const PATH: &str = "/api/v1/account/password";
const NEW: &str = "Der Igel baut um 9";

async fn a_changed_password_ends_all_other_sessions_and_all_links(app: &App) {
    let here = anna(app).await;
    let there = session(app, &sign_in(app, "acme", app.anna.email(), PASSWORD).await.expect(200).json());
    let link = password_link(app, &app.acme, &app.anna).await;
    let done = here.post_json(PATH, &json!({"old": PASSWORD, "new": NEW})).await.expect(200).json();
    assert_eq!(done["ended"], 1);
    here.get("/api/v1/session").await.expect(200);
    there.get("/api/v1/session").await.problem(401, "unauthorized");
    reset(app, &link, "Noch ein Igel 10").await.problem(401, "credentials_wrong");
    sign_in(app, "acme", app.anna.email(), PASSWORD).await.problem(401, "credentials_wrong");
    sign_in(app, "acme", app.anna.email(), NEW).await.expect(200);
    app.run_jobs().await;
    assert!(app.mails_to(app.anna.email()).iter().any(|mail| mail.text.contains("password")));
}

async fn the_old_password_is_the_proof(app: &App) {
    let anna = anna(app).await;
    let before = audited(app, &app.acme, "password.changed").await;
    for old in [json!(null), json!(""), json!("wrong wrong wrong"), json!("x".repeat(20_000))] {
        let shown = json!({"old": old, "new": NEW});
        anna.post_json(PATH, &shown).await.problem(401, "credentials_wrong");
    }
    for weak in ["", "short", "Passwort2026!", PASSWORD, &"x".repeat(1_025)] {
        let shown = json!({"old": PASSWORD, "new": weak});
        anna.post_json(PATH, &shown).await.problem(400, "password_weak");
    }
    app.anna.post_json(PATH, &json!({"old": PASSWORD, "new": NEW})).await.problem(403, "forbidden");
    assert_eq!(audited(app, &app.acme, "password.changed").await, before);
}

async fn who_has_no_password_shows_something_else(app: &App) {
    let otto = app.signed_in(&app.otto).await;
    app.clock.advance(HOUR);
    otto.post_json(PATH, &json!({"new": NEW})).await.problem(403, "step_up_needed");
    let otto = app.signed_in(&app.otto).await;
    otto.post_json(PATH, &json!({"new": NEW})).await.expect(200);
    sign_in(app, "acme", app.otto.email(), NEW).await.expect(200);
}

async fn who_must_change_his_password_can_do_nothing_before(app: &App) {
    anna(app).await;
    let mut tx = app.db.write().await.unwrap();
    tx.require_password_change(app.acme.id, app.user_id(&app.anna).await).await.unwrap();
    tx.commit().await.unwrap();
    let answer = sign_in(app, "acme", app.anna.email(), PASSWORD).await.expect(200).json();
    assert_eq!(answer["stage"], "password_change");
    let waiting = session(app, &answer);
    for path in ["/api/v1/transfers", "/api/v1/account", "/api/v1/account/sessions"] {
        waiting.get(path).await.problem(401, "unauthorized");
    }
    waiting.post("/api/v1/account/totp/begin").await.problem(401, "unauthorized");
    waiting.post_json(PATH, &json!({"old": PASSWORD, "new": PASSWORD})).await.problem(400, "password_weak");
    let done = waiting.post_json(PATH, &json!({"old": PASSWORD, "new": NEW})).await.expect(200).json();
    assert_eq!(done["signed_in"]["stage"], "full");
    session(app, &done["signed_in"]).get("/api/v1/transfers").await.expect(200);
    waiting.get("/api/v1/session").await.problem(401, "unauthorized");
}

async fn an_admin_takes_back_what_a_user_signs_in_with(app: &App) {
    let anna = anna(app).await;
    crate::people::enrol_app(app, &anna).await;
    let admin = app.signed_in(&app.admin).await;
    let path = format!("/api/v1/admin/users/{}/reset", app.user_id(&app.anna).await);
    app.signed_in(&app.otto)
        .await
        .post_json(&path, &json!({"factors": true}))
        .await
        .problem(403, "forbidden");
    let rival = app.signed_in(&app.rival).await;
    rival.post_json(&path, &json!({"factors": true})).await.problem(404, "not_found");
    admin.post_json(&path, &json!({})).await.problem(400, "invalid_request");
    admin.post_json(&path, &json!({"password": true, "factors": true})).await.expect(204);
    anna.get("/api/v1/session").await.problem(401, "unauthorized");
    let answer = sign_in(app, "acme", app.anna.email(), PASSWORD).await.expect(200).json();
    assert_eq!(answer["stage"], "password_change", "and no code is asked for any more");
    app.run_jobs().await;
    assert!(app.mails_to(app.anna.email()).iter().any(|mail| mail.text.contains("/signin/reset/")));
    let entry = audited(app, &app.acme, "user.reset").await;
    assert_eq!(entry, 1);
    app.clock.advance(HOUR);
    admin.post_json(&path, &json!({"factors": true})).await.problem(403, "step_up_needed");
    assert!(!Policy::default().second_factor_required);
}
