//! `POST /api/v1/portals/code`: an uploader shows that his address is his.

use sealpost_test_support::{
    app::{App, Request},
    claims,
};
use serde_json::{Value, json};

use super::{begin, begun, logged, portal, with};
use crate::requests::{asked, begin_as};

claims![
    a_code_proves_the_address_and_names_the_organisation,
    a_code_counts_at_its_portal_alone,
    wrong_codes_are_answered_alike_and_noted,
    a_portal_that_asks_for_no_code_sends_none,
    a_network_asks_for_so_many_codes_in_an_hour,
];

const UTE: &str = "ute@builder.example";

fn ask(app: &App, email: &str) -> Request {
    let body = json!({ "tenant": "acme", "name": "radiology", "email": email });
    app.anybody.post_json("/api/v1/portals/code", &body)
}

/// Asks for a code and reads the mail: what is to be shown.
async fn coded(app: &App) -> Value {
    let asked = ask(app, UTE).await.expect(202).json();
    app.run_jobs().await;
    let text = app.mails_to(UTE).last().unwrap().text.clone();
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let code = words.find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit())).unwrap();
    json!({ "code": code, "challenge": asked["challenge"] })
}

async fn a_code_proves_the_address_and_names_the_organisation(app: &App) {
    portal(app, &json!({"asks_code": true})).await;
    begin(app, &json!({})).await.problem(403, "code_needed");
    let shown = coded(app).await;
    let mail = app.mails_to(UTE)[0].clone();
    assert!(mail.subject.contains("acme") && !mail.text.contains("anna@"), "{}", mail.text);
    let uploader = begun(app, &shown).await;
    uploader.sender.put(&uploader.id, "plan.txt", b"hello").await;
    uploader.send().await.expect(200);
    app.run_jobs().await;
    let mails = app.mails_to(UTE);
    assert_eq!(mails.len(), 2, "the code, and the receipt");
    assert!(mails[1].text.contains("plan.txt") && !mails[1].text.contains("anna@"), "{}", mails[1].text);
    assert!(!app.mails_to("anna@acme.example")[0].text.contains("Nobody has checked"));
    begin(app, &shown).await.problem(403, "wrong_code");
}

async fn a_code_counts_at_its_portal_alone(app: &App) {
    portal(app, &json!({"asks_code": true})).await;
    portal(app, &json!({"asks_code": true, "name": "other"})).await;
    let (_, token) = asked(app, &json!({"asks_code": true})).await;
    let shown = coded(app).await;
    begin(app, &with(json!({"name": "other"}), &shown)).await.problem(403, "wrong_code");
    begin_as(app, &token, &shown).await.problem(403, "wrong_code");
    begin(app, &shown).await.expect(201);
}

async fn wrong_codes_are_answered_alike_and_noted(app: &App) {
    portal(app, &json!({"asks_code": true})).await;
    let shown = coded(app).await;
    let eve = json!({"uploader": {"name": "Eve", "email": "eve@builder.example"}});
    for wrong in [
        with(shown.clone(), &json!({"challenge": null})),
        with(shown.clone(), &json!({"challenge": "x"})),
        with(shown.clone(), &eve),
    ] {
        begin(app, &wrong).await.problem(403, "wrong_code");
    }
    let noted = logged(app, "portal.refused").await;
    assert_eq!(noted.len(), 3);
    assert!(noted.iter().all(|entry| !entry.to_string().contains('@')));
    begin(app, &shown).await.expect(201);
}

async fn a_portal_that_asks_for_no_code_sends_none(app: &App) {
    portal(app, &json!({})).await;
    ask(app, UTE).await.problem(409, "state_conflict");
    app.run_jobs().await;
    assert!(app.mails_to(UTE).is_empty());
}

async fn a_network_asks_for_so_many_codes_in_an_hour(app: &App) {
    portal(app, &json!({"asks_code": true})).await;
    for n in 0..20 {
        ask(app, &format!("ute{n}@builder.example")).await.expect(202);
    }
    ask(app, UTE).await.problem(429, "too_many_requests");
}
