//! `PATCH /api/v1/transfers/{transfer_id}`

use sealpost_domain::{Policy, Scope, Scopes};
use sealpost_test_support::{
    app::{Answer, App, DAY, HOUR, Options},
    claims,
};
use serde_json::{Value, json};

use super::mail::{Mail, revise};
use crate::{
    requests::{Uploader, asked_by, begin},
    support::from_now,
};

claims![
    what_is_said_changes_and_what_is_not_stays,
    null_takes_away_what_can_be_taken_away,
    who_stays_keeps_his_id_and_who_is_not_named_is_gone,
    who_stays_keeps_what_was_asked_of_him,
    what_is_said_of_who_stays_counts,
    an_address_counts_once_however_it_is_spelled,
    a_password_is_set_replaced_made_up_and_taken_away,
    a_password_that_nobody_is_asked_for_any_more_goes,
    another_end_is_another_days_key,
    what_cannot_be_is_refused_and_changes_nothing,
    what_the_tenant_has_locked_is_not_for_senders,
    whom_the_rules_refuse_is_named_and_nothing_is_changed,
    what_is_written_anew_is_looked_at_anew,
    only_drafts_of_ones_own_are_changed,
    what_is_as_it_is_said_to_be_leaves_no_trace,
    the_log_says_what_was_changed,
    two_who_change_it_at_once_lose_nothing,
    a_draft_that_is_sent_at_the_same_moment_is_sent_as_it_was_or_as_it_is,
    more_recipients_than_allowed_are_refused with few_recipients(),
];

const PASSWORD: &str = "correct horse";
const OTHER: &str = "battery staple";

fn few_recipients() -> Options {
    Options { policy: Policy { max_recipients: 2, ..Policy::default() }, ..Options::default() }
}

fn people(emails: &[&str]) -> Value {
    json!({ "recipients": emails.iter().map(|email| json!({ "email": email })).collect::<Vec<_>>() })
}

async fn revised(app: &App, id: &str, change: Value) -> Value {
    revise(&app.anna, id, &change).await.expect(200).json()
}

/// Of each recipient, by what is called so.
fn each<'a>(transfer: &'a Value, name: &str) -> Vec<&'a str> {
    let recipients = transfer["recipients"].as_array().unwrap();
    recipients.iter().map(|recipient| recipient[name].as_str().unwrap_or("-")).collect()
}

async fn what_is_said_changes_and_what_is_not_stays(app: &App) {
    let first = json!({
        "recipients": [{ "email": "bert@example.org" }], "subject": "Plans", "message": "Two of them.", "max_downloads": 3,
    });
    let id = app.anna.draft_of(&first).await;
    app.anna.put(&id, "a", b"a").await;
    let before = app.anna.transfer(&id).await;
    for (change, name, value) in [
        (json!({ "subject": "Better plans" }), "subject", json!("Better plans")),
        (json!({ "message": "Three of them." }), "message", json!("Three of them.")),
        (json!({ "max_downloads": 5 }), "max_downloads", json!(5)),
        (json!({ "allow_reply": false }), "allow_reply", json!(false)),
        (json!({ "expires_at": from_now(app, 3 * DAY) }), "expires_at", json!(from_now(app, 3 * DAY))),
        (json!({ "protection": "email_code" }), "protection", json!("email_code")),
    ] {
        let (was, is) = (app.anna.transfer(&id).await, revised(app, &id, change).await);
        assert_eq!(is[name], value);
        let mut expected = was;
        expected[name] = value;
        if name == "protection" {
            expected["recipients"][0]["protection"] = json!("email_code");
        }
        assert_eq!(is, expected, "{name}");
        assert_eq!(app.anna.transfer(&id).await, expected);
    }
    assert_eq!(before["files"], app.anna.transfer(&id).await["files"]);
    assert_eq!(app.next_job_at().await, None, "nobody is told of a draft");
    app.anna.send(&id).await.link().verify().await.problem(403, "code_needed");
}

