//! `POST /api/v1/admin/policy/explain`

use sealpost_test_support::{
    app::{Answer, App},
    claims,
};
use serde_json::{Value, json};

claims![
    it_is_said_which_rule_decides_and_what_follows,
    without_rules_the_settings_are_explained,
    what_is_explained_is_what_happens,
    files_are_explained_by_the_rules_about_them,
    what_is_written_is_explained_by_the_rules_about_it,
    a_question_that_is_none_is_refused,
    auditors_may_ask_and_senders_may_not,
];

async fn ask(app: &App, question: &Value) -> Answer {
    app.admin.post_json("/api/v1/admin/policy/explain", question).await
}

async fn it_is_said_which_rule_decides_and_what_follows(app: &App) {
    app.set_address_rules(json!([
        { "name": "among us", "recipients": ["internal"], "effect": "allow" },
        { "name": "partners", "recipients": ["partner.example"], "effect": { "require": ["email_code"] } },
        { "name": "switched off", "recipients": ["example.org"], "effect": "allow", "disabled": true },
        { "name": "the rest", "recipients": ["external"], "effect": { "deny": "Only to partners." } },
    ]))
    .await;
    let recipients = [app.otto.email(), "a@sub.partner.example", "bert@example.org"];
    let question = json!({ "sender": app.anna.email(), "recipients": recipients, "file": { "bytes": 7 } });
    let answer = ask(app, &question).await.expect(200).json();
    let settings = &app.acme.policy.protections;
    assert_eq!(
        answer,
        json!({
            "version": 1,
            "sender_known": true,
            "recipients": [
                {
                    "email": recipients[0],
                    "allowed": true,
                    "internal": true,
                    "rule": { "number": 1, "name": "among us" },
                    "protections": settings,
                },
                {
                    "email": recipients[1],
                    "allowed": true,
                    "internal": false,
                    "rule": { "number": 2, "name": "partners" },
                    "protections": ["email_code"],
                },
                {
                    "email": recipients[2],
                    "allowed": false,
                    "internal": false,
                    "rule": { "number": 4, "name": "the rest" },
                    "protections": [],
                    "refusal": "Only to partners.",
                },
            ],
            "file": { "allowed": true },
        })
    );
}

async fn without_rules_the_settings_are_explained(app: &App) {
    app.change_settings(json!({ "max_file_bytes": 5 })).await;
    let question = json!({ "sender": "nobody@acme.example", "recipients": ["bert@example.org"], "file": { "bytes": 6 } });
    let answer = ask(app, &question).await.expect(200).json();
    assert_eq!((&answer["sender_known"], &answer["version"]), (&json!(false), &json!(1)));
    let recipient = &answer["recipients"][0];
    assert_eq!((&recipient["rule"], &recipient["internal"]), (&Value::Null, &Value::Null));
    assert_eq!(answer["file"], json!({ "allowed": false, "refusal": "a file has at most 5 bytes" }));
}

async fn what_is_explained_is_what_happens(app: &App) {
    app.set_address_rules(json!([
        { "name": "otto alone", "senders": [app.otto.email()], "recipients": ["*@*.example.org"], "effect": "allow" },
        { "name": "plus", "recipients": ["bert@example.org"], "effect": { "deny": "Not to Bert." } },
        { "name": "not there", "recipients": ["bücher.example"], "effect": { "deny": "No books." } },
    ]))
    .await;
    for (sender, recipient) in [
        (&app.anna, "bert@example.org"),
        (&app.anna, "Bert+bills@EXAMPLE.org"),
        (&app.anna, "carl@example.org"),
        (&app.anna, "carl@xn--bcher-kva.example"),
        (&app.anna, "bert@sub.example.org"),
        (&app.otto, "bert@sub.example.org"),
        (&app.otto, "bert@example.org"),
    ] {
        let question = json!({ "sender": sender.email(), "recipients": [recipient] });
        let explained = ask(app, &question).await.expect(200).json()["recipients"][0]["allowed"].clone();
        let created = sender.create(&json!({ "recipients": [{ "email": recipient }] })).await;
        assert_eq!(explained == json!(true), created.status == 201, "{recipient}: {created:?}");
    }
}

async fn a_question_that_is_none_is_refused(app: &App) {
    for question in [
        json!({}),
        json!({ "sender": "anna", "recipients": [] }),
        json!({ "sender": "a@b.example", "recipients": ["nobody"] }),
        json!({ "sender": "a@b.example", "recipients": vec!["a@b.example"; 1_001] }),
        json!({ "sender": "a@b.example", "recipients": [], "more": 1 }),
    ] {
        ask(app, &question).await.problem(400, "invalid_request");
    }
}

