//! What goes through the malware scanner before anybody gets it: ClamAV's own daemon.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use sealpost_test_support::{
    app::{App, Options, Sent, eventually},
    claims,
    clamd::{TestClamd, eicar},
    corpus::{Zip, ZipFile},
    faulty_store::{Effect, Gate, Operation, When},
};
use serde_json::{Value, json};

use crate::support::{MIB, pattern};

claims![
    nobody_gets_anything_before_the_scanner_has_spoken with scanned(),
    what_is_infected_reaches_nobody_and_its_sender_and_admins_are_told with scanned(),
    what_is_infected_in_an_archive_is_found with scanned(),
    what_was_found_cannot_be_given_again with scanned(),
    a_password_shuts_the_service_out_once_the_scanner_has_spoken with scanned(),
    while_the_scanner_is_away_it_waits with scanned(),
    a_tenant_may_let_pass_what_the_scanner_does_not_see with scanned(),
    a_scanner_that_dies_in_the_middle_is_asked_again with scanned(),
    what_is_too_big_goes_out_marked_or_not_at_all with scanned(),
    sending_again_gives_the_same_links_and_one_mail with scanned(),
    what_waits_can_be_taken_back with scanned(),
    a_tenant_may_do_without with scanned(),
    without_a_scanner_nothing_waits_unless_the_tenant_says_so,
];

fn scanned() -> Options {
    let daemon = Arc::new(Mutex::new(TestClamd::start()));
    Options { scanner: Some((daemon, 5 << 20)), ..Options::default() }
}

async fn shown(app: &App, sent: &Sent) -> Value {
    app.anna.transfer(&sent.id).await
}

/// Where it stands, and what the scanner has said.
async fn standing(app: &App, sent: &Sent) -> (String, String) {
    let shown = shown(app, sent).await;
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    (text(&shown["state"]), text(&shown["inspection"]["state"]))
}

fn is(state: &str, inspection: &str) -> (String, String) {
    (state.to_owned(), inspection.to_owned())
}

async fn fetched(sent: &Sent, name: &str) -> Bytes {
    let visit = sent.link().enter().await;
    visit.fetch(visit.place_of(name)).await
}

async fn nobody_gets_anything_before_the_scanner_has_spoken(app: &App) {
    let sent = app.anna.sent(&[("a.txt", b"hello"), ("b.txt", b"world"), ("empty.txt", b"")]).await;
    assert_eq!(sent.transfer["state"], "sealed");
    assert_eq!(standing(app, &sent).await, is("sealed", "waiting"));
    assert!(shown(app, &sent).await["inspection"]["since"].is_string());
    sent.link().open().await.problem(404, "link_unavailable");
    assert!(app.mails_to("bert@example.org").is_empty());
    app.run_jobs().await;
    assert_eq!(standing(app, &sent).await, is("available", "clean"));
    assert_eq!(app.mails_to("bert@example.org").len(), 1);
    assert_eq!(fetched(&sent, "a.txt").await, "hello");
    let files = shown(app, &sent).await["files"].clone();
    assert!(files.as_array().unwrap().iter().all(|file| file["scan"] == "clean"), "{files}");
    let kinds = app.audit(app.acme.id, &sent.id).await;
    assert!(kinds.contains(&"transfer.inspected".to_owned()), "{kinds:?}");
}

async fn what_is_infected_reaches_nobody_and_its_sender_and_admins_are_told(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "subject": "the subject"});
    let sent = app.anna.sent_as(&new, &[("a.txt", b"hello"), ("b.txt", &eicar())]).await;
    app.run_jobs().await;
    assert_eq!(standing(app, &sent).await, is("blocked", "infected"));
    let inspection = shown(app, &sent).await["inspection"].clone();
    assert_eq!(inspection["finding"], "Eicar-Test.UNOFFICIAL");
    sent.link().open().await.problem(404, "link_unavailable");
    assert!(app.mails_to("bert@example.org").is_empty());
    let to_sender = app.mails_to(app.anna.email());
    let to_admin = app.mails_to(app.admin.email());
    assert_eq!((to_sender.len(), to_admin.len()), (1, 1));
    assert!(to_sender[0].text.contains("Eicar-Test.UNOFFICIAL") && to_sender[0].text.contains("the subject"));
    assert!(to_admin[0].text.contains(app.anna.email()) && !to_admin[0].text.contains("the subject"));
}