async fn null_takes_away_what_can_be_taken_away(app: &App) {
    let id = app.anna.draft_of(&json!({ "subject": "x", "message": "y", "max_downloads": 3 })).await;
    let none = json!({ "subject": null, "message": null, "max_downloads": null });
    let shown = revised(app, &id, none.clone()).await;
    for name in ["subject", "message", "max_downloads"] {
        assert_eq!(shown.get(name), None, "{name}");
    }
    assert_eq!(revised(app, &id, none).await, shown);
    app.change_settings(json!({ "max_downloads_default": 7 })).await;
    assert_eq!(revised(app, &id, json!({ "max_downloads": null })).await["max_downloads"], 7);
    assert_eq!(revised(app, &id, json!({ "subject": "" })).await.get("subject"), None);
}

async fn who_stays_keeps_his_id_and_who_is_not_named_is_gone(app: &App) {
    let id = app.anna.draft_of(&people(&["bert@example.org", "carl@example.org"])).await;
    app.anna.put(&id, "a", b"a").await;
    let before = app.anna.transfer(&id).await;
    // Recipients stand in the order in which they came.
    app.clock.advance(HOUR);
    let shown = revised(app, &id, people(&["dora@example.org", "carl@example.org"])).await;
    assert_eq!(each(&shown, "email"), ["carl@example.org", "dora@example.org"]);
    assert_eq!(shown["recipients"][0], before["recipients"][1]);
    let sent = app.anna.send(&id).await;
    assert_eq!(sent.links.len(), 2);
    app.run_jobs().await;
    assert!(app.mails_to("bert@example.org").is_empty());
    let bert = before["recipients"][0]["id"].as_str().unwrap();
    app.anna.act_on(&id, bert, "notify").await.problem(404, "not_found");
    let nobody = app.anna.draft_of(&people(&["bert@example.org"])).await;
    assert_eq!(revised(app, &nobody, people(&[])).await["recipients"], json!([]));
    app.anna.put(&nobody, "a", b"a").await;
    app.anna.act(&nobody, "send").await.problem(409, "state_conflict");
}

async fn who_stays_keeps_what_was_asked_of_him(app: &App) {
    let new = json!({
        "password": PASSWORD,
        "recipients": [
            { "email": "all@example.org" },
            { "email": "own@example.org", "password": OTHER },
            { "email": "code@example.org", "protection": "email_code" },
            { "email": "sms@example.org", "protection": "sms_code", "phone": "+4915123456789" },
        ],
    });
    let id = app.anna.draft_of(&new).await;
    app.anna.put(&id, "a", b"a").await;
    let before = app.anna.transfer(&id).await;
    let all = ["all@example.org", "own@example.org", "code@example.org", "sms@example.org"];
    assert_eq!(revised(app, &id, people(&all)).await, before);
    app.clock.advance(HOUR);
    let reversed: Vec<_> = all.iter().rev().copied().chain(["new@example.org"]).collect();
    let shown = revised(app, &id, people(&reversed)).await;
    assert_eq!(shown["recipients"].as_array().unwrap()[..4], before["recipients"].as_array().unwrap()[..]);
    assert_eq!(each(&shown, "protection")[4], "password", "as the transfer says");
    assert_eq!(shown["recipients"][3]["phone"], "+4915123456789");
    let sent = app.anna.send(&id).await;
    for (who, password) in
        [("all@example.org", PASSWORD), ("own@example.org", OTHER), ("new@example.org", PASSWORD)]
    {
        assert_eq!(sent.link_of(who).enter_with(password).await.fetch(0).await, "a", "{who}");
    }
    sent.link_of("own@example.org").verify_with(PASSWORD).await.problem(403, "wrong_password");
    sent.link_of("code@example.org").verify().await.problem(403, "code_needed");
}

