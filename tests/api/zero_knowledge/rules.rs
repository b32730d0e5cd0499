//! Rules about who seals: by whom it goes to, by who sends, by what it is.

use sealpost_test_support::{
    app::{Answer, App, metadata},
    claims, corpus,
};
use serde_json::{Value, json};

use super::client::{Sealing, to_bert};

claims![
    a_rule_about_recipients_requires_and_forbids,
    a_rule_about_senders_decides_for_them_alone,
    rules_that_contradict_one_another_are_named_together,
    a_rule_requires_in_spite_of_what_wants_to_see,
    whoever_is_added_later_is_asked_about,
    what_rules_say_counts_when_it_is_sent,
    a_kind_that_must_be_sealed_is_not_taken_otherwise,
    what_rules_refuse_is_in_the_log_and_found_by_its_name,
    programs_are_told_before_they_begin,
    it_is_explained_as_it_is_decided,
    what_comes_in_is_not_meant,
];

fn board() -> Value {
    json!({ "name": "board", "recipients": ["board.example"], "effect": "allow", "zero_knowledge": "require" })
}

fn press() -> Value {
    json!({ "name": "press", "recipients": ["press.example"], "effect": "allow", "zero_knowledge": "forbid" })
}

fn to(mode: &str, recipients: &[&str]) -> Value {
    let recipients: Vec<_> = recipients.iter().map(|email| json!({ "email": email })).collect();
    json!({ "mode": mode, "recipients": recipients })
}

/// What a refusal says: words, and rules or kinds, or `setting`.
fn said(refused: &Answer) -> Vec<(String, String)> {
    refused.problem(403, "mode_refused");
    let rules = refused.json()["rules"].as_array().expect("rules").clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let name = |rule: &Value| match (&rule["kind"], &rule["rule"]) {
        (Value::String(kind), _) => kind.clone(),
        (_, Value::String(rule)) => rule.clone(),
        _ => text(&rule["about"]),
    };
    rules.iter().map(|rule| (text(&rule["says"]), name(rule))).collect()
}

fn words(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(says, name)| ((*says).to_owned(), (*name).to_owned())).collect()
}

async fn a_rule_about_recipients_requires_and_forbids(app: &App) {
    app.set_address_rules(json!([board(), press()])).await;
    for (mode, email, refused) in [
        ("zero_knowledge", "ada@board.example", None),
        ("standard", "ada@board.example", Some(("require", "board"))),
        ("zero_knowledge", "a@press.example", Some(("forbid", "press"))),
        ("standard", "a@press.example", None),
        ("zero_knowledge", "bert@example.org", None),
        ("standard", "bert@example.org", None),
    ] {
        let answer = app.anna.create(&to(mode, &[email])).await;
        match refused {
            None => drop(answer.expect(201)),
            Some(refused) => assert_eq!(said(&answer), words(&[refused]), "{mode} {email}"),
        }
    }
}

async fn a_rule_about_senders_decides_for_them_alone(app: &App) {
    let anna = app.anna.email().to_owned();
    app.set_address_rules(json!([
        { "name": "anna seals", "senders": [anna], "effect": "allow", "zero_knowledge": "require" },
        { "name": "others do not", "effect": "allow", "zero_knowledge": "forbid" },
    ]))
    .await;
    let answer = app.anna.create(&to("standard", &["bert@example.org"])).await;
    assert_eq!(said(&answer), words(&[("require", "anna seals")]));
    app.anna.create(&to_bert()).await.expect(201);
    let answer = app.otto.create(&to_bert()).await;
    assert_eq!(said(&answer), words(&[("forbid", "others do not")]));
    app.otto.create(&to("standard", &["bert@example.org"])).await.expect(201);
}

async fn rules_that_contradict_one_another_are_named_together(app: &App) {
    app.set_address_rules(json!([board(), press()])).await;
    let both = words(&[("require", "board"), ("forbid", "press")]);
    for mode in ["standard", "zero_knowledge"] {
        let answer = app.anna.create(&to(mode, &["ada@board.example", "a@press.example"])).await;
        assert_eq!(said(&answer), both, "{mode}");
    }
    app.change_settings(json!({ "zero_knowledge": "forbid" })).await;
    for mode in ["standard", "zero_knowledge"] {
        let answer = app.anna.create(&to(mode, &["ada@board.example"])).await;
        assert_eq!(said(&answer), words(&[("require", "board"), ("forbid", "setting")]), "{mode}");
    }
    // Where the settings alone say it, it is as before.
    app.anna.create(&to_bert()).await.problem(403, "choice_locked");
}

async fn a_rule_requires_in_spite_of_what_wants_to_see(app: &App) {
    app.set_address_rules(json!([board(), press()])).await;
    app.set_content_rules(json!([{
        "name": "patients", "find": { "words": ["patient"] }, "level": "notify", "text": "Is it about a patient?",
    }]))
    .await;
    app.anna.create(&to_bert()).await.problem(403, "choice_locked");
    let draft =
        Sealing::begin(&app.anna, &to("zero_knowledge", &["ada@board.example", "bert@example.org"])).await;
    draft.sent(None, &[("a", b"aaa")]).await;
    let answer = app.anna.create(&to("zero_knowledge", &["a@press.example"])).await;
    assert_eq!(said(&answer), words(&[("forbid", "press"), ("forbid", "setting")]));
}

