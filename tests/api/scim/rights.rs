//! Who may keep a directory: API clients with the scope for it, and nobody else.

use sealpost_domain::{Role, Scope, Scopes};
use sealpost_test_support::{
    app::{App, HOUR, Method},
    claims,
};
use serde_json::json;

use super::{Directory, refused};

claims![
    nobody_else_gets_in_and_all_hear_the_same,
    a_directory_does_nothing_else,
    another_tenants_users_are_not_there,
    a_directory_ends_with_its_client_its_user_and_its_hour,
];

const PATHS: &[&str] =
    &["/Users", "/Groups", "/ServiceProviderConfig", "/Schemas", "/ResourceTypes", "/Users/x", "/Groups/x"];

async fn nobody_else_gets_in_and_all_hear_the_same(app: &App) {
    let directory = Directory::acme(app).await;
    let good = directory.client.bearer().to_owned();
    let mut answers = Vec::new();
    for text in [
        "x",
        "sc_",
        &good[..good.len() - 1],
        &format!("{good}A"),
        &good.replacen("sc_", "st_", 1),
        &format!("sc_{}", "A".repeat(4_000)),
    ] {
        for path in PATHS {
            let answer = app.anybody.with_bearer(text).get(&format!("/scim/v2{path}")).await;
            refused(&answer, 401);
            answers.push(answer.unnamed());
        }
    }
    answers.push(app.anybody.get("/scim/v2/Users").await.text());
    answers.dedup();
    assert_eq!(answers.len(), 1);
    // A person, and a token of his own with this scope, are none: what a directory does is done by a program that is known.
    let scim = app.token_of(&app.admin, Scopes::new([Scope::Scim, Scope::Admin])).await;
    let session = app.signed_in(&app.admin).await;
    for client in [&*app.anna, &*app.admin, &*scim, &session] {
        refused(&client.get("/scim/v2/Users").await, 403);
    }
}

async fn a_directory_does_nothing_else(app: &App) {
    let directory = Directory::acme(app).await;
    for path in [
        "/api/v1/transfers",
        "/api/v1/admin/users",
        "/api/v1/admin/policy",
        "/api/v1/session",
        "/api/v1/account/tokens",
        "/api/v1/admin/clients",
    ] {
        directory.client.get(path).await.problem(403, "forbidden");
    }
}

async fn another_tenants_users_are_not_there(app: &App) {
    let rival = Directory::of(app, &app.rival).await;
    let anna = format!("/Users/{}", app.user_id(&app.anna).await);
    refused(&rival.get(&anna).await, 404);
    refused(&rival.delete(&anna).await, 404);
    refused(&rival.patch(&anna, &json!([{ "op": "replace", "path": "active", "value": false }])).await, 404);
    let body = super::entra_user("anna");
    refused(&rival.send(Method::PUT, &anna, &body).await, 404);
    let names = rival.found("userName pr").await;
    assert!(names.iter().all(|name| name.ends_with("@globex.example")), "{names:?}");
    app.anna.get("/api/v1/transfers").await.expect(200);
}

async fn a_directory_ends_with_its_client_its_user_and_its_hour(app: &App) {
    let grant = app.auth.danger_operator(&app.acme).await.unwrap();
    let directory = Directory::acme(app).await;
    directory.get("/Users").await.expect(200);
    app.clock.advance(HOUR);
    refused(&directory.get("/Users").await, 401);
    let directory = Directory::acme(app).await;
    let second = "second@acme.example".parse().unwrap();
    app.tenancy().create_user(&grant, &second, "", Role::Owner).await.unwrap();
    let owner = app.user_id(&app.admin).await;
    let change = sealpost_tenancy::UserChange { role: Some(Role::Sender), ..Default::default() };
    app.tenancy().change_user(&grant, owner, change).await.unwrap();
    refused(&directory.get("/Users").await, 403);
    let change = sealpost_tenancy::UserChange { role: Some(Role::Admin), ..Default::default() };
    app.tenancy().change_user(&grant, owner, change).await.unwrap();
    directory.get("/Users").await.expect(200);
    let clients = app.auth.api_clients(&grant).await.unwrap();
    app.auth.revoke_api_client(&grant, clients[1].id).await.unwrap();
    refused(&directory.get("/Users").await, 401);
}
