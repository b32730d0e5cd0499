//! `POST /api/v1/transfers/{transfer_id}/mail`, and what becomes of a transfer that goes with a mail.

use sealpost_domain::{Job, Policy, Scope, Scopes};
use sealpost_test_support::{
    app::{App, Client, DAY, HOUR, Method, Options, Request, Sender, eventually},
    claims,
};
use serde_json::{Value, json};

use crate::requests::{Uploader, asked_by, begin};

claims![
    a_transfer_has_one_link_and_one_ticket_however_often_they_are_asked_for,
    two_who_ask_at_once_get_the_same,
    only_its_sender_gets_them,
    what_is_blocked_over_or_came_from_outside_goes_with_no_mail,
    nobody_is_mailed_of_what_goes_with_a_mail,
    one_who_is_mailed_explicitly_gets_his_own_link,
    who_is_told_by_the_mail_is_reminded_before_the_end with a_day_before(),
    lists_and_details_say_that_it_goes_with_a_mail,
    a_draft_whose_mail_was_discarded_leaves_nothing_behind,
    what_somebody_goes_on_with_stays,
    another_end_and_a_purge_take_the_link_along,
];

/// How a transfer goes with a mail.
pub(crate) struct Mail {
    pub(crate) id: String,
    /// The link's path.
    pub(crate) path: String,
    pub(crate) url: String,
    pub(crate) ticket: String,
}

impl Mail {
    /// Of a transfer.
    pub(crate) async fn of(sender: &Sender, id: &str) -> Self {
        let made = sender.act(id, "mail").await.expect(200).json();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        let url = text("url");
        let (_, token) = url.split_once("/m/").unwrap();
        Self { id: id.to_owned(), path: format!("/m/{token}"), url: url.clone(), ticket: text("ticket") }
    }

    /// The page that the link leads to.
    pub(crate) fn page(&self, app: &App) -> Request {
        app.anybody.get(&self.path)
    }

    /// The page's form, with an address.
    pub(crate) fn submit(&self, app: &App, address: &str) -> Request {
        let typed: String = address.bytes().map(|byte| format!("%{byte:02X}")).collect();
        app.anybody
            .post(&self.path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("address={typed}"))
    }

    /// Where the form leads with this address: a recipient's own page.
    pub(crate) async fn leads(&self, app: &App, address: &str) -> String {
        self.submit(app, address).await.expect(303).header("location").unwrap().to_owned()
    }
}

/// A draft to these people with a file, and how it goes with a mail.
pub(crate) async fn draft_in_mail(sender: &Sender, recipients: &[&str]) -> Mail {
    let recipients: Vec<_> = recipients.iter().map(|email| json!({ "email": email })).collect();
    let id = sender.draft_of(&json!({ "recipients": recipients })).await;
    sender.put(&id, "a", b"a").await;
    Mail::of(sender, &id).await
}

/// The addresses of its recipients in their alphabet's order, with how far each is.
pub(crate) async fn recipients(sender: &Sender, id: &str) -> Vec<(String, String)> {
    let shown = sender.transfer(id).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let recipients = shown["recipients"].as_array().unwrap().iter();
    let mut all: Vec<_> = recipients.map(|r| (text(&r["email"]), text(&r["state"]))).collect();
    all.sort();
    all
}

fn a_day_before() -> Options {
    let policy = Policy { reminder_seconds: Some(DAY.as_secs()), ..Policy::default() };
    Options { policy, ..Options::default() }
}

async fn a_transfer_has_one_link_and_one_ticket_however_often_they_are_asked_for(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    assert!(mail.url.starts_with(&format!("{}/m/", app.anna.base())) && mail.path.len() == 46);
    assert!(mail.ticket.starts_with("mt_") && mail.ticket.len() == 46);
    app.clock.advance(HOUR);
    app.anna.send(&mail.id).await;
    let again = Mail::of(&app.anna, &mail.id).await;
    assert_eq!((&again.url, &again.ticket), (&mail.url, &mail.ticket));
    let other = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    assert!(other.url != mail.url && other.ticket != mail.ticket);
    let entries = app.audit(app.acme.id, &mail.id).await;
    assert_eq!(entries, ["transfer.created", "transfer.mail_link_made", "transfer.sent"]);
    // What was sent can still be put into a mail.
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let late = Mail::of(&app.anna, &sent.id).await;
    assert_eq!(
        late.page(app).await.expect(303).header("location"),
        Some(format!("/t/{}", sent.link().token).as_str())
    );
}

