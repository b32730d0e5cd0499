//! `POST /api/v1/deliveries/{delivery_id}/reply`

use sealpost_test_support::{
    app::{App, DAY, Method, Request, Sent},
    claims,
};
use serde_json::{Value, json};

use crate::{
    links::code::{coded, protected, verify},
    requests::{Uploader, begin_as, open},
};

claims![
    a_recipient_answers_with_files_and_the_sender_sees_what_they_answer,
    who_has_shown_a_code_is_asked_for_no_second_one,
    who_has_the_link_alone_answers_in_nobodys_name,
    it_leads_to_the_same_place_until_that_is_used_or_closed,
    no_more_than_five_are_begun_in_a_day,
    the_sender_may_want_no_answer,
    the_tenant_may_want_no_answers_and_may_decide_it_alone,
    what_cannot_be_fetched_any_more_is_not_answered,
    what_was_sent_for_a_mailbox_or_has_come_in_is_not_answered,
    who_could_get_nothing_now_is_not_answered,
    what_nobody_has_answered_by_goes_with_what_it_answers,
    another_site_begins_no_answer,
    the_page_leads_to_where_it_is_answered,
];

const BERT: &str = "bert@example.org";

async fn plans(app: &App) -> Sent {
    let new = json!({ "recipients": [{ "email": BERT }], "subject": "Plans" });
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    app.run_jobs().await;
    sent
}

fn reply(app: &App, sent: &Sent, grant: &str) -> Request {
    let path = format!("/api/v1/deliveries/{}/reply", sent.link().recipient);
    app.outsider(grant).post(&path)
}

/// What a recipient without a protection gets.
async fn replied(app: &App, sent: &Sent) -> Value {
    let visit = sent.link().enter().await;
    reply(app, sent, &visit.grant).await.expect(200).json()
}

fn token(replied: &Value) -> String {
    replied["url"].as_str().unwrap().split_once("/r/").unwrap().1.to_owned()
}

fn as_bert() -> Value {
    json!({ "name": "Bert", "email": BERT })
}

/// A code that proves that the address is Bert's.
async fn shown(app: &App, token: &str) -> Value {
    let ask = json!({ "token": token, "email": BERT });
    let asked = app.anybody.post_json("/api/v1/requests/code", &ask).await.expect(202).json();
    app.run_jobs().await;
    let mail = app.mails_to(BERT).pop().unwrap();
    let mut words = mail.text.split(|c: char| !c.is_ascii_alphanumeric());
    let code = words.find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit())).unwrap();
    json!({ "name": "Bert", "email": BERT, "code": code, "challenge": asked["challenge"] })
}

async fn requests(app: &App) -> Vec<Value> {
    let list = app.anna.get("/api/v1/requests").await.expect(200).json();
    list["requests"].as_array().unwrap().clone()
}

/// Closes the one that is open.
async fn close(app: &App) {
    let open = requests(app).await.into_iter().find(|request| request["open"] == true).unwrap();
    let path = format!("/api/v1/requests/{}/close", open["id"].as_str().unwrap());
    app.anna.post(&path).await.expect(200);
}

/// Sends one file in.
async fn send_in(app: &App, token: &str, who: &Value) -> String {
    let uploader = Uploader::of(app, &begin_as(app, token, who).await.expect(201).json());
    uploader.sender.put(&uploader.id, "b.txt", b"back").await;
    uploader.send().await.expect(200);
    uploader.id
}

async fn a_recipient_answers_with_files_and_the_sender_sees_what_they_answer(app: &App) {
    let sent = plans(app).await;
    let visit = sent.link().enter().await;
    assert_eq!(visit.delivery["takes_replies"], true);
    let begun = reply(app, &sent, &visit.grant).await.expect(200).json();
    assert_eq!(begun["asks_code"], true);
    let token = token(&begun);
    let opened = open(app, &token).await.expect(200).json();
    assert_eq!(
        (&opened["title"], &opened["requester"]["email"]),
        (&json!("Re: Plans"), &json!("anna@acme.example"))
    );
    let [request] = requests(app).await.try_into().expect("one request");
    assert_eq!((&request["reply_to"], &request["max_uses"]), (&json!(sent.id), &json!(1)));
    assert_eq!((&request["url"], &request["email"]), (&begun["url"], &json!(BERT)));
    let id = send_in(app, &token, &shown(app, &token).await).await;
    let answer = app.anna.transfer(&id).await;
    assert_eq!((&answer["reply_to"], &answer["subject"]), (&json!(sent.id), &json!("Re: Plans")));
    assert_eq!(answer["submission"]["uploader"]["proved"], true);
    let list = app.anna.get("/api/v1/transfers").await.expect(200).json();
    let line = |id: &str| {
        let all = list["transfers"].as_array().unwrap();
        all.iter().find(|transfer| transfer["id"] == id).unwrap().clone()
    };
    assert_eq!(line(&id)["reply_to"], json!(sent.id));
    assert_eq!(line(&sent.id).get("reply_to"), None);
    app.run_jobs().await;
    let mail = app.mails_to("anna@acme.example").pop().unwrap();
    assert!(mail.subject.contains("Re: Plans"), "{}", mail.subject);
    let log = app.audit(app.acme.id, &sent.id).await;
    assert!(log.iter().any(|kind| kind == "request.created"), "{log:?}");
}

