//! `/api/v1/account/sessions`

use sealpost_domain::SessionKind;
use sealpost_test_support::{app::App, claims};

claims![
    sessions_are_listed_and_ended_one_by_one,
    signing_out_everywhere_ends_all_sessions_or_all_but_this,
    nobody_sees_or_ends_the_session_of_another,
    an_api_token_has_no_account,
];

async fn sessions_are_listed_and_ended_one_by_one(app: &App) {
    let (anna, other) = (app.signed_in(&app.anna).await, app.session_of(&app.anna, SessionKind::Addin).await);
    let list = anna.get("/api/v1/account/sessions").await.expect(200).json();
    let sessions = list["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions.iter().filter(|session| session["is_this"] == true).count(), 1);
    assert!(sessions.iter().all(|session| session["agent"] == "a test"));
    anna.delete(&format!("/api/v1/account/sessions/{}", other.id)).await.expect(204);
    app.anybody.with_bearer(&other.bearer).get("/api/v1/session").await.problem(401, "unauthorized");
    anna.delete(&format!("/api/v1/account/sessions/{}", other.id)).await.problem(404, "not_found");
    let list = anna.get("/api/v1/account/sessions").await.expect(200).json();
    assert_eq!(list["sessions"].as_array().unwrap().len(), 1);
}

async fn signing_out_everywhere_ends_all_sessions_or_all_but_this(app: &App) {
    let (anna, second) = (app.signed_in(&app.anna).await, app.signed_in(&app.anna).await);
    let answer = anna.delete("/api/v1/account/sessions?keep_this=true").await.expect(200);
    assert_eq!(answer.json()["ended"], 1);
    second.get("/api/v1/session").await.problem(401, "unauthorized");
    anna.get("/api/v1/session").await.expect(200);
    assert_eq!(anna.delete("/api/v1/account/sessions").await.expect(200).json()["ended"], 1);
    anna.get("/api/v1/session").await.problem(401, "unauthorized");
    // Tokens for programs go on.
    app.anna.get("/api/v1/transfers").await.expect(200);
}

async fn nobody_sees_or_ends_the_session_of_another(app: &App) {
    let gina = app.session_of(&app.gina, SessionKind::Browser).await;
    let otto = app.session_of(&app.otto, SessionKind::Browser).await;
    let anna = app.signed_in(&app.anna).await;
    for id in [gina.id, otto.id] {
        anna.delete(&format!("/api/v1/account/sessions/{id}")).await.problem(404, "not_found");
    }
    let list = anna.get("/api/v1/account/sessions").await.expect(200).json();
    assert_eq!(list["sessions"].as_array().unwrap().len(), 1);
    for session in [gina, otto] {
        app.anybody.with_bearer(&session.bearer).get("/api/v1/session").await.expect(200);
    }
}

async fn an_api_token_has_no_account(app: &App) {
    for path in ["/api/v1/account/sessions", "/api/v1/account/tokens"] {
        app.admin.get(path).await.problem(403, "forbidden");
    }
}
