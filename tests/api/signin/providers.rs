//! `GET /api/v1/signin/providers`

use sealpost_test_support::{
    app::{App, Method},
    claims,
};
use serde_json::json;

claims![a_tenants_providers_are_listed_for_those_who_want_to_sign_in];

async fn a_tenants_providers_are_listed_for_those_who_want_to_sign_in(app: &App) {
    let owner = app.signed_in(&app.admin).await;
    let mut new = json!({
        "kind": "oidc", "label": "Acme", "issuer": "https://id.example.org", "client_id": "c", "for_users": true,
    });
    let added = owner.post_json("/api/v1/admin/identity-providers", &new).await.expect(201).json();
    new["for_users"] = json!(false);
    new["for_recipients"] = json!(true);
    owner.post_json("/api/v1/admin/identity-providers", &new).await.expect(201);
    let list = async |tenant: &str| {
        let path = format!("/api/v1/signin/providers?tenant={tenant}");
        app.anybody.get(&path).await.expect(200).json()["providers"].clone()
    };
    let id = added["id"].as_str().unwrap();
    let url = format!("{}/signin/oidc/{id}", app.anybody.base());
    assert_eq!(list("acme").await, json!([{ "id": id, "label": "Acme", "url": url }]));
    for other in ["globex", "nobody", "%20", &"x".repeat(5_000)] {
        assert_eq!(list(other).await, json!([]), "{other:.10}");
    }
    app.anybody.get("/api/v1/signin/providers").await.problem(400, "invalid_request");
    let path = format!("/api/v1/admin/identity-providers/{id}");
    owner.request(Method::PATCH, &path).json(&json!({ "enabled": false })).await.expect(200);
    assert_eq!(list("acme").await, json!([]));
}