async fn two_who_ask_at_once_get_the_same(app: &App) {
    let id = app.anna.draft().await;
    let node = app.another_node().await;
    let there = app.anna.at(&node);
    let (one, two) = tokio::join!(Mail::of(&app.anna, &id), Mail::of(&there, &id));
    assert_eq!(one.ticket, two.ticket);
    assert_eq!(one.path, two.path);
    let entries = app.audit(app.acme.id, &id).await;
    assert_eq!(entries, ["transfer.created", "transfer.mail_link_made"]);
}

async fn only_its_sender_gets_them(app: &App) {
    let id = app.anna.draft().await;
    app.admin.act(&id, "mail").await.problem(403, "forbidden");
    app.otto.act(&id, "mail").await.problem(404, "not_found");
    app.gina.act(&id, "mail").await.problem(404, "not_found");
    let reader = app.token_of(&app.anna, Scopes::new([Scope::Read])).await;
    reader.act(&id, "mail").await.problem(403, "forbidden");
    app.anybody.post(&format!("/api/v1/transfers/{id}/mail")).await.problem(401, "unauthorized");
    app.anna.act("0190a000-0000-7000-8000-000000000001", "mail").await.problem(404, "not_found");
    assert_eq!(app.anna.transfer(&id).await.get("in_mail"), None);
}

async fn what_is_blocked_over_or_came_from_outside_goes_with_no_mail(app: &App) {
    let blocked = app.anna.sent(&[("a", b"a")]).await;
    app.anna.act(&blocked.id, "block").await.expect(200);
    app.anna.act(&blocked.id, "mail").await.problem(409, "state_conflict");
    let (_, token) = asked_by(&app.anna, &json!({})).await;
    let uploader = Uploader::of(app, &begin(app, &token).await.expect(201).json());
    app.anna.act(&uploader.id, "mail").await.problem(409, "state_conflict");
    let over = app.anna.sent(&[("a", b"a")]).await;
    app.clock.advance(14 * DAY);
    app.anna.act(&over.id, "mail").await.problem(409, "state_conflict");
    app.anna.purge(&over.id).await.expect(204);
    app.anna.act(&over.id, "mail").await.problem(410, "gone");
}

async fn nobody_is_mailed_of_what_goes_with_a_mail(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org", "carl@example.org"]).await;
    let sent = app.anna.send(&mail.id).await;
    assert_eq!(sent.links.len(), 2, "everybody has a link of his own all the same");
    let added = json!({ "email": "dora@example.org" });
    app.anna.act(&mail.id, "recipients").json(&added).await.expect(201);
    // Whoever is given again what he had was told, too.
    app.anna.act(&mail.id, "block").await.expect(200);
    app.anna.act(&mail.id, "unblock").await.expect(200);
    let bert = &sent.link_of("bert@example.org").recipient;
    app.anna.act_on(&mail.id, bert, "block").await.expect(200);
    app.anna.act_on(&mail.id, bert, "unblock").await.expect(200);
    assert_eq!(app.next_job_at().await, None);
    app.run_jobs().await;
    assert!(app.mails.letters().is_empty());
    let told: Vec<_> = recipients(&app.anna, &mail.id).await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(told, ["notified"; 3], "the sender's own mail has told them");
}

async fn one_who_is_mailed_explicitly_gets_his_own_link(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org", "carl@example.org"]).await;
    let sent = app.anna.send(&mail.id).await;
    let bert = sent.link_of("bert@example.org");
    app.anna.act_on(&mail.id, &bert.recipient, "notify").await.expect(202);
    app.run_jobs().await;
    let [letter] = app.mails_to("bert@example.org").try_into().expect("one mail");
    assert!(letter.text.contains(&bert.url) && !letter.text.contains("/m/"));
    assert!(app.mails_to("carl@example.org").is_empty());
    app.clock.advance(HOUR);
    app.anna.act_on(&mail.id, &bert.recipient, "notify").await.expect(202);
    app.run_jobs().await;
    assert_eq!(app.mails_to("bert@example.org").len(), 2);
}

