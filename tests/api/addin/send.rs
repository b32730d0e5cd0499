//! `POST /api/v1/addin/events/{addin_id}/transfers/{transfer_id}/send`

use sealpost_auth::Rates;
use sealpost_domain::{Policy, Protection};
use sealpost_test_support::{
    app::{App, DAY, HOUR, Options, Request},
    claims,
};
use serde_json::{Value, json};

use crate::{
    admin::licence::{Wish, install, licensed},
    support::operator,
    transfers::mail::{Mail, draft_in_mail, recipients},
};

claims![
    what_goes_with_a_mail_is_available_once_the_mail_is_sent,
    a_recipient_of_the_mail_alone_is_added_and_one_of_the_draft_alone_is_taken_out,
    a_mail_that_names_nobody_changes_nobody,
    the_sender_himself_is_left_out_unless_the_mail_is_for_him_alone,
    addresses_count_once_however_they_are_spelled,
    after_it_was_sent_who_is_taken_out_is_blocked_and_comes_back_with_the_mail,
    sending_again_answers_the_same_and_changes_nothing,
    two_mails_at_once_send_it_once_and_agree,
    whom_the_rules_refuse_is_named_and_nothing_is_changed,
    a_rule_that_asks_for_more_asks_it_of_who_is_added,
    what_is_missing_is_said_and_nothing_is_changed,
    a_ticket_ends_an_hour_after_it_was_sent,
    a_ticket_is_good_for_nothing_else,
    what_is_blocked_over_or_gone_is_not_there,
    who_may_not_send_now_is_told_of_nothing with licensed(),
    more_recipients_than_allowed_are_refused with few_recipients(),
    who_is_added_later_opens_it_with_the_same_password with passwords(),
    wrong_tickets_are_not_tried_without_end with few_a_minute(),
    a_body_that_is_none_is_refused,
    an_answer_that_never_came_can_be_asked_for_again,
];

fn few_recipients() -> Options {
    Options { policy: Policy { max_recipients: 2, ..Policy::default() }, ..Options::default() }
}

fn passwords() -> Options {
    let protections = vec![Protection::Password];
    Options { policy: Policy { protections, ..Policy::default() }, ..Options::default() }
}

fn few_a_minute() -> Options {
    let mut options = Options::default();
    options.auth.rates = Rates { network: sealpost_auth::Rate::per_minute(3), ..Rates::unlimited() };
    options
}

/// The path of its sending, at its tenant's add-in.
async fn path(app: &App, mail: &Mail) -> String {
    let addin = app.addin_id(&app.acme).await;
    format!("/api/v1/addin/events/{addin}/transfers/{}/send", mail.id)
}

async fn ask(app: &App, mail: &Mail, ticket: &str, to: &[&str]) -> Request {
    app.anybody.post_json(&path(app, mail).await, &json!({ "ticket": ticket, "recipients": to }))
}

/// The mail is sent to these.
async fn release(app: &App, mail: &Mail, to: &[&str]) -> Request {
    ask(app, mail, &mail.ticket, to).await
}

async fn released(app: &App, mail: &Mail, to: &[&str]) -> Value {
    release(app, mail, to).await.await.expect(200).json()
}

fn state(recipients: &[(String, String)]) -> Vec<(&str, &str)> {
    recipients.iter().map(|(email, state)| (email.as_str(), state.as_str())).collect()
}

async fn what_goes_with_a_mail_is_available_once_the_mail_is_sent(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let answer = release(app, &mail, &["bert@example.org"]).await.await.expect(200);
    assert_eq!(answer.json(), json!({ "state": "available", "added": [], "removed": [] }));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let led = mail.page(app).await.expect(303).header("location").unwrap().to_owned();
    let page = app.anybody.get(&led).await.expect(200);
    assert!(page.text().contains("anna@acme.example"));
    assert_eq!(app.next_job_at().await, None, "the sender's own mail tells them");
    let entries = app.audit(app.acme.id, &mail.id).await;
    assert_eq!(entries, ["transfer.created", "transfer.mail_link_made", "transfer.sent"]);
}

