//! What a portal or a request takes: kinds of files, by name and by content, and never more than the policy.

use sealpost_test_support::{
    app::{App, Method, Request, metadata},
    claims, corpus,
};
use serde_json::{Value, json};

use super::{begun, change, logged, open, portal};
use crate::requests::{Uploader, asked, open as open_request};

claims![
    kinds_are_refused_by_name_and_by_content_at_a_portal,
    kinds_are_refused_by_name_and_by_content_at_a_request,
    kinds_that_change_count_when_it_is_sent,
    the_page_is_told_what_names_are_taken,
    rules_of_the_policy_count_whatever_is_asked_for,
    files_and_bytes_hold_at_a_portal,
];

fn put(uploader: &Uploader, name: &str, bytes: &[u8]) -> Request {
    let put =
        uploader.sender.begin_with(&uploader.id, bytes).header("upload-length", bytes.len().to_string());
    put.header("upload-metadata", metadata(name))
}

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// What `image` and `pdf` take, and what they do not.
async fn takes_pictures_and_pdf(uploader: &Uploader) {
    for (name, bytes) in
        [("table.xlsx", &b"x"[..]), ("notes.txt", b"x"), ("page.html", b"x"), ("what.ever", b"x")]
    {
        let refused = put(uploader, name, bytes).await;
        refused.problem(403, "type_refused");
        assert_eq!(refused.json()["file"]["rule"], "not_asked_for", "{name}");
    }
    let refused = put(uploader, "setup.exe", b"x").await;
    refused.problem(403, "type_refused");
    assert_eq!(refused.json()["file"]["rule"], "kinds", "the policy refuses it before");
    // And by what it is: a program, and a text that both call themselves pictures.
    for bytes in [corpus::pe().as_slice(), b"just some words, and no picture at all"] {
        put(uploader, "picture.jpg", bytes).await.problem(403, "type_refused");
    }
    put(uploader, "scan.pdf", PDF).await.expect(201);
    let shown = uploader.shown().await;
    assert_eq!(shown["files"].as_array().unwrap().len(), 1, "{shown}");
    uploader.send().await.expect(200);
}

async fn kinds_are_refused_by_name_and_by_content_at_a_portal(app: &App) {
    portal(app, &json!({"kinds": ["image", "pdf"]})).await;
    takes_pictures_and_pdf(&begun(app, &json!({})).await).await;
    let refused = logged(app, "file.refused").await;
    assert!(refused.iter().all(|entry| entry["by"] == "uploader"), "{refused:?}");
}

async fn kinds_are_refused_by_name_and_by_content_at_a_request(app: &App) {
    let (made, token) = asked(app, &json!({"kinds": ["pdf", "image"]})).await;
    assert_eq!(made["kinds"], json!(["image", "pdf"]));
    takes_pictures_and_pdf(&Uploader::begun(app, &token).await).await;
    for kinds in [json!([]), json!(["script"]), json!(["pictures"]), json!(["encrypted_archive"])] {
        let body = json!({"title": "x", "kinds": kinds});
        app.anna.post_json("/api/v1/requests", &body).await.problem(400, "invalid_request");
    }
}

async fn kinds_that_change_count_when_it_is_sent(app: &App) {
    let made = portal(app, &json!({})).await;
    let uploader = begun(app, &json!({})).await;
    put(&uploader, "notes.txt", b"hello").await.expect(201);
    change(app, &made, &json!({"kinds": ["pdf"]})).await.expect(200);
    let refused = uploader.send().await;
    refused.problem(403, "type_refused");
    assert_eq!(refused.json()["file"]["rule"], "not_asked_for");
    change(app, &made, &json!({"kinds": null})).await.expect(200);
    uploader.send().await.expect(200);
}

fn words(types: &Value) -> Vec<String> {
    types["extensions"].as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

async fn the_page_is_told_what_names_are_taken(app: &App) {
    portal(app, &json!({})).await;
    let types = open(app).await.expect(200).json()["types"].clone();
    assert_eq!((&types["mode"], &types["without_extension"]), (&json!("deny"), &json!(true)));
    assert!(types.get("kinds").is_none());
    let refused = words(&types);
    assert!(refused.contains(&"exe".to_owned()) && !refused.contains(&"pdf".to_owned()));
    let (_, token) = asked(app, &json!({"kinds": ["pdf"]})).await;
    let types = open_request(app, &token).await.expect(200).json()["types"].clone();
    assert_eq!((&types["mode"], &types["kinds"]), (&json!("allow"), &json!(["pdf"])));
    assert_eq!(words(&types), ["pdf", "pdfa"]);
}

async fn rules_of_the_policy_count_whatever_is_asked_for(app: &App) {
    portal(app, &json!({"kinds": ["pdf", "text"]})).await;
    let owner = app.signed_in(&app.admin).await;
    let rules = json!({"types": {"extensions": ["txt"]}});
    owner.request(Method::PATCH, "/api/v1/admin/policy").json(&rules).await.expect(200);
    let uploader = begun(app, &json!({})).await;
    let refused = put(&uploader, "notes.txt", b"hello").await;
    refused.problem(403, "type_refused");
    assert_eq!(refused.json()["file"]["rule"], "extensions");
    assert!(!words(&open(app).await.expect(200).json()["types"]).contains(&"txt".to_owned()));
}

async fn files_and_bytes_hold_at_a_portal(app: &App) {
    portal(app, &json!({"max_files": 1, "max_bytes": 10})).await;
    let uploader = begun(app, &json!({})).await;
    let shown = uploader.shown().await;
    assert_eq!((&shown["files_left"], &shown["bytes_left"]), (&json!(1), &json!(10)));
    put(&uploader, "a.txt", b"12345678901").await.problem(413, "too_large");
    put(&uploader, "a.txt", b"12345").await.expect(201);
    put(&uploader, "b.txt", b"1").await.problem(409, "limit_reached");
}