async fn who_is_told_by_the_mail_is_reminded_before_the_end(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org", "carl@example.org"]).await;
    let sent = app.anna.send(&mail.id).await;
    sent.link_of("carl@example.org").enter().await.fetch(0).await;
    eventually("it counts", async || recipients(&app.anna, &mail.id).await[1].1 == "downloaded").await;
    app.clock.advance(13 * DAY + HOUR);
    for _ in 0..2 {
        app.run(Job::RemindDue).await;
    }
    let [reminder] = app.mails_to("bert@example.org").try_into().expect("one reminder");
    assert!(reminder.text.contains(&sent.link_of("bert@example.org").url));
    assert!(app.mails_to("carl@example.org").is_empty());
}

async fn lists_and_details_say_that_it_goes_with_a_mail(app: &App) {
    let plain = app.anna.draft().await;
    app.clock.advance(HOUR);
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    assert_eq!(app.anna.transfer(&mail.id).await["in_mail"], true);
    assert_eq!(app.anna.transfer(&plain).await.get("in_mail"), None);
    let list = app.anna.get("/api/v1/transfers").await.expect(200).json();
    let said: Vec<_> = list["transfers"].as_array().unwrap().iter().map(|t| t.get("in_mail")).collect();
    assert_eq!(said, [Some(&json!(true)), None]);
}

async fn a_draft_whose_mail_was_discarded_leaves_nothing_behind(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let plain = app.anna.draft().await;
    app.anna.put(&plain, "b", b"b").await;
    app.clock.advance(DAY - HOUR);
    app.run(Job::AbandonUploads).await;
    assert_eq!(app.anna.transfer(&mail.id).await["file_count"], 1, "not before its time");
    app.clock.advance(HOUR);
    app.run(Job::AbandonUploads).await;
    app.anna.get(&format!("/api/v1/transfers/{}", mail.id)).await.problem(410, "gone");
    assert_eq!(app.objects().await.len(), 1, "of the other draft, which goes with no mail");
    let never = app.anybody.get(&format!("/m/{}", "A".repeat(43))).await.expect(404);
    let page = mail.page(app).await.expect(404);
    assert_eq!(page.text(), never.text(), "as a link that never was");
    let entries = app.audit(app.acme.id, &mail.id).await;
    assert_eq!(entries[entries.len() - 2..], ["transfer.purge_started", "transfer.purged"]);
    let proof = app.service.verify_purge(mail.id.parse().unwrap()).await.unwrap();
    assert!(proof.record.is_some() && !proof.row_left, "{proof:?}");
}

async fn what_somebody_goes_on_with_stays(app: &App) {
    let asked = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let changed = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let filled = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let uploading = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    let sent = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    app.anna.send(&sent.id).await;
    app.clock.advance(20 * HOUR);
    Mail::of(&app.anna, &asked.id).await;
    revise(&app.anna, &changed.id, &json!({ "subject": "x" })).await.expect(200);
    app.anna.put(&filled.id, "b", b"b").await;
    let upload = app.anna.upload(&uploading.id, "b", 2).await;
    app.clock.advance(20 * HOUR);
    app.anna.patch(&upload, 0, "b").await.expect(204);
    app.run(Job::AbandonUploads).await;
    for mail in [&asked, &changed, &filled, &uploading, &sent] {
        app.anna.get(&format!("/api/v1/transfers/{}", mail.id)).await.expect(200);
    }
    app.clock.advance(20 * HOUR);
    app.run(Job::AbandonUploads).await;
    for mail in [&asked, &changed, &filled] {
        app.anna.get(&format!("/api/v1/transfers/{}", mail.id)).await.problem(410, "gone");
    }
    for mail in [&uploading, &sent] {
        app.anna.get(&format!("/api/v1/transfers/{}", mail.id)).await.expect(200);
    }
}

async fn another_end_and_a_purge_take_the_link_along(app: &App) {
    let mail = draft_in_mail(&app.anna, &["bert@example.org"]).await;
    app.anna.send(&mail.id).await;
    let later = json!({ "expires_at": crate::support::from_now(app, 30 * DAY) });
    app.anna.act(&mail.id, "extend").json(&later).await.expect(200);
    assert_eq!(Mail::of(&app.anna, &mail.id).await.url, mail.url);
    app.clock.advance(20 * DAY);
    mail.page(app).await.expect(303);
    app.anna.purge(&mail.id).await.expect(204);
    mail.page(app).await.expect(404);
}

/// `PATCH /api/v1/transfers/{id}`
pub(crate) fn revise(client: &Client, id: &str, change: &Value) -> Request {
    client.request(Method::PATCH, &format!("/api/v1/transfers/{id}")).json(change)
}