async fn what_is_said_of_who_stays_counts(app: &App) {
    let new = json!({
        "recipients": [
            { "email": "a@example.org", "password": PASSWORD },
            { "email": "b@example.org", "protection": "email_code" },
            { "email": "c@example.org" },
            { "email": "d@example.org", "protection": "sms_code", "phone": "+4915123456789" },
        ],
    });
    let id = app.anna.draft_of(&new).await;
    app.anna.put(&id, "f", b"f").await;
    let before = app.anna.transfer(&id).await;
    let shown = revised(
        app,
        &id,
        json!({ "recipients": [
            { "email": "a@example.org", "protection": "none" },
            { "email": "b@example.org", "password": OTHER },
            { "email": "c@example.org", "password": { "generate": true } },
            { "email": "d@example.org", "phone": "+4915123450000" },
        ] }),
    )
    .await;
    assert_eq!(each(&shown, "id"), each(&before, "id"));
    assert_eq!(each(&shown, "protection"), ["none", "password", "password", "sms_code"]);
    assert_eq!(shown["recipients"][3]["phone"], "+4915123450000");
    let made = shown["recipients"][2]["generated_password"].as_str().unwrap().to_owned();
    assert_eq!(
        app.anna.transfer(&id).await["recipients"][2].get("generated_password"),
        None,
        "it is shown once"
    );
    let sent = app.anna.send(&id).await;
    assert_eq!(sent.link_of("a@example.org").enter().await.fetch(0).await, "f");
    sent.link_of("b@example.org").enter_with(OTHER).await;
    sent.link_of("c@example.org").enter_with(&made).await;
}

async fn an_address_counts_once_however_it_is_spelled(app: &App) {
    let id = app.anna.draft_of(&people(&["bert@bücher.example"])).await;
    let before = app.anna.transfer(&id).await;
    let spellings = ["BERT@BÜCHER.example", " bert@xn--bcher-kva.example ", "Bert@bücher.example"];
    assert_eq!(revised(app, &id, people(&spellings)).await, before);
}

async fn a_password_is_set_replaced_made_up_and_taken_away(app: &App) {
    let id = app.anna.draft().await;
    app.anna.put(&id, "a", b"a").await;
    let shown = revised(app, &id, json!({ "password": PASSWORD })).await;
    assert_eq!((&shown["protection"], &shown["password_protected"]), (&json!("password"), &json!(true)));
    let shown = revised(app, &id, json!({ "password": null })).await;
    assert_eq!((&shown["protection"], &shown["password_protected"]), (&json!("none"), &json!(false)));
    revised(app, &id, json!({ "protection": "email_code_and_password", "password": PASSWORD })).await;
    let shown = revised(app, &id, json!({ "password": OTHER })).await;
    assert_eq!(shown["protection"], "email_code_and_password", "which stays");
    let shown =
        revised(app, &id, json!({ "protection": "password", "password": { "generate": true } })).await;
    let made = shown["generated_password"].as_str().unwrap().to_owned();
    assert_eq!(revised(app, &id, json!({ "subject": "x" })).await.get("generated_password"), None);
    let sent = app.anna.send(&id).await;
    sent.link().verify_with(PASSWORD).await.problem(403, "wrong_password");
    sent.link().verify_with(OTHER).await.problem(403, "wrong_password");
    assert_eq!(sent.link().enter_with(&made).await.fetch(0).await, "a");
}

async fn a_password_that_nobody_is_asked_for_any_more_goes(app: &App) {
    let id = app
        .anna
        .draft_of(&json!({ "password": PASSWORD, "recipients": [{ "email": "bert@example.org" }] }))
        .await;
    app.anna.put(&id, "a", b"a").await;
    let shown = revised(app, &id, json!({ "protection": "email_code" })).await;
    assert_eq!(shown["password_protected"], false);
    revise(&app.anna, &id, &json!({ "protection": "password" })).await.problem(400, "invalid_request");
    revise(&app.anna, &id, &json!({ "protection": "none", "password": PASSWORD }))
        .await
        .problem(400, "invalid_request");
    let shown = revised(app, &id, json!({ "protection": "none" })).await;
    assert_eq!(shown["protection"], "none");
    assert_eq!(app.anna.send(&id).await.link().enter().await.fetch(0).await, "a");
}

async fn another_end_is_another_days_key(app: &App) {
    let id = app.anna.draft().await;
    app.anna.put(&id, "a", b"a").await;
    let mail = Mail::of(&app.anna, &id).await;
    for days in [30, 2, 20] {
        let at = from_now(app, days * DAY);
        let shown = revised(app, &id, json!({ "expires_at": at, "subject": format!("in {days}") })).await;
        assert_eq!((&shown["expires_at"], &shown["subject"]), (&json!(at), &json!(format!("in {days}"))));
    }
    let sent = app.anna.send(&id).await;
    app.clock.advance(19 * DAY);
    app.run(sealpost_domain::Job::DestroyEpochs).await;
    assert_eq!(sent.link().enter().await.fetch(0).await, "a");
    mail.page(app).await.expect(303);
    app.clock.advance(DAY);
    sent.link().is_unavailable().await;
}