async fn whoever_is_added_later_is_asked_about(app: &App) {
    app.set_address_rules(json!([board(), press()])).await;
    let sealed = Sealing::begin(&app.anna, &to("zero_knowledge", &["ada@board.example"])).await;
    let add = |id: &str, email: &str| {
        app.anna.post_json(&format!("/api/v1/transfers/{id}/recipients"), &json!({ "email": email }))
    };
    let answer = add(&sealed.id, "a@press.example").await;
    assert_eq!(said(&answer), words(&[("forbid", "press")]));
    add(&sealed.id, "bert@example.org").await.expect(201);
    let plain = app.anna.draft().await;
    let answer = add(&plain, "ada@board.example").await;
    assert_eq!(said(&answer), words(&[("require", "board")]));
    let path = format!("/api/v1/transfers/{plain}");
    let revised = json!({ "recipients": [{ "email": "ada@board.example" }] });
    let answer = app.anna.request(sealpost_test_support::app::Method::PATCH, &path).json(&revised).await;
    assert_eq!(said(&answer), words(&[("require", "board")]));
    let there = app.anna.transfer(&plain).await;
    assert_eq!(there["recipients"].as_array().unwrap().len(), 1);
    // What is available already gets nobody whom a rule would keep out of it.
    sealed.sent(None, &[("a", b"aaa")]).await;
    let answer = add(&sealed.id, "a@press.example").await;
    assert_eq!(said(&answer), words(&[("forbid", "press")]));
}

async fn what_rules_say_counts_when_it_is_sent(app: &App) {
    let sealed = Sealing::begin(&app.anna, &to_bert()).await;
    sealed.seal(None).await;
    sealed.put("a", b"aaa").await;
    let plain = app.anna.draft().await;
    app.anna.put(&plain, "a.txt", b"a").await;
    let rule = |word: &str| json!([{ "name": "all", "effect": "allow", "zero_knowledge": word }]);
    app.set_address_rules(rule("forbid")).await;
    let answer = app.anna.act(&sealed.id, "send").await;
    assert_eq!(said(&answer), words(&[("forbid", "all")]));
    app.set_address_rules(rule("require")).await;
    let answer = app.anna.act(&plain, "send").await;
    assert_eq!(said(&answer), words(&[("require", "all")]));
    assert_eq!(app.anna.transfer(&plain).await["state"], "draft");
    app.anna.send(&sealed.id).await;
    app.set_address_rules(json!([])).await;
    app.set_type_rules(json!({ "zero_knowledge": { "require": ["text"] } })).await;
    let answer = app.anna.act(&plain, "send").await;
    assert_eq!(said(&answer), words(&[("require", "text")]));
    app.set_address_rules(rule("forbid")).await;
    let answer = app.anna.act(&plain, "send").await;
    assert_eq!(said(&answer), words(&[("require", "text"), ("forbid", "all")]));
}

async fn a_kind_that_must_be_sealed_is_not_taken_otherwise(app: &App) {
    app.set_type_rules(json!({ "zero_knowledge": { "require": ["pdf"], "forbid": ["image"] } })).await;
    let draft = app.anna.draft().await;
    for (name, bytes) in [("plan.pdf", b"x".to_vec()), ("plan.txt", corpus::pdf(false))] {
        let begun = app.anna.begin_with(&draft, &bytes).header("upload-length", bytes.len().to_string());
        let refused = begun.header("upload-metadata", metadata(name)).await;
        refused.problem(403, "type_refused");
        let file = &refused.json()["file"];
        assert_eq!(
            (&file["rule"], &file["what"], &file["name"]),
            (&json!("zero_knowledge.require"), &json!("pdf"), &json!(name))
        );
    }
    // What senders must not seal is taken as it is.
    app.anna.put(&draft, "plan.png", &corpus::png()).await;
    app.anna.send(&draft).await;
    let entries = app.admin.get("/api/v1/admin/audit?rule=zero_knowledge.require").await.expect(200).json();
    assert_eq!(entries["entries"].as_array().unwrap().len(), 2);
}