async fn a_recipient_of_the_mail_alone_is_added_and_one_of_the_draft_alone_is_taken_out(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org", "carl@example.org"]).await;
    let sent = released(app, &mail, &["carl@example.org", "dora@example.org"]).await;
    assert_eq!(
        sent,
        json!({ "state": "available", "added": ["dora@example.org"], "removed": ["bert@example.org"] })
    );
    let shown = recipients(&app.anna, &mail.id).await;
    assert_eq!(state(&shown), [("carl@example.org", "notified"), ("dora@example.org", "notified")]);
    mail.submit(app, "bert@example.org").await.expect(403);
    let links = app.anna.send(&mail.id).await;
    assert_eq!(
        mail.leads(app, "dora@example.org").await,
        format!("/t/{}", links.link_of("dora@example.org").token)
    );
    let entries = app.audit(app.acme.id, &mail.id).await;
    assert_eq!(entries[2..], ["recipient.removed", "recipient.added", "transfer.sent"]);
}

async fn a_mail_that_names_nobody_changes_nobody(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let sent = released(app, &mail, &[]).await;
    assert_eq!(sent, json!({ "state": "available", "added": [], "removed": [] }));
    released(app, &mail, &[]).await;
    assert_eq!(state(&recipients(&app.anna, &mail.id).await), [("bert@example.org", "notified")]);
    let nobody = draft_in_mail(&app.anna, &[]).await;
    release(app, &nobody, &[]).await.await.problem(409, "state_conflict");
}

async fn the_sender_himself_is_left_out_unless_the_mail_is_for_him_alone(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let sent = released(app, &mail, &["Anna@ACME.example", "bert@example.org"]).await;
    assert_eq!(sent["added"], json!([]));
    let own = draft_in_mail(&app.anna, &[]).await;
    let sent = released(app, &own, &["anna@acme.example"]).await;
    assert_eq!(sent["added"], json!(["anna@acme.example"]), "who tries it out gets it");
    let named = draft_in_mail(&app.anna, &["anna@acme.example", "bert@example.org"]).await;
    let sent = released(app, &named, &["anna@acme.example", "bert@example.org"]).await;
    assert_eq!((&sent["added"], &sent["removed"]), (&json!([]), &json!([])), "whom he has named stays");
}

async fn addresses_count_once_however_they_are_spelled(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@bücher.example"]).await;
    let to = ["BERT@BÜCHER.example", "bert@xn--bcher-kva.example", "Dora@example.org", " dora@EXAMPLE.org "];
    let sent = released(app, &mail, &to).await;
    assert_eq!((&sent["added"], &sent["removed"]), (&json!(["Dora@example.org"]), &json!([])));
    assert_eq!(recipients(&app.anna, &mail.id).await.len(), 2);
}

async fn after_it_was_sent_who_is_taken_out_is_blocked_and_comes_back_with_the_mail(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org", "carl@example.org"]).await;
    released(app, &mail, &["bert@example.org", "carl@example.org"]).await;
    let links = app.anna.send(&mail.id).await;
    let bert = links.link_of("bert@example.org");
    let visit = bert.enter().await;
    // Outlook has stopped the mail after us, and its writer has changed it.
    let again = released(app, &mail, &["carl@example.org", "dora@example.org"]).await;
    assert_eq!(
        again,
        json!({ "state": "available", "added": ["dora@example.org"], "removed": ["bert@example.org"] })
    );
    bert.is_unavailable().await;
    visit.content(0).await.problem(404, "not_found");
    let links = app.anna.send(&mail.id).await;
    links.link_of("dora@example.org").enter().await.fetch(0).await;
    let back = released(app, &mail, &["bert@example.org", "carl@example.org", "dora@example.org"]).await;
    assert_eq!((&back["added"], &back["removed"]), (&json!(["bert@example.org"]), &json!([])));
    bert.enter().await.fetch(0).await;
    app.run_jobs().await;
    let mails: Vec<_> = ["bert@example.org", "carl@example.org", "dora@example.org"]
        .into_iter()
        .flat_map(|to| app.mails_to(to))
        .collect();
    assert!(mails.is_empty());
}