async fn what_cannot_be_is_refused_and_changes_nothing(app: &App) {
    let id =
        app.anna.draft_of(&json!({ "recipients": [{ "email": "bert@example.org" }], "subject": "x" })).await;
    let (before, log) = (app.anna.transfer(&id).await, app.verify_audit(app.acme.id).await);
    for bad in [
        json!([]),
        json!({ "state": "available" }),
        json!({ "send_as": "office@acme.example" }),
        json!({ "subject": "new", "recipients": [{ "email": "no address" }] }),
        json!({ "subject": "two\nlines" }),
        json!({ "subject": "x".repeat(999) }),
        json!({ "message": "x".repeat(65_537) }),
        json!({ "max_downloads": 0 }),
        json!({ "subject": "new", "max_downloads": 1_000_001 }),
        json!({ "subject": "new", "expires_at": "9999-12-31T23:59:59Z" }),
        json!({ "subject": "new", "expires_at": from_now(app, HOUR / 2) }),
        json!({ "subject": "new", "protection": "sms_code" }),
        json!({ "subject": "new", "protection": "password" }),
        json!({ "subject": "new", "protection": "account" }),
        json!({ "protection": "email_code", "password": PASSWORD }),
        json!({ "recipients": [{ "email": "bert@example.org", "protection": "email_code", "password": PASSWORD }] }),
    ] {
        revise(&app.anna, &id, &bad).await.problem(400, "invalid_request");
    }
    for weak in ["short", "Passwort2026!"] {
        revise(&app.anna, &id, &json!({ "password": weak })).await.problem(400, "password_weak");
        let own = json!({ "recipients": [{ "email": "bert@example.org", "password": weak }] });
        revise(&app.anna, &id, &own).await.problem(400, "password_weak");
    }
    revise(&app.anna, &id, &json!({ "message": "x".repeat(1 << 20) })).await.problem(413, "too_large");
    assert_eq!(app.anna.transfer(&id).await, before);
    assert_eq!(app.verify_audit(app.acme.id).await, log);
}

async fn what_the_tenant_has_locked_is_not_for_senders(app: &App) {
    let id = app
        .anna
        .draft_of(&json!({ "recipients": [{ "email": "bert@example.org", "protection": "email_code" }] }))
        .await;
    app.change_settings(json!({ "locked": ["expiry", "protection", "max_downloads"], "replies": "forbid" }))
        .await;
    let before = app.anna.transfer(&id).await;
    for locked in [
        json!({ "expires_at": from_now(app, 3 * DAY) }),
        json!({ "protection": "email_code" }),
        json!({ "max_downloads": 3 }),
        json!({ "max_downloads": null }),
        json!({ "allow_reply": true }),
        json!({ "recipients": [{ "email": "bert@example.org", "protection": "none" }] }),
        json!({ "recipients": [{ "email": "carl@example.org", "password": PASSWORD }] }),
    ] {
        revise(&app.anna, &id, &locked).await.problem(403, "choice_locked");
    }
    assert_eq!(app.anna.transfer(&id).await, before);
    // What he was asked for before stays, and is no choice of now.
    app.clock.advance(HOUR);
    let shown = revised(app, &id, people(&["bert@example.org", "carl@example.org"])).await;
    assert_eq!(each(&shown, "protection"), ["email_code", "none"]);
}

