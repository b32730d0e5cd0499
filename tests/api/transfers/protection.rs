//! What recipients are asked for: by transfer, by recipient, within the tenant's rules.

use sealpost_domain::{Policy, Protection};
use sealpost_test_support::{
    app::{App, Options, Sent},
    claims,
};
use serde_json::{Value, json};

claims![
    each_recipient_shows_what_is_asked_of_him,
    a_password_that_is_made_up_is_shown_once_and_opens,
    what_the_tenant_does_not_allow_is_refused with codes_only(),
    what_the_tenant_prefers_counts_when_nothing_is_said with codes_only(),
    what_nobody_could_show_is_refused,
    a_password_that_is_guessed_first_is_refused,
    content_that_all_need_a_password_for_is_the_services_no_more,
    without_a_gateway_nobody_is_asked_for_a_code_by_sms with no_gateway(),
];

const PASSWORD: &str = "correct horse";
const OWN: &str = "battery staple";

fn codes_only() -> Options {
    let protections = vec![Protection::EmailCode, Protection::EmailCodeAndPassword];
    Options { policy: Policy { protections, ..Policy::default() }, ..Options::default() }
}

fn no_gateway() -> Options {
    let mut options = Options::default();
    options.limits.sms = false;
    options
}

fn needed<'a>(sent: &'a Sent, email: &str) -> &'a sealpost_test_support::app::Link {
    sent.links.iter().find(|link| link.email == email).expect("a link")
}

async fn each_recipient_shows_what_is_asked_of_him(app: &App) {
    let new = json!({
        "password": PASSWORD,
        "message": "for all",
        "recipients": [
            {"email": "all@example.org"},
            {"email": "own@example.org", "password": OWN},
            {"email": "code@example.org", "protection": "email_code"},
            {"email": "both@example.org", "protection": "sms_code_and_password", "phone": "+49 151 23456789"},
            {"email": "free@example.org", "protection": "none"},
        ],
    });
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    let shown = app.anna.transfer(&sent.id).await;
    assert_eq!((&shown["protection"], &shown["password_protected"]), (&json!("password"), &json!(true)));
    assert_eq!(shown["files"][0]["name"], "a", "somebody reads it without a password, so the service does");
    let protections: Vec<_> =
        shown["recipients"].as_array().unwrap().iter().map(|r| r["protection"].clone()).collect();
    assert_eq!(protections, ["password", "password", "email_code", "sms_code_and_password", "none"]);
    assert_eq!(shown["recipients"][3]["phone"], "+4915123456789");
    for (who, right, wrong) in [("all@example.org", PASSWORD, OWN), ("own@example.org", OWN, PASSWORD)] {
        needed(&sent, who).verify_with(wrong).await.problem(403, "wrong_password");
        let visit = needed(&sent, who).enter_with(right).await;
        assert_eq!(visit.fetch(0).await, "a");
        assert_eq!(visit.delivery["message"], "for all");
    }
    needed(&sent, "code@example.org").verify_with(PASSWORD).await.problem(403, "code_needed");
    needed(&sent, "both@example.org").verify_with(PASSWORD).await.problem(403, "code_needed");
    assert_eq!(needed(&sent, "free@example.org").enter().await.fetch(0).await, "a");
}

async fn a_password_that_is_made_up_is_shown_once_and_opens(app: &App) {
    let new = json!({
        "password": {"generate": true},
        "recipients": [{"email": "bert@example.org"}, {"email": "own@example.org", "password": {"generate": true}}],
    });
    let created = app.anna.create(&new).await.expect(201).json();
    let id = created["id"].as_str().unwrap();
    let password = created["generated_password"].as_str().unwrap().to_owned();
    let own = created["recipients"][1]["generated_password"].as_str().unwrap().to_owned();
    assert_eq!(created["recipients"][0].get("generated_password"), None);
    for made in [&password, &own] {
        assert!(made.len() >= 19 && made.split('-').all(|group| group.len() == 4), "{made}");
    }
    assert_ne!(password, own);
    let add = json!({"email": "carl@example.org", "password": {"generate": true}});
    let added =
        app.anna.post_json(&format!("/api/v1/transfers/{id}/recipients"), &add).await.expect(201).json();
    let third = added["generated_password"].as_str().unwrap().to_owned();
    app.anna.put(id, "a", b"a").await;
    let sent = app.anna.send(id).await;
    let text = app.anna.transfer(id).await.to_string();
    for made in [&password, &own, &third] {
        assert!(!text.contains(made.as_str()), "shown once");
    }
    for (who, right) in
        [("bert@example.org", &password), ("own@example.org", &own), ("carl@example.org", &third)]
    {
        let visit = needed(&sent, who).enter_with(right).await;
        assert_eq!(visit.fetch(0).await, "a");
    }
}

