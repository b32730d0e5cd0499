//! `POST /api/v1/submissions/{id}/send`, and what comes of it.

use std::sync::{Arc, Mutex};

use sealpost_domain::{Job, Policy, TransferId};
use sealpost_test_support::{
    app::{App, DAY, Method, Options, eventually},
    claims,
    clamd::{TestClamd, eicar},
};
use serde_json::{Value, json};

use super::{Uploader, asked, begin_as, link_of, uses};
use crate::support::{MIB, pattern};

claims![
    what_comes_in_reaches_the_requester_under_the_uploaders_name,
    an_uploader_who_has_proved_his_address_gets_a_receipt_and_no_other,
    nothing_is_sent_without_a_file_or_while_one_comes,
    sending_again_changes_nothing,
    an_upload_goes_on_after_the_connection_broke,
    names_with_markup_are_shown_as_they_are_and_never_run,
    what_comes_in_is_scanned_like_any_other with scanned(),
    what_comes_in_is_purged_like_any_other,
    a_download_tells_the_uploader_nothing with telling(),
    what_comes_in_is_marked_in_lists_and_logs,
    what_comes_in_asks_for_what_the_tenant_wants with coded(),
];

fn scanned() -> Options {
    let daemon = Arc::new(Mutex::new(TestClamd::start()));
    Options { scanner: Some((daemon, 5 << 20)), ..Options::default() }
}

fn telling() -> Options {
    Options { policy: Policy { notify_downloads: true, ..Policy::default() }, ..Options::default() }
}

fn coded() -> Options {
    let protections = vec![sealpost_domain::Protection::Password, sealpost_domain::Protection::EmailCode];
    Options { policy: Policy { protections, ..Policy::default() }, ..Options::default() }
}

/// A submission with one file, sent.
async fn sent(app: &App, wish: &Value) -> (Value, Uploader) {
    let (made, token) = asked(app, wish).await;
    let uploader = Uploader::begun(app, &token).await;
    uploader.sender.put(&uploader.id, "plan.txt", b"hello").await;
    uploader.send().await.expect(200);
    (made, uploader)
}

