//! What belongs to one is not there for another: every route of the API, asked by everybody whose it is not.

use std::{collections::BTreeSet, sync::Arc};

use sealpost_domain::Policy;
use sealpost_sealed::SystemRandom;
use sealpost_tenancy::{Tenancy, TenancyError};
use sealpost_test_support::{
    app::{Answer, App, Client, DAY, Method, Request},
    claims,
    faulty_store::{Effect, Gate, Operation, When},
};
use serde_json::{Value, json};

use crate::support::from_now;

claims![
    nothing_of_one_tenant_is_there_for_another,
    nothing_of_a_sender_is_there_for_his_colleague,
    nothing_is_there_for_who_shows_nothing_or_something_else,
    a_token_that_was_taken_back_is_none,
    a_store_that_is_slow_to_make_a_container_holds_up_nobody,
    a_tenant_that_was_refused_leaves_no_container,
];

/// What there is of Gina's.
struct Belongings {
    transfer: String,
    draft: String,
    recipient: String,
    upload: String,
    file: String,
    grant: String,
}

async fn belongings(app: &App) -> Belongings {
    let draft = app.gina.draft().await;
    let upload = app.gina.upload(&draft, "g", 5).await;
    let sent = app.gina.sent(&[("g", b"gina's")]).await;
    let visit = sent.link().enter().await;
    Belongings {
        transfer: sent.id.clone(),
        draft,
        recipient: sent.link().recipient.clone(),
        upload: upload.rsplit('/').next().unwrap().to_owned(),
        file: visit.delivery["files"][0]["id"].as_str().unwrap().to_owned(),
        grant: visit.grant,
    }
}

/// The routes of the API that ask for a token or a grant: method, path, and which of the two.
async fn guarded_routes(app: &App) -> Vec<(Method, String, &'static str)> {
    let description = app.anybody.get("/api/v1/openapi.json").await.expect(200).json();
    let mut routes = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(security) = operation.get("security").and_then(Value::as_array) else { continue };
            // A grant may be shown there, and none has to be.
            if security.contains(&json!({})) {
                continue;
            }
            let asks =
                if security.iter().any(|scheme| scheme.get("token").is_some()) { "token" } else { "grant" };
            routes.push((method.to_uppercase().parse().unwrap(), path.clone(), asks));
        }
    }
    assert!(routes.len() >= 18, "{}", routes.len());
    routes
}

/// A request to a route about somebody's belongings, good in all but who asks.
fn request(app: &App, client: &Client, route: &(Method, String, &str), of: &Belongings) -> Request {
    let (method, path, _) = route;
    let transfer = if path.ends_with("/files") || path.ends_with("/send") { &of.draft } else { &of.transfer };
    let path = path
        .replace("{transfer_id}", transfer)
        .replace("{recipient_id}", &of.recipient)
        .replace("{delivery_id}", &of.recipient)
        .replace("{upload_id}", &of.upload)
        .replace("{file_id}", &of.file);
    assert!(!path.contains('{'), "{path}: this test does not know what stands there");
    let request = client.request(method.clone(), &path).header("tus-resumable", "1.0.0");
    let bytes = "application/offset+octet-stream";
    match (method.as_str(), path.rsplit('/').next().unwrap()) {
        ("POST", "files") => request.header("upload-length", "1").header("content-type", bytes).body("x"),
        ("PATCH", _) => request.header("upload-offset", "0").header("content-type", bytes).body("x"),
        ("POST", "extend") => request.json(&json!({"expires_at": from_now(app, 5 * DAY)})),
        ("POST", "recipients") => request.json(&json!({"email": "eve@example.org"})),
        ("POST", "transfers") => request.json(&json!({})),
        ("POST", last) if last == of.upload => request
            .header("x-http-method-override", "PATCH")
            .header("upload-offset", "0")
            .header("content-type", bytes)
            .body("x"),
        _ => request,
    }
}

/// Whether the route is about a collection of the caller's own and names nothing of anybody's.
fn is_own(path: &str) -> bool {
    path == "/api/v1/transfers"
}

fn refused(answer: &Answer, status: u16, code: &str) {
    if answer.asked.starts_with("HEAD") {
        answer.bare(status);
    } else {
        answer.problem(status, code);
    }
    assert_eq!(answer.header("upload-offset"), None, "{}", answer.asked);
}

/// Everything of Gina's, as she sees it.
async fn snapshot(app: &App, of: &Belongings) -> Vec<Value> {
    let list = app.gina.get("/api/v1/transfers").await.expect(200).json();
    vec![app.gina.transfer(&of.transfer).await, app.gina.transfer(&of.draft).await, list]
}

