//! Which transfers a rule has touched, and what it has refused.

use std::time::Duration;

use sealpost_domain::Job;
use sealpost_test_support::{
    app::{App, DAY, metadata},
    claims,
};
use serde_json::{Value, json};

claims![
    transfers_are_found_by_the_rules_that_they_have_met,
    what_a_rule_has_refused_is_found_also_where_there_is_no_transfer,
    rules_about_what_is_written_are_met_when_it_is_sent,
    a_file_that_was_refused_is_found_by_the_word_of_its_rule,
    whoever_is_added_later_meets_a_rule_then,
    a_record_names_rules_as_they_were_called_then,
    what_was_purged_has_met_no_rule,
    what_a_rule_has_refused_goes_when_the_entry_of_the_log_goes,
];

const PATH: &str = "/api/v1/admin/transfers";

fn to(email: &str) -> Value {
    json!({ "recipients": [{ "email": email }] })
}

fn partners() -> Value {
    json!([
        { "name": "partners", "recipients": ["partner.example"], "effect": "allow" },
        { "name": "the clinic", "recipients": ["clinic.example"], "effect": { "require": ["none", "email_code"] } },
        { "name": "nobody/else & co", "effect": { "deny": "Only to partners." } },
    ])
}

async fn found(app: &App, query: &str) -> Vec<String> {
    let page = app.admin.get(&format!("{PATH}?{query}")).await.expect(200).json();
    let lines = page["transfers"].as_array().unwrap();
    lines.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect()
}

/// Kind, transfer and rules of the entries about what a rule has refused, newest first.
async fn refused(app: &App, rule: &str) -> Vec<(String, Value, Value)> {
    let page = app.admin.get(&format!("/api/v1/admin/audit?rule={rule}")).await.expect(200).json();
    let entries = page["entries"].as_array().unwrap().iter();
    entries
        .map(|entry| {
            let rules = entry["details"].get("rules").or_else(|| entry["details"].get("rule"));
            let kind = entry["kind"].as_str().unwrap().to_owned();
            (kind, entry["transfer"].clone(), rules.cloned().unwrap_or_default())
        })
        .collect()
}

/// Name, kind and effect of the rules of a transfer's record.
async fn rules(app: &App, id: &str) -> Vec<(Value, Value, Value)> {
    let record = app.admin.get(&format!("{PATH}/{id}")).await.expect(200).json();
    let rules = record["rules"].as_array().unwrap().iter();
    rules.map(|rule| (rule["name"].clone(), rule["kind"].clone(), rule["effect"].clone())).collect()
}

async fn transfers_are_found_by_the_rules_that_they_have_met(app: &App) {
    app.anna.sent(&[("a", b"a")]).await;
    app.set_address_rules(partners()).await;
    let mut sent = Vec::new();
    for (who, email) in
        [(&app.anna, "a@partner.example"), (&app.otto, "b@clinic.example"), (&app.anna, "c@partner.example")]
    {
        app.clock.advance(Duration::from_millis(2));
        sent.push(who.sent_as(&to(email), &[("a", b"a")]).await.id.clone());
    }
    app.anna.draft_of(&to("a@partner.example")).await;
    for (query, expected) in [
        ("rule=partners", vec![&sent[2], &sent[0]]),
        ("rule=the%20clinic", vec![&sent[1]]),
        ("rule=Partners", vec![]),
        ("rule=partners&recipient=c@partner.example", vec![&sent[2]]),
        ("rule=partners&recipient=b@clinic.example", vec![]),
        ("rule=partners&sender=otto@acme.example", vec![]),
        ("rule=the%20clinic&sender=otto@acme.example&state=available", vec![&sent[1]]),
        ("rule=partners&state=blocked", vec![]),
        ("rule=partners&kind=pdf", vec![]),
    ] {
        assert_eq!(found(app, query).await.iter().collect::<Vec<_>>(), expected, "{query}");
    }
    let first = app.admin.get(&format!("{PATH}?rule=partners&limit=1")).await.expect(200).json();
    let next = first["next"].as_str().unwrap();
    assert_eq!(found(app, &format!("rule=partners&limit=1&before={next}")).await, [sent[0].clone()]);
    let export = app.admin.get(&format!("{PATH}/export?rule=the%20clinic")).await.expect(200).text();
    assert!(export.contains(&sent[1]) && !export.contains(&sent[0]), "{export}");
    app.admin.get(&format!("{PATH}?rule=partners&state=purged")).await.expect(400);
    let theirs = app.rival.get(&format!("{PATH}?rule=partners")).await.expect(200).json();
    assert_eq!(theirs["transfers"], json!([]));
}

async fn what_a_rule_has_refused_is_found_also_where_there_is_no_transfer(app: &App) {
    app.set_address_rules(partners()).await;
    app.anna.create(&to("bert@example.org")).await.problem(403, "recipient_refused");
    let draft = app.anna.draft_of(&to("a@partner.example")).await;
    let bert = json!({ "email": "bert@example.org" });
    app.anna.act(&draft, "recipients").json(&bert).await.problem(403, "recipient_refused");
    let id: &str = &draft;
    let rule = "nobody/else%20%26%20co";
    let entry = |transfer: Value| ("recipients.refused".to_owned(), transfer, json!([3]));
    assert_eq!(refused(app, rule).await, [entry(json!(id)), entry(Value::Null)]);
    assert_eq!(refused(app, "partners").await, []);
    assert_eq!(found(app, &format!("rule={rule}")).await, [id.to_owned()]);
    let denied = (json!("nobody/else & co"), json!("address"), json!("denied"));
    assert_eq!(rules(app, id).await, [denied]);
    // In pages, as everything.
    let first = app.admin.get(&format!("/api/v1/admin/audit?rule={rule}&limit=1")).await.expect(200).json();
    let before = first["next"].as_u64().unwrap();
    let query = format!("/api/v1/admin/audit?rule={rule}&limit=1&before={before}");
    let second = app.admin.get(&query).await.expect(200).json();
    assert_eq!((second["entries"].as_array().unwrap().len(), second.get("next")), (1, None));
    app.admin.get(&format!("/api/v1/admin/audit?rule={rule}&transfer={id}")).await.expect(400);
    assert_eq!(
        app.rival.get(&format!("/api/v1/admin/audit?rule={rule}")).await.expect(200).json()["entries"],
        json!([])
    );
}

