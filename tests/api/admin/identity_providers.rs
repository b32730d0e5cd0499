//! `/api/v1/admin/identity-providers`

use std::time::Duration;

use sealpost_test_support::{
    app::{App, Method},
    claims,
};
use serde_json::{Value, json};

claims![
    a_provider_is_added_changed_and_removed,
    its_secret_is_shown_to_nobody,
    who_says_where_users_sign_in_is_an_owner_who_has_just_shown_a_credential,
    what_cannot_be_a_provider_is_refused,
];

const PATH: &str = "/api/v1/admin/identity-providers";

fn good() -> Value {
    json!({
        "kind": "oidc", "label": "Acme", "issuer": "https://id.example.org", "client_id": "c",
        "client_secret": "a secret of Acme's", "for_users": true, "domains": ["Example.ORG", "acme.example"],
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut new = good();
    new[name] = value;
    new
}

async fn a_provider_is_added_changed_and_removed(app: &App) {
    let owner = app.signed_in(&app.admin).await;
    let answer = owner.post_json(PATH, &good()).await.expect(201);
    let added = answer.json();
    let id = added["id"].as_str().unwrap();
    let path = format!("{PATH}/{id}");
    assert_eq!(answer.header("location"), Some(format!("{}{path}", owner.base()).as_str()));
    assert_eq!(added["redirect_uri"], format!("{}/signin/oidc/{id}/callback", owner.base()));
    assert_eq!(added["domains"], json!(["acme.example", "example.org"]));
    assert_eq!((&added["enabled"], &added["for_recipients"]), (&json!(true), &json!(false)));
    assert_eq!(app.admin.get(PATH).await.expect(200).json()["identity_providers"], json!([added]));
    let change = json!({ "label": "ACME", "for_recipients": true, "enabled": false, "domains": [] });
    let changed = owner.request(Method::PATCH, &path).json(&change).await.expect(200).json();
    let mut expected = added.clone();
    for (name, value) in change.as_object().unwrap() {
        expected[name] = value.clone();
    }
    assert_eq!(changed, expected);
    assert_eq!(owner.get(&path).await.expect(200).json(), expected);
    // Nothing of it is there for another tenant.
    let rival = app.signed_in(&app.rival).await;
    assert_eq!(rival.get(PATH).await.expect(200).json()["identity_providers"], json!([]));
    rival.get(&path).await.problem(404, "not_found");
    rival.request(Method::PATCH, &path).json(&change).await.problem(404, "not_found");
    rival.delete(&path).await.problem(404, "not_found");
    let link = json!({ "user_id": app.user_id(&app.gina).await, "subject": "x" });
    rival.post_json(&format!("{path}/links"), &link).await.problem(404, "not_found");
    owner.delete(&path).await.expect(204);
    owner.delete(&path).await.problem(404, "not_found");
    owner.get(&path).await.problem(404, "not_found");
}

async fn its_secret_is_shown_to_nobody(app: &App) {
    let owner = app.signed_in(&app.admin).await;
    let added = owner.post_json(PATH, &good()).await.expect(201);
    assert!(!added.text().contains("a secret of"));
    assert_eq!(added.json()["has_client_secret"], true);
    let path = format!("{PATH}/{}", added.json()["id"].as_str().unwrap());
    for path in [PATH, &path] {
        assert!(!owner.get(path).await.expect(200).text().contains("a secret of"));
    }
    let rows = app.db.read().await.unwrap().identity_providers(app.acme.id).await.unwrap();
    let sealed = rows[0].client_secret.clone().unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("secret"), "it is sealed");
    let kept = owner.request(Method::PATCH, &path).json(&json!({ "label": "x" })).await.expect(200).json();
    assert_eq!(kept["has_client_secret"], true);
    let gone =
        owner.request(Method::PATCH, &path).json(&json!({ "client_secret": "" })).await.expect(200).json();
    assert_eq!(gone["has_client_secret"], false);
    let log = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    assert!(log.iter().filter(|entry| entry.kind.starts_with("provider.")).count() == 3);
    assert!(log.iter().all(|entry| !entry.payload.contains("a secret of")));
}

async fn who_says_where_users_sign_in_is_an_owner_who_has_just_shown_a_credential(app: &App) {
    let owner = app.signed_in(&app.admin).await;
    let new = json!({ "email": "deputy@acme.example", "role": "admin" });
    owner.post_json("/api/v1/admin/users", &new).await.expect(201);
    let deputy = app.client_of(&app.acme, "deputy@acme.example").await;
    // Whoever says where users sign in can be any of them, an owner too.
    deputy.post_json(PATH, &good()).await.problem(403, "forbidden");
    let for_recipients = json!({
        "kind": "oidc", "label": "x", "issuer": "https://id.example.org", "client_id": "c", "for_recipients": true,
    });
    let added = deputy.post_json(PATH, &for_recipients).await.expect(201).json();
    let path = format!("{PATH}/{}", added["id"].as_str().unwrap());
    let change = json!({ "for_users": true });
    deputy.request(Method::PATCH, &path).json(&change).await.problem(403, "forbidden");
    owner.request(Method::PATCH, &path).json(&change).await.expect(200);
    deputy.request(Method::PATCH, &path).json(&json!({ "for_users": false })).await.problem(403, "forbidden");
    deputy.delete(&path).await.problem(403, "forbidden");
    let admin = app.user_id(&app.admin).await;
    let link = json!({ "user_id": admin, "subject": "deputy" });
    deputy.post_json(&format!("{path}/links"), &link).await.problem(403, "forbidden");
    app.admin.post_json(PATH, &good()).await.problem(403, "step_up_needed");
    app.signed_in(&app.anna).await.get(PATH).await.problem(403, "forbidden");
    app.anybody.get(PATH).await.problem(401, "unauthorized");
    app.clock.advance(Duration::from_secs(600));
    owner.post_json(PATH, &good()).await.problem(403, "step_up_needed");
    owner.delete(&path).await.problem(403, "step_up_needed");
    owner.get(&path).await.expect(200);
}

async fn what_cannot_be_a_provider_is_refused(app: &App) {
    let owner = app.signed_in(&app.admin).await;
    let directory = json!("aaaaaaaa-0000-4000-8000-00000000000a");
    for new in [
        with("kind", json!("saml")),
        with("label", json!("")),
        with("label", json!(" x")),
        with("label", json!("a\nb")),
        with("label", json!("x".repeat(101))),
        with("issuer", json!(null)),
        with("issuer", json!("http://id.example.org")),
        with("issuer", json!("https://id.example.org?x")),
        with("issuer", json!("file:///etc/passwd")),
        with("issuer", json!(format!("https://id.example.org/{}", "x".repeat(600)))),
        with("client_id", json!("")),
        with("client_id", json!("a b")),
        with("client_secret", json!("")),
        with("client_secret", json!("x".repeat(1_001))),
        with("entra_tenant", directory),
        with("domains", json!(["example"])),
        with("domains", json!(["*.example.org"])),
        with("for_users", json!(false)),
        with("for_users", json!("yes")),
        with("secret", json!("x")),
        json!({ "kind": "oidc", "label": "x", "issuer": "https://id.example.org", "client_id": "c",
            "for_users": true, "provisions": true }),
        json!({ "kind": "entra", "label": "x", "client_id": "c", "for_users": true }),
        json!({ "kind": "entra", "label": "x", "client_id": "c", "for_users": true,
            "entra_tenant": "9188040d-6c67-4c5b-b112-36a304b66dad" }),
        json!([]),
    ] {
        owner.post_json(PATH, &new).await.problem(400, "invalid_request");
    }
    assert_eq!(owner.get(PATH).await.expect(200).json()["identity_providers"], json!([]));
}
