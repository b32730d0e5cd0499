//! `POST /api/v1/portals/begin`, and what comes of it.

use std::future::IntoFuture as _;

use futures_util::future::join_all;
use sealpost_domain::Job;
use sealpost_test_support::{
    app::{App, DAY, HOUR, Method},
    claims,
};
use serde_json::json;

use super::{begin, begun, change, goes_to, logged, open, path_of, portal};
use crate::requests::{asked, begin as begin_request};

claims![
    what_comes_in_reaches_whom_it_is_for_under_the_uploaders_name,
    subject_and_message_are_the_uploaders_own,
    what_deceives_is_refused,
    scanners_that_look_change_nothing,
    a_grant_is_good_for_its_submission_and_nothing_else,
    so_many_begin_from_one_network_and_not_one_more_at_once,
    what_was_handed_over_or_given_up_makes_room,
    a_network_begins_so_often_in_an_hour,
    rules_about_addresses_are_asked_and_name_nobody,
    an_uploader_is_found_and_forgotten_by_his_address,
];

async fn what_comes_in_reaches_whom_it_is_for_under_the_uploaders_name(app: &App) {
    let choice = json!({"recipients": [{ "email": "otto@acme.example", "label": "Dr Otto" }]});
    let made = portal(app, &choice).await;
    let id = open(app).await.expect(200).json()["choices"][0]["id"].clone();
    let uploader = begun(app, &json!({"recipients": [id]})).await;
    uploader.sender.put(&uploader.id, "scan.txt", b"hello").await;
    uploader.send().await.expect(200);
    app.run_jobs().await;
    let mails = app.mails_to("otto@acme.example");
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert!(mail.subject.contains("Ute Bauer (ute@builder.example)"), "{}", mail.subject);
    assert!(mail.subject.contains("Pictures for radiology"), "{}", mail.subject);
    assert!(mail.text.contains("Nobody has checked"), "{}", mail.text);
    assert!(app.mails_to("anna@acme.example").is_empty(), "the owner is not the recipient");
    // In the tenant it is its owner's, and marked as what it is.
    let transfer = app.anna.transfer(&uploader.id).await;
    let said = json!({"email": "ute@builder.example", "name": "Ute Bauer", "proved": false});
    assert_eq!(transfer["submission"], json!({"portal_id": made["id"], "uploader": said}));
    let listed = app.anna.get("/api/v1/transfers").await.expect(200).json();
    assert_eq!(listed["transfers"][0]["portal_id"], made["id"]);
    let seen = app.admin.get("/api/v1/admin/transfers").await.expect(200).json();
    assert_eq!(seen["transfers"][0]["portal_id"], made["id"]);
    let begun = &logged(app, "submission.begun").await[0];
    assert_eq!((&begun["portal"], &begun["by"]), (&made["id"], &json!("uploader")));
    assert_eq!(logged(app, "transfer.sent").await[0]["portal"], made["id"]);
    let visit = app.anna.send(&uploader.id).await.link().enter().await;
    assert_eq!(visit.fetch(0).await, "hello");
}

async fn subject_and_message_are_the_uploaders_own(app: &App) {
    portal(app, &json!({})).await;
    let uploader = begun(app, &json!({"subject": "  Knee, left ", "message": "As <b>agreed</b>."})).await;
    uploader.sender.put(&uploader.id, "scan.txt", b"hello").await;
    uploader.send().await.expect(200);
    let transfer = app.anna.transfer(&uploader.id).await;
    assert_eq!(
        (&transfer["subject"], &transfer["message"]),
        (&json!("Knee, left"), &json!("As <b>agreed</b>."))
    );
    let page = app.anna.send(&uploader.id).await.link().page().await.expect(200).text();
    assert!(!page.contains("<b>agreed"), "{page}");
}

async fn what_deceives_is_refused(app: &App) {
    portal(app, &json!({})).await;
    let named = |name: &str| json!({"uploader": {"name": name, "email": "ute@builder.example"}});
    for wish in [
        named(""),
        named("two\nlines"),
        named("exe\u{202e}gpj"),
        named(&"x".repeat(101)),
        json!({"uploader": {"name": "Ute", "email": "ute"}}),
        json!({"subject": "two\nlines"}),
        json!({"subject": "gpj\u{202e}exe"}),
        json!({"subject": "x".repeat(201)}),
        json!({"message": "gpj\u{202e}exe"}),
        json!({"message": "x".repeat(17_000)}),
        json!({"more": 1}),
    ] {
        begin(app, &wish).await.problem(400, "invalid_request");
    }
    begin(app, &named("<b>Ute</b> {{7*7}}")).await.expect(201);
}

async fn scanners_that_look_change_nothing(app: &App) {
    let made = portal(app, &json!({})).await;
    for path in ["/api/v1/portals/open", "/api/v1/portals/begin", "/api/v1/portals/code"] {
        for method in [Method::GET, Method::HEAD] {
            let answer = app.anybody.request(method, &format!("{path}?tenant=acme&name=radiology")).await;
            assert!([401, 404, 405].contains(&answer.status), "{answer:?}");
        }
    }
    for _ in 0..3 {
        app.anybody.get("/u/acme/radiology").await;
        app.anybody.head("/u/acme/radiology").await;
        open(app).await.expect(200);
    }
    assert_eq!(app.admin.get(&path_of(&made)).await.expect(200).json(), made);
}

