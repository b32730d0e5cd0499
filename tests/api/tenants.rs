//! What belongs to one is not there for another: every route of the API, asked by everybody whose it is not.

use std::collections::BTreeSet;

use sealpost_auth::{AuthError, NewToken};
use sealpost_domain::{Scope, Scopes};
use sealpost_test_support::{
    app::{App, DAY},
    claims,
};
use serde_json::json;

use crate::{
    people::audited,
    requests::{Uploader, asked},
    support::operator,
    walk::{Belongings, Guard, Route},
};

claims![
    nothing_of_one_tenant_is_there_for_another,
    nothing_of_a_sender_is_there_for_his_colleague,
    nothing_is_there_for_who_shows_nothing_or_something_else,
    a_token_that_was_taken_back_is_none,
];

/// Acme's owner, signed in a moment ago, has every right that there is, in Acme.
async fn nothing_of_one_tenant_is_there_for_another(app: &App) {
    let of = Belongings::of_globex(app).await;
    let own = app.anna.sent(&[("a", b"a")]).await.link().enter().await;
    let (_, token) = asked(app, &json!({})).await;
    let own_submission = Uploader::begun(app, &token).await;
    let before = of.snapshot(app).await;
    let mut asked = BTreeSet::new();
    for route in Route::guarded(app).await {
        // A route that ends the caller's own session takes one of its own.
        let owner = app.signed_in(&app.admin).await;
        match route.guard {
            Guard::Grant => {
                // A delivery is named by a grant for it; another's is none.
                for other in [app.anybody.with_bearer(&own.grant), owner] {
                    route.refused(&route.request(app, &other, &of).await, 401, "unauthorized");
                }
            }
            Guard::Submission => {
                let uploader = &own_submission.sender;
                route.refused(&route.request(app, uploader, &of).await, 404, "not_found");
                route.refused(&route.request(app, &owner, &of).await, 401, "unauthorized");
            }
            Guard::User if route.names_something() => {
                route.refused(&route.request(app, &owner, &of).await, 404, "not_found");
            }
            Guard::User => {
                let answer = route.request(app, &owner, &of).await;
                let is_answered =
                    ![405, 500].contains(&answer.status) && (answer.status != 404 || route.wants_proof());
                let knows_him = answer.status != 401 || answer.json()["code"] == "credentials_wrong";
                assert!(is_answered && knows_him, "{answer:?}");
                assert!(!of.is_in(&answer.text()), "{}", answer.asked);
            }
        }
        asked.insert(route.to_string());
    }
    assert_eq!(asked.len(), Route::guarded(app).await.len());
    assert_eq!(of.snapshot(app).await, before, "and nothing of it has changed");
    // Each of these requests is good when it is theirs: the same walk, asked by the owner of Globex, finds everything.
    for route in Route::guarded(app).await {
        let client = match route.guard {
            Guard::Grant => app.anybody.with_bearer(&of.grant),
            Guard::Submission => app.anybody.with_bearer(&of.submission_grant),
            Guard::User => app.signed_in(&app.rival).await,
        };
        let answer = route.request(app, &client, &of).await;
        let fits =
            if route.wants_proof() { answer.status < 500 } else { ![400, 401].contains(&answer.status) };
        assert!(fits && answer.status != 405, "{answer:?}");
    }
}

async fn nothing_of_a_sender_is_there_for_his_colleague(app: &App) {
    let of = Belongings::of_globex(app).await;
    // An owner whose token is not for administration is a sender like any other.
    let colleague = app.token_of(&app.rival, Scopes::new([Scope::Send, Scope::Read])).await;
    let before = of.snapshot(app).await;
    for route in Route::guarded(app).await {
        let answer = route.request(app, &colleague, &of).await;
        match route.guard {
            Guard::Grant | Guard::Submission => route.refused(&answer, 401, "unauthorized"),
            Guard::User if route.is_for_programs_of_senders() && route.names_something() => {
                route.refused(&answer, 404, "not_found");
            }
            Guard::User if route.is_for_programs_of_senders() => {
                assert!(!answer.text().contains(&of.transfer), "{}", answer.asked);
            }
            Guard::User => assert!([403, 404].contains(&answer.status), "{answer:?}"),
        }
    }
    assert_eq!(of.snapshot(app).await, before);
    app.rival.transfer(&of.transfer).await;
}

