//! `/api/v1/admin/policy`

use std::time::Duration;

use sealpost_test_support::{
    app::{App, Method},
    claims,
};
use serde_json::json;

claims![
    rules_are_read_and_set_by_admins_who_have_just_shown_a_credential,
    rules_that_cannot_be_kept_change_nothing,
];

async fn rules_are_read_and_set_by_admins_who_have_just_shown_a_credential(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    let mut policy = admin.get("/api/v1/admin/policy").await.expect(200).json();
    policy["max_files"] = json!(3);
    admin.request(Method::PUT, "/api/v1/admin/policy").json(&policy).await.expect(200);
    assert_eq!(app.admin.get("/api/v1/admin/policy").await.expect(200).json()["max_files"], 3);
    // A program has nothing to show.
    app.admin.request(Method::PUT, "/api/v1/admin/policy").json(&policy).await.problem(403, "step_up_needed");
    app.signed_in(&app.anna).await.get("/api/v1/admin/policy").await.problem(403, "forbidden");
    assert_ne!(app.rival.get("/api/v1/admin/policy").await.expect(200).json()["max_files"], 3);
    app.clock.advance(Duration::from_secs(600));
    admin.request(Method::PUT, "/api/v1/admin/policy").json(&policy).await.problem(403, "step_up_needed");
}

async fn rules_that_cannot_be_kept_change_nothing(app: &App) {
    let admin = app.signed_in(&app.admin).await;
    let before = admin.get("/api/v1/admin/policy").await.expect(200).json();
    for wish in [json!({ "max_files": 0 }), json!({ "signins": [] }), json!({ "secret": 1 }), json!([])] {
        let put = admin.request(Method::PUT, "/api/v1/admin/policy").json(&wish).await;
        put.problem(400, "invalid_request");
    }
    assert_eq!(admin.get("/api/v1/admin/policy").await.expect(200).json(), before);
}
