//! `GET /api/v1/transfers/{transfer_id}`

use sealpost_domain::Clock as _;
use sealpost_test_support::{
    app::{App, HOUR, eventually},
    claims,
};
use serde_json::{Value, json};

use crate::support::rfc3339;

claims![
    whoever_may_not_see_a_transfer_is_told_that_there_is_none,
    what_is_no_id_names_nothing,
    a_sender_sees_who_opened_and_who_fetched_what_and_when,
    with_a_password_names_and_message_are_unreadable_once_sent,
];

async fn whoever_may_not_see_a_transfer_is_told_that_there_is_none(app: &App) {
    let path = format!("/api/v1/transfers/{}", app.anna.draft().await);
    app.anna.get(&path).await.expect(200);
    app.admin.get(&path).await.expect(200);
    let unknown = app.otto.get("/api/v1/transfers/0190a000-0000-7000-8000-000000000000").await;
    for stranger in [&app.otto, &app.gina, &app.rival] {
        let answer = stranger.get(&path).await;
        answer.problem(404, "not_found");
        assert_eq!(answer.unnamed(), unknown.unnamed());
    }
}

async fn what_is_no_id_names_nothing(app: &App) {
    for id in
        ["x", "..", "%2e%2e", "%00", "0190a000-0000-7000-8000-00000000000g", "0190a000", "-1", "%F0%9F%92%A9"]
    {
        app.anna.get(&format!("/api/v1/transfers/{id}")).await.problem(404, "not_found");
    }
    app.anna.get(&format!("/api/v1/transfers/{}", "9".repeat(5_000))).await.problem(404, "not_found");
}

async fn a_sender_sees_who_opened_and_who_fetched_what_and_when(app: &App) {
    let to = json!({"recipients": [
        {"email": "bert@example.org"}, {"email": "carl@example.org"}, {"email": "dora@example.org"},
    ]});
    let sent = app.anna.sent_as(&to, &[("a.txt", b"aaa"), ("b.txt", b"bbb")]).await;
    let state_of = async |email: &str| -> Value {
        let transfer = app.anna.transfer(&sent.id).await;
        let recipients = transfer["recipients"].as_array().unwrap();
        recipients.iter().find(|recipient| recipient["email"] == email).unwrap().clone()
    };
    assert_eq!(state_of("bert@example.org").await["state"], "pending");
    app.run_jobs().await;
    let told = state_of("bert@example.org").await;
    assert_eq!(
        (&told["state"], &told["notified_at"]),
        (&json!("notified"), &json!(rfc3339(app.clock.now())))
    );
    app.clock.advance(HOUR);
    let opened_at = rfc3339(app.clock.now());
    let bert = sent.link_of("bert@example.org").enter().await;
    sent.link_of("carl@example.org").enter().await;
    app.clock.advance(HOUR);
    let fetched_at = rfc3339(app.clock.now());
    bert.fetch(1).await;
    let times = async || state_of("bert@example.org").await["downloads"][0]["times"].clone();
    eventually("the download counts", async || times().await == 1).await;
    app.clock.advance(HOUR);
    bert.fetch(1).await;
    eventually("the second download counts", async || times().await == 2).await;
    let shown = state_of("bert@example.org").await;
    assert_eq!(shown["state"], "downloaded");
    assert_eq!(shown["opened_at"], opened_at);
    assert_eq!(shown["downloaded_at"], fetched_at);
    let expected = json!([{
        "file_id": bert.delivery["files"][1]["id"],
        "first_at": fetched_at,
        "last_at": rfc3339(app.clock.now()),
        "times": 2,
    }]);
    assert_eq!(shown["downloads"], expected);
    assert_eq!(state_of("carl@example.org").await["state"], "opened");
    assert_eq!(state_of("dora@example.org").await["state"], "notified");
}

async fn with_a_password_names_and_message_are_unreadable_once_sent(app: &App) {
    let new = json!({
        "recipients": [{"email": "bert@example.org"}],
        "subject": "Plans",
        "message": "for your eyes",
        "password": "correct horse",
    });
    let id = app.anna.draft_of(&new).await;
    app.anna.put(&id, "plan.pdf", b"the plan").await;
    let draft = app.anna.transfer(&id).await;
    assert_eq!(draft["files"][0]["name"], "plan.pdf");
    assert_eq!(draft["message"], "for your eyes");
    let sent = app.anna.send(&id).await;
    let shown = app.anna.transfer(&id).await;
    assert_eq!(shown, sent.transfer);
    let file = &shown["files"][0];
    assert_eq!(
        (&file["name"], &file["media_type"], &file["crc32"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!((&file["size"], &shown["subject"]), (&json!(8), &json!("Plans")));
    assert!(shown.get("message").is_none());
    assert_eq!(shown["password_protected"], true);
    let delivery = sent.link().enter_with("correct horse").await.delivery;
    assert_eq!(delivery["files"][0]["name"], "plan.pdf");
    assert_eq!(delivery["message"], "for your eyes");
}