async fn sending_again_answers_the_same_and_changes_nothing(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    released(app, &mail, &["bert@example.org", "carl@example.org"]).await;
    let (shown, log) = (app.anna.transfer(&mail.id).await, app.verify_audit(app.acme.id).await);
    for _ in 0..2 {
        let again = released(app, &mail, &["bert@example.org", "carl@example.org"]).await;
        assert_eq!(again, json!({ "state": "available", "added": [], "removed": [] }));
    }
    assert_eq!(app.anna.transfer(&mail.id).await, shown);
    assert_eq!(app.verify_audit(app.acme.id).await, log);
    // Nor does its sender's own sending make another of it.
    app.anna.send(&mail.id).await;
    assert_eq!(app.next_job_at().await, None);
}

async fn two_mails_at_once_send_it_once_and_agree(app: &App) {
    let node = app.another_node().await;
    for _ in 0..5 {
        let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
        let (here, there) = (path(app, &mail).await, path(app, &mail).await);
        let wish = |to: &[&str]| json!({ "ticket": mail.ticket, "recipients": to });
        let one =
            async { app.anybody.post_json(&here, &wish(&["bert@example.org", "carl@example.org"])).await };
        let two = async { node.post_json(&there, &wish(&["bert@example.org", "dora@example.org"])).await };
        let three = async { app.anna.act(&mail.id, "send").await };
        let (one, two, three) = tokio::join!(one, two, three);
        one.expect(200);
        two.expect(200);
        three.expect(200);
        let entries = app.audit(app.acme.id, &mail.id).await;
        assert_eq!(entries.iter().filter(|kind| *kind == "transfer.sent").count(), 1, "{entries:?}");
        let shown = recipients(&app.anna, &mail.id).await;
        let open: Vec<_> =
            shown.iter().filter(|(_, state)| state != "blocked").map(|(email, _)| email.as_str()).collect();
        // Whoever came last has said who it is for.
        assert!(
            open == ["bert@example.org", "carl@example.org"]
                || open == ["bert@example.org", "dora@example.org"],
            "{shown:?}"
        );
    }
}

async fn whom_the_rules_refuse_is_named_and_nothing_is_changed(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let sent = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    released(app, &sent, &["bert@example.org"]).await;
    app.set_address_rules(json!([
        { "name": "no rivals", "recipients": ["rival.example"], "effect": { "deny": "They compete." } },
    ]))
    .await;
    for mail in [&mail, &sent] {
        let before = app.anna.transfer(&mail.id).await;
        let refused = release(app, mail, &["carl@example.org", "eve@rival.example"]).await.await;
        refused.problem(403, "recipient_refused");
        assert_eq!(
            refused.json()["recipients"],
            json!([{ "email": "eve@rival.example", "reason": "They compete." }])
        );
        assert_eq!(app.anna.transfer(&mail.id).await, before);
    }
    released(app, &mail, &["carl@example.org"]).await;
}

async fn a_rule_that_asks_for_more_asks_it_of_who_is_added(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    app.clock.advance(HOUR);
    app.set_address_rules(json!([
        { "name": "partners", "recipients": ["partner.example"], "effect": { "require": ["email_code"] } },
    ]))
    .await;
    released(app, &mail, &["bert@example.org", "paul@partner.example"]).await;
    let shown = app.anna.transfer(&mail.id).await;
    let asked: Vec<_> = shown["recipients"].as_array().unwrap().iter().map(|r| &r["protection"]).collect();
    assert_eq!(asked, ["none", "email_code"]);
    app.set_address_rules(json!([
        { "name": "partners", "recipients": ["partner.example"], "effect": { "require": ["password"] } },
    ]))
    .await;
    let refused = release(app, &mail, &["bert@example.org", "pia@partner.example"]).await.await;
    refused.problem(400, "protection_required");
    assert_eq!(app.anna.transfer(&mail.id).await, shown);
}

async fn what_is_missing_is_said_and_nothing_is_changed(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let upload = app.anna.upload(&mail.id, "b", 2).await;
    let before = app.anna.transfer(&mail.id).await;
    let refused = release(app, &mail, &["carl@example.org"]).await.await;
    assert!(refused.problem(409, "state_conflict").contains("upload"));
    assert_eq!(app.anna.transfer(&mail.id).await, before);
    app.anna.patch(&upload, 0, "bb").await.expect(204);
    let sent = released(app, &mail, &["carl@example.org"]).await;
    assert_eq!(
        (&sent["added"], &sent["removed"]),
        (&json!(["carl@example.org"]), &json!(["bert@example.org"]))
    );
    let empty = app.anna.draft().await;
    let empty = Mail::of(&app.anna, &empty).await;
    release(app, &empty, &["bert@example.org"]).await.await.problem(409, "state_conflict");
}

