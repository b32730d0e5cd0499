//! `/api/v1/session`: what a session is good for, and when it ends.

use std::time::Duration;

use sealpost_domain::{Policy, SessionKind};
use sealpost_test_support::{
    app::{App, Client, DAY, HOUR, Method, Options, Request},
    claims,
};
use serde_json::json;

use crate::people::audited;

claims![
    a_session_says_whose_it_is,
    a_session_that_is_signed_out_is_none,
    a_session_ends_when_it_is_not_used,
    a_session_ends_however_much_it_is_used,
    a_session_ends_with_the_way_it_began_by,
    a_session_of_the_addin_is_no_cookie,
    a_cookie_changes_nothing_for_another_site,
    a_tenant_that_asks_for_a_second_factor_asks_everybody,
    what_is_no_session_is_answered_alike,
    a_session_is_stored_as_a_hash,
    whoever_begins_too_many_sessions_loses_the_one_unused_the_longest,
    of_many_sessions_begun_at_once_no_more_are_left_than_there_may_be,
    sessions_that_have_ended_are_swept,
];

/// A request with the session as a browser sends it.
fn by_cookie(anybody: &Client, method: Method, path: &str, bearer: &str) -> Request {
    anybody.request(method, path).header("cookie", format!("sealpost-session={bearer}"))
}

async fn a_session_says_whose_it_is(app: &App) {
    let anna = app.signed_in(&app.anna).await;
    let session = anna.get("/api/v1/session").await.expect(200).json();
    assert_eq!(session["user"]["email"], "anna@acme.example");
    assert_eq!(session["user"]["role"], "sender");
    assert_eq!(session["tenant"]["slug"], "acme");
    assert_eq!((&session["stage"], &session["kind"]), (&json!("full"), &json!("browser")));
    // An API token is no session.
    app.anna.get("/api/v1/session").await.problem(403, "forbidden");
}

async fn a_session_that_is_signed_out_is_none(app: &App) {
    let anna = app.signed_in(&app.anna).await;
    anna.get("/api/v1/transfers").await.expect(200);
    let answer = anna.delete("/api/v1/session").await.expect(204);
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    anna.get("/api/v1/transfers").await.problem(401, "unauthorized");
    anna.delete("/api/v1/session").await.problem(401, "unauthorized");
}

async fn a_session_ends_when_it_is_not_used(app: &App) {
    let anna = app.signed_in(&app.anna).await;
    for _ in 0..3 {
        app.clock.advance(7 * HOUR);
        anna.get("/api/v1/session").await.expect(200);
    }
    app.clock.advance(8 * HOUR);
    anna.get("/api/v1/session").await.problem(401, "unauthorized");
}

async fn a_session_ends_however_much_it_is_used(app: &App) {
    let anna = app.signed_in(&app.anna).await;
    let addin = app.session_of(&app.anna, SessionKind::Addin).await;
    let addin = app.anybody.with_bearer(&addin.bearer);
    app.clock.advance(6 * HOUR);
    anna.get("/api/v1/session").await.expect(200);
    addin.get("/api/v1/session").await.expect(200);
    app.clock.advance(6 * HOUR);
    addin.get("/api/v1/session").await.problem(401, "unauthorized");
    for _ in 0..26 {
        anna.get("/api/v1/session").await.expect(200);
        app.clock.advance(6 * HOUR);
    }
    anna.get("/api/v1/session").await.problem(401, "unauthorized");
    app.run(sealpost_domain::Job::Sweep).await;
    let rows =
        app.db.read().await.unwrap().sessions(app.acme.id, app.user_id(&app.anna).await).await.unwrap();
    assert!(rows.is_empty(), "rows of sessions that are over are swept");
}

async fn a_session_ends_with_the_way_it_began_by(app: &App) {
    let anna = app.signed_in(&app.anna).await;
    app.change_settings(json!({ "signins": ["oidc"] })).await;
    anna.get("/api/v1/session").await.problem(401, "unauthorized");
}

async fn a_session_of_the_addin_is_no_cookie(app: &App) {
    let addin = app.session_of(&app.anna, SessionKind::Addin).await;
    app.anybody.with_bearer(&addin.bearer).get("/api/v1/session").await.expect(200);
    by_cookie(&app.anybody, Method::GET, "/api/v1/session", &addin.bearer).await.problem(401, "unauthorized");
    // Nor is an API token.
    by_cookie(&app.anybody, Method::GET, "/api/v1/transfers", app.anna.bearer())
        .await
        .problem(401, "unauthorized");
}

async fn a_cookie_changes_nothing_for_another_site(app: &App) {
    let session = app.session_of(&app.anna, SessionKind::Browser).await.bearer;
    let post = || by_cookie(&app.anybody, Method::POST, "/api/v1/transfers", &session).json(&json!({}));
    by_cookie(&app.anybody, Method::GET, "/api/v1/transfers", &session).await.expect(200);
    for site in ["cross-site", "same-site", "none", ""] {
        post().header("sec-fetch-site", site).await.problem(403, "forbidden");
    }
    for origin in ["https://evil.example", "null", ""] {
        post().header("origin", origin).await.problem(403, "forbidden");
    }
    post().await.problem(403, "forbidden");
    post().header("origin", app.anybody.base()).await.expect(201);
    post().header("sec-fetch-site", "same-origin").await.expect(201);
    // Whoever shows it as bearer is no browser that was led to.
    let anna = app.anybody.with_bearer(&session);
    anna.post_json("/api/v1/transfers", &json!({})).header("sec-fetch-site", "cross-site").await.expect(201);
}

