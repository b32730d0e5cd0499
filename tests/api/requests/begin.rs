//! `POST /api/v1/requests/begin`, and what the grant is good for.

use std::future::IntoFuture as _;

use futures_util::future::join_all;
use sealpost_test_support::{
    app::{App, HOUR, Method},
    claims,
};
use serde_json::json;

use super::{Uploader, asked, begin, begin_as, open, uses};
use crate::{
    admin::licence::{Wish, install, licensed},
    support::operator,
};

claims![
    a_request_is_used_once_unless_it_says_otherwise,
    of_many_who_begin_at_once_no_more_get_in_than_there_are_uses,
    only_the_address_that_it_is_for_may_use_it,
    names_that_deceive_are_refused,
    a_grant_is_good_for_its_submission_and_nothing_else,
    scanners_that_look_take_nothing,
    nobody_sends_in_to_somebody_who_cannot_send_himself,
    nobody_sends_in_to_somebody_without_a_seat with licensed(),
    rules_about_addresses_are_asked_with_the_uploader_as_the_sender,
];

async fn a_request_is_used_once_unless_it_says_otherwise(app: &App) {
    let (made, token) = asked(app, &json!({})).await;
    let first = Uploader::begun(app, &token).await;
    open(app, &token).await.problem(404, "link_unavailable");
    begin(app, &token).await.problem(404, "link_unavailable");
    first.sender.put(&first.id, "a.txt", b"a").await;
    first.send().await.expect(200);
    assert_eq!(uses(app, &made).await, 1);
    assert_eq!(first.shown().await["files"][0]["name"], "a.txt", "what he has sent he sees");
}

async fn of_many_who_begin_at_once_no_more_get_in_than_there_are_uses(app: &App) {
    let (made, token) = asked(app, &json!({"max_uses": 3})).await;
    let answers = join_all((0..12).map(|_| begin(app, &token).into_future())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 3);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.problem(404, "link_unavailable");
    }
    assert_eq!(uses(app, &made).await, 3);
}