async fn nothing_of_one_tenant_is_there_for_another(app: &App) {
    let of = belongings(app).await;
    let own = app.anna.sent(&[("a", b"a")]).await.link().enter().await;
    let before = snapshot(app, &of).await;
    let mut asked = BTreeSet::new();
    for route in guarded_routes(app).await {
        for stranger in [&app.anna, &app.admin] {
            match route.2 {
                "token" if is_own(&route.1) => {
                    let answer = request(app, stranger, &route, &of).await;
                    assert!(!answer.text().contains(&of.transfer), "{}", answer.asked);
                }
                "token" => refused(&request(app, stranger, &route, &of).await, 404, "not_found"),
                // A delivery is named by a grant for it; another's is none.
                _ => {
                    let other = app.anybody.with_bearer(&own.grant);
                    refused(&request(app, &other, &route, &of).await, 401, "unauthorized");
                    refused(&request(app, stranger, &route, &of).await, 401, "unauthorized");
                }
            }
        }
        asked.insert(format!("{} {}", route.0, route.1));
    }
    assert_eq!(asked.len(), guarded_routes(app).await.len());
    assert_eq!(snapshot(app, &of).await, before, "and nothing of it has changed");
    // Each of these requests is good when it is hers: the same walk, asked by Gina, finds everything.
    for route in guarded_routes(app).await {
        let client =
            if route.2 == "token" { (*app.gina).clone() } else { app.anybody.with_bearer(&of.grant) };
        let answer = request(app, &client, &route, &of).await;
        assert!(
            ![401, 404, 405].contains(&answer.status) || answer.asked.contains(&of.draft) || gone(&answer),
            "{answer:?}"
        );
    }
}

/// Whether something is not there because the walk itself has removed it before.
fn gone(answer: &Answer) -> bool {
    [404, 410].contains(&answer.status)
}

async fn nothing_of_a_sender_is_there_for_his_colleague(app: &App) {
    let of = belongings(app).await;
    let scopes = sealpost_domain::Scopes::new([sealpost_domain::Scope::Send, sealpost_domain::Scope::Read]);
    // An owner whose token is not for administration is a sender like any other.
    let colleague = app.token_of(&app.rival, scopes).await;
    let before = snapshot(app, &of).await;
    for route in guarded_routes(app).await {
        match route.2 {
            "token" if is_own(&route.1) => {
                let answer = request(app, &colleague, &route, &of).await;
                assert!(!answer.text().contains(&of.transfer), "{}", answer.asked);
            }
            "token" => refused(&request(app, &colleague, &route, &of).await, 404, "not_found"),
            _ => refused(&request(app, &colleague, &route, &of).await, 401, "unauthorized"),
        }
    }
    assert_eq!(snapshot(app, &of).await, before);
    app.rival.transfer(&of.transfer).await;
}

async fn nothing_is_there_for_who_shows_nothing_or_something_else(app: &App) {
    let of = belongings(app).await;
    let before = snapshot(app, &of).await;
    let half = &app.gina.bearer()[..20];
    for route in guarded_routes(app).await {
        refused(&request(app, &app.anybody, &route, &of).await, 401, "unauthorized");
        for wrong in
            ["x", half, "sp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &of.recipient, &of.transfer]
        {
            refused(&request(app, &app.anybody.with_bearer(wrong), &route, &of).await, 401, "unauthorized");
        }
        // A grant is no token, and a token no grant.
        let other = if route.2 == "token" { &of.grant } else { app.gina.bearer() };
        refused(&request(app, &app.anybody.with_bearer(other), &route, &of).await, 401, "unauthorized");
    }
    assert_eq!(snapshot(app, &of).await, before);
}

async fn a_token_that_was_taken_back_is_none(app: &App) {
    let of = belongings(app).await;
    let session = app.auth.sender(app.gina.bearer()).await.unwrap();
    let scopes = sealpost_domain::Scopes::new([sealpost_domain::Scope::Send, sealpost_domain::Scope::Read]);
    let token = sealpost_auth::NewToken {
        tenant: session.tenant(),
        user: session.user(),
        label: "short".to_owned(),
        scopes,
        expires_at: sealpost_domain::Clock::now(&app.clock) + DAY,
    };
    let token = app.auth.issue_token(token).await.unwrap();
    let client = app.anybody.with_bearer(&token.bearer);
    let path = format!("/api/v1/transfers/{}", of.transfer);
    client.get(&path).await.expect(200);
    // Only its own tenant takes it back.
    assert!(!app.auth.revoke_token(app.acme.id, token.id).await.unwrap());
    client.get(&path).await.expect(200);
    assert!(app.auth.revoke_token(app.globex.id, token.id).await.unwrap());
    client.get(&path).await.problem(401, "unauthorized");
}

fn tenancy(app: &App) -> Tenancy {
    let (blobs, clock, random) = (app.blobs.clone(), app.clock.clone(), SystemRandom);
    Tenancy::new(app.db.clone(), blobs, app.keys.clone(), Arc::new(clock), Arc::new(random))
}

async fn a_store_that_is_slow_to_make_a_container_holds_up_nobody(app: &App) {
    let gate = Gate::closed();
    app.blobs.inject(Operation::CreateContainer, When::Nth(1), Effect::Hold(gate.clone()));
    let tenancy = tenancy(app);
    let making = tokio::spawn(async move {
        tenancy.create_tenant("umbrella".parse().unwrap(), "Umbrella".to_owned(), Policy::default()).await
    });
    gate.arrival().await;
    // SQLite has one writer at a time.
    app.anna.draft().await;
    gate.open();
    let made = making.await.unwrap().unwrap();
    let row = app.db.read().await.unwrap().tenant(made.id).await.unwrap();
    assert_eq!(row.unwrap().container, made.container);
}

async fn a_tenant_that_was_refused_leaves_no_container(app: &App) {
    let refused =
        tenancy(app).create_tenant(app.acme.slug.clone(), "again".to_owned(), Policy::default()).await;
    assert!(matches!(refused, Err(TenancyError::AlreadyExists)), "{refused:?}");
    let calls = [Operation::CreateContainer, Operation::DeleteContainer].map(|call| app.blobs.calls(call));
    assert_eq!(calls, [3, 1], "two tenants of the test, and the refused one");
}
