//! `POST /api/v1/signin/second-factor`, and what a session is good for that waits for it.

use sealpost_domain::Policy;
use sealpost_test_support::{
    app::{App, Client, Method, Options},
    claims,
};
use serde_json::{Value, json};

use crate::people::{Device, PASSWORD, anna, audited, code, enrol_app, session, sign_in};

claims![
    a_sign_in_with_an_app_waits_for_its_code,
    a_code_counts_once,
    a_recovery_code_counts_once,
    a_passkey_is_a_second_factor,
    a_second_factor_that_is_wrong_is_answered_alike,
    a_session_that_waits_for_its_second_factor_can_do_nothing_else,
    where_a_second_factor_is_asked_for_who_has_none_can_only_enrol_one with required(),
];

const PATH: &str = "/api/v1/signin/second-factor";

fn required() -> Options {
    let policy = Policy { second_factor_required: true, ..Policy::default() };
    Options { policy, ..Options::default() }
}

/// Anna's session after her password.
async fn waiting(app: &App) -> Client {
    let answer = sign_in(app, "acme", app.anna.email(), PASSWORD).await.expect(200).json();
    assert_eq!(answer["stage"], "second_factor");
    session(app, &answer)
}

async fn a_sign_in_with_an_app_waits_for_its_code(app: &App) {
    let (secret, _) = enrol_app(app, &anna(app).await).await;
    let waiting = waiting(app).await;
    waiting.get("/api/v1/transfers").await.problem(401, "unauthorized");
    let shown = json!({"code": code(app, &secret, 1)});
    let answer = waiting.post_json(PATH, &shown).await.expect(200).json();
    assert_eq!(answer["stage"], "full");
    let full = session(app, &answer);
    full.get("/api/v1/transfers").await.expect(200);
    assert_eq!(full.get("/api/v1/session").await.expect(200).json()["second_factor"], true);
    waiting.get("/api/v1/session").await.problem(401, "unauthorized");
    full.post_json(PATH, &shown).await.problem(403, "forbidden");
}

async fn a_code_counts_once(app: &App) {
    let (secret, _) = enrol_app(app, &anna(app).await).await;
    let (first, second) = (waiting(app).await, waiting(app).await);
    // The one that confirmed the app counts no more.
    first.post_json(PATH, &json!({"code": code(app, &secret, 0)})).await.problem(401, "credentials_wrong");
    let shown = json!({"code": code(app, &secret, 1)});
    first.post_json(PATH, &shown).await.expect(200);
    second.post_json(PATH, &shown).await.problem(401, "credentials_wrong");
    app.clock.advance(std::time::Duration::from_secs(60));
    second.post_json(PATH, &json!({"code": code(app, &secret, 0)})).await.expect(200);
}

async fn a_recovery_code_counts_once(app: &App) {
    let (_, codes) = enrol_app(app, &anna(app).await).await;
    assert_eq!(codes.len(), 10);
    let shown = json!({"recovery_code": codes[0].to_lowercase().replace('-', " ")});
    let answer = waiting(app).await.post_json(PATH, &shown).await.expect(200).json();
    let left = session(app, &answer).get("/api/v1/account").await.expect(200).json();
    assert_eq!(left["recovery_codes"], 9);
    waiting(app).await.post_json(PATH, &shown).await.problem(401, "credentials_wrong");
    assert_eq!(audited(app, &app.acme, "recovery_code.used").await, 1);
}

async fn a_passkey_is_a_second_factor(app: &App) {
    let (mut device, _) = Device::enrol(app, &anna(app).await, "telephone").await;
    let shown = device.shows(app).await;
    let waiting = waiting(app).await;
    let answer = waiting.post_json(PATH, &json!({"passkey": shown})).await.expect(200).json();
    assert_eq!(answer["stage"], "full");
}