async fn a_tenant_that_asks_for_a_second_factor_asks_everybody(app: &App) {
    let anna = app.signed_in(&app.anna).await;
    let mut tx = app.db.write().await.unwrap();
    let policy = Policy { second_factor_required: true, ..Policy::default() };
    tx.set_policy(app.acme.id, &policy, 0).await.unwrap();
    tx.commit().await.unwrap();
    // She has shown one.
    anna.get("/api/v1/transfers").await.expect(200);
    let user = app.user_id(&app.anna).await;
    let rows = app.db.read().await.unwrap().sessions(app.acme.id, user).await.unwrap();
    let mut tx = app.db.write().await.unwrap();
    let row = &rows[0];
    tx.advance_session(row.id, row.stage, false, row.proved_at, &row.token_hash).await.unwrap();
    tx.commit().await.unwrap();
    // She has not.
    anna.get("/api/v1/transfers").await.problem(401, "unauthorized");
    assert_eq!(anna.get("/api/v1/session").await.expect(200).json()["stage"], "second_factor");
    anna.get("/api/v1/account/sessions").await.problem(401, "unauthorized");
    anna.delete("/api/v1/session").await.expect(204);
}

async fn what_is_no_session_is_answered_alike(app: &App) {
    let mut bearer = app.session_of(&app.anna, SessionKind::Browser).await.bearer;
    let unknown = "ss_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let reference = app.anybody.with_bearer(unknown).get("/api/v1/session").await.expect(401);
    let oversized = format!("ss_{}", "A".repeat(7_000));
    bearer.pop();
    let swapped = app.anna.bearer().replace("sp_", "ss_");
    for text in [bearer.as_str(), "ss_", "ss_x", &oversized, &swapped, "sp_", "st_x", "x"] {
        let answer = app.anybody.with_bearer(text).get("/api/v1/session").await.expect(401);
        assert_eq!(answer.unnamed(), reference.unnamed(), "{text}");
    }
    app.clock.advance(DAY);
    app.anybody.with_bearer(app.anna.bearer()).get("/api/v1/transfers").await.expect(200);
}

async fn a_session_is_stored_as_a_hash(app: &App) {
    let session = app.session_of(&app.anna, SessionKind::Browser).await;
    let rows =
        app.db.read().await.unwrap().sessions(app.acme.id, app.user_id(&app.anna).await).await.unwrap();
    let secret = data_encoding::BASE64URL_NOPAD.decode(&session.bearer.as_bytes()[3..]).unwrap();
    assert_eq!(rows.len(), 1);
    assert_ne!(rows[0].token_hash.as_slice(), secret);
    assert!(!format!("{session:?}").contains(&session.bearer));
}

async fn rows(app: &App) -> usize {
    let user = app.user_id(&app.anna).await;
    app.db.read().await.unwrap().sessions(app.acme.id, user).await.unwrap().len()
}

async fn whoever_begins_too_many_sessions_loses_the_one_unused_the_longest(app: &App) {
    let (used, unused) = (app.signed_in(&app.anna).await, app.signed_in(&app.anna).await);
    app.clock.advance(Duration::from_secs(1));
    let addin = app.session_of(&app.anna, SessionKind::Addin).await;
    for _ in 2..50 {
        app.session_of(&app.anna, SessionKind::Browser).await;
    }
    app.clock.advance(Duration::from_secs(61));
    for client in [&used, &app.anybody.with_bearer(&addin.bearer)] {
        client.get("/api/v1/session").await.expect(200);
    }
    assert_eq!(audited(app, &app.acme, "session.ended").await, 0);
    let newest = app.signed_in(&app.anna).await;
    unused.get("/api/v1/session").await.problem(401, "unauthorized");
    for client in [&used, &newest, &app.anybody.with_bearer(&addin.bearer)] {
        client.get("/api/v1/session").await.expect(200);
    }
    assert_eq!((rows(app).await, audited(app, &app.acme, "session.ended").await), (51, 1));
}

async fn of_many_sessions_begun_at_once_no_more_are_left_than_there_may_be(app: &App) {
    let begun = (0..60).map(|_| app.session_of(&app.anna, SessionKind::Browser));
    futures_util::future::join_all(begun).await;
    assert_eq!((rows(app).await, audited(app, &app.acme, "session.ended").await), (50, 10));
}

async fn sessions_that_have_ended_are_swept(app: &App) {
    let (used, _) = (app.signed_in(&app.anna).await, app.signed_in(&app.anna).await);
    app.clock.advance(7 * HOUR);
    used.get("/api/v1/session").await.expect(200);
    app.run(sealpost_domain::Job::Sweep).await;
    assert_eq!(rows(app).await, 2, "both count");
    app.clock.advance(HOUR);
    app.run(sealpost_domain::Job::Sweep).await;
    assert_eq!(rows(app).await, 1, "one was not used for as long as the tenant lets it lie");
    used.get("/api/v1/session").await.expect(200);
}

mod rules {
    use super::*;

    claims![
        a_tenant_says_how_long_sessions_last with Options {
            policy: Policy {
                session_idle_seconds: 300,
                session_max_seconds: 600,
                ..Policy::default()
            },
            ..Options::default()
        },
    ];

    async fn a_tenant_says_how_long_sessions_last(app: &App) {
        let (used, idle) = (app.signed_in(&app.anna).await, app.signed_in(&app.anna).await);
        app.clock.advance(Duration::from_secs(299));
        used.get("/api/v1/session").await.expect(200);
        app.clock.advance(Duration::from_secs(299));
        idle.get("/api/v1/session").await.problem(401, "unauthorized");
        used.get("/api/v1/session").await.expect(200);
        app.clock.advance(Duration::from_secs(2));
        used.get("/api/v1/session").await.problem(401, "unauthorized");
    }
}
