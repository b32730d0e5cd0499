//! `/api/v1/admin/blocked-files`: what nobody in a tenant may send.

use sealpost_test_support::{
    app::{Answer, App, HOUR, Sent},
    claims,
    faulty_store::{Effect, Operation, When},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{MIB, pattern};

const PATH: &str = "/api/v1/admin/blocked-files";

claims![
    what_is_blocked_by_its_hash_reaches_nobody,
    what_was_sent_is_found_when_one_of_it_is_blocked,
    a_file_of_another_length_is_not_even_read,
    a_hash_without_a_length_finds_files_of_any,
    what_a_password_protects_is_found_when_it_is_sent_and_counted_when_it_was,
    what_is_taken_off_the_list_can_be_sent_again,
    whoever_sends_while_a_file_is_blocked_is_seen,
    what_is_released_while_a_file_is_blocked_is_seen,
    a_search_that_breaks_off_goes_on_where_it_was,
    what_cannot_be_blocked_is_refused,
];

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn block(app: &App, wish: &Value) -> Answer {
    app.admin.post_json(PATH, wish).await
}

async fn block_bytes(app: &App, bytes: &[u8]) -> Value {
    let wish = json!({ "sha256": sha256(bytes), "length": bytes.len(), "note": "a leaked list" });
    block(app, &wish).await.expect(201).json()
}

async fn listed(app: &App) -> Vec<Value> {
    let list = app.admin.get(PATH).await.expect(200).json();
    list["files"].as_array().unwrap().clone()
}

async fn standing(app: &App, sent: &Sent) -> (String, Option<String>) {
    let shown = app.anna.transfer(&sent.id).await;
    let inspection = shown["inspection"]["state"].as_str().map(str::to_owned);
    (shown["state"].as_str().unwrap().to_owned(), inspection)
}

fn is_listed() -> (String, Option<String>) {
    ("blocked".to_owned(), Some("listed".to_owned()))
}

fn is_available() -> (String, Option<String>) {
    ("available".to_owned(), None)
}

async fn what_is_blocked_by_its_hash_reaches_nobody(app: &App) {
    let bad = pattern(MIB + 3);
    let entry = block_bytes(app, &bad).await;
    assert_eq!((&entry["note"], &entry["found"]), (&json!("a leaked list"), &json!(0)));
    app.run_jobs().await;
    let sent = app.anna.sent(&[("fine.txt", b"fine"), ("bad.bin", &bad)]).await;
    assert_eq!(sent.transfer["state"], "sealed");
    sent.link().open().await.problem(404, "link_unavailable");
    app.run_jobs().await;
    assert_eq!(standing(app, &sent).await, is_listed());
    sent.link().open().await.problem(404, "link_unavailable");
    assert!(app.mails_to("bert@example.org").is_empty());
    let (to_sender, to_admin) = (app.mails_to(app.anna.email()), app.mails_to(app.admin.email()));
    assert_eq!((to_sender.len(), to_admin.len()), (1, 1));
    assert!(to_sender[0].text.contains("nobody in your organisation may send"), "{}", to_sender[0].text);
    let refused = app.admin.act(&sent.id, "unblock").await;
    let why = refused.problem(409, "state_conflict");
    assert!(why.contains("blocked in this organisation"), "{why}");
    assert!(listed(app).await[0]["searched_at"].is_string());
}

async fn what_was_sent_is_found_when_one_of_it_is_blocked(app: &App) {
    let bad = pattern(3 * MIB);
    let first = app.anna.sent(&[("bad.bin", &bad)]).await;
    let again = app.anna.sent(&[("other.name", &bad), ("a.txt", b"a")]).await;
    let fine = app.anna.sent(&[("fine.bin", &pattern(3 * MIB)[1..])]).await;
    app.run_jobs().await;
    let visit = first.link().enter().await;
    let file = app.anna.transfer(&first.id).await["files"][0]["id"].clone();
    let wish = json!({ "transfer_id": first.id, "file_id": file });
    let entry = block(app, &wish).await.expect(201).json();
    assert_eq!((&entry["sha256"], &entry["length"]), (&json!(sha256(&bad)), &json!(bad.len())));
    app.run_jobs().await;
    assert_eq!((standing(app, &first).await, standing(app, &again).await), (is_listed(), is_listed()));
    assert_eq!(standing(app, &fine).await, is_available());
    visit.content(0).await.problem(404, "not_found");
    let entry = listed(app).await.remove(0);
    assert_eq!((&entry["found"], &entry["unreadable"]), (&json!(2), &json!(0)));
    let kinds = app.audit(app.acme.id, &again.id).await;
    assert!(kinds.contains(&"transfer.inspected".to_owned()), "{kinds:?}");
}

async fn a_file_of_another_length_is_not_even_read(app: &App) {
    block_bytes(app, b"twelve bytes").await;
    app.run_jobs().await;
    let sent = app.anna.sent(&[("a.txt", b"thirteen here")]).await;
    assert_eq!(standing(app, &sent).await, is_available());
    // The same length, other bytes: it waits, is read, and goes out.
    let sent = app.anna.sent(&[("a.txt", b"just twelve!")]).await;
    assert_eq!(standing(app, &sent).await, ("sealed".to_owned(), None));
    app.run_jobs().await;
    assert_eq!(standing(app, &sent).await, is_available());
    assert_eq!(app.mails_to("bert@example.org").len(), 2);
}

async fn a_hash_without_a_length_finds_files_of_any(app: &App) {
    let before = app.anna.sent(&[("a.txt", b"bad bytes")]).await;
    let wish = json!({ "sha256": sha256(b"bad bytes").to_uppercase() });
    block(app, &wish).await.expect(201);
    app.run_jobs().await;
    assert_eq!(standing(app, &before).await, is_listed());
    let after = app.anna.sent(&[("b.txt", b"bad bytes")]).await;
    let fine = app.anna.sent(&[("b.txt", b"other bytes")]).await;
    app.run_jobs().await;
    assert_eq!((standing(app, &after).await, standing(app, &fine).await), (is_listed(), is_available()));
}

async fn what_a_password_protects_is_found_when_it_is_sent_and_counted_when_it_was(app: &App) {
    let new = json!({ "recipients": [{ "email": "bert@example.org" }], "password": "correct horse" });
    let before = app.anna.sent_as(&new, &[("a.txt", b"bad bytes")]).await;
    block_bytes(app, b"bad bytes").await;
    app.run_jobs().await;
    assert_eq!(standing(app, &before).await, is_available());
    assert_eq!(listed(app).await[0]["unreadable"], 1);
    let after = app.anna.sent_as(&new, &[("a.txt", b"bad bytes")]).await;
    app.run_jobs().await;
    assert_eq!(standing(app, &after).await, is_listed());
    // What was compared once is known for good: the next search finds it without its password.
    let fine = app.anna.sent_as(&new, &[("a.txt", b"odd bytes")]).await;
    app.run_jobs().await;
    assert_eq!(standing(app, &fine).await, is_available());
    block_bytes(app, b"odd bytes").await;
    app.run_jobs().await;
    assert_eq!(standing(app, &fine).await, is_listed());
}

async fn what_is_taken_off_the_list_can_be_sent_again(app: &App) {
    let entry = block_bytes(app, b"bad bytes").await;
    let path = format!("{PATH}/{}", entry["id"].as_str().unwrap());
    let sent = app.anna.sent(&[("a.txt", b"bad bytes")]).await;
    app.admin.delete(&path).await.expect(204);
    app.admin.delete(&path).await.problem(404, "not_found");
    app.run_jobs().await;
    assert_eq!(standing(app, &sent).await, is_available());
    assert!(listed(app).await.is_empty());
}

async fn whoever_sends_while_a_file_is_blocked_is_seen(app: &App) {
    for round in 0..6 {
        let bytes = format!("bad bytes {round}");
        let draft = app.anna.draft().await;
        app.anna.put(&draft, "a.txt", bytes.as_bytes()).await;
        let (_, sent) = tokio::join!(block_bytes(app, bytes.as_bytes()), app.anna.act(&draft, "send"));
        sent.expect(200);
        app.run_jobs().await;
        let shown = app.anna.transfer(&draft).await;
        assert_eq!(shown["inspection"]["state"], "listed", "{shown}");
    }
}

async fn what_is_released_while_a_file_is_blocked_is_seen(app: &App) {
    // Another file of the same length: what is sent waits until it was read.
    block_bytes(app, b"other bytes 0").await;
    for round in 0..6 {
        let bytes = format!("rogue bytes {round}");
        let sent = app.anna.sent(&[("a.txt", bytes.as_bytes())]).await;
        assert_eq!(standing(app, &sent).await.0, "sealed");
        tokio::join!(block_bytes(app, bytes.as_bytes()), app.run_jobs());
        app.run_jobs().await;
        assert_eq!(standing(app, &sent).await, is_listed(), "round {round}");
    }
}

async fn a_search_that_breaks_off_goes_on_where_it_was(app: &App) {
    let bad = pattern(1_000);
    let mut sent = Vec::new();
    for _ in 0..3 {
        sent.push(app.anna.sent(&[("bad.bin", &bad)]).await);
    }
    app.run_jobs().await;
    block_bytes(app, &bad).await;
    let before = app.blobs.calls(Operation::Get);
    // A file is read in two calls: its header, and what follows.
    app.blobs.inject(Operation::Get, When::Nth(3), Effect::Fail);
    app.run_jobs().await;
    let mut blocked = 0;
    for sent in &sent {
        blocked += usize::from(standing(app, sent).await == is_listed());
    }
    assert_eq!(blocked, 1, "what it has found is blocked at once");
    assert_eq!(listed(app).await[0]["searched_at"], Value::Null);
    app.clock.advance(HOUR);
    app.run_jobs().await;
    for sent in &sent {
        assert_eq!(standing(app, sent).await, is_listed());
    }
    assert_eq!(listed(app).await[0]["found"], 3);
    assert_eq!(
        app.blobs.calls(Operation::Get) - before,
        2 + 1 + 2 + 2,
        "each once, and the call that failed"
    );
}

async fn what_cannot_be_blocked_is_refused(app: &App) {
    let id = "0190a000-0000-7000-8000-000000000001";
    for wish in [
        json!({}),
        json!({ "sha256": "abc" }),
        json!({ "sha256": "g".repeat(64) }),
        json!({ "transfer_id": id }),
        json!({ "transfer_id": id, "file_id": id, "sha256": "0".repeat(64) }),
        json!({ "sha256": "0".repeat(64), "note": "x".repeat(501) }),
    ] {
        block(app, &wish).await.problem(400, "invalid_request");
    }
    block(app, &json!({ "transfer_id": id, "file_id": id })).await.problem(404, "not_found");
    let new = json!({ "recipients": [{ "email": "bert@example.org" }], "password": "correct horse" });
    let sent = app.anna.sent_as(&new, &[("a.txt", b"a")]).await;
    let file = app.anna.transfer(&sent.id).await["files"][0]["id"].clone();
    let wish = json!({ "transfer_id": sent.id, "file_id": file });
    block(app, &wish).await.problem(409, "state_conflict");
    block_bytes(app, b"twice").await;
    block(app, &json!({ "sha256": sha256(b"twice") })).await.problem(409, "already_exists");
    app.anna.get(PATH).await.problem(403, "forbidden");
    assert_eq!(listed(app).await.len(), 1);
}
