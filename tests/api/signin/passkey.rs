//! `POST /api/v1/signin/passkey/begin` and `finish`

use sealpost_test_support::{app::App, claims};
use serde_json::{Value, json};

use crate::people::{Device, anna, audited, origin, session};

claims![
    a_passkey_signs_its_user_in_and_is_two_factors_in_one,
    a_ceremony_counts_once_and_for_five_minutes,
    a_passkey_that_shows_anything_else_is_refused_alike,
    a_copied_passkey_is_noticed,
    a_tenant_that_allows_no_passkeys_answers_as_to_a_wrong_one,
];

const FINISH: &str = "/api/v1/signin/passkey/finish";

async fn a_passkey_signs_its_user_in_and_is_two_factors_in_one(app: &App) {
    let (mut device, added) = Device::enrol(app, &anna(app).await, "telephone").await;
    assert_eq!(added["recovery_codes"].as_array().unwrap().len(), 10, "it is the first second factor");
    for _ in 0..2 {
        let shown = device.shows(app).await;
        let answer = app.anybody.post_json(FINISH, &shown).await.expect(200);
        assert!(answer.header("set-cookie").unwrap().contains("sealpost-session="));
        assert_eq!(answer.json()["stage"], "full");
        let who = session(app, &answer.json()).get("/api/v1/session").await.expect(200).json();
        assert_eq!((&who["method"], &who["second_factor"]), (&json!("passkey"), &json!(true)));
        assert_eq!(who["user"]["email"], "anna@acme.example");
    }
}

async fn a_ceremony_counts_once_and_for_five_minutes(app: &App) {
    let (mut device, _) = Device::enrol(app, &anna(app).await, "telephone").await;
    let shown = device.shows(app).await;
    app.anybody.post_json(FINISH, &shown).await.expect(200);
    app.anybody.post_json(FINISH, &shown).await.problem(401, "credentials_wrong");
    let shown = device.shows(app).await;
    app.clock.advance(std::time::Duration::from_secs(300));
    app.anybody.post_json(FINISH, &shown).await.problem(401, "credentials_wrong");
    assert_eq!(audited(app, &app.acme, "session.refused").await, 2);
}

async fn a_passkey_that_shows_anything_else_is_refused_alike(app: &App) {
    let anna = anna(app).await;
    let (mut device, _) = Device::enrol(app, &anna, "telephone").await;
    let rival = app.signed_in(&app.rival).await;
    let (mut other, _) = Device::enrol(app, &rival, "theirs").await;
    let begun = app.anybody.post("/api/v1/signin/passkey/begin").await.expect(200).json();
    let options = &begun["options"];
    let right = device.get(&origin(app), options);
    let with = |credential: Value| json!({"state": begun["state"], "credential": credential});
    let altered = |path: &str, value: Value| {
        let mut credential = right.clone();
        *credential.pointer_mut(path).unwrap() = value;
        with(credential)
    };
    other.counter = 6;
    let theirs = other.get(&origin(app), options);
    device.verifies = false;
    let unverified = device.get(&origin(app), options);
    device.verifies = true;
    let unknown = Device::new(&json!({"user": {"id": "AAAA"}})).get(&origin(app), options);
    let elsewhere = device.get("https://evil.example", options);
    let mut foreign = options.clone();
    foreign["rpId"] = "evil.example".into();
    let cases = [
        json!({"state": "", "credential": right}),
        json!({"state": "x".repeat(50_000), "credential": right}),
        json!({"state": &begun["state"].as_str().unwrap()[1..], "credential": right}),
        altered("/response/signature", theirs["response"]["signature"].clone()),
        altered("/response/signature", "".into()),
        altered("/response/userHandle", theirs["response"]["userHandle"].clone()),
        altered("/response/authenticatorData", theirs["response"]["authenticatorData"].clone()),
        altered("/response/clientDataJSON", "e30".into()),
        altered("/rawId", theirs["rawId"].clone()),
        with(unverified),
        with(unknown),
        with(elsewhere),
        with(device.get(&origin(app), &foreign)),
        with(json!(null)),
        with(json!({})),
        with(json!([1, 2])),
    ];
    let mut answers = Vec::new();
    for (place, shown) in cases.iter().enumerate() {
        let answer = app.anybody.post_json(FINISH, shown).await;
        assert_eq!(answer.status, 401, "case {place}");
        answer.problem(401, "credentials_wrong");
        assert_eq!(answer.header("set-cookie"), None);
        answers.push(answer.unnamed());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert!(audited(app, &app.acme, "session.refused").await >= 8);
    app.anybody.post_json(FINISH, &json!({})).await.problem(400, "invalid_request");
    let state_of_adding =
        anna.post("/api/v1/account/passkeys/begin").await.expect(200).json()["state"].clone();
    let shown = json!({"state": state_of_adding, "credential": right});
    app.anybody.post_json(FINISH, &shown).await.problem(401, "credentials_wrong");
}

async fn a_copied_passkey_is_noticed(app: &App) {
    let (mut device, _) = Device::enrol(app, &anna(app).await, "telephone").await;
    device.counter = 10;
    let shown = device.shows(app).await;
    app.anybody.post_json(FINISH, &shown).await.expect(200);
    device.counter = 5;
    let shown = device.shows(app).await;
    app.anybody.post_json(FINISH, &shown).await.problem(401, "credentials_wrong");
}

async fn a_tenant_that_allows_no_passkeys_answers_as_to_a_wrong_one(app: &App) {
    let (mut device, _) = Device::enrol(app, &anna(app).await, "telephone").await;
    app.change_settings(json!({ "signins": ["password"] })).await;
    let shown = device.shows(app).await;
    app.anybody.post_json(FINISH, &shown).await.problem(401, "credentials_wrong");
}