async fn nothing_is_there_for_who_shows_nothing_or_something_else(app: &App) {
    let of = Belongings::of_globex(app).await;
    let before = of.snapshot(app).await;
    let half = &app.gina.bearer()[..20];
    let no_session = app.gina.bearer().replace("sp_", "ss_");
    for route in Route::guarded(app).await {
        route.refused(&route.request(app, &app.anybody, &of).await, 401, "unauthorized");
        // A grant is no token, and a token no grant.
        let other = if route.guard == Guard::User { &of.grant } else { app.gina.bearer() };
        let unknown = "sp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        for wrong in ["x", half, unknown, &no_session, &of.recipient, &of.transfer, other] {
            let client = app.anybody.with_bearer(wrong);
            route.refused(&route.request(app, &client, &of).await, 401, "unauthorized");
        }
        if route.guard == Guard::Grant || !route.path.contains("submission") && !route.takes_uploads() {
            let client = app.anybody.with_bearer(&of.submission_grant);
            route.refused(&route.request(app, &client, &of).await, 401, "unauthorized");
        }
    }
    assert_eq!(of.snapshot(app).await, before);
}

async fn a_token_that_was_taken_back_is_none(app: &App) {
    let sent = app.gina.sent(&[("g", b"gina's")]).await;
    let session = app.auth.sender(app.gina.bearer()).await.unwrap();
    let scopes = Scopes::new([Scope::Send, Scope::Read]);
    let token = NewToken {
        user: session.user(),
        label: "short".to_owned(),
        scopes,
        expires_at: sealpost_domain::Clock::now(&app.clock) + DAY,
    };
    let (own, other) = (operator(app, &app.globex).await, operator(app, &app.acme).await);
    let token = app.auth.issue_token(&own, token).await.unwrap();
    let client = app.anybody.with_bearer(&token.bearer);
    let path = format!("/api/v1/transfers/{}", sent.id);
    client.get(&path).await.expect(200);
    let issued = audited(app, &app.globex, "token.issued").await;
    // Only its own tenant takes it back.
    assert!(!app.auth.revoke_token(&other, token.id).await.unwrap());
    client.get(&path).await.expect(200);
    assert_eq!(audited(app, &app.acme, "token.revoked").await, 0);
    assert!(app.auth.revoke_token(&own, token.id).await.unwrap());
    assert!(!app.auth.revoke_token(&own, token.id).await.unwrap(), "it was taken back before");
    client.get(&path).await.problem(401, "unauthorized");
    // Both are in the log, and nothing of what was refused.
    assert_eq!(audited(app, &app.globex, "token.issued").await, issued);
    let entries = app.db.read().await.unwrap().audit_after(app.globex.id, 0, 1_000).await.unwrap();
    let of_token: Vec<_> =
        entries.iter().filter(|entry| entry.payload.contains(&token.id.to_string())).collect();
    let kinds: Vec<_> = of_token.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["token.issued", "token.revoked"]);
    for entry in of_token {
        assert!(entry.payload.contains(r#""by":"operator""#), "{}", entry.payload);
        assert!(!entry.payload.contains(&token.bearer[3..]), "the secret is in no log");
    }
    // Nor does he make one for somebody of another tenant.
    let theirs = NewToken {
        user: app.user_id(&app.anna).await,
        label: "theirs".to_owned(),
        scopes: Scopes::new([Scope::Read]),
        expires_at: sealpost_domain::Clock::now(&app.clock) + DAY,
    };
    assert!(matches!(app.auth.issue_token(&own, theirs).await, Err(AuthError::NotFound)));
    assert_eq!(audited(app, &app.globex, "token.issued").await, issued);
}