async fn what_rules_refuse_is_in_the_log_and_found_by_its_name(app: &App) {
    app.set_address_rules(json!([board(), press()])).await;
    said(&app.anna.create(&to("standard", &["ada@board.example"])).await);
    let found = app.admin.get("/api/v1/admin/audit?rule=board").await.expect(200).json();
    let entry = &found["entries"][0];
    assert_eq!(entry["kind"], "mode.refused");
    assert_eq!(
        (&entry["details"]["mode"], &entry["details"]["rules"], &entry["details"]["kinds"]),
        (&json!("standard"), &json!([1]), &json!([]))
    );
    assert!(!entry["details"].to_string().contains("board.example"));
    let draft = Sealing::begin(&app.anna, &to("zero_knowledge", &["ada@board.example"])).await;
    let add = format!("/api/v1/transfers/{}/recipients", draft.id);
    said(&app.anna.post_json(&add, &json!({ "email": "a@press.example" })).await);
    draft.sent(None, &[("a", b"aaa")]).await;
    let record = app.admin.get(&format!("/api/v1/admin/transfers/{}", draft.id)).await.expect(200).json();
    let rules: Vec<_> =
        record["rules"].as_array().unwrap().iter().map(|rule| (&rule["name"], &rule["effect"])).collect();
    assert!(rules.contains(&(&json!("board"), &json!("required"))), "{rules:?}");
    assert!(rules.contains(&(&json!("press"), &json!("denied"))), "{rules:?}");
}

async fn programs_are_told_before_they_begin(app: &App) {
    let told = async || app.anna.get("/api/v1/addin/bootstrap").await.expect(200).json()["policy"].clone();
    let before = told().await;
    assert_eq!(before["sealing"], json!({ "setting": "allow", "seen": false, "internal": [], "rules": [] }));
    assert_eq!(before["types"]["zero_knowledge"], json!({ "require": [], "forbid": [] }));
    let otto = app.otto.email().to_owned();
    app.set_address_rules(json!([
        { "name": "of otto", "senders": [otto], "effect": "allow", "zero_knowledge": "forbid" },
        { "name": "partners", "recipients": ["bücher.example"], "effect": "allow" },
        board(),
        { "name": "behind", "effect": "allow" },
    ]))
    .await;
    app.set_type_rules(json!({ "mode": "allow", "kinds": ["pdf"] })).await;
    let policy = told().await;
    let rules = policy["sealing"]["rules"].as_array().unwrap();
    // Whoever is not meant does not hear of it, and what stands behind the last word says nothing.
    let names: Vec<_> = rules.iter().map(|rule| rule["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["partners", "board"]);
    assert_eq!(rules[0]["recipients"].as_array().unwrap().len(), 2);
    assert_eq!(rules[1]["zero_knowledge"], "require");
    assert_eq!(policy["sealing"]["seen"], true);
    assert_eq!(policy["types"]["kinds"], json!(["pdf"]));
    assert_eq!(policy["version"].as_u64().unwrap(), before["version"].as_u64().unwrap() + 2);
}

async fn it_is_explained_as_it_is_decided(app: &App) {
    app.set_address_rules(json!([board(), press()])).await;
    app.set_type_rules(json!({ "zero_knowledge": { "require": ["pdf"], "forbid": ["image"] } })).await;
    let ask = |file: &str| {
        let question = json!({
            "sender": "anna@acme.example", "file": { "name": file },
            "recipients": ["ada@board.example", "a@press.example", "bert@example.org"],
        });
        app.admin.post_json("/api/v1/admin/policy/explain", &question)
    };
    let explained = ask("plan.pdf").await.expect(200).json();
    let words: Vec<_> =
        explained["recipients"].as_array().unwrap().iter().map(|it| &it["zero_knowledge"]).collect();
    assert_eq!(words, [&json!("require"), &json!("forbid"), &Value::Null]);
    assert_eq!(explained["file"]["zero_knowledge"], "require");
    assert_eq!(ask("plan.png").await.expect(200).json()["file"]["zero_knowledge"], "forbid");
    assert_eq!(ask("plan.txt").await.expect(200).json()["file"].get("zero_knowledge"), None);
}

/// Whoever sends something in is no sender of the tenant's.
async fn what_comes_in_is_not_meant(app: &App) {
    app.set_type_rules(json!({ "zero_knowledge": { "require": ["pdf"] } })).await;
    app.set_address_rules(json!([{ "name": "all", "effect": "allow", "zero_knowledge": "require" }])).await;
    let request =
        app.anna.post_json("/api/v1/requests", &json!({ "title": "Papers" })).await.expect(201).json();
    let token = request["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let who = json!({ "token": token, "name": "Bert", "email": "bert@example.org" });
    let begun = app.anybody.post_json("/api/v1/requests/begin", &who).await.expect(201).json();
    let (id, grant) = (begun["submission_id"].as_str().unwrap(), begun["grant"].as_str().unwrap());
    let uploader = app.anybody.with_bearer(grant);
    let bytes = corpus::pdf(false);
    let put = uploader
        .request(sealpost_test_support::app::Method::POST, &format!("/api/v1/transfers/{id}/files"))
        .header("tus-resumable", "1.0.0")
        .header("content-type", "application/offset+octet-stream")
        .header("upload-length", bytes.len().to_string())
        .header("upload-metadata", metadata("plan.pdf"))
        .body(bytes);
    put.await.expect(201);
    uploader.post(&format!("/api/v1/submissions/{id}/send")).await.expect(200);
}