async fn what_is_infected_in_an_archive_is_found(app: &App) {
    let zip = Zip::of([ZipFile::stored("a.txt", "x"), ZipFile::stored("b/c.txt", eicar())]).build();
    let sent = app.anna.sent(&[("a.zip", &zip)]).await;
    app.run_jobs().await;
    assert_eq!(standing(app, &sent).await, is("blocked", "infected"));
}

async fn what_was_found_cannot_be_given_again(app: &App) {
    let sent = app.anna.sent(&[("a.txt", &eicar())]).await;
    app.run_jobs().await;
    for who in [&app.anna, &app.admin] {
        who.act(&sent.id, "unblock").await.problem(409, "state_conflict");
    }
    assert_eq!(standing(app, &sent).await, is("blocked", "infected"));
    app.anna.purge(&sent.id).await.expect(204);
}

async fn a_password_shuts_the_service_out_once_the_scanner_has_spoken(app: &App) {
    let new = json!({
        "recipients": [{"email": "bert@example.org"}], "message": "the message", "password": "correct horse",
    });
    let sent = app.anna.sent_as(&new, &[("a.txt", b"hello")]).await;
    let id = sent.id.parse().unwrap();
    let row = async || app.db.read().await.unwrap().transfer(app.acme.id, id).await.unwrap().unwrap();
    assert!(row().await.content_key.is_some(), "the scanner has to read it");
    app.run_jobs().await;
    assert_eq!(standing(app, &sent).await, is("available", "clean"));
    assert!(row().await.content_key.is_none(), "nobody reads it any more but by the password");
    assert_eq!(shown(app, &sent).await["files"][0]["name"], Value::Null);
    assert_eq!(sent.link().enter_with("correct horse").await.fetch(0).await, "hello");
    // The same if it is blocked.
    let sent = app.anna.sent_as(&new, &[("a.txt", &eicar())]).await;
    app.run_jobs().await;
    assert_eq!(standing(app, &sent).await, is("blocked", "infected"));
    let id = sent.id.parse().unwrap();
    let row = app.db.read().await.unwrap().transfer(app.acme.id, id).await.unwrap().unwrap();
    assert!(row.content_key.is_none());
}

async fn while_the_scanner_is_away_it_waits(app: &App) {
    app.scanner().kill();
    let sent = app.anna.sent(&[("a.txt", b"hello")]).await;
    app.run_jobs().await;
    assert_eq!(standing(app, &sent).await, is("sealed", "waiting"));
    // It is tried again and again, and never given up.
    for _ in 0..130 {
        app.run_next_job().await;
    }
    assert_eq!(standing(app, &sent).await, is("sealed", "waiting"));
    assert!(app.mails_to("bert@example.org").is_empty());
    app.scanner().start_again();
    app.run_next_job().await;
    assert_eq!(standing(app, &sent).await, is("available", "clean"));
    assert_eq!(app.mails_to("bert@example.org").len(), 1);
}

async fn a_tenant_may_let_pass_what_the_scanner_does_not_see(app: &App) {
    app.set_scan_rules(json!({"on_failure": "pass"})).await;
    app.scanner().kill();
    let sent = app.anna.sent(&[("a.txt", &eicar())]).await;
    app.run_jobs().await;
    assert_eq!(standing(app, &sent).await, is("available", "not_inspected"));
    assert_eq!(app.mails_to("bert@example.org").len(), 1);
}