async fn what_the_tenant_does_not_allow_is_refused(app: &App) {
    let bert = json!([{"email": "bert@example.org"}]);
    for bad in [
        json!({"recipients": bert, "protection": "none"}),
        json!({"recipients": bert, "protection": "password", "password": PASSWORD}),
        json!({"recipients": bert, "protection": "account"}),
        json!({"recipients": [{"email": "bert@example.org", "protection": "none"}]}),
        json!({"protection": "sms_code", "recipients": [{"email": "bert@example.org", "phone": "+4915123456789"}]}),
    ] {
        let detail = app.anna.create(&bad).await.problem(400, "invalid_request");
        assert!(detail.contains("does not allow"), "{bad}: {detail}");
    }
    let draft = app.anna.create(&json!({"recipients": bert})).await.expect(201).json();
    let add = json!({"email": "carl@example.org", "protection": "none"});
    let path = format!("/api/v1/transfers/{}/recipients", draft["id"].as_str().unwrap());
    app.anna.post_json(&path, &add).await.problem(400, "invalid_request");
}

async fn what_the_tenant_prefers_counts_when_nothing_is_said(app: &App) {
    let bert = json!([{"email": "bert@example.org"}]);
    let plain = app.anna.create(&json!({"recipients": bert})).await.expect(201).json();
    assert_eq!(plain["protection"], "email_code");
    let locked = app.anna.create(&json!({"recipients": bert, "password": PASSWORD})).await.expect(201).json();
    assert_eq!(locked["protection"], "email_code_and_password");
    let one =
        json!({"recipients": [{"email": "bert@example.org"}, {"email": "own@example.org", "password": OWN}]});
    let one = app.anna.create(&one).await.expect(201).json();
    assert_eq!(one["recipients"][0]["protection"], "email_code");
    assert_eq!(one["recipients"][1]["protection"], "email_code_and_password");
}

async fn what_nobody_could_show_is_refused(app: &App) {
    let bert = || json!([{"email": "bert@example.org"}]);
    for bad in [
        json!({"recipients": bert(), "protection": "password"}),
        json!({"recipients": bert(), "protection": "email_code_and_password"}),
        json!({"protection": "password"}),
        json!({"recipients": bert(), "protection": "email_code", "password": PASSWORD}),
        json!({"recipients": bert(), "protection": "sms_code"}),
        json!({"recipients": [{"email": "bert@example.org", "protection": "none", "password": OWN}]}),
        json!({"recipients": [{"email": "bert@example.org", "protection": "password"}]}),
        json!({"recipients": [{"email": "bert@example.org", "phone": "0151"}]}),
        json!({"recipients": bert(), "password": {"generate": false}}),
        json!({"recipients": bert(), "protection": "both"}),
        json!({"recipients": bert(), "protection": null, "password": 7}),
    ] {
        app.anna.create(&bad).await.problem(400, "invalid_request");
    }
    assert_eq!(app.anna.get("/api/v1/transfers").await.expect(200).json(), json!({"transfers": []}));
}

async fn a_password_that_is_guessed_first_is_refused(app: &App) {
    for (password, why) in [
        ("", "at least 8 characters"),
        ("x7#", "at least 8 characters"),
        ("password", "everybody tries first"),
        ("12345678", "everybody tries first"),
        ("bert@example.org", "Leave out your name"),
        ("Plans for Bert", "Leave out your name"),
    ] {
        let new = json!({
            "recipients": [{"email": "bert@example.org"}], "subject": "Plans for Bert", "password": password,
        });
        let detail = app.anna.create(&new).await.problem(400, "password_weak");
        assert!(detail.contains(why), "{password}: {detail}");
    }
}

async fn content_that_all_need_a_password_for_is_the_services_no_more(app: &App) {
    let new = json!({"recipients": [
        {"email": "bert@example.org", "password": PASSWORD},
        {"email": "carl@example.org", "password": OWN},
    ]});
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    assert_eq!(app.anna.transfer(&sent.id).await["files"][0]["name"], Value::Null);
    let path = format!("/api/v1/transfers/{}/recipients", sent.id);
    for late in [
        json!({"email": "dora@example.org"}),
        json!({"email": "dora@example.org", "password": PASSWORD}),
        json!({"email": "dora@example.org", "protection": "email_code"}),
    ] {
        app.anna.post_json(&path, &late).await.problem(409, "state_conflict");
    }
    needed(&sent, "carl@example.org").enter_with(OWN).await;
}

async fn without_a_gateway_nobody_is_asked_for_a_code_by_sms(app: &App) {
    let new = json!({
        "protection": "sms_code", "recipients": [{"email": "bert@example.org", "phone": "+4915123456789"}],
    });
    app.anna.create(&new).await.problem(400, "invalid_request");
}