async fn a_grant_is_good_for_its_submission_and_nothing_else(app: &App) {
    portal(app, &json!({})).await;
    let (one, other) = (begun(app, &json!({})).await, begun(app, &json!({})).await);
    let (_, token) = asked(app, &json!({})).await;
    let by_request = begin_request(app, &token).await.expect(201).json();
    for id in [other.id.as_str(), by_request["submission_id"].as_str().unwrap()] {
        one.sender.get(&format!("/api/v1/submissions/{id}")).await.problem(404, "not_found");
        one.sender.post(&format!("/api/v1/submissions/{id}/send")).await.problem(404, "not_found");
        one.sender.begin_with(id, b"x").header("upload-length", "1").await.problem(404, "not_found");
    }
    for path in ["/api/v1/transfers", "/api/v1/session", super::PATH] {
        one.sender.get(path).await.problem(401, "unauthorized");
    }
    // Nor does its owner fill, send or pass on what comes in.
    app.anna.begin_with(&one.id, b"x").header("upload-length", "1").await.problem(404, "not_found");
    app.anna.act(&one.id, "send").await.problem(409, "state_conflict");
    let more = json!({"email": "eve@example.org"});
    let path = format!("/api/v1/transfers/{}/recipients", one.id);
    app.anna.post_json(&path, &more).await.problem(409, "state_conflict");
    one.sender.put(&one.id, "a.txt", b"a").await;
}

async fn so_many_begin_from_one_network_and_not_one_more_at_once(app: &App) {
    let made = portal(app, &json!({})).await;
    let answers = join_all((0..25).map(|_| begin(app, &json!({})).into_future())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 20);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.problem(429, "too_many_requests");
    }
    let shown = app.admin.get(&path_of(&made)).await.expect(200).json();
    assert_eq!(shown["drafts"], 20);
}

async fn what_was_handed_over_or_given_up_makes_room(app: &App) {
    let made = portal(app, &json!({})).await;
    let mut all = Vec::new();
    for _ in 0..20 {
        all.push(begun(app, &json!({})).await);
    }
    begin(app, &json!({})).await.problem(429, "too_many_requests");
    all[0].sender.put(&all[0].id, "a.txt", b"a").await;
    all[0].send().await.expect(200);
    begin(app, &json!({})).await.expect(201);
    app.clock.advance(DAY);
    app.run(Job::AbandonUploads).await;
    let drafts = async || app.admin.get(&path_of(&made)).await.expect(200).json()["drafts"].clone();
    assert_eq!(drafts().await, 0);
    begin(app, &json!({})).await.expect(201);
    assert_eq!(drafts().await, 1);
}

async fn a_network_begins_so_often_in_an_hour(app: &App) {
    portal(app, &json!({})).await;
    for _ in 0..30 {
        let uploader = begun(app, &json!({})).await;
        uploader.sender.put(&uploader.id, "a.txt", b"a").await;
        uploader.send().await.expect(200);
    }
    let refused = begin(app, &json!({})).await;
    refused.problem(429, "too_many_requests");
    assert!(refused.number("retry-after") > 0);
    app.clock.advance(HOUR);
    begin(app, &json!({})).await.expect(201);
}

async fn rules_about_addresses_are_asked_and_name_nobody(app: &App) {
    let rules = json!({ "addresses": [
        { "name": "no rivals", "senders": ["rival.example"], "effect": { "deny": "We take nothing from there." } },
    ]});
    let owner = app.signed_in(&app.admin).await;
    owner.request(Method::PATCH, "/api/v1/admin/policy").json(&rules).await.expect(200);
    let choice = json!({"recipients": [{ "email": "otto@acme.example", "label": "Dr Otto" }]});
    let made = portal(app, &choice).await;
    let rival = json!({
        "uploader": {"name": "Eve", "email": "eve@rival.example"},
        "recipients": [made["recipients"][0]["user_id"]],
    });
    let refused = begin(app, &rival).await;
    assert_eq!(refused.problem(403, "recipient_refused"), "We take nothing from there.");
    assert!(!refused.text().contains("otto"), "{}", refused.text());
    assert_eq!(logged(app, "recipients.refused").await[0]["by"], "uploader");
    let shown = app.admin.get(&path_of(&made)).await.expect(200).json();
    assert_eq!(shown["drafts"], 0);
}

async fn an_uploader_is_found_and_forgotten_by_his_address(app: &App) {
    let made = portal(app, &json!({})).await;
    let uploader = begun(app, &json!({})).await;
    uploader.sender.put(&uploader.id, "a.txt", b"a").await;
    uploader.send().await.expect(200);
    let owner = app.signed_in(&app.admin).await;
    let who = json!({"email": "ute@builder.example"});
    let found = owner.post_json("/api/v1/admin/data-subjects/find", &who).await.expect(200).json();
    assert_eq!(found["uploader_of"][0]["portal"], made["id"], "{found}");
    owner.post_json("/api/v1/admin/data-subjects/erase", &who).await.expect(200);
    assert!(!app.anna.transfer(&uploader.id).await.to_string().contains("ute@builder"));
    assert_eq!(goes_to(app, &uploader).await, ["anna@acme.example"]);
    change(app, &made, &json!({"title": "Other"})).await.expect(200);
}