async fn a_ticket_ends_an_hour_after_it_was_sent(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    app.clock.advance(10 * HOUR);
    released(app, &mail, &["bert@example.org"]).await;
    app.clock.advance(HOUR - std::time::Duration::from_secs(1));
    released(app, &mail, &["bert@example.org", "carl@example.org"]).await;
    app.clock.advance(std::time::Duration::from_secs(1));
    release(app, &mail, &["bert@example.org", "dora@example.org"]).await.await.problem(404, "not_found");
    release(app, &mail, &["bert@example.org"]).await.await.problem(404, "not_found");
    assert_eq!(recipients(&app.anna, &mail.id).await.len(), 2);
    Mail::of(&app.anna, &mail.id).await;
    release(app, &mail, &["bert@example.org"]).await.await.problem(404, "not_found");
}

async fn a_ticket_is_good_for_nothing_else(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let other = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let to = ["eve@example.org"];
    let twisted = format!("{}A", &mail.ticket[..45]);
    let token = mail.path.strip_prefix("/m/").unwrap();
    for wrong in [
        other.ticket.as_str(),
        &twisted,
        &format!("mt_{token}"),
        token,
        &mail.ticket[3..],
        "",
        "mt_",
        app.anna.bearer(),
    ] {
        if wrong == mail.ticket {
            continue; // the last character of 43 says four bits, so that one in four is the same
        }
        ask(app, &mail, wrong, &to).await.await.problem(404, "not_found");
    }
    let bearer = app.anybody.with_bearer(&mail.ticket);
    bearer.get(&format!("/api/v1/transfers/{}", mail.id)).await.problem(401, "unauthorized");
    bearer.post(&format!("/api/v1/transfers/{}/send", mail.id)).await.problem(401, "unauthorized");
    let path = path(app, &mail).await;
    let (own, foreign) = (app.addin_id(&app.acme).await, app.addin_id(&app.globex).await);
    for path in [
        path.replace(&own.to_string(), &foreign.to_string()),
        path.replace(&own.to_string(), &mail.id),
        path.replace(&mail.id, "0190a000-0000-7000-8000-000000000001"),
        path.replace(&mail.id, "x"),
        "/api/v1/addin/events/x/transfers/".to_owned() + &mail.id + "/send",
    ] {
        let body = json!({ "ticket": mail.ticket, "recipients": to });
        app.anybody.post_json(&path, &body).await.problem(404, "not_found");
    }
    app.anybody.get(&path).await.problem(405, "method_not_allowed");
    assert_eq!(app.anna.transfer(&mail.id).await["state"], "draft");
}

async fn what_is_blocked_over_or_gone_is_not_there(app: &App) {
    let blocked = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    released(app, &blocked, &["bert@example.org"]).await;
    app.anna.act(&blocked.id, "block").await.expect(200);
    release(app, &blocked, &["bert@example.org"]).await.await.problem(404, "not_found");
    let gone = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    app.anna.purge(&gone.id).await.expect(204);
    release(app, &gone, &["bert@example.org"]).await.await.problem(404, "not_found");
    let over = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    app.clock.advance(14 * DAY);
    release(app, &over, &["bert@example.org"]).await.await.problem(404, "not_found");
}

async fn who_may_not_send_now_is_told_of_nothing(app: &App) {
    install(app, Wish::of(app)).await;
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let to = ["bert@example.org"];
    let owner = app.signed_in(&app.admin).await;
    let anna = app.user_id(&app.anna).await;
    let change = |suspended: bool| {
        let path = format!("/api/v1/admin/users/{anna}");
        owner
            .request(sealpost_test_support::app::Method::PATCH, &path)
            .json(&json!({ "sending_suspended": suspended }))
    };
    change(true).await.expect(200);
    release(app, &mail, &to).await.await.problem(404, "not_found");
    change(false).await.expect(200);
    let operator = operator(app, &app.acme).await;
    app.tenancy().suspend(&operator).await.unwrap();
    release(app, &mail, &to).await.await.problem(404, "not_found");
    app.tenancy().resume(&operator, false).await.unwrap();
    owner
        .request(sealpost_test_support::app::Method::DELETE, &format!("/api/v1/admin/users/{anna}/seat"))
        .await;
    release(app, &mail, &to).await.await.problem(404, "not_found");
    assert_eq!(app.anna.transfer(&mail.id).await["state"], "draft");
}