async fn whom_the_rules_refuse_is_named_and_nothing_is_changed(app: &App) {
    let id = app.anna.draft_of(&people(&["bert@example.org"])).await;
    app.set_address_rules(json!([
        { "name": "rivals", "recipients": ["rival.example"], "effect": { "deny": "They compete." } },
        { "name": "partners", "recipients": ["partner.example"], "effect": { "require": ["email_code"] } },
    ]))
    .await;
    let before = app.anna.transfer(&id).await;
    let mut change = people(&["bert@example.org", "eve@rival.example"]);
    change["subject"] = json!("new");
    let refused: Answer = revise(&app.anna, &id, &change).await;
    refused.problem(403, "recipient_refused");
    assert_eq!(
        refused.json()["recipients"],
        json!([{ "email": "eve@rival.example", "reason": "They compete." }])
    );
    assert_eq!(app.anna.transfer(&id).await, before);
    let entries = app.audit(app.acme.id, &id).await;
    assert_eq!(entries.last().unwrap(), "recipients.refused");
    app.clock.advance(HOUR);
    let shown = revised(app, &id, people(&["bert@example.org", "paul@partner.example"])).await;
    assert_eq!(each(&shown, "protection"), ["none", "email_code"]);
    let mut said = people(&["bert@example.org", "paul@partner.example"]);
    said["protection"] = json!("none");
    // Paul keeps what the rule has asked of him; whoever comes anew is not asked for less.
    assert_eq!(each(&revised(app, &id, said.clone()).await, "protection"), ["none", "email_code"]);
    said["recipients"].as_array_mut().unwrap().push(json!({ "email": "pia@partner.example" }));
    revise(&app.anna, &id, &said).await.problem(400, "protection_required");
}

async fn what_is_written_anew_is_looked_at_anew(app: &App) {
    app.set_content_rules(json!([{
        "name": "cards", "find": { "number": "payment_card" }, "level": "mandatory",
        "protections": ["email_code"], "text": "Mind the cards.",
    }]))
    .await;
    let id = app.anna.draft_of(&people(&["bert@example.org"])).await;
    let card = json!({ "message": "The card is 4111 1111 1111 1111." });
    let shown = revised(app, &id, card.clone()).await;
    assert_eq!((&shown["protection"], &shown["notices"][0]["rule"]), (&json!("email_code"), &json!("cards")));
    let weaker = revise(&app.anna, &id, &json!({ "protection": "none" })).await;
    weaker.problem(400, "protection_required");
    let entries = app.audit(app.acme.id, &id).await;
    assert_eq!(entries.last().unwrap(), "content.refused");
    assert_eq!(app.anna.transfer(&id).await["protection"], "email_code");
    let mut both = card;
    both["protection"] = json!("none");
    let other = app.anna.draft().await;
    revise(&app.anna, &other, &both).await.problem(400, "protection_required");
    assert_eq!(app.anna.transfer(&other).await.get("message"), None);
}

async fn only_drafts_of_ones_own_are_changed(app: &App) {
    let change = json!({ "subject": "x" });
    let id = app.anna.draft().await;
    revise(&app.admin, &id, &change).await.problem(403, "forbidden");
    revise(&app.otto, &id, &change).await.problem(404, "not_found");
    revise(&app.gina, &id, &change).await.problem(404, "not_found");
    let reader = app.token_of(&app.anna, Scopes::new([Scope::Read])).await;
    revise(&reader, &id, &change).await.problem(403, "forbidden");
    revise(&app.anybody, &id, &change).await.problem(401, "unauthorized");
    revise(&app.anna, "x", &change).await.problem(404, "not_found");
    assert_eq!(app.anna.transfer(&id).await.get("subject"), None);
    let sent = app.anna.sent(&[("a", b"a")]).await;
    revise(&app.anna, &sent.id, &change).await.problem(409, "state_conflict");
    app.anna.act(&sent.id, "block").await.expect(200);
    revise(&app.anna, &sent.id, &change).await.problem(409, "state_conflict");
    let (_, token) = asked_by(&app.anna, &json!({})).await;
    let uploader = Uploader::of(app, &begin(app, &token).await.expect(201).json());
    revise(&app.anna, &uploader.id, &change).await.problem(409, "state_conflict");
    app.clock.advance(14 * DAY);
    revise(&app.anna, &id, &change).await.problem(409, "state_conflict");
    app.anna.purge(&id).await.expect(204);
    revise(&app.anna, &id, &change).await.problem(410, "gone");
}

async fn what_is_as_it_is_said_to_be_leaves_no_trace(app: &App) {
    let new = json!({
        "recipients": [{ "email": "bert@example.org" }], "subject": "x", "message": "y", "allow_reply": true,
        "expires_at": from_now(app, 3 * DAY), "protection": "email_code", "max_downloads": 3,
    });
    let id = app.anna.draft_of(&new).await;
    let (before, log) = (app.anna.transfer(&id).await, app.verify_audit(app.acme.id).await);
    assert_eq!(revised(app, &id, new).await, before);
    assert_eq!(revised(app, &id, json!({})).await, before);
    assert_eq!(app.verify_audit(app.acme.id).await, log);
}

