//! What a sender's program states of files that nobody here can look into.

use sealpost_test_support::{
    app::{App, Request},
    claims,
};
use serde_json::{Value, json};

use super::client::{Sealing, to_bert};

claims![
    what_is_stated_is_kept_and_shown_as_a_statement,
    a_statement_is_in_the_log_with_what_it_is_bound_to,
    rules_about_kinds_are_asked_about_what_is_stated,
    where_somebody_has_decided_about_files_a_statement_is_needed,
    a_statement_by_other_rules_is_made_again,
    what_is_stated_counts_when_it_is_sent,
    a_bad_statement_changes_nothing,
    of_what_the_service_seals_nothing_is_stated,
];

/// States what a file is by the policy that counts now.
pub(super) async fn stated(draft: &Sealing, file: &str, sealing: &Value, kinds: &[&str]) -> Request {
    let told = draft.sender.get("/api/v1/addin/bootstrap").await.expect(200).json();
    stated_by(draft, file, sealing, kinds, told["policy"]["version"].as_u64().expect("a number"))
}

fn stated_by(draft: &Sealing, file: &str, sealing: &Value, kinds: &[&str], version: u64) -> Request {
    let mut sealing = sealing.clone();
    sealing["stated"] = json!({ "kinds": kinds, "policy_version": version });
    draft.put_manifest(file, &sealing)
}

async fn begun(app: &App) -> (Sealing, String, Value) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    draft.seal(None).await;
    let (file, sealing) = draft.parts("plan", b"aaa").await;
    (draft, file, sealing)
}

async fn entries(app: &App) -> Vec<Value> {
    let page = app.admin.get("/api/v1/admin/audit?kind=file.stated").await.expect(200).json();
    page["entries"].as_array().expect("entries").clone()
}

async fn what_is_stated_is_kept_and_shown_as_a_statement(app: &App) {
    let (draft, file, sealing) = begun(app).await;
    stated(&draft, &file, &sealing, &["office_macros"]).await.await.expect(204);
    draft.bind().await;
    // What files of a kind always are besides is there, too; and nobody has looked.
    let shown = app.anna.transfer(&draft.id).await["files"][0].clone();
    assert_eq!(
        (&shown["stated_kinds"], &shown["kind"], &shown["name"]),
        (&json!(["office", "office_macros"]), &Value::Null, &Value::Null)
    );
    let links = app.anna.send(&draft.id).await.links;
    let opened = draft.opening(app, &links[0]).open().await;
    assert_eq!(opened.delivery["files"][0]["stated_kinds"], json!(["office", "office_macros"]));
    assert_eq!(app.anna.transfer(&draft.id).await["inspection"]["state"], "sealed_by_sender");
    let record = app.admin.get(&format!("/api/v1/admin/transfers/{}", draft.id)).await.expect(200).json();
    assert_eq!((&record["mode"], record.get("subject")), (&json!("zero_knowledge"), None));
    let logged = &record["files"][0];
    assert_eq!(
        (&logged["id"], &logged["size"], &logged["stated_kinds"], logged.get("kind")),
        (&json!(file), &shown["size"], &json!(["office", "office_macros"]), None)
    );
    // It is no kind that somebody has found.
    let found = app.admin.get("/api/v1/admin/transfers?kind=office").await.expect(200).json();
    assert_eq!(found["transfers"], json!([]));
    let csv = app.admin.get("/api/v1/admin/transfers/export").await.expect(200).text();
    let lines: Vec<_> = csv.lines().collect();
    assert!(lines[0].ends_with(",mode") && lines[1].ends_with(",zero_knowledge"), "{csv}");
}

async fn a_statement_is_in_the_log_with_what_it_is_bound_to(app: &App) {
    let (draft, file, sealing) = begun(app).await;
    draft.put_manifest(&file, &sealing).await.expect(204);
    draft.bind().await;
    assert_eq!(entries(app).await, Vec::<Value>::new());
    stated(&draft, &file, &sealing, &["pdf"]).await.await.expect(204);
    draft.bind().await;
    stated(&draft, &file, &sealing, &["pdf"]).await.await.expect(204);
    draft.bind().await;
    stated(&draft, &file, &sealing, &["image"]).await.await.expect(204);
    draft.bind().await;
    let entries = entries(app).await;
    assert_eq!(entries.len(), 2, "what is the same is said once: {entries:?}");
    let (user, length) =
        (&entries[0]["details"]["by"], &app.anna.transfer(&draft.id).await["files"][0]["size"]);
    for (entry, kind) in entries.iter().zip(["image", "pdf"]) {
        assert_eq!(entry["transfer"], json!(draft.id));
        let details = &entry["details"];
        assert_eq!((&details["file"], &details["kinds"]), (&json!(file), &json!([kind])));
        assert_eq!((&details["by"], &details["bytes"]), (user, length));
        assert!(details["policy_version"].is_u64());
    }
    // Without a statement nothing of the one before is left.
    draft.put_manifest(&file, &sealing).await.expect(204);
    draft.bind().await;
    assert_eq!(app.anna.transfer(&draft.id).await["files"][0].get("stated_kinds"), None);
}