async fn what_comes_in_reaches_the_requester_under_the_uploaders_name(app: &App) {
    let (made, uploader) = sent(app, &json!({})).await;
    app.run_jobs().await;
    let mails = app.mails_to("anna@acme.example");
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert!(mail.subject.contains("Ute Bauer (ute@builder.example)"), "{}", mail.subject);
    assert!(mail.subject.contains("Plans for the new wing"), "{}", mail.subject);
    assert!(mail.text.contains("Nobody has checked"), "the address is not proved: {}", mail.text);
    let sent = link_of(app, &uploader).await;
    assert!(mail.text.contains(&sent.link().url));
    let visit = sent.link().enter().await;
    let sender = json!({"email": "ute@builder.example", "name": "Ute Bauer", "proved": false});
    assert_eq!(visit.delivery["sender"], sender);
    assert_eq!(visit.fetch(0).await, "hello");
    let page = sent.link().page().await.expect(200).text();
    assert!(page.contains("Ute Bauer") && page.contains("Nobody has checked"), "{page}");
    assert!(!page.contains("anna@acme.example"));
    assert!(app.mails_to("ute@builder.example").is_empty(), "nobody has shown that it is his");
    let log = app.db.read().await.unwrap();
    drop(log);
    let kinds = app.audit(app.acme.id, &uploader.id).await;
    assert_eq!(kinds[..2], ["submission.begun", "transfer.sent"]);
    let log = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let entry = log.iter().find(|entry| entry.kind == "transfer.sent").unwrap();
    let id = made["id"].as_str().unwrap();
    assert!(entry.payload.contains(r#""by":"uploader""#) && entry.payload.contains(id), "{}", entry.payload);
    assert!(log.iter().all(|entry| !entry.payload.contains("ute@") && !entry.payload.contains("Ute")));
}

async fn an_uploader_who_has_proved_his_address_gets_a_receipt_and_no_other(app: &App) {
    let (_, token) = asked(app, &json!({"asks_code": true})).await;
    let ask = json!({"token": token, "email": "ute@builder.example"});
    let challenge = app.anybody.post_json("/api/v1/requests/code", &ask).await.expect(202).json();
    app.run_jobs().await;
    let text = app.mails_to("ute@builder.example")[0].text.clone();
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6).unwrap();
    let shown = json!({"code": code, "challenge": challenge["challenge"]});
    let begun = begin_as(app, &token, &shown).await.expect(201).json();
    let uploader = Uploader::of(app, &begun);
    uploader.sender.put(&uploader.id, "plan.txt", b"hello").await;
    uploader.send().await.expect(200);
    app.run_jobs().await;
    let mails = app.mails_to("ute@builder.example");
    assert_eq!(mails.len(), 2, "the code, and the receipt");
    assert!(
        mails[1].text.contains("plan.txt") && mails[1].text.contains("anna@acme.example"),
        "{}",
        mails[1].text
    );
    assert!(!mails[1].text.contains("/t/"), "the link is not his");
    let notice = &app.mails_to("anna@acme.example")[0];
    assert!(!notice.text.contains("Nobody has checked"), "{}", notice.text);
}

async fn nothing_is_sent_without_a_file_or_while_one_comes(app: &App) {
    let (_, token) = asked(app, &json!({})).await;
    let uploader = Uploader::begun(app, &token).await;
    uploader.send().await.problem(409, "state_conflict");
    let upload = uploader.sender.upload(&uploader.id, "a.txt", 10).await;
    uploader.send().await.problem(409, "state_conflict");
    assert_eq!(uploader.shown().await["uploads"][0]["received"], 0);
    uploader.sender.patch(&upload, 0, "0123456789").await.expect(204);
    uploader.send().await.expect(200);
    // And then it takes no more.
    uploader
        .sender
        .begin_with(&uploader.id, b"x")
        .header("upload-length", "1")
        .await
        .problem(409, "state_conflict");
    let file = uploader.shown().await["files"][0]["id"].as_str().unwrap().to_owned();
    uploader.sender.delete(&format!("{}/files/{file}", uploader.path())).await.problem(409, "state_conflict");
}

async fn sending_again_changes_nothing(app: &App) {
    let (made, uploader) = sent(app, &json!({})).await;
    let before = uploader.shown().await;
    assert_eq!(uploader.send().await.expect(200).json(), before);
    app.run_jobs().await;
    uploader.send().await.expect(200);
    app.run_jobs().await;
    assert_eq!(app.mails_to("anna@acme.example").len(), 1);
    assert_eq!(uses(app, &made).await, 1);
}

async fn an_upload_goes_on_after_the_connection_broke(app: &App) {
    let (_, token) = asked(app, &json!({})).await;
    let uploader = Uploader::begun(app, &token).await;
    let bytes = pattern(3 * MIB);
    let upload = uploader.sender.upload(&uploader.id, "big.bin", bytes.len()).await;
    let half = bytes.len() / 2;
    // A body of which half comes, and then nothing more.
    let pieces = futures_util::stream::iter([
        Ok(bytes::Bytes::copy_from_slice(&bytes[..half])),
        Err(std::io::Error::other("the line is dead")),
    ]);
    let cut = uploader.sender.patch_head(&upload, 0).body(reqwest::Body::wrap_stream(pieces));
    assert!(cut.attempt().await.is_err());
    let node = app.another_node().await;
    let again = uploader.sender.at(&node);
    // As clients do: ask where it stands and go on there, until whoever was at it has let go.
    eventually("it goes on", async || {
        let offset = again.offset(&upload).await;
        assert!(offset <= half);
        let answer = again.patch(&upload, offset, bytes[offset..].to_vec()).await;
        assert!([204, 409, 423].contains(&answer.status), "{answer:?}");
        answer.status == 204
    })
    .await;
    uploader.send().await.expect(200);
    let visit = link_of(app, &uploader).await.link().enter().await;
    assert_eq!(visit.fetch(0).await, bytes);
}

async fn names_with_markup_are_shown_as_they_are_and_never_run(app: &App) {
    let (_, token) = asked(app, &json!({})).await;
    let name = "<img src=x onerror=alert(1)> {{7*7}}";
    let begun = begin_as(app, &token, &json!({"name": name})).await.expect(201).json();
    let uploader = Uploader::of(app, &begun);
    uploader.sender.put(&uploader.id, "a.txt", b"a").await;
    uploader.send().await.expect(200);
    app.run_jobs().await;
    let mail = &app.mails_to("anna@acme.example")[0];
    assert!(!mail.html.contains("<img src=x") && mail.text.contains("{{7*7}}"), "{}", mail.html);
    let page = link_of(app, &uploader).await.link().page().await.expect(200).text();
    assert!(!page.contains("<img src=x") && page.contains("&lt;img src"), "{page}");
}

async fn what_comes_in_is_scanned_like_any_other(app: &App) {
    let (_, token) = asked(app, &json!({"max_uses": 2})).await;
    let uploader = Uploader::begun(app, &token).await;
    uploader.sender.put(&uploader.id, "a.txt", &eicar()).await;
    uploader.send().await.expect(200);
    assert_eq!(app.anna.transfer(&uploader.id).await["state"], "sealed");
    app.run_jobs().await;
    let shown = app.anna.transfer(&uploader.id).await;
    assert_eq!((&shown["state"], &shown["inspection"]["state"]), (&json!("blocked"), &json!("infected")));
    let mails = app.mails_to("anna@acme.example");
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert!(mail.text.contains("ute@builder.example") && mail.text.contains("was not told"), "{}", mail.text);
    let clean = Uploader::begun(app, &token).await;
    clean.sender.put(&clean.id, "a.txt", b"hello").await;
    clean.send().await.expect(200);
    app.run_jobs().await;
    assert_eq!(app.anna.transfer(&clean.id).await["state"], "available");
}

async fn what_comes_in_is_purged_like_any_other(app: &App) {
    let (_, uploader) = sent(app, &json!({})).await;
    app.run_jobs().await;
    app.clock.advance(14 * DAY);
    app.run(Job::PurgeExpired).await;
    assert!(app.objects().await.is_empty());
    let id: TransferId = uploader.id.parse().unwrap();
    assert!(app.db.read().await.unwrap().transfer(app.acme.id, id).await.unwrap().is_none());
    app.anna.get(&format!("/api/v1/transfers/{}", uploader.id)).await.problem(410, "gone");
    let log = app.db.read().await.unwrap().audit_of_transfer(app.acme.id, id).await.unwrap();
    assert!(log.iter().all(|entry| entry.sealed.is_none()), "who it was is forgotten");
}

async fn a_download_tells_the_uploader_nothing(app: &App) {
    let (_, uploader) = sent(app, &json!({})).await;
    link_of(app, &uploader).await.link().enter().await.fetch(0).await;
    app.run_jobs().await;
    assert!(app.mails_to("ute@builder.example").is_empty());
    assert_eq!(app.mails_to("anna@acme.example").len(), 1, "the notice alone");
}

async fn what_comes_in_is_marked_in_lists_and_logs(app: &App) {
    let (made, uploader) = sent(app, &json!({})).await;
    let listed = app.anna.get("/api/v1/transfers").await.expect(200).json();
    assert_eq!(listed["transfers"][0]["request_id"], made["id"]);
    let path = format!("/api/v1/requests/{}", made["id"].as_str().unwrap());
    let shown = app.anna.get(&path).await.expect(200).json();
    assert_eq!(shown["submissions"][0]["id"], uploader.id.as_str());
    let logged = app.admin.get(&format!("/api/v1/admin/transfers/{}", uploader.id)).await.expect(200).json();
    assert!(
        logged.to_string().contains("ute@builder.example")
            && logged.to_string().contains("anna@acme.example")
    );
    // Reports are of what was sent.
    app.run(Job::CollectReports).await;
    let owner = app.signed_in(&app.admin).await;
    let report = owner.request(Method::GET, "/api/v1/admin/reports").await.expect(200).json();
    assert!(!report.to_string().contains(r#""transfers":1"#), "{report}");
}

async fn what_comes_in_asks_for_what_the_tenant_wants(app: &App) {
    let (_, uploader) = sent(app, &json!({})).await;
    assert_eq!(app.anna.transfer(&uploader.id).await["protection"], "email_code");
    let sent = link_of(app, &uploader).await;
    assert_eq!(sent.link().open().await.expect(200).json()["needed"], "code");
}
