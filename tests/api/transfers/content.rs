//! Rules about what is written, where something is sent.

use sealpost_test_support::{app::App, claims};
use serde_json::{Value, json};

claims![
    the_sender_is_told_what_was_found_and_decides,
    what_is_found_chooses_the_protection_unless_the_sender_does,
    what_is_found_may_require_a_protection,
    names_and_sizes_of_files_are_looked_at_when_it_is_sent,
    what_was_required_holds_for_whoever_is_added_later,
    trust_does_not_weaken_what_is_required,
    the_add_in_has_the_rules_that_are_not_switched_off,
    the_log_says_which_rule_and_nothing_of_what_was_written,
];

const CARD: &str = "The card is 4111 1111 1111 1111.";

fn rule(name: &str, find: &Value, level: &str, protections: &[&str]) -> Value {
    json!({ "name": name, "find": find, "level": level, "protections": protections, "text": format!("Mind the {name}.") })
}

fn cards(level: &str, protections: &[&str]) -> Value {
    json!([rule("cards", &json!({ "number": "payment_card" }), level, protections)])
}

fn to_bert(message: &str) -> Value {
    json!({ "recipients": [{ "email": "bert@example.org" }], "message": message })
}

async fn the_sender_is_told_what_was_found_and_decides(app: &App) {
    app.set_content_rules(cards("notify", &["email_code"])).await;
    let draft = app.anna.create(&to_bert(CARD)).await.expect(201).json();
    let notices = json!([{ "rule": "cards", "level": "notify", "text": "Mind the cards." }]);
    assert_eq!((&draft["notices"], &draft["protection"]), (&notices, &json!("none")));
    let id = draft["id"].as_str().unwrap();
    app.anna.put(id, "a", b"a").await;
    let sent = app.anna.send(id).await;
    assert_eq!(sent.transfer["notices"], notices);
    assert_eq!(app.anna.transfer(id).await["notices"], Value::Null, "it was told");
    let draft = app.anna.create(&to_bert("Nothing here.")).await.expect(201).json();
    assert_eq!(draft["notices"], Value::Null);
}

async fn what_is_found_chooses_the_protection_unless_the_sender_does(app: &App) {
    app.set_content_rules(cards("automatic", &["email_code", "password"])).await;
    let chosen =
        async |transfer: Value| app.anna.create(&transfer).await.expect(201).json()["protection"].clone();
    assert_eq!(chosen(to_bert(CARD)).await, "email_code");
    assert_eq!(chosen(to_bert("Nothing here.")).await, "none");
    let mut said = to_bert(CARD);
    said["protection"] = json!("none");
    assert_eq!(chosen(said).await, "none");
    let mut with_password = to_bert(CARD);
    with_password["password"] = json!("correct horse battery");
    assert_eq!(chosen(with_password).await, "password");
}

async fn what_is_found_may_require_a_protection(app: &App) {
    app.set_content_rules(cards("mandatory", &["email_code", "email_code_and_password"])).await;
    let draft = app.anna.create(&to_bert(CARD)).await.expect(201).json();
    assert_eq!(draft["protection"], "email_code");
    let mut weak = to_bert(CARD);
    weak["protection"] = json!("password");
    weak["password"] = json!("correct horse battery");
    let answer = app.anna.create(&weak).await;
    assert!(answer.problem(400, "protection_required").contains("Mind the cards."));
    let own =
        json!({ "message": CARD, "recipients": [{ "email": "bert@example.org", "protection": "none" }] });
    app.anna.create(&own).await.problem(400, "protection_required");
    weak["protection"] = json!("email_code_and_password");
    app.anna.create(&weak).await.expect(201);
    let seen = app.anna.get("/api/v1/transfers").await.expect(200).json();
    assert_eq!(seen["transfers"].as_array().unwrap().len(), 2);
}

async fn names_and_sizes_of_files_are_looked_at_when_it_is_sent(app: &App) {
    app.set_content_rules(json!([
        rule("salaries", &json!({ "words": ["salary"] }), "mandatory", &["email_code"]),
        rule("size", &json!({ "files_larger_than": 10 }), "mandatory", &["email_code"]),
    ]))
    .await;
    let plain = app.anna.draft().await;
    app.anna.put(&plain, "plan.pdf.txt", b"plan").await;
    app.anna.send(&plain).await;
    for (name, bytes) in [("salary_list.txt", b"x".as_slice()), ("list.txt", b"more than ten".as_slice())] {
        let draft = app.anna.draft().await;
        app.anna.put(&draft, name, bytes).await;
        let answer = app.anna.act(&draft, "send").await;
        assert!(answer.problem(400, "protection_required").contains("Mind the "), "{name}");
        assert_eq!(app.anna.transfer(&draft).await["state"], "draft");
    }
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.kind == "content.refused").count(), 2);
}

async fn what_was_required_holds_for_whoever_is_added_later(app: &App) {
    app.set_content_rules(cards("mandatory", &["email_code", "email_code_and_password"])).await;
    let sent = app.anna.sent_as(&to_bert(CARD), &[("a", b"a")]).await;
    let add = async |more: Value| app.anna.act(&sent.id, "recipients").json(&more).await;
    add(json!({ "email": "carl@example.org", "protection": "none" }))
        .await
        .problem(400, "protection_required");
    // Also when the rules are gone: what was written is what was written.
    app.set_content_rules(json!([])).await;
    add(json!({ "email": "carl@example.org", "protection": "none" }))
        .await
        .problem(400, "protection_required");
    let added = add(json!({ "email": "carl@example.org" })).await.expect(201).json();
    assert_eq!(added["protection"], "email_code");
}

async fn trust_does_not_weaken_what_is_required(app: &App) {
    app.set_content_rules(cards("mandatory", &["email_code"])).await;
    let trusted = json!([{ "name": "trusted", "recipients": ["partner.example"], "effect": { "require": ["none", "email_code"] } }]);
    app.set_address_rules(trusted).await;
    let mut transfer = to_bert(CARD);
    transfer["recipients"] = json!([{ "email": "a@partner.example" }]);
    let draft = app.anna.create(&transfer).await.expect(201).json();
    assert_eq!(draft["recipients"][0]["protection"], "email_code");
    let never =
        json!([{ "name": "trusted", "recipients": ["partner.example"], "effect": { "require": ["none"] } }]);
    app.set_address_rules(never).await;
    app.anna.create(&transfer).await.problem(400, "protection_required");
}

async fn the_add_in_has_the_rules_that_are_not_switched_off(app: &App) {
    let on = rule("cards", &json!({ "number": "payment_card" }), "notify", &["email_code"]);
    let mut off = rule("words", &json!({ "words": ["x"] }), "notify", &["email_code"]);
    off["disabled"] = json!(true);
    app.set_content_rules(json!([off, on])).await;
    let told = app.anna.get("/api/v1/addin/bootstrap").await.expect(200).json();
    assert_eq!(told["policy"]["content"], json!([on]));
}

async fn the_log_says_which_rule_and_nothing_of_what_was_written(app: &App) {
    app.set_content_rules(cards("mandatory", &["email_code"])).await;
    let mut weak = to_bert(CARD);
    weak["protection"] = json!("none");
    app.anna.create(&weak).await.problem(400, "protection_required");
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let entry = entries.iter().rfind(|entry| entry.kind == "content.refused").unwrap();
    let payload: Value = serde_json::from_str(&entry.payload).unwrap();
    assert_eq!((&payload["policy_version"], &payload["rules"]), (&json!(1), &json!([1])));
    assert!(!entry.payload.contains("4111"));
}
