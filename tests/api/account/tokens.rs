//! `/api/v1/account/tokens`

use std::time::Duration;

use sealpost_test_support::{
    app::{App, DAY},
    claims,
};
use serde_json::json;

use crate::support::from_now;

claims![
    a_token_of_ones_own_works_and_is_taken_back,
    a_token_is_never_more_than_its_maker,
    a_token_takes_a_credential_shown_a_moment_ago,
    what_cannot_be_a_token_is_refused,
    a_token_says_when_it_was_used_last,
];

async fn a_token_of_ones_own_works_and_is_taken_back(app: &App) {
    let anna = app.signed_in(&app.anna).await;
    let wish = json!({ "label": "scanner", "scopes": ["send"], "expires_at": from_now(app, DAY) });
    let issued = anna.post_json("/api/v1/account/tokens", &wish).await.expect(201).json();
    let scanner = app.anybody.with_bearer(issued["token"].as_str().unwrap());
    scanner.post_json("/api/v1/transfers", &json!({})).await.expect(201);
    let list = anna.get("/api/v1/account/tokens").await.expect(200).json();
    let entry = list["tokens"].as_array().unwrap().iter().find(|token| token["id"] == issued["id"]).unwrap();
    assert_eq!((&entry["label"], &entry["scopes"]), (&json!("scanner"), &json!(["send"])));
    assert!(entry.get("token").is_none(), "its secret was shown once");
    let path = format!("/api/v1/account/tokens/{}", issued["id"].as_str().unwrap());
    app.signed_in(&app.otto).await.delete(&path).await.problem(404, "not_found");
    app.signed_in(&app.gina).await.delete(&path).await.problem(404, "not_found");
    anna.delete(&path).await.expect(204);
    scanner.get("/api/v1/transfers").await.problem(401, "unauthorized");
    anna.delete(&path).await.problem(404, "not_found");
}

async fn a_token_is_never_more_than_its_maker(app: &App) {
    let anna = app.signed_in(&app.anna).await;
    for scope in ["admin", "audit", "scim"] {
        let wish = json!({ "label": "x", "scopes": ["send", scope], "expires_at": from_now(app, DAY) });
        anna.post_json("/api/v1/account/tokens", &wish).await.problem(403, "forbidden");
    }
    let admin = app.signed_in(&app.admin).await;
    let wish = json!({ "label": "x", "scopes": ["admin"], "expires_at": from_now(app, DAY) });
    admin.post_json("/api/v1/account/tokens", &wish).await.expect(201);
}

async fn a_token_takes_a_credential_shown_a_moment_ago(app: &App) {
    let anna = app.signed_in(&app.anna).await;
    app.clock.advance(Duration::from_secs(600));
    let wish = json!({ "label": "x", "scopes": ["send"], "expires_at": from_now(app, DAY) });
    anna.post_json("/api/v1/account/tokens", &wish).await.problem(403, "step_up_needed");
}

async fn what_cannot_be_a_token_is_refused(app: &App) {
    let anna = app.signed_in(&app.anna).await;
    let before = anna.get("/api/v1/account/tokens").await.expect(200).json();
    let (soon, past, far) = (from_now(app, DAY), from_now(app, Duration::ZERO), from_now(app, 400 * DAY));
    app.clock.advance(Duration::from_secs(1));
    for wish in [
        json!({ "label": "", "scopes": ["send"], "expires_at": soon }),
        json!({ "label": "x".repeat(129), "scopes": ["send"], "expires_at": soon }),
        json!({ "label": "a\nb", "scopes": ["send"], "expires_at": soon }),
        json!({ "label": "x", "scopes": [], "expires_at": soon }),
        json!({ "label": "x", "scopes": ["root"], "expires_at": soon }),
        json!({ "label": "x", "scopes": ["send"], "expires_at": past }),
        json!({ "label": "x", "scopes": ["send"], "expires_at": far }),
        json!({ "label": "x", "scopes": ["send"], "expires_at": soon, "user": "otto" }),
        json!({ "label": "x" }),
    ] {
        anna.post_json("/api/v1/account/tokens", &wish).await.problem(400, "invalid_request");
    }
    assert_eq!(anna.get("/api/v1/account/tokens").await.expect(200).json(), before);
}

async fn a_token_says_when_it_was_used_last(app: &App) {
    let anna = app.signed_in(&app.anna).await;
    let wish = json!({ "label": "scanner", "scopes": ["send"], "expires_at": from_now(app, DAY) });
    let issued = anna.post_json("/api/v1/account/tokens", &wish).await.expect(201).json();
    let scanner = app.anybody.with_bearer(issued["token"].as_str().unwrap());
    let last_used = async || {
        let list = anna.get("/api/v1/account/tokens").await.expect(200).json();
        let tokens = list["tokens"].as_array().unwrap().clone();
        tokens.into_iter().find(|token| token["id"] == issued["id"]).unwrap()["last_used_at"].clone()
    };
    assert_eq!(last_used().await, json!(null));
    for (wait, exact) in [(0, true), (59, false), (1, true)] {
        app.clock.advance(Duration::from_secs(wait));
        scanner.get("/api/v1/transfers").await.expect(200);
        let now = json!(from_now(app, Duration::ZERO));
        assert_eq!(last_used().await == now, exact, "within a minute");
    }
}
