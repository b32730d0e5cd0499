//! From the first request of a sender to the day on which nothing is left.

use sealpost_domain::{Clock as _, Job};
use sealpost_test_support::{
    app::{App, DAY, HOUR, eventually, metadata},
    claims,
};
use serde_json::json;

use crate::support::{MIB, from_now, pattern};

claims![
    a_file_goes_out_sealed_and_comes_back_and_ends,
    a_file_with_a_password_is_closed_to_all_who_lack_it,
    nothing_that_was_said_lies_anywhere_in_the_clear,
    what_was_sent_can_be_taken_back_given_again_extended_and_deleted,
];

async fn a_file_goes_out_sealed_and_comes_back_and_ends(app: &App) {
    let big = pattern(10 * MIB + 1);
    let new = json!({
        "recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}], "subject": "Plans",
    });
    let id = app.anna.draft_of(&new).await;
    app.anna.put(&id, "small.txt", b"small").await;
    let upload = app.anna.upload(&id, "big.bin", big.len()).await;
    app.anna.patch(&upload, 0, big[..3 * MIB].to_vec()).await.expect(204);
    let offset = app.anna.offset(&upload).await;
    app.anna.patch(&upload, offset, big[offset..].to_vec()).await.expect(204);
    let sent = app.anna.send(&id).await;
    app.run_jobs().await;

    // The mail leads to the page, the page to the files.
    let [mail] = app.mails_to("bert@example.org").try_into().expect("one mail");
    let link = sent.link_of("bert@example.org");
    assert!(mail.text.contains(&link.url) && mail.html.contains(&link.url));
    assert_eq!(link.open().await.expect(200).json()["transfer"]["byte_count"], 5 + big.len());
    let visit = link.enter().await;
    assert_eq!(visit.fetch(visit.place_of("small.txt")).await, "small");
    assert!(visit.fetch(visit.place_of("big.bin")).await == big);

    // The sender is told.
    eventually("both downloads count", async || {
        let shown = app.anna.transfer(&id).await;
        let recipients = shown["recipients"].as_array().unwrap();
        recipients.iter().any(|r| r["downloads"].as_array().unwrap().len() == 2)
    })
    .await;
    app.run_next_job().await;
    let [receipt] = app.mails_to("anna@acme.example").try_into().expect("one receipt");
    assert!(receipt.text.contains("bert@example.org") && receipt.text.contains("big.bin"));

    // And when the time is over nothing is left.
    app.clock.advance(14 * DAY);
    link.is_unavailable().await;
    app.run(Job::PurgeExpired).await;
    assert!(app.objects().await.is_empty());
    let proof = app.service.verify_purge(id.parse().unwrap()).await.unwrap();
    assert!(proof.is_clean() && proof.epoch_key_left.is_some(), "the key of the day goes with the day");
    app.clock.advance(DAY + HOUR);
    app.run(Job::DestroyEpochs).await;
    let proof = app.service.verify_purge(id.parse().unwrap()).await.unwrap();
    assert!(proof.is_clean() && proof.epoch_key_left.is_none());
    app.anna.get(&format!("/api/v1/transfers/{id}")).await.problem(410, "gone");
    assert_eq!(
        app.audit(app.acme.id, &id).await,
        [
            "transfer.created",
            "transfer.sent",
            "recipient.notified",
            "recipient.notified",
            "delivery.opened",
            "file.downloaded",
            "file.downloaded",
            "transfer.purge_started",
            "transfer.purged",
        ]
    );
}

async fn a_file_with_a_password_is_closed_to_all_who_lack_it(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "password": "correct horse battery"});
    let sent = app.anna.sent_as(&new, &[("plan.pdf", b"the plan"), ("notes.txt", b"the notes")]).await;
    let link = sent.link();
    link.verify_with("correct horse").await.problem(403, "wrong_password");
    let page = link.page().await.expect(200).text();
    assert!(!page.contains("plan.pdf") && page.contains("type=\"password\""));
    let visit = link.enter_with("correct horse battery").await;
    assert_eq!(visit.fetch(visit.place_of("plan.pdf")).await, "the plan");
    assert_eq!(visit.fetch(visit.place_of("notes.txt")).await, "the notes");
    // The grant carries what the password became: it opens this delivery and no other.
    let other = app.anna.sent_as(&new, &[("x", b"x")]).await;
    let other = other.link().enter_with("correct horse battery").await;
    app.anybody.with_bearer(&visit.grant).get(&other.content_path(0)).await.problem(401, "unauthorized");
}

async fn nothing_that_was_said_lies_anywhere_in_the_clear(app: &App) {
    let new = json!({
        "recipients": [{"email": "canary-address@example.org"}],
        "subject": "canary-subject",
        "message": "canary-message",
        "password": "canary-password",
    });
    let id = app.anna.draft_of(&new).await;
    let contents = "canary-contents ".repeat(10_000);
    app.anna.put(&id, "canary-name.txt", contents.as_bytes()).await;
    let upload = app.anna.upload(&id, "canary-second.txt", 100).await;
    app.anna.patch(&upload, 0, "canary-unfinished").await.expect(204);
    app.anna.patch(&upload, 17, vec![b'x'; 83]).await.expect(204);
    let sent = app.anna.send(&id).await;
    app.run_jobs().await;
    let visit = sent.link().enter_with("canary-password").await;
    visit.fetch(visit.place_of("canary-name.txt")).await;
    // Tokens and grants are told to their bearers and to nobody else.
    let secrets = [app.anna.bearer().trim_start_matches("sp_"), &sent.link().token, &visit.grant];
    let files = app.files_on_disk();
    assert!(files.len() > 2);
    for (path, bytes) in &files {
        let has = |needle: &str| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
        assert!(!has("canary"), "{}", path.display());
        for secret in secrets {
            assert!(!has(secret), "{}", path.display());
        }
    }
    assert!(files.iter().any(|(_, bytes)| bytes.len() > contents.len()), "the file itself was among them");
}

async fn what_was_sent_can_be_taken_back_given_again_extended_and_deleted(app: &App) {
    let id = app.anna.draft().await;
    let begun = app.anna.begin_with(&id, b"hello").header("upload-length", "5");
    begun.header("upload-metadata", metadata("a.txt")).await.expect(201);
    let sent = app.anna.send(&id).await;
    let visit = sent.link().enter().await;
    app.anna.act(&id, "block").await.expect(200);
    sent.link().is_unavailable().await;
    app.anna.act(&id, "unblock").await.expect(200);
    assert_eq!(visit.fetch(0).await, "hello");
    app.clock.advance(13 * DAY);
    let until = json!({"expires_at": from_now(app, 10 * DAY)});
    app.anna.act(&id, "extend").json(&until).await.expect(200);
    app.clock.advance(5 * DAY);
    assert_eq!(sent.link().enter().await.fetch(0).await, "hello");
    let end = app.clock.now() + 5 * DAY;
    app.anna.purge(&id).await.expect(204);
    sent.link().is_unavailable().await;
    let record = app.service.verify_purge(id.parse().unwrap()).await.unwrap().record.unwrap();
    assert_eq!((record.expires_at, record.files, record.bytes), (end, 1, 5));
}
