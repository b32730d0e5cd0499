//! `POST /api/v1/account/recovery-codes`

use sealpost_test_support::{app::App, claims};
use serde_json::json;

use crate::people::{PASSWORD, anna, enrol_app, session, sign_in};

claims![new_codes_replace_the_old, without_a_second_factor_there_are_none];

const PATH: &str = "/api/v1/account/recovery-codes";

async fn new_codes_replace_the_old(app: &App) {
    let anna = anna(app).await;
    let (_, old) = enrol_app(app, &anna).await;
    let new = anna.post(PATH).await.expect(200).json();
    let new: Vec<_> = new["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
    assert_eq!(new.len(), 10);
    assert!(new.iter().all(|code| code.len() == 14 && !old.contains(&(*code).to_owned())));
    let waiting = session(app, &sign_in(app, "acme", app.anna.email(), PASSWORD).await.expect(200).json());
    let shown = |code: &str| json!({"recovery_code": code});
    waiting
        .post_json("/api/v1/signin/second-factor", &shown(&old[0]))
        .await
        .problem(401, "credentials_wrong");
    waiting.post_json("/api/v1/signin/second-factor", &shown(new[0])).await.expect(200);
}

async fn without_a_second_factor_there_are_none(app: &App) {
    anna(app).await.post(PATH).await.problem(404, "not_found");
}