async fn the_log_says_what_was_changed(app: &App) {
    let id = app.anna.draft_of(&people(&["bert@example.org"])).await;
    let mut change = people(&["carl@example.org"]);
    change["subject"] = json!("salaries");
    change["password"] = json!(PASSWORD);
    change["expires_at"] = json!(from_now(app, 3 * DAY));
    revised(app, &id, change).await;
    let mut conn = app.db.read().await.unwrap();
    let entries = conn.audit_of_transfer(app.acme.id, id.parse().unwrap()).await.unwrap();
    drop(conn);
    let kinds: Vec<_> = entries.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(
        kinds,
        ["transfer.created", "transfer.revised", "transfer.extended", "recipient.removed", "recipient.added"]
    );
    let payload: Value = serde_json::from_str(&entries[1].payload).unwrap();
    assert_eq!(payload["changed"], json!(["subject", "protection", "password"]));
    for entry in &entries {
        for secret in ["salaries", PASSWORD, "bert", "carl"] {
            assert!(!entry.payload.contains(secret), "{secret}: {}", entry.payload);
        }
    }
    assert!(entries.iter().all(|entry| entry.sealed.is_none()), "who was taken out of a draft is forgotten");
}

async fn two_who_change_it_at_once_lose_nothing(app: &App) {
    let node = app.another_node().await;
    let there = app.anna.at(&node);
    for round in 0..5 {
        let id = app.anna.draft_of(&people(&["bert@example.org"])).await;
        let subject = json!({ "subject": format!("round {round}") });
        let to = people(&["bert@example.org", "carl@example.org"]);
        let code = json!({ "protection": "email_code" });
        let mail = json!({});
        let (one, two, three, four) = tokio::join!(
            async { revise(&app.anna, &id, &subject).await },
            async { revise(&there, &id, &to).await },
            async { revise(&app.anna, &id, &code).await },
            async { there.act(&id, "mail").json(&mail).await },
        );
        for answer in [one, two, three, four] {
            answer.expect(200);
        }
        let shown = app.anna.transfer(&id).await;
        assert_eq!(shown["subject"], format!("round {round}"));
        assert_eq!(each(&shown, "protection"), ["email_code", "email_code"]);
        assert_eq!(shown["in_mail"], true);
        app.anna.put(&id, "a", b"a").await;
        app.anna.send(&id).await;
    }
}

async fn a_draft_that_is_sent_at_the_same_moment_is_sent_as_it_was_or_as_it_is(app: &App) {
    let node = app.another_node().await;
    let there = app.anna.at(&node);
    for _ in 0..5 {
        let id = app.anna.draft_of(&people(&["bert@example.org"])).await;
        app.anna.put(&id, "a", b"a").await;
        let change = json!({ "recipients": [{ "email": "carl@example.org" }], "password": PASSWORD });
        let (changed, sent) = tokio::join!(async { revise(&there, &id, &change).await }, async {
            app.anna.act(&id, "send").await
        },);
        sent.expect(200);
        let sent = app.anna.send(&id).await;
        if changed.status == 200 {
            assert_eq!(sent.link().email, "carl@example.org");
            assert_eq!(sent.link().enter_with(PASSWORD).await.fetch(0).await, "a");
        } else {
            changed.problem(409, "state_conflict");
            assert_eq!(sent.link().email, "bert@example.org");
            assert_eq!(sent.link().enter().await.fetch(0).await, "a");
        }
    }
}

async fn more_recipients_than_allowed_are_refused(app: &App) {
    let id = app.anna.draft_of(&people(&["bert@example.org"])).await;
    let three = people(&["a@example.org", "b@example.org", "c@example.org"]);
    revise(&app.anna, &id, &three).await.problem(409, "limit_reached");
    assert_eq!(each(&app.anna.transfer(&id).await, "email"), ["bert@example.org"]);
    revised(app, &id, people(&["a@example.org", "b@example.org"])).await;
}
