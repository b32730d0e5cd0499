//! `POST /api/v1/transfers/{transfer_id}/send`

use futures_util::future::join_all;
use sealpost_domain::Clock as _;
use sealpost_test_support::{app::App, claims};
use serde_json::json;

use crate::support::rfc3339;

claims![
    a_draft_that_lacks_something_is_not_sent,
    everybody_gets_a_link_of_his_own,
    sending_again_gives_the_same_links_and_mails_nobody_twice,
    admins_get_no_links_of_what_another_sends,
    who_sends_for_the_same_mailbox_is_shown_its_links_and_that_is_on_record,
    many_who_send_at_once_send_once,
    files_are_fixed_once_sent,
    a_stranger_sends_nothing,
];

async fn a_draft_that_lacks_something_is_not_sent(app: &App) {
    let nobody = app.anna.draft_of(&json!({})).await;
    app.anna.put(&nobody, "a", b"a").await;
    app.anna.act(&nobody, "send").await.problem(409, "state_conflict");
    let empty = app.anna.draft().await;
    app.anna.act(&empty, "send").await.problem(409, "state_conflict");
    let unfinished = app.anna.draft().await;
    app.anna.put(&unfinished, "a", b"a").await;
    let upload = app.anna.upload(&unfinished, "b", 2).await;
    app.anna.patch(&upload, 0, "b").await.expect(204);
    app.anna.act(&unfinished, "send").await.problem(409, "state_conflict");
    for id in [nobody, empty, unfinished.clone()] {
        assert_eq!(app.anna.transfer(&id).await["state"], "draft");
    }
    assert_eq!(app.next_job_at().await, None, "nobody is mailed");
    app.anna.patch(&upload, 1, "b").await.expect(204);
    app.anna.send(&unfinished).await;
}

