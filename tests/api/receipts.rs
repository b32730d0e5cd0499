//! The mail to senders: that a recipient has fetched.

use std::time::Duration;

use sealpost_domain::{Clock as _, Policy};
use sealpost_test_support::{
    app::{App, Link, Options, Sent, eventually},
    claims,
};
use serde_json::json;

claims![
    one_mail_tells_of_all_that_was_fetched_within_a_minute,
    fetching_again_is_no_news,
    what_is_fetched_while_a_receipt_goes_out_is_told_of_by_the_next,
    with_a_password_a_receipt_names_no_files,
    each_recipient_has_a_receipt_of_his_own,
    a_tenant_may_not_want_receipts with without_receipts(),
    what_was_purged_meanwhile_is_not_told_of,
];

const SENDER: &str = "anna@acme.example";

fn without_receipts() -> Options {
    Options { policy: Policy { notify_downloads: false, ..Policy::default() }, ..Options::default() }
}

/// Fetches files, and waits until all of them count.
async fn fetch(app: &App, sent: &Sent, link: &Link, names: &[&str], password: Option<&str>) {
    let visit = match password {
        Some(password) => link.enter_with(password).await,
        None => link.enter().await,
    };
    let counted = async || {
        let shown = app.anna.transfer(&sent.id).await;
        let recipients = shown["recipients"].as_array().unwrap().clone();
        let own = recipients.into_iter().find(|r| r["id"] == link.recipient).unwrap();
        own["downloads"].as_array().unwrap().iter().map(|d| d["times"].as_u64().unwrap()).sum::<u64>()
    };
    let before = counted().await;
    for name in names {
        visit.fetch(visit.place_of(name)).await;
    }
    eventually("the downloads count", async || counted().await == before + names.len() as u64).await;
}

async fn one_mail_tells_of_all_that_was_fetched_within_a_minute(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "subject": "Plans"});
    let sent = app.anna.sent_as(&new, &[("one.txt", b"1"), ("two.txt", b"2"), ("three.txt", b"3")]).await;
    app.run_jobs().await;
    fetch(app, &sent, sent.link(), &["one.txt", "two.txt"], None).await;
    app.run_jobs().await;
    assert!(app.mails_to(SENDER).is_empty(), "it waits whether more comes");
    app.clock.advance(Duration::from_secs(60));
    app.run_jobs().await;
    let [receipt] = app.mails_to(SENDER).try_into().expect("one receipt");
    for text in ["bert@example.org", "Plans", "one.txt", "two.txt"] {
        assert!(receipt.text.contains(text), "{text}");
    }
    assert!(!receipt.text.contains("three.txt") && !receipt.text.contains(&sent.link().token));
    // The next file is told of, too.
    fetch(app, &sent, sent.link(), &["three.txt"], None).await;
    app.run_next_job().await;
    assert_eq!(app.mails_to(SENDER).len(), 2);
}

async fn fetching_again_is_no_news(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.run_jobs().await;
    fetch(app, &sent, sent.link(), &["a"], None).await;
    app.run_next_job().await;
    fetch(app, &sent, sent.link(), &["a", "a"], None).await;
    assert_eq!(app.next_job_at().await, None);
    assert_eq!(app.mails_to(SENDER).len(), 1);
}

async fn what_is_fetched_while_a_receipt_goes_out_is_told_of_by_the_next(app: &App) {
    let sent = app.anna.sent(&[("one.txt", b"1"), ("two.txt", b"2")]).await;
    app.run_jobs().await;
    fetch(app, &sent, sent.link(), &["one.txt"], None).await;
    app.clock.advance(Duration::from_secs(60));
    // A worker has gathered what the receipt says, and is handing it over.
    let (now, lease) = (app.clock.now(), app.clock.now() + Duration::from_secs(60));
    let mut tx = app.db.write().await.unwrap();
    let [job] = tx.claim_jobs(now, lease, 9, &[]).await.unwrap().try_into().expect("the receipt");
    tx.commit().await.unwrap();
    fetch(app, &sent, sent.link(), &["two.txt"], None).await;
    let mut tx = app.db.write().await.unwrap();
    assert!(tx.complete_job(job.id, job.fence).await.unwrap());
    tx.commit().await.unwrap();
    app.run_next_job().await;
    let [receipt] = app.mails_to(SENDER).try_into().expect("the next receipt");
    assert!(receipt.text.contains("two.txt"));
    assert!(!receipt.id.as_str().contains(&job.id.to_string()), "another mail, so another id");
    assert_eq!(app.next_job_at().await, None);
}

async fn with_a_password_a_receipt_names_no_files(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "password": "correct horse"});
    let sent = app.anna.sent_as(&new, &[("secret-name.pdf", b"x")]).await;
    app.run_jobs().await;
    fetch(app, &sent, sent.link(), &["secret-name.pdf"], Some("correct horse")).await;
    app.run_next_job().await;
    let [receipt] = app.mails_to(SENDER).try_into().expect("one receipt");
    assert!(receipt.text.contains("bert@example.org") && !receipt.text.contains("secret-name"));
}

async fn each_recipient_has_a_receipt_of_his_own(app: &App) {
    let to = json!({"recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}]});
    let sent = app.anna.sent_as(&to, &[("a", b"a")]).await;
    app.run_jobs().await;
    for link in &sent.links {
        fetch(app, &sent, link, &["a"], None).await;
    }
    app.clock.advance(Duration::from_secs(61));
    app.run_jobs().await;
    let receipts = app.mails_to(SENDER);
    assert_eq!(receipts.len(), 2);
    for own in ["bert@example.org", "carl@example.org"] {
        assert_eq!(receipts.iter().filter(|receipt| receipt.text.contains(own)).count(), 1);
    }
}

async fn a_tenant_may_not_want_receipts(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.run_jobs().await;
    fetch(app, &sent, sent.link(), &["a"], None).await;
    app.clock.advance(Duration::from_secs(61));
    app.run_jobs().await;
    assert!(app.mails_to(SENDER).is_empty());
    assert_eq!(app.next_job_at().await, None);
}

async fn what_was_purged_meanwhile_is_not_told_of(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.run_jobs().await;
    fetch(app, &sent, sent.link(), &["a"], None).await;
    app.anna.purge(&sent.id).await.expect(204);
    assert!(app.next_job_at().await.is_some_and(|at| at > app.clock.now()));
    app.run_next_job().await;
    assert!(app.mails_to(SENDER).is_empty());
    assert_eq!(app.next_job_at().await, None);
}