async fn who_has_shown_a_code_is_asked_for_no_second_one(app: &App) {
    let sent = protected(app, "email_code").await;
    let (challenge, code) = coded(app, sent.link()).await;
    let shown = json!({ "code": code, "challenge": challenge });
    let verified = verify(app, sent.link(), &shown).await.expect(200).json();
    let begun = reply(app, &sent, verified["grant"].as_str().unwrap()).await.expect(200).json();
    assert_eq!(begun["asks_code"], false);
    let token = token(&begun);
    begin_as(app, &token, &json!({ "email": "eve@example.org" })).await.problem(403, "wrong_address");
    let id = send_in(app, &token, &as_bert()).await;
    assert_eq!(app.anna.transfer(&id).await["submission"]["uploader"]["proved"], true);
}

async fn who_has_the_link_alone_answers_in_nobodys_name(app: &App) {
    let sent = plans(app).await;
    let token = token(&replied(app, &sent).await);
    begin_as(app, &token, &as_bert()).await.problem(403, "code_needed");
    begin_as(app, &token, &json!({ "email": "eve@example.org" })).await.problem(403, "wrong_address");
    // Nor is it somebody who knows the password as well.
    let new = json!({ "recipients": [{ "email": BERT }], "password": "correct horse" });
    let locked = app.anna.sent_as(&new, &[("a", b"a")]).await;
    let visit = locked.link().enter_with("correct horse").await;
    assert_eq!(reply(app, &locked, &visit.grant).await.expect(200).json()["asks_code"], true);
}

async fn it_leads_to_the_same_place_until_that_is_used_or_closed(app: &App) {
    let sent = plans(app).await;
    let first = replied(app, &sent).await;
    assert_eq!(replied(app, &sent).await, first);
    assert_eq!(requests(app).await.len(), 1);
    let who = shown(app, &token(&first)).await;
    send_in(app, &token(&first), &who).await;
    let second = replied(app, &sent).await;
    assert_ne!(second["url"], first["url"]);
    close(app).await;
    assert_ne!(replied(app, &sent).await["url"], second["url"]);
}

async fn no_more_than_five_are_begun_in_a_day(app: &App) {
    let sent = plans(app).await;
    let visit = sent.link().enter().await;
    for _ in 0..5 {
        reply(app, &sent, &visit.grant).await.expect(200);
        close(app).await;
    }
    let refused = reply(app, &sent, &visit.grant).await;
    refused.problem(429, "too_many_requests");
    assert!(refused.header("retry-after").is_some());
}

async fn the_sender_may_want_no_answer(app: &App) {
    let new = json!({ "recipients": [{ "email": BERT }], "allow_reply": false });
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    assert_eq!(app.anna.transfer(&sent.id).await["allow_reply"], false);
    let visit = sent.link().enter().await;
    assert_eq!(visit.delivery["takes_replies"], false);
    reply(app, &sent, &visit.grant).await.problem(409, "state_conflict");
    assert!(requests(app).await.is_empty());
}

async fn the_tenant_may_want_no_answers_and_may_decide_it_alone(app: &App) {
    let sent = plans(app).await;
    app.change_settings(json!({ "locked": ["reply"] })).await;
    let wish = |allow: bool| json!({ "recipients": [{ "email": BERT }], "allow_reply": allow });
    app.anna.create(&wish(false)).await.problem(403, "choice_locked");
    app.change_settings(json!({ "locked": [], "replies": "forbid" })).await;
    app.anna.create(&wish(true)).await.problem(403, "choice_locked");
    app.anna.create(&wish(false)).await.expect(201);
    let visit = sent.link().enter().await;
    assert_eq!(visit.delivery["takes_replies"], false, "also of what was sent before");
    reply(app, &sent, &visit.grant).await.problem(409, "state_conflict");
}