async fn rules_about_what_is_written_are_met_when_it_is_sent(app: &App) {
    let rule = |name: &str, word: &str, level: &str, protections: &[&str]| json!({ "name": name, "find": { "words": [word] }, "level": level, "protections": protections, "text": "Mind." });
    app.set_content_rules(json!([
        rule("plans", "plan", "notify", &[]),
        rule("secrets", "secret", "mandatory", &["email_code"]),
    ]))
    .await;
    let new = |message: &str| json!({ "recipients": [{ "email": "bert@example.org" }], "message": message });
    let sent = app.anna.sent_as(&new("The plan is secret."), &[("a", b"a")]).await;
    let met = |name: &str, effect: &str| (json!(name), json!("content"), json!(effect));
    assert_eq!(rules(app, &sent.id).await, [met("plans", "noticed"), met("secrets", "required")]);
    let mut open = new("The plan is secret.");
    open["protection"] = json!("none");
    app.anna.create(&open).await.problem(400, "protection_required");
    let refusal = ("content.refused".to_owned(), Value::Null, json!([2]));
    assert_eq!((refused(app, "secrets").await, refused(app, "plans").await), (vec![refusal], vec![]));
    assert_eq!(found(app, "rule=plans").await, std::slice::from_ref(&sent.id));
}

async fn a_file_that_was_refused_is_found_by_the_word_of_its_rule(app: &App) {
    let draft = app.anna.draft().await;
    let id: &str = &draft;
    let begun = app.anna.begin_with(id, b"MZ").header("upload-length", "2");
    begun.header("upload-metadata", metadata("setup.exe")).await.problem(403, "type_refused");
    let refusal = ("file.refused".to_owned(), json!(id), json!("kinds"));
    assert_eq!(refused(app, "kinds").await, [refusal]);
    assert_eq!(found(app, "rule=kinds").await, [id.to_owned()]);
    assert_eq!(rules(app, id).await, [(json!("kinds"), json!("type"), json!("denied"))]);
}

async fn whoever_is_added_later_meets_a_rule_then(app: &App) {
    app.set_address_rules(partners()).await;
    let sent = app.anna.sent_as(&to("a@partner.example"), &[("a", b"a")]).await;
    app.clock.advance(Duration::from_millis(2));
    for email in ["b@partner.example", "c@clinic.example"] {
        app.anna.act(&sent.id, "recipients").json(&json!({ "email": email })).await.expect(201);
    }
    let met = |name: &str, effect: &str| (json!(name), json!("address"), json!(effect));
    assert_eq!(rules(app, &sent.id).await, [met("partners", "allowed"), met("the clinic", "required")]);
    assert_eq!(found(app, "rule=the%20clinic").await, std::slice::from_ref(&sent.id));
}

async fn a_record_names_rules_as_they_were_called_then(app: &App) {
    app.set_address_rules(partners()).await;
    let sent = app.anna.sent_as(&to("a@partner.example"), &[("a", b"a")]).await;
    app.set_address_rules(json!([{ "name": "another", "effect": "allow" }])).await;
    assert_eq!(rules(app, &sent.id).await, [(json!("partners"), json!("address"), json!("allowed"))]);
    assert_eq!(found(app, "rule=partners").await, std::slice::from_ref(&sent.id));
    let record = app.admin.get(&format!("{PATH}/{}", sent.id)).await.expect(200).json();
    let rule = &record["rules"][0];
    assert_eq!((&rule["policy_version"], &rule["number"]), (&json!(1), &json!(1)));
}

async fn what_was_purged_has_met_no_rule(app: &App) {
    app.set_address_rules(partners()).await;
    let sent = app.anna.sent_as(&to("a@partner.example"), &[("a", b"a")]).await;
    app.anna.purge(&sent.id).await.expect(204);
    assert_eq!(found(app, "rule=partners").await, [""; 0]);
    assert_eq!(rules(app, &sent.id).await, []);
}

async fn what_a_rule_has_refused_goes_when_the_entry_of_the_log_goes(app: &App) {
    app.expect_broken_logs(); // it begins later than at the first entry
    app.set_address_rules(partners()).await;
    let refuse = async || {
        app.anna.create(&to("dora@else.example")).await.problem(403, "recipient_refused");
        app.run(Job::CheckpointAudit).await;
        let mut conn = app.db.read().await.unwrap();
        let refusals = conn.refusals_to_count(app.acme.id, (0, 1_000)).await.unwrap();
        refusals.into_iter().map(|refusal| refusal.seq).collect::<Vec<_>>()
    };
    let [first] = refuse().await[..] else { panic!("one entry") };
    app.clock.advance(366 * DAY);
    let [_, second] = refuse().await[..] else { panic!("two entries") };
    app.run(Job::TrimAudit).await;
    let [kept, third] = refuse().await[..] else { panic!("the first is gone") };
    assert!(first < second && second == kept && kept < third);
}