async fn only_the_address_that_it_is_for_may_use_it(app: &App) {
    let (_, token) = asked(app, &json!({"email": "ute@builder.example"})).await;
    begin_as(app, &token, &json!({"email": "eve@builder.example"})).await.problem(403, "wrong_address");
    begin_as(app, &token, &json!({"email": "UTE@Builder.example"})).await.expect(201);
    let log = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let refused: Vec<_> = log.iter().filter(|entry| entry.kind == "request.refused").collect();
    assert_eq!(refused.len(), 1);
    assert!(refused[0].payload.contains(r#""shown":"address""#) && !refused[0].payload.contains("eve"));
}

async fn names_that_deceive_are_refused(app: &App) {
    let (_, token) = asked(app, &json!({})).await;
    for name in ["", "  ", "two\nlines", "tab\there", "exe\u{202e}gpj", "\u{200b}", &"x".repeat(101)] {
        begin_as(app, &token, &json!({"name": name})).await.problem(400, "invalid_request");
    }
    begin_as(app, &token, &json!({"email": "ute"})).await.problem(400, "invalid_request");
    begin_as(app, &token, &json!({"name": "<b>Ute</b> {{7*7}}"})).await.expect(201);
}

async fn a_grant_is_good_for_its_submission_and_nothing_else(app: &App) {
    let (made, token) = asked(app, &json!({"max_uses": 2})).await;
    let (one, other) = (Uploader::begun(app, &token).await, Uploader::begun(app, &token).await);
    let upload = other.sender.upload(&other.id, "b.txt", 5).await;
    let file = other.sender.put(&other.id, "c.txt", b"c").await;
    let own_draft = app.anna.draft().await;
    // Another's submission, and what its requester sends, is not there.
    one.sender.get(&other.path()).await.problem(404, "not_found");
    one.sender.post(&format!("{}/send", other.path())).await.problem(404, "not_found");
    one.sender.delete(&format!("{}/files/{file}", other.path())).await.problem(404, "not_found");
    one.sender.delete(&format!("{}/files/{file}", one.path())).await.problem(404, "not_found");
    one.sender.patch(&upload, 0, "12345").await.problem(404, "not_found");
    one.sender.status(&upload).await.bare(404);
    one.sender.terminate(&upload).await.problem(404, "not_found");
    for draft in [&other.id, &own_draft] {
        one.sender.begin_with(draft, b"x").header("upload-length", "1").await.problem(404, "not_found");
    }
    // It is no session and no token.
    for path in ["/api/v1/transfers", "/api/v1/requests", "/api/v1/session", "/api/v1/mailboxes"] {
        one.sender.get(path).await.problem(401, "unauthorized");
    }
    for path in [
        format!("/api/v1/transfers/{}", one.id),
        format!("/api/v1/requests/{}", made["id"].as_str().unwrap()),
    ] {
        one.sender.get(&path).await.problem(401, "unauthorized");
        one.sender.delete(&path).await;
    }
    one.sender.act(&one.id, "send").await.problem(401, "unauthorized");
    one.sender.create(&json!({})).await.problem(401, "unauthorized");
    // Nor does its requester fill, send or pass on what comes in.
    app.anna.begin_with(&one.id, b"x").header("upload-length", "1").await.problem(404, "not_found");
    app.anna.status(&upload).await.bare(404);
    app.anna.act(&one.id, "send").await.problem(409, "state_conflict");
    let more = json!({"email": "eve@example.org"});
    let path = format!("/api/v1/transfers/{}/recipients", one.id);
    app.anna.post_json(&path, &more).await.problem(409, "state_conflict");
    // A grant that was changed is none.
    let grant = one.sender.bearer().to_owned();
    for wrong in [&grant[..grant.len() - 1], &grant[3..], &format!("{grant}A"), "sb_", "sb_!"] {
        app.outsider(wrong).get(&one.path()).await.problem(401, "unauthorized");
    }
    assert_eq!(one.shown().await["files"], json!([]));
    one.sender.put(&one.id, "a.txt", b"a").await;
}

async fn scanners_that_look_take_nothing(app: &App) {
    let (made, token) = asked(app, &json!({})).await;
    for path in ["/api/v1/requests/open", "/api/v1/requests/begin", "/api/v1/requests/code"] {
        for method in [Method::GET, Method::HEAD] {
            let answer = app.anybody.request(method, &format!("{path}?token={token}")).await;
            assert!([401, 404, 405].contains(&answer.status), "{answer:?}");
        }
    }
    for _ in 0..5 {
        app.anybody.get(&format!("/r/{token}")).await;
        app.anybody.head(&format!("/r/{token}")).await;
        open(app, &token).await.expect(200);
    }
    assert_eq!(uses(app, &made).await, 0);
    begin(app, &token).await.expect(201);
}

async fn nobody_sends_in_to_somebody_who_cannot_send_himself(app: &App) {
    let (_, token) = asked(app, &json!({"max_uses": 9})).await;
    let at_it = Uploader::begun(app, &token).await;
    at_it.sender.put(&at_it.id, "a.txt", b"a").await;
    let grant = operator(app, &app.acme).await;
    let anna = app.user_id(&app.anna).await;
    let refused = async || {
        open(app, &token).await.problem(404, "link_unavailable");
        begin(app, &token).await.problem(404, "link_unavailable");
        at_it.send().await.problem(403, "request_closed");
        at_it
            .sender
            .begin_with(&at_it.id, b"x")
            .header("upload-length", "1")
            .await
            .problem(403, "request_closed");
    };
    let mut tx = app.db.write().await.unwrap();
    let now = sealpost_domain::Clock::now(&app.clock);
    tx.set_user_sending_suspended(app.acme.id, anna, Some(now)).await.unwrap();
    tx.commit().await.unwrap();
    refused().await;
    let mut tx = app.db.write().await.unwrap();
    tx.set_user_sending_suspended(app.acme.id, anna, None).await.unwrap();
    tx.set_user_disabled(app.acme.id, anna, Some(now)).await.unwrap();
    tx.commit().await.unwrap();
    refused().await;
    let mut tx = app.db.write().await.unwrap();
    tx.set_user_disabled(app.acme.id, anna, None).await.unwrap();
    tx.commit().await.unwrap();
    app.tenancy().suspend(&grant).await.unwrap();
    open(app, &token).await.problem(503, "not_available_now");
    at_it.send().await.problem(503, "not_available_now");
    app.tenancy().resume(&grant, false).await.unwrap();
    app.clock.advance(HOUR);
    at_it.send().await.expect(200);
}

async fn nobody_sends_in_to_somebody_without_a_seat(app: &App) {
    install(app, Wish { seats: 3, ..Wish::of(app) }).await;
    let (_, token) = asked(app, &json!({"max_uses": 9})).await;
    let at_it = Uploader::begun(app, &token).await;
    let path = format!("/api/v1/admin/users/{}/seat", app.user_id(&app.anna).await);
    app.admin.request(Method::DELETE, &path).await.expect(200);
    open(app, &token).await.problem(404, "link_unavailable");
    begin(app, &token).await.problem(404, "link_unavailable");
    let detail = at_it.sender.get(&at_it.path()).await.problem(403, "request_closed");
    assert!(!detail.contains("seat"), "whose licence it is, is nobody's business: {detail}");
    app.admin.request(Method::PUT, &path).await.expect(200);
    begin(app, &token).await.expect(201);
    at_it.shown().await;
}

async fn rules_about_addresses_are_asked_with_the_uploader_as_the_sender(app: &App) {
    let rules = json!({ "addresses": [
        { "name": "ourselves", "senders": ["internal"], "effect": { "deny": "Not among ourselves." } },
        { "name": "no rivals", "senders": ["rival.example"], "effect": { "deny": "We take nothing from there." } },
    ]});
    let owner = app.signed_in(&app.admin).await;
    owner.request(Method::PATCH, "/api/v1/admin/policy").json(&rules).await.expect(200);
    let (made, token) = asked(app, &json!({})).await;
    let rival = json!({"email": "eve@rival.example"});
    let refused = begin_as(app, &token, &rival).await;
    refused.problem(403, "recipient_refused");
    assert_eq!(refused.json()["recipients"][0]["reason"], "We take nothing from there.");
    assert_eq!(uses(app, &made).await, 0, "nothing is used up");
    let log = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let entry = log.iter().find(|entry| entry.kind == "recipients.refused").unwrap();
    assert!(entry.payload.contains(r#""by":"uploader""#), "{}", entry.payload);
    // Whoever names one of the tenant's addresses is none of its own for that.
    begin_as(app, &token, &json!({"email": "otto@acme.example"})).await.expect(201);
}