async fn what_cannot_be_fetched_any_more_is_not_answered(app: &App) {
    let (blocked, cut_off, expired) = (plans(app).await, plans(app).await, plans(app).await);
    let mut visits = Vec::new();
    for sent in [&blocked, &cut_off, &expired] {
        visits.push((sent, sent.link().enter().await));
    }
    app.anna.act(&blocked.id, "block").await.expect(200);
    app.anna.act_on(&cut_off.id, &cut_off.link().recipient, "block").await.expect(200);
    let soon = crate::support::from_now(app, sealpost_test_support::app::HOUR);
    app.anna.act(&expired.id, "extend").json(&json!({ "expires_at": soon })).await.expect(200);
    app.clock.advance(sealpost_test_support::app::HOUR);
    for (sent, visit) in &visits {
        reply(app, sent, &visit.grant).await.problem(404, "not_found");
    }
    app.anna.purge(&expired.id).await.expect(204);
    reply(app, &expired, &visits[2].1.grant).await.problem(404, "not_found");
    reply(app, &blocked, "nothing").await.problem(401, "unauthorized");
    assert!(requests(app).await.is_empty());
}

async fn what_was_sent_for_a_mailbox_or_has_come_in_is_not_answered(app: &App) {
    let made =
        app.admin.post_json("/api/v1/admin/mailboxes", &json!({ "email": "office@acme.example" })).await;
    let mailbox = made.expect(201).json()["id"].as_str().unwrap().to_owned();
    let anna = json!({ "user_id": app.user_id(&app.anna).await });
    app.admin.post_json(&format!("/api/v1/admin/mailboxes/{mailbox}/delegates"), &anna).await.expect(204);
    let new = json!({ "recipients": [{ "email": BERT }], "send_as": "office@acme.example" });
    let for_office = app.anna.sent_as(&new, &[("a", b"a")]).await;
    let asked = crate::requests::asked(app, &json!({})).await.1;
    let id = send_in(app, &asked, &json!({})).await;
    let came_in = app.anna.send(&id).await;
    for sent in [&for_office, &came_in] {
        let visit = sent.link().enter().await;
        assert_eq!(visit.delivery["takes_replies"], false);
        reply(app, sent, &visit.grant).await.problem(409, "state_conflict");
    }
}

async fn who_could_get_nothing_now_is_not_answered(app: &App) {
    let sent = plans(app).await;
    let visit = sent.link().enter().await;
    let anna = format!("/api/v1/admin/users/{}", app.user_id(&app.anna).await);
    let admin = app.signed_in(&app.admin).await;
    admin.request(Method::PATCH, &anna).json(&json!({ "sending_suspended": true })).await.expect(200);
    reply(app, &sent, &visit.grant).await.problem(403, "request_closed");
}

async fn what_nobody_has_answered_by_goes_with_what_it_answers(app: &App) {
    let (unused, used) = (plans(app).await, plans(app).await);
    let waiting = token(&replied(app, &unused).await);
    let answered = token(&replied(app, &used).await);
    let id = send_in(app, &answered, &shown(app, &answered).await).await;
    for sent in [&unused, &used] {
        app.anna.purge(&sent.id).await.expect(204);
    }
    open(app, &waiting).await.problem(404, "link_unavailable");
    let [left] = requests(app).await.try_into().expect("that which was used");
    assert_eq!(left["reply_to"], json!(used.id));
    assert_eq!(app.anna.transfer(&id).await["state"], "available");
    app.clock.advance(40 * DAY);
    app.run(sealpost_domain::Job::AbandonUploads).await;
    assert!(requests(app).await.is_empty());
}

async fn another_site_begins_no_answer(app: &App) {
    let sent = plans(app).await;
    let visit = sent.link().enter().await;
    reply(app, &sent, &visit.grant).header("sec-fetch-site", "cross-site").await.problem(403, "forbidden");
    assert!(requests(app).await.is_empty());
}

async fn the_page_leads_to_where_it_is_answered(app: &App) {
    let sent = plans(app).await;
    let link = sent.link();
    let button = "value=\"reply\"";
    assert!(!link.page().await.expect(200).text().contains(button));
    // Without the right to fetch it leads back to the page.
    let back = link.submit("step=reply").await.expect(303);
    assert_eq!(back.header("location"), Some(format!("/t/{}", link.token).as_str()));
    let clicked = link.submit("").await.expect(303);
    let cookie = clicked.cookies();
    let page = app.anybody.get(&link.url).header("cookie", &cookie).await.expect(200).text();
    assert!(page.contains(button), "{page}");
    let submit = || link.submit("step=reply").header("cookie", &cookie);
    let [first, second] = [submit().await.expect(303), submit().await.expect(303)];
    let there = first.header("location").unwrap();
    assert!(there.contains("/r/"), "{there}");
    assert_eq!(second.header("location"), Some(there));
    assert_eq!(requests(app).await[0]["url"], there);
    app.change_settings(json!({ "replies": "forbid" })).await;
    let page = app.anybody.get(&link.url).header("cookie", &cookie).await.expect(200).text();
    assert!(!page.contains(button));
    let refused = submit().await.expect(409).text();
    assert!(refused.contains("cannot be answered"), "{refused}");
}