async fn a_scanner_that_dies_in_the_middle_is_asked_again(app: &App) {
    let sent = app.anna.sent(&[("a.txt", b"hello"), ("b.bin", &pattern(4 * MIB))]).await;
    let gate = Gate::closed();
    // The last window of the big file waits until the daemon is dead.
    app.blobs.inject(Operation::Get, When::From(4), Effect::Hold(gate.clone()));
    let dying = async {
        gate.arrival().await;
        app.scanner().kill();
        app.blobs.clear();
        gate.open();
    };
    tokio::join!(app.run_jobs(), dying);
    assert_eq!(standing(app, &sent).await, is("sealed", "waiting"));
    app.scanner().start_again();
    app.run_next_job().await;
    assert_eq!(standing(app, &sent).await, is("available", "clean"));
}

async fn what_is_too_big_goes_out_marked_or_not_at_all(app: &App) {
    let big = pattern(6 * MIB);
    let sent = app.anna.sent(&[("a.txt", b"hello"), ("b.bin", &big)]).await;
    app.run_jobs().await;
    assert_eq!(standing(app, &sent).await, is("available", "not_inspected"));
    let files = shown(app, &sent).await["files"].clone();
    let mut scans: Vec<_> = files.as_array().unwrap().iter().map(|file| file["scan"].clone()).collect();
    scans.sort_by_key(ToString::to_string);
    assert_eq!(scans, [json!("clean"), json!("too_big")]);
    app.set_scan_rules(json!({"too_big": "block"})).await;
    let sent = app.anna.sent(&[("b.bin", &big)]).await;
    app.run_jobs().await;
    assert_eq!(standing(app, &sent).await, is("blocked", "refused"));
    assert_eq!(app.mails_to(app.anna.email()).len(), 1);
    app.anna.act(&sent.id, "unblock").await.problem(409, "state_conflict");
}

async fn sending_again_gives_the_same_links_and_one_mail(app: &App) {
    let sent = app.anna.sent(&[("a.txt", b"hello")]).await;
    let again = app.anna.send(&sent.id).await;
    assert_eq!(again.link().url, sent.link().url);
    let recipient = json!({"email": "carl@example.org"});
    app.anna.act(&sent.id, "recipients").json(&recipient).await.problem(409, "state_conflict");
    app.run_jobs().await;
    app.anna.send(&sent.id).await;
    app.run_jobs().await;
    assert_eq!(app.mails_to("bert@example.org").len(), 1);
    assert_eq!(standing(app, &sent).await, is("available", "clean"));
}

async fn what_waits_can_be_taken_back(app: &App) {
    app.scanner().kill();
    let sent = app.anna.sent(&[("a.txt", b"hello")]).await;
    app.run_jobs().await;
    app.anna.purge(&sent.id).await.expect(204);
    app.scanner().start_again();
    app.run_next_job().await;
    assert!(app.mails_to("bert@example.org").is_empty());
    eventually("nothing is queued any more", async || app.next_job_at().await.is_none()).await;
}

async fn a_tenant_may_do_without(app: &App) {
    app.set_scan_rules(json!({"mode": "off"})).await;
    let sent = app.anna.sent(&[("a.txt", &eicar())]).await;
    assert_eq!(standing(app, &sent).await, is("available", "-"));
    // Rules that change while it waits count, too.
    app.set_scan_rules(json!({})).await;
    app.scanner().kill();
    let sent = app.anna.sent(&[("a.txt", b"hello")]).await;
    app.run_jobs().await;
    assert_eq!(standing(app, &sent).await, is("sealed", "waiting"));
    app.set_scan_rules(json!({"mode": "off"})).await;
    app.run_next_job().await;
    assert_eq!(standing(app, &sent).await, is("available", "not_inspected"));
}

async fn without_a_scanner_nothing_waits_unless_the_tenant_says_so(app: &App) {
    let sent = app.anna.sent(&[("a.txt", b"hello")]).await;
    assert_eq!(standing(app, &sent).await, is("available", "-"));
    app.set_scan_rules(json!({"mode": "on"})).await;
    let sent = app.anna.sent(&[("a.txt", b"hello")]).await;
    app.run_jobs().await;
    assert_eq!(standing(app, &sent).await, is("sealed", "waiting"));
}