async fn rules_about_kinds_are_asked_about_what_is_stated(app: &App) {
    let (draft, file, sealing) = begun(app).await;
    let refused = stated(&draft, &file, &sealing, &["executable"]).await.await;
    refused.problem(403, "type_refused");
    let about = refused.json()["file"].clone();
    assert_eq!(
        (&about["rule"], &about["what"], about.get("name")),
        (&json!("kinds"), &json!("executable"), None)
    );
    app.set_type_rules(json!({ "zero_knowledge": { "forbid": ["video"] } })).await;
    let refused = stated(&draft, &file, &sealing, &["video"]).await.await;
    refused.problem(403, "type_refused");
    assert_eq!(refused.json()["file"]["rule"], "zero_knowledge.forbid");
    app.change_settings(json!({ "zero_knowledge": "prefer" })).await;
    app.set_type_rules(json!({ "mode": "allow", "kinds": ["pdf"] })).await;
    stated(&draft, &file, &sealing, &["office"]).await.await.problem(403, "type_refused");
    stated(&draft, &file, &sealing, &["pdf"]).await.await.expect(204);
    draft.bind().await;
    app.anna.send(&draft.id).await;
    let log = app.admin.get("/api/v1/admin/audit?kind=file.refused").await.expect(200).json();
    assert_eq!(log["entries"].as_array().unwrap().len(), 3);
}

async fn where_somebody_has_decided_about_files_a_statement_is_needed(app: &App) {
    let (draft, file, sealing) = begun(app).await;
    draft.put_manifest(&file, &sealing).await.expect(204);
    draft.bind().await;
    app.set_type_rules(json!({ "kinds": ["executable"] })).await;
    let missing = app.anna.act(&draft.id, "send").await;
    missing.problem(422, "statement_missing");
    assert!(missing.json()["detail"].as_str().unwrap().contains(&file));
    draft.put_manifest(&file, &sealing).await.problem(422, "statement_missing");
    stated(&draft, &file, &sealing, &["text"]).await.await.expect(204);
    draft.bind().await;
    app.anna.send(&draft.id).await;
}

async fn a_statement_by_other_rules_is_made_again(app: &App) {
    app.set_type_rules(json!({ "extensions": ["dcm"] })).await;
    let (draft, file, sealing) = begun(app).await;
    stated(&draft, &file, &sealing, &["image"]).await.await.expect(204);
    draft.bind().await;
    let version =
        app.anna.get("/api/v1/addin/bootstrap").await.expect(200).json()["policy"]["version"].clone();
    let version = version.as_u64().unwrap();
    // Another policy with the same rules about files is no other.
    app.set_address_rules(json!([{ "name": "all", "effect": "allow" }])).await;
    stated_by(&draft, &file, &sealing, &["image"], version).await.expect(204);
    draft.bind().await;
    app.set_type_rules(json!({ "extensions": ["dcm", "heic"] })).await;
    stated_by(&draft, &file, &sealing, &["image"], version).await.problem(409, "statement_outdated");
    app.anna.act(&draft.id, "send").await.problem(409, "statement_outdated");
    stated_by(&draft, &file, &sealing, &["image"], version + 1_000).await.problem(409, "statement_outdated");
    stated(&draft, &file, &sealing, &["image"]).await.await.expect(204);
    draft.bind().await;
    app.anna.send(&draft.id).await;
}

async fn what_is_stated_counts_when_it_is_sent(app: &App) {
    let (draft, file, sealing) = begun(app).await;
    stated(&draft, &file, &sealing, &["pdf"]).await.await.expect(204);
    draft.bind().await;
    app.set_type_rules(json!({ "zero_knowledge": { "forbid": ["pdf"] } })).await;
    // It was made by other rules: it is made again, and refused.
    app.anna.act(&draft.id, "send").await.problem(409, "statement_outdated");
    stated(&draft, &file, &sealing, &["pdf"]).await.await.problem(403, "type_refused");
    app.set_type_rules(json!({ "zero_knowledge": { "require": ["pdf"] } })).await;
    stated(&draft, &file, &sealing, &["pdf"]).await.await.expect(204);
    draft.bind().await;
    app.set_address_rules(json!([{ "name": "all", "effect": "allow", "zero_knowledge": "forbid" }])).await;
    let refused = app.anna.act(&draft.id, "send").await;
    refused.problem(403, "mode_refused");
    let says = refused.json()["rules"].clone();
    assert_eq!(
        says,
        json!([
            { "says": "require", "about": "type", "rule": "zero_knowledge.require", "kind": "pdf" },
            { "says": "forbid", "about": "address", "rule": "all" },
        ])
    );
    assert_eq!(app.anna.transfer(&draft.id).await["state"], "draft");
}

async fn a_bad_statement_changes_nothing(app: &App) {
    let (draft, file, sealing) = begun(app).await;
    stated(&draft, &file, &sealing, &["pdf"]).await.await.expect(204);
    draft.bind().await;
    for bad in [
        json!({ "kinds": [], "policy_version": 0 }),
        json!({ "kinds": ["pdfs"], "policy_version": 0 }),
        json!({ "kinds": ["pdf"] }),
        json!({ "kinds": ["pdf"], "policy_version": -1 }),
        json!({ "kinds": ["pdf"], "policy_version": 0, "name": "plan.pdf" }),
        json!("pdf"),
    ] {
        let mut body = sealing.clone();
        body["stated"] = bad.clone();
        draft.put_manifest(&file, &body).await.problem(400, "invalid_request");
    }
    assert_eq!(app.anna.transfer(&draft.id).await["files"][0]["stated_kinds"], json!(["pdf"]));
}

async fn of_what_the_service_seals_nothing_is_stated(app: &App) {
    let draft = app.anna.draft().await;
    app.anna.put(&draft, "a.txt", b"text").await;
    let shown = app.anna.transfer(&draft).await["files"][0].clone();
    assert_eq!((&shown["kind"], shown.get("stated_kinds")), (&json!("text"), None));
    let record = app.admin.get(&format!("/api/v1/admin/transfers/{draft}")).await.expect(200).json();
    assert_eq!((&record["mode"], &record["files"][0]["kind"]), (&json!("standard"), &json!("text")));
}
