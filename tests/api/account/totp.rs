//! `/api/v1/account/totp`

use sealpost_test_support::{
    app::{App, HOUR},
    claims,
};
use serde_json::json;

use crate::people::{anna, audited, code, enrol_app};

claims![
    an_app_counts_once_its_first_code_was_shown,
    there_is_one_app_and_it_is_removed_before_another_comes,
    adding_and_removing_take_a_credential_of_a_moment_ago,
];

async fn an_app_counts_once_its_first_code_was_shown(app: &App) {
    let anna = anna(app).await;
    anna.post_json("/api/v1/account/totp/confirm", &json!({"code": "123456"}))
        .await
        .problem(404, "not_found");
    let offered = anna.post("/api/v1/account/totp/begin").await.expect(200).json();
    assert!(offered["uri"].as_str().unwrap().starts_with("otpauth://totp/Sealpost:anna%40acme.example"));
    assert!(offered["qr"].as_str().unwrap().starts_with("<svg "));
    for wrong in ["", "000", "abcdef", &code(app, offered["secret"].as_str().unwrap(), 9)] {
        let shown = json!({"code": wrong});
        anna.post_json("/api/v1/account/totp/confirm", &shown).await.problem(401, "credentials_wrong");
    }
    assert_eq!(anna.get("/api/v1/account").await.expect(200).json()["totp_since"], json!(null));
    let (_, codes) = enrol_app(app, &anna).await;
    assert_eq!(codes.len(), 10);
    let account = anna.get("/api/v1/account").await.expect(200).json();
    assert!(
        account["totp_since"].is_string() && account["recovery_codes"] == 10 && account["password"] == true
    );
    app.run_jobs().await;
    assert_eq!(audited(app, &app.acme, "second_factor.added").await, 1);
    assert!(app.mails_to(app.anna.email()).len() >= 2, "he is told of his password and of the app");
}

async fn there_is_one_app_and_it_is_removed_before_another_comes(app: &App) {
    let anna = anna(app).await;
    anna.delete("/api/v1/account/totp").await.problem(404, "not_found");
    enrol_app(app, &anna).await;
    anna.post("/api/v1/account/totp/begin").await.problem(409, "already_exists");
    anna.delete("/api/v1/account/totp").await.expect(204);
    let account = anna.get("/api/v1/account").await.expect(200).json();
    assert_eq!((&account["totp_since"], &account["recovery_codes"]), (&json!(null), &json!(0)));
    enrol_app(app, &anna).await;
}

async fn adding_and_removing_take_a_credential_of_a_moment_ago(app: &App) {
    let anna = anna(app).await;
    app.clock.advance(HOUR);
    anna.post("/api/v1/account/totp/begin").await.problem(403, "step_up_needed");
    anna.delete("/api/v1/account/totp").await.problem(403, "step_up_needed");
    anna.post("/api/v1/account/passkeys/begin").await.problem(403, "step_up_needed");
    app.anna.post("/api/v1/account/totp/begin").await.problem(403, "forbidden");
    app.anybody.post("/api/v1/account/totp/begin").await.problem(401, "unauthorized");
}
