//! `POST /api/v1/session/step-up`

use sealpost_test_support::{
    app::{App, HOUR},
    claims,
};
use serde_json::json;

use crate::people::{Device, PASSWORD, anna, audited, code, enrol_app};

claims![a_credential_shown_again_opens_dangerous_acts_for_a_while, what_proves_nothing_is_answered_alike];

const PATH: &str = "/api/v1/session/step-up";

async fn a_credential_shown_again_opens_dangerous_acts_for_a_while(app: &App) {
    let anna = anna(app).await;
    let (secret, _) = enrol_app(app, &anna).await;
    let (mut device, _) = Device::enrol(app, &anna, "telephone").await;
    let dangerous = async || anna.post("/api/v1/account/recovery-codes").await;
    dangerous().await.expect(200);
    for proof in ["password", "code", "passkey"] {
        app.clock.advance(HOUR);
        dangerous().await.problem(403, "step_up_needed");
        let shown = match proof {
            "password" => json!({"password": PASSWORD}),
            "code" => json!({"code": code(app, &secret, 0)}),
            _ => json!({"passkey": device.shows(app).await}),
        };
        anna.post_json(PATH, &shown).await.expect(204);
        dangerous().await.expect(200);
        anna.post_json(PATH, &shown).await.problem_or_done(proof == "password");
    }
}

async fn what_proves_nothing_is_answered_alike(app: &App) {
    let anna = anna(app).await;
    let (mut foreign, _) = Device::enrol(app, &app.signed_in(&app.rival).await, "theirs").await;
    app.clock.advance(HOUR);
    let cases = [
        json!({"password": ""}),
        json!({"password": &PASSWORD[1..]}),
        json!({"password": "x".repeat(20_000)}),
        json!({"code": "123456"}),
        json!({"code": ""}),
        json!({"passkey": foreign.shows(app).await}),
        json!({"passkey": {"state": "x", "credential": {}}}),
    ];
    let mut answers = Vec::new();
    for shown in &cases {
        let answer = anna.post_json(PATH, shown).await;
        answer.problem(401, "credentials_wrong");
        answers.push(answer.unnamed());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!(audited(app, &app.acme, "session.refused").await, cases.len());
    for none in [json!({}), json!({"password": "x", "code": "1"}), json!({"pin": "1"})] {
        anna.post_json(PATH, &none).await.problem(400, "invalid_request");
    }
    anna.post("/api/v1/account/recovery-codes").await.problem(403, "step_up_needed");
    app.anna.post_json(PATH, &json!({"password": PASSWORD})).await.problem(403, "forbidden");
}

trait Repeated {
    fn problem_or_done(&self, done: bool);
}

impl Repeated for sealpost_test_support::app::Answer {
    /// A password may be shown any number of times, what counts once may not.
    fn problem_or_done(&self, done: bool) {
        assert_eq!(self.status, if done { 204 } else { 401 });
    }
}