async fn more_recipients_than_allowed_are_refused(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let three = ["bert@example.org", "carl@example.org", "dora@example.org"];
    release(app, &mail, &three).await.await.problem(409, "limit_reached");
    assert_eq!(recipients(&app.anna, &mail.id).await.len(), 1);
    released(app, &mail, &["carl@example.org", "dora@example.org"]).await;
    release(app, &mail, &three).await.await.problem(409, "limit_reached");
    assert_eq!(recipients(&app.anna, &mail.id).await.len(), 2);
}

async fn who_is_added_later_opens_it_with_the_same_password(app: &App) {
    let new = json!({ "password": "correct horse", "recipients": [{ "email": "bert@example.org" }] });
    let id = app.anna.draft_of(&new).await;
    app.anna.put(&id, "a", b"a").await;
    let mail = Mail::of(&app.anna, &id).await;
    released(app, &mail, &["bert@example.org"]).await;
    assert_eq!(app.anna.transfer(&id).await["files"][0]["name"], Value::Null, "the service cannot read it");
    released(app, &mail, &["bert@example.org", "carl@example.org"]).await;
    let links = app.anna.send(&id).await;
    let visit = links.link_of("carl@example.org").enter_with("correct horse").await;
    assert_eq!(visit.fetch(0).await, "a");
    links.link_of("carl@example.org").verify_with("wrong horse").await.problem(403, "wrong_password");
}

async fn wrong_tickets_are_not_tried_without_end(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let wrong = format!("mt_{}", "A".repeat(43));
    for _ in 0..3 {
        ask(app, &mail, &wrong, &[]).await.await.problem(404, "not_found");
    }
    ask(app, &mail, &wrong, &[]).await.await.problem(429, "too_many_requests");
    // Whoever has the right one does not wait for who tries.
    released(app, &mail, &["bert@example.org"]).await;
}

async fn a_body_that_is_none_is_refused(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let path = path(app, &mail).await;
    for bad in [
        json!([]),
        json!({}),
        json!({ "ticket": mail.ticket }),
        json!({ "ticket": mail.ticket, "recipients": "bert@example.org" }),
        json!({ "ticket": mail.ticket, "recipients": ["no address"] }),
        json!({ "ticket": mail.ticket, "recipients": [{ "email": "bert@example.org" }] }),
        json!({ "ticket": mail.ticket, "recipients": [], "state": "available" }),
        json!({ "ticket": 1, "recipients": [] }),
    ] {
        app.anybody.post_json(&path, &bad).await.problem(400, "invalid_request");
    }
    app.anybody.post(&path).await.problem(415, "unsupported_media_type");
    let long = json!({ "ticket": "x".repeat(2 << 20), "recipients": [] });
    app.anybody.post_json(&path, &long).await.problem(413, "too_large");
    assert_eq!(app.anna.transfer(&mail.id).await["state"], "draft");
}

async fn an_answer_that_never_came_can_be_asked_for_again(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let to = ["bert@example.org", "carl@example.org"];
    // The first is given up by its caller at some moment: nothing of it is done, or all.
    for patience in 0..12_u64 {
        let request = release(app, &mail, &to).await;
        let _ = tokio::time::timeout(std::time::Duration::from_millis(patience), request.attempt()).await;
    }
    released(app, &mail, &to).await;
    let entries = app.audit(app.acme.id, &mail.id).await;
    assert_eq!(entries[2..], ["recipient.added", "transfer.sent"]);
    let shown = recipients(&app.anna, &mail.id).await;
    assert_eq!(state(&shown), [("bert@example.org", "notified"), ("carl@example.org", "notified")]);
}