async fn everybody_gets_a_link_of_his_own(app: &App) {
    let to = json!({"recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}]});
    let sent = app.anna.sent_as(&to, &[("a", b"a")]).await;
    assert_eq!(sent.transfer["state"], "available");
    assert_eq!(sent.transfer["sent_at"], rfc3339(app.clock.now()));
    let (bert, carl) = (sent.link_of("bert@example.org"), sent.link_of("carl@example.org"));
    assert_ne!(bert.token, carl.token);
    assert_eq!(bert.token.len(), 43, "256 bits in base64url");
    assert_eq!(bert.enter().await.delivery["id"], bert.recipient);
    assert_eq!(carl.enter().await.delivery["id"], carl.recipient);
    assert_eq!(
        app.audit(app.acme.id, &sent.id).await,
        ["transfer.created", "transfer.sent", "delivery.opened", "delivery.opened"]
    );
}

async fn sending_again_gives_the_same_links_and_mails_nobody_twice(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.run_jobs().await;
    let again = app.anna.send(&sent.id).await;
    assert_eq!(again.link().url, sent.link().url);
    assert_eq!(again.transfer["sent_at"], sent.transfer["sent_at"]);
    app.run_jobs().await;
    assert_eq!(app.mails_to("bert@example.org").len(), 1);
    let entries = app.audit(app.acme.id, &sent.id).await;
    assert_eq!(entries.iter().filter(|kind| *kind == "transfer.sent").count(), 1);
}

async fn admins_get_no_links_of_what_another_sends(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.anna.send(&sent.id).await;
    // As if he asked for one of them.
    for verb in [app.admin.act(&sent.id, "send"), app.admin.act_on(&sent.id, &sent.link().recipient, "link")]
    {
        let refused = verb.await;
        refused.problem(403, "forbidden");
        assert!(!refused.text().contains(&sent.link().token), "{}", refused.text());
    }
    assert_eq!(app.audit(app.acme.id, &sent.id).await, ["transfer.created", "transfer.sent"]);
    // Whoever sends another's draft is on record as its sender, and is no recipient for that.
    let draft = app.anna.draft().await;
    app.anna.put(&draft, "b", b"b").await;
    let by_admin = app.admin.act(&draft, "send").await.expect(200).json();
    assert_eq!((&by_admin["transfer"]["state"], &by_admin["links"]), (&json!("available"), &json!([])));
    app.admin.act(&draft, "send").await.problem(403, "forbidden");
    assert_eq!(app.anna.send(&draft).await.link().enter().await.fetch(0).await, "b");
    let entries = app.audit(app.acme.id, &draft).await;
    assert_eq!(entries[..2], ["transfer.created", "transfer.sent"]);
    assert!(!entries.contains(&"links.shown".to_owned()), "{entries:?}");
}

async fn who_sends_for_the_same_mailbox_is_shown_its_links_and_that_is_on_record(app: &App) {
    let wish = json!({ "email": "office@acme.example" });
    let made = app.admin.post_json("/api/v1/admin/mailboxes", &wish).await.expect(201).json();
    let path = format!("/api/v1/admin/mailboxes/{}/delegates", made["id"].as_str().unwrap());
    let admin = app.user_id(&app.admin).await;
    for who in [app.user_id(&app.anna).await, admin] {
        app.admin.post_json(&path, &json!({ "user_id": who })).await.expect(204);
    }
    let wish = json!({"recipients": [{"email": "bert@example.org"}], "send_as": "office@acme.example"});
    let sent = app.anna.sent_as(&wish, &[("a", b"a")]).await;
    assert_eq!(app.admin.send(&sent.id).await.link().url, sent.link().url);
    let mut conn = app.db.read().await.unwrap();
    let log = conn.audit_of_transfer(app.acme.id, sent.id.parse().unwrap()).await.unwrap();
    let last = log.last().unwrap();
    assert_eq!(
        (last.kind.as_str(), last.payload.as_str()),
        ("links.shown", &*format!(r#"{{"by":"{admin}"}}"#))
    );
    drop(conn);
    app.admin.delete(&format!("{path}/{admin}")).await.expect(204);
    app.admin.act(&sent.id, "send").await.problem(403, "forbidden");
}

async fn many_who_send_at_once_send_once(app: &App) {
    let id = app.anna.draft().await;
    app.anna.put(&id, "a", b"a").await;
    let all = join_all((0..12).map(|_| app.anna.send(&id))).await;
    assert!(all.iter().all(|sent| sent.link().url == all[0].link().url));
    app.run_jobs().await;
    assert_eq!(app.mails_to("bert@example.org").len(), 1);
    let entries = app.audit(app.acme.id, &id).await;
    assert_eq!(entries.iter().filter(|kind| *kind == "transfer.sent").count(), 1);
}

async fn files_are_fixed_once_sent(app: &App) {
    let id = app.anna.draft().await;
    let file = app.anna.put(&id, "a", b"a").await;
    let sent = app.anna.send(&id).await;
    let upload = format!("/api/v1/uploads/{file}");
    app.anna.begin(&id).header("upload-length", "1").await.problem(409, "state_conflict");
    app.anna.begin_with(&id, b"b").header("upload-length", "1").await.problem(409, "state_conflict");
    app.anna.join(&id, &[&upload]).await.problem(409, "state_conflict");
    app.anna.terminate(&upload).await.problem(409, "state_conflict");
    app.anna.patch(&upload, 1, "").await.problem(409, "state_conflict");
    assert_eq!(sent.link().enter().await.fetch(0).await, "a");
    assert_eq!(app.anna.transfer(&id).await["file_count"], 1);
    assert_eq!(app.objects().await.len(), 1);
}

async fn a_stranger_sends_nothing(app: &App) {
    let id = app.anna.draft().await;
    app.anna.put(&id, "a", b"a").await;
    for stranger in [&app.otto, &app.gina, &app.rival] {
        stranger.act(&id, "send").await.problem(404, "not_found");
    }
    assert_eq!(app.anna.transfer(&id).await["state"], "draft");
    app.admin.act(&id, "send").await.expect(200);
}
