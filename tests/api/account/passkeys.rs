//! `/api/v1/account/passkeys`

use sealpost_test_support::{app::App, claims};
use serde_json::json;

use crate::people::{Device, anna, audited, origin};

claims![
    passkeys_are_added_listed_and_removed,
    a_passkey_that_is_wrong_is_refused_alike,
    another_users_passkeys_are_not_there,
];

const PATH: &str = "/api/v1/account/passkeys";

async fn passkeys_are_added_listed_and_removed(app: &App) {
    let anna = anna(app).await;
    assert_eq!(anna.get(PATH).await.expect(200).json(), json!({"passkeys": []}));
    let (mut device, first) = Device::enrol(app, &anna, "  Annas Telefon ").await;
    app.clock.advance(std::time::Duration::from_secs(1));
    let (_, second) = Device::enrol(app, &anna, "Key").await;
    assert_eq!(second["recovery_codes"], json!([]), "those that there are still count");
    let shown = device.shows(app).await;
    app.anybody.post_json("/api/v1/signin/passkey/finish", &shown).await.expect(200);
    let list = anna.get(PATH).await.expect(200).json();
    assert_eq!(list["passkeys"][0]["label"], "Annas Telefon");
    assert!(list["passkeys"][0]["last_used_at"].is_string() && list["passkeys"][1]["last_used_at"].is_null());
    let own = format!("{PATH}/{}", first["id"].as_str().unwrap());
    anna.delete(&own).await.expect(204);
    anna.delete(&own).await.problem(404, "not_found");
    let shown = device.shows(app).await;
    app.anybody.post_json("/api/v1/signin/passkey/finish", &shown).await.problem(401, "credentials_wrong");
    assert_eq!(audited(app, &app.acme, "passkey.removed").await, 1);
    app.run_jobs().await;
    assert!(app.mails_to(app.anna.email()).len() >= 3);
}

async fn a_passkey_that_is_wrong_is_refused_alike(app: &App) {
    let anna = anna(app).await;
    let rival = app.signed_in(&app.rival).await;
    let begun = anna.post(&format!("{PATH}/begin")).await.expect(200).json();
    let options = &begun["options"];
    let device = Device::new(options);
    let right = device.create(&origin(app), options);
    let mut unverified = Device::new(options);
    unverified.verifies = false;
    let theirs = rival.post(&format!("{PATH}/begin")).await.expect(200).json();
    let finish = |credential: serde_json::Value, state: &serde_json::Value| json!({"label": "x", "state": state, "credential": credential});
    for shown in [
        finish(json!({}), &begun["state"]),
        finish(json!(null), &begun["state"]),
        finish(right.clone(), &json!("")),
        finish(right.clone(), &theirs["state"]),
        finish(device.create("https://evil.example", options), &begun["state"]),
        finish(unverified.create(&origin(app), options), &begun["state"]),
    ] {
        anna.post_json(&format!("{PATH}/finish"), &shown).await.problem(401, "credentials_wrong");
    }
    for label in ["", "a\nb", &"x".repeat(129)] {
        let shown = json!({"label": label, "state": begun["state"], "credential": right});
        anna.post_json(&format!("{PATH}/finish"), &shown).await.problem(400, "invalid_request");
    }
    let shown = finish(right, &begun["state"]);
    anna.post_json(&format!("{PATH}/finish"), &shown).await.expect(201);
    anna.post_json(&format!("{PATH}/finish"), &shown).await.problem(401, "credentials_wrong");
}

async fn another_users_passkeys_are_not_there(app: &App) {
    let anna = anna(app).await;
    let (_, added) = Device::enrol(app, &anna, "telephone").await;
    let path = format!("{PATH}/{}", added["id"].as_str().unwrap());
    for other in [app.signed_in(&app.otto).await, app.signed_in(&app.rival).await] {
        other.delete(&path).await.problem(404, "not_found");
        assert_eq!(other.get(PATH).await.expect(200).json(), json!({"passkeys": []}));
    }
    anna.delete(&format!("{PATH}/x")).await.problem(404, "not_found");
}
