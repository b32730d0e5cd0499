//! Making requests, looking at them, closing them.

use sealpost_test_support::{
    app::{App, DAY},
    claims,
};
use serde_json::json;

use super::{Uploader, asked, begin, open};
use crate::support::from_now;

claims![
    a_request_says_what_it_is_and_its_link_can_be_copied_again,
    what_cannot_be_meant_is_refused,
    a_request_is_its_users_and_admins_see_it_without_its_link,
    a_closed_request_takes_nothing_and_what_was_sent_stays,
    requests_are_listed_page_by_page,
    what_is_over_is_removed_after_14_days,
];

async fn a_request_says_what_it_is_and_its_link_can_be_copied_again(app: &App) {
    let ends = from_now(app, 3 * DAY);
    let wish = json!({
        "message": "All of them,\nplease.", "email": "ute@builder.example", "asks_code": true, "max_uses": 3,
        "max_files": 5, "max_bytes": 1_000, "expires_at": ends,
    });
    let (made, token) = asked(app, &wish).await;
    assert_eq!(token.len(), 43);
    assert_eq!((&made["max_uses"], &made["uses"], &made["open"]), (&json!(3), &json!(0), &json!(true)));
    let path = format!("/api/v1/requests/{}", made["id"].as_str().unwrap());
    let shown = app.anna.get(&path).await.expect(200).json();
    assert_eq!(shown["request"], made);
    assert_eq!(shown["submissions"], json!([]));
    let opened = open(app, &token).await.expect(200).json();
    assert_eq!(opened["requester"], json!({"email": "anna@acme.example", "name": "anna"}));
    assert_eq!(
        (&opened["organisation"], &opened["title"]),
        (&json!("acme"), &json!("Plans for the new wing"))
    );
    assert_eq!((&opened["max_files"], &opened["max_bytes"]), (&json!(5), &json!(1_000)));
    assert_eq!((&opened["asks_code"], &opened["address_hint"]), (&json!(true), &json!("u…@b….example")));
    assert!(!opened.to_string().contains("ute@builder"), "whose it is, he knows himself");
    // Nothing of it lies readable in the database, and the log names nobody.
    let log = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let entry = log.iter().find(|entry| entry.kind == "request.created").unwrap();
    assert!(!entry.payload.contains("ute") && !entry.payload.contains("Plans"), "{}", entry.payload);
}

async fn what_cannot_be_meant_is_refused(app: &App) {
    for wish in [
        json!({}),
        json!({"title": " "}),
        json!({"title": "two\nlines"}),
        json!({"title": "gpj\u{202e}exe"}),
        json!({"title": "x".repeat(201)}),
        json!({"title": "x", "message": "x".repeat(17_000)}),
        json!({"title": "x", "max_uses": 0}),
        json!({"title": "x", "max_uses": 1_001}),
        json!({"title": "x", "max_files": 0}),
        json!({"title": "x", "max_bytes": 0}),
        json!({"title": "x", "email": "no address"}),
        json!({"title": "x", "expires_at": from_now(app, 400 * DAY)}),
        json!({"title": "x", "uses": 1}),
    ] {
        app.anna.post_json("/api/v1/requests", &wish).await.problem(400, "invalid_request");
    }
    for token in ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "sb_AAAA"] {
        open(app, token).await.problem(404, "link_unavailable");
        begin(app, token).await.problem(404, "link_unavailable");
    }
}

async fn a_request_is_its_users_and_admins_see_it_without_its_link(app: &App) {
    let (made, _) = asked(app, &json!({})).await;
    let path = format!("/api/v1/requests/{}", made["id"].as_str().unwrap());
    app.otto.get(&path).await.problem(404, "not_found");
    app.otto.post(&format!("{path}/close")).await.problem(404, "not_found");
    app.gina.get(&path).await.problem(404, "not_found");
    let seen = app.admin.get(&path).await.expect(200).json();
    assert!(seen["request"].get("url").is_none(), "{seen}");
    let all = app.admin.get("/api/v1/requests").await.expect(200).json();
    assert_eq!(all["requests"][0]["id"], made["id"]);
    assert_eq!(app.otto.get("/api/v1/requests").await.expect(200).json(), json!({"requests": []}));
    app.admin.post(&format!("{path}/close")).await.expect(200);
}

async fn a_closed_request_takes_nothing_and_what_was_sent_stays(app: &App) {
    let (made, token) = asked(app, &json!({"max_uses": 3})).await;
    let sent = Uploader::begun(app, &token).await;
    sent.sender.put(&sent.id, "a.txt", b"a").await;
    sent.send().await.expect(200);
    let draft = Uploader::begun(app, &token).await;
    let upload = draft.sender.upload(&draft.id, "b.txt", 10).await;
    draft.sender.patch(&upload, 0, "12345").await.expect(204);
    let path = format!("/api/v1/requests/{}/close", made["id"].as_str().unwrap());
    let closed = app.anna.post(&path).await.expect(200).json();
    assert_eq!(closed["open"], false);
    assert_eq!(app.anna.post(&path).await.expect(200).json(), closed, "again changes nothing");
    // Whoever is at it hears why, and nobody else.
    draft.sender.patch(&upload, 5, "67890").await.problem(403, "request_closed");
    draft.sender.status(&upload).await.bare(403);
    draft
        .sender
        .begin_with(&draft.id, b"x")
        .header("upload-length", "1")
        .await
        .problem(403, "request_closed");
    draft.send().await.problem(403, "request_closed");
    sent.sender.get(&sent.path()).await.problem(403, "request_closed");
    open(app, &token).await.problem(404, "link_unavailable");
    begin(app, &token).await.problem(404, "link_unavailable");
    assert_eq!(app.anna.transfer(&sent.id).await["state"], "available");
    let log = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    assert_eq!(log.iter().filter(|entry| entry.kind == "request.closed").count(), 1);
}

async fn requests_are_listed_page_by_page(app: &App) {
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(asked(app, &json!({})).await.0["id"].clone());
        app.clock.advance(std::time::Duration::from_millis(5));
    }
    made.reverse();
    let first = app.anna.get("/api/v1/requests?limit=2").await.expect(200).json();
    let path = format!("/api/v1/requests?limit=2&before={}", first["next"].as_str().unwrap());
    let second = app.anna.get(&path).await.expect(200).json();
    assert!(second.get("next").is_none());
    let pages = [first, second];
    let listed: Vec<_> = pages.iter().flat_map(|page| page["requests"].as_array().unwrap()).collect();
    assert_eq!(listed.iter().map(|request| request["id"].clone()).collect::<Vec<_>>(), made);
    for limit in ["0", "201", "x"] {
        app.anna.get(&format!("/api/v1/requests?limit={limit}")).await.problem(400, "invalid_request");
    }
}

async fn what_is_over_is_removed_after_14_days(app: &App) {
    let (made, token) = asked(app, &json!({"expires_at": from_now(app, DAY)})).await;
    let path = format!("/api/v1/requests/{}", made["id"].as_str().unwrap());
    app.clock.advance(DAY);
    open(app, &token).await.problem(404, "link_unavailable");
    app.clock.advance(13 * DAY);
    app.run(sealpost_domain::Job::AbandonUploads).await;
    assert_eq!(app.anna.get(&path).await.expect(200).json()["request"]["open"], false);
    app.clock.advance(DAY);
    app.run(sealpost_domain::Job::AbandonUploads).await;
    app.anna.get(&path).await.problem(404, "not_found");
}
