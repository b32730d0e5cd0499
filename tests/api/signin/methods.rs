//! `GET /api/v1/signin/methods`

use sealpost_test_support::{app::App, claims};
use serde_json::json;

claims![how_one_may_sign_in_is_said_alike_for_tenants_that_do_not_exist, a_tenant_says_which_ways_count];

async fn how_one_may_sign_in_is_said_alike_for_tenants_that_do_not_exist(app: &App) {
    let of = async |tenant: &str| {
        app.anybody.get(&format!("/api/v1/signin/methods?tenant={tenant}")).await.expect(200).text()
    };
    let known = of("acme").await;
    for unknown in ["nobody", "", "%00", "..%2F..", &"x".repeat(500)] {
        assert_eq!(of(unknown).await, known, "{unknown}");
    }
    app.anybody.get("/api/v1/signin/methods").await.problem(400, "invalid_request");
    app.anybody.get("/api/v1/signin/methods?tenant=a&x=1").await.problem(400, "invalid_request");
}

async fn a_tenant_says_which_ways_count(app: &App) {
    app.change_settings(json!({ "signins": ["oidc"] })).await;
    let methods = app.anybody.get("/api/v1/signin/methods?tenant=acme").await.expect(200).json();
    assert_eq!((&methods["password"], &methods["passkey"]), (&false.into(), &false.into()));
}