async fn auditors_may_ask_and_senders_may_not(app: &App) {
    let question = json!({ "sender": app.anna.email(), "recipients": ["bert@example.org"] });
    app.anna.post_json("/api/v1/admin/policy/explain", &question).await.problem(403, "forbidden");
    let auditor = json!({ "email": "audit@acme.example", "role": "auditor" });
    app.admin.post_json("/api/v1/admin/users", &auditor).await.expect(201);
    let auditor = app.client_of(&app.acme, "audit@acme.example").await;
    auditor.post_json("/api/v1/admin/policy/explain", &question).await.expect(200);
}

async fn files_are_explained_by_the_rules_about_them(app: &App) {
    for (file, rule, what) in [
        (json!({"name": "plan.pdf"}), json!(null), json!(null)),
        (json!({"name": "plan.pdf", "kinds": ["pdf"], "bytes": 5}), json!(null), json!(null)),
        (json!({"name": "plan.pdf.exe"}), json!("disguises"), json!("double_extension")),
        (json!({"name": "setup.exe"}), json!("kinds"), json!("executable")),
        (json!({"name": "plan.pdf", "kinds": ["executable"]}), json!("kinds"), json!("executable")),
        (json!({"kinds": ["script"]}), json!("kinds"), json!("script")),
        (json!({"bytes": 5}), json!(null), json!(null)),
    ] {
        let question = json!({"sender": "anna@acme.example", "recipients": [], "file": file});
        let explained = ask(app, &question).await.expect(200).json()["file"].clone();
        assert_eq!((&explained["rule"], &explained["what"]), (&rule, &what), "{file}");
        assert_eq!(explained["allowed"], json!(rule.is_null()), "{file}");
    }
    app.set_type_rules(json!({"extensions": ["pdf"]})).await;
    let question = json!({"sender": "anna@acme.example", "recipients": [], "file": {"name": "plan.pdf"}});
    let explained = ask(app, &question).await.expect(200).json()["file"].clone();
    assert_eq!(explained["refusal"], "files of type .pdf are not accepted");
    let wrong = json!({"sender": "anna@acme.example", "recipients": [], "file": {"kinds": ["pdfs"]}});
    ask(app, &wrong).await.problem(400, "invalid_request");
}

async fn what_is_written_is_explained_by_the_rules_about_it(app: &App) {
    let rule = |name: &str, find: Value, level: &str, protections: &[&str]| json!({ "name": name, "find": find, "level": level, "protections": protections, "text": format!("Mind the {name}.") });
    let mut plans = rule("plans", json!({ "words": ["plan"] }), "mandatory", &["email_code", "password"]);
    plans["at_least"] = json!(2);
    let mut off = rule("off", json!({ "words": ["plan"] }), "mandatory", &["sms_code"]);
    off["disabled"] = json!(true);
    app.set_content_rules(json!([
        off,
        plans,
        rule("cards", json!({ "number": "payment_card" }), "mandatory", &["password"]),
        rule("many", json!({ "more_files_than": 1 }), "automatic", &["password", "none"]),
    ]))
    .await;
    let question = |content: Value| json!({ "sender": "anna@acme.example", "recipients": ["bert@example.org"], "content": content });
    let explained =
        async |content: Value| ask(app, &question(content)).await.expect(200).json()["content"].clone();
    let nothing = json!({ "rules": [], "required": null, "preferred": [] });
    assert_eq!(explained(json!({})).await, nothing);
    assert_eq!(explained(json!({ "subject": "The plan" })).await, nothing, "once is not enough");
    let both = json!({ "subject": "The PLAN", "files": [{ "name": "plan_1.pdf" }, { "name": "b.pdf", "bytes": 7 }] });
    assert_eq!(
        explained(both).await,
        json!({
            "rules": [
                { "number": 2, "name": "plans", "level": "mandatory", "times": 2, "at_least": 2, "text": "Mind the plans." },
                { "number": 4, "name": "many", "level": "automatic", "times": 1, "at_least": 1, "text": "Mind the many." },
            ],
            "required": ["email_code", "password"],
            "preferred": ["password"],
        })
    );
    // What is explained is what happens.
    let message = "The plan of the plan: 4111 1111 1111 1111.";
    let explained = explained(json!({ "message": message })).await;
    assert_eq!(explained["required"], json!(["password"]));
    let new = |protection: &str| json!({ "recipients": [{ "email": "bert@example.org" }], "message": message, "protection": protection });
    app.anna.create(&new("email_code")).await.problem(400, "protection_required");
    let mut with_password = new("password");
    with_password["password"] = json!("correct horse battery");
    app.anna.create(&with_password).await.expect(201);
    let many: Vec<_> = (0..1_001).map(|_| json!({ "name": "a" })).collect();
    ask(app, &question(json!({ "files": many }))).await.problem(400, "invalid_request");
    ask(app, &question(json!({ "words": "x" }))).await.problem(400, "invalid_request");
}