async fn a_second_factor_that_is_wrong_is_answered_alike(app: &App) {
    let anna = anna(app).await;
    let (secret, codes) = enrol_app(app, &anna).await;
    let rival = app.signed_in(&app.rival).await;
    let (foreign, foreign_codes) = enrol_app(app, &rival).await;
    let (mut foreign_device, _) = Device::enrol(app, &rival, "theirs").await;
    let used = codes[0].clone();
    waiting(app).await.post_json(PATH, &json!({"recovery_code": used})).await.expect(200);
    let cases = [
        json!({"code": ""}),
        json!({"code": "000000000000"}),
        json!({"code": &code(app, &secret, 1)[1..]}),
        json!({"code": code(app, &secret, 5)}),
        json!({"code": code(app, &secret, -5)}),
        json!({"code": code(app, &foreign, 1)}),
        json!({"code": "x".repeat(10_000)}),
        json!({"code": codes[1]}),
        json!({"recovery_code": used}),
        json!({"recovery_code": foreign_codes[0]}),
        json!({"recovery_code": ""}),
        json!({"recovery_code": &codes[1][1..]}),
        json!({"recovery_code": "x".repeat(10_000)}),
        json!({"passkey": foreign_device.shows(app).await}),
        json!({"passkey": {"state": "", "credential": null}}),
        json!({"passkey": {"state": "x".repeat(40_000), "credential": {"id": "x"}}}),
    ];
    let waiting = waiting(app).await;
    let before = audited(app, &app.acme, "session.refused").await;
    let mut answers = Vec::new();
    for shown in &cases {
        let answer = waiting.post_json(PATH, shown).await;
        answer.problem(401, "credentials_wrong");
        answers.push(answer.unnamed());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!(audited(app, &app.acme, "session.refused").await - before, cases.len());
    for none in [json!({}), json!({"code": "1", "recovery_code": "1"}), json!({"code": 1})] {
        waiting.post_json(PATH, &none).await.problem(400, "invalid_request");
    }
    app.anybody.post_json(PATH, &json!({"code": "123456"})).await.problem(401, "unauthorized");
    waiting.post_json(PATH, &json!({"code": code(app, &secret, 1)})).await.expect(200);
}

/// What somebody may do whose sign-in is not complete, beside what needs no session.
const OPEN: &[(&str, &str)] =
    &[("GET", "/api/v1/session"), ("DELETE", "/api/v1/session"), ("POST", "/api/v1/signin/second-factor")];

async fn a_session_that_waits_for_its_second_factor_can_do_nothing_else(app: &App) {
    enrol_app(app, &anna(app).await).await;
    let waiting = waiting(app).await;
    nothing_but(app, &waiting, OPEN).await;
    waiting.get("/api/v1/session").await.expect(200);
    waiting.delete("/api/v1/session").await.expect(204);
}

async fn where_a_second_factor_is_asked_for_who_has_none_can_only_enrol_one(app: &App) {
    crate::people::set_password(app, &app.acme, &app.anna, PASSWORD).await;
    let waiting = waiting(app).await;
    let open = [
        OPEN,
        &[
            ("POST", "/api/v1/account/totp/begin"),
            ("POST", "/api/v1/account/totp/confirm"),
            ("POST", "/api/v1/account/passkeys/begin"),
            ("POST", "/api/v1/account/passkeys/finish"),
        ],
    ];
    nothing_but(app, &waiting, &open.concat()).await;
    waiting.post_json(PATH, &json!({"code": "123456"})).await.problem(401, "credentials_wrong");
    let offered = waiting.post("/api/v1/account/totp/begin").await.expect(200).json();
    let shown = json!({"code": code(app, offered["secret"].as_str().unwrap(), 0)});
    let done = waiting.post_json("/api/v1/account/totp/confirm", &shown).await.expect(200).json();
    assert_eq!(done["signed_in"]["stage"], "full");
    let full = session(app, &done["signed_in"]);
    full.get("/api/v1/transfers").await.expect(200);
    // It is the last, so it stays.
    full.delete("/api/v1/account/totp").await.problem(403, "forbidden");
}

/// Walks every route of the description that takes a session or token.
async fn nothing_but(app: &App, waiting: &Client, open: &[(&str, &str)]) {
    let description = app.anybody.get("/api/v1/openapi.json").await.expect(200).json();
    let mut walked = 0;
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = method.to_uppercase();
            if !takes_session(operation) || open.contains(&(method.as_str(), path.as_str())) {
                continue;
            }
            let mut concrete = path.clone();
            while let (Some(from), Some(to)) = (concrete.find('{'), concrete.find('}')) {
                concrete.replace_range(from..=to, "0190a000-0000-7000-8000-000000000001");
            }
            let request = waiting.request(Method::from_bytes(method.as_bytes()).unwrap(), &concrete);
            let answer = request.header("tus-resumable", "1.0.0").json(&json!({})).await;
            assert_eq!(answer.status, 401, "{method} {path}: {}", answer.text());
            walked += 1;
        }
    }
    assert!(walked > 30, "{walked}");
}

fn takes_session(operation: &Value) -> bool {
    let security = operation["security"].as_array().into_iter().flatten();
    security.into_iter().any(|one| ["session", "token", "grant"].iter().any(|name| one.get(name).is_some()))
        && !operation["security"].as_array().unwrap().iter().any(|one| one == &json!({}))
}
