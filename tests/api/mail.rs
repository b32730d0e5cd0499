//! The mail to recipients.

use sealpost_domain::Clock as _;
use sealpost_mail::MailError;
use sealpost_test_support::{
    app::{App, DAY, HOUR},
    claims,
};
use serde_json::json;

claims![
    everybody_is_told_once_and_of_his_own_link_only,
    a_mail_says_no_more_than_it_must,
    a_mail_server_that_is_away_is_tried_until_it_is_back,
    a_mail_whose_answer_was_lost_comes_again_as_the_same_mail,
    a_mail_that_is_refused_for_good_keeps_no_other_back,
    what_is_not_there_any_more_is_not_announced,
    a_mail_comes_from_the_service_and_is_answered_to_the_sender,
];

fn to_two() -> serde_json::Value {
    json!({"recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}], "subject": "Plans"})
}

async fn everybody_is_told_once_and_of_his_own_link_only(app: &App) {
    let sent = app.anna.sent_as(&to_two(), &[("a", b"a")]).await;
    assert!(app.mails.letters().is_empty(), "mails wait for the queue, and nobody waits for them");
    app.run_jobs().await;
    for (own, other) in [("bert@example.org", "carl@example.org"), ("carl@example.org", "bert@example.org")] {
        let [mail] = app.mails_to(own).try_into().expect("one mail");
        assert!(mail.text.contains(&sent.link_of(own).url));
        assert!(!mail.text.contains(&sent.link_of(other).token) && !mail.html.contains(other));
    }
    for _ in 0..3 {
        app.anna.send(&sent.id).await;
        app.clock.advance(HOUR);
        app.run_jobs().await;
    }
    assert_eq!(app.mails.letters().len(), 2);
    assert_eq!(app.next_job_at().await, None);
}

async fn a_mail_says_no_more_than_it_must(app: &App) {
    let new = json!({
        "recipients": [{"email": "bert@example.org"}],
        "subject": "Plans for <b>you</b>",
        "message": "the secret message",
        "password": "correct horse",
    });
    let sent = app.anna.sent_as(&new, &[("secret-name.pdf", b"secret contents")]).await;
    app.run_jobs().await;
    let [mail] = app.mails_to("bert@example.org").try_into().expect("one mail");
    let raw = String::from_utf8(mail.bytes.clone()).unwrap();
    for hidden in ["secret", "correct horse", &sent.id] {
        assert!(
            !mail.text.contains(hidden) && !mail.html.contains(hidden) && !raw.contains(hidden),
            "{hidden}"
        );
    }
    assert!(mail.text.contains("Plans for <b>you</b>") && !mail.html.contains("<b>you</b>"));
    assert!(mail.text.contains("anna@acme.example"));
    assert!(mail.text.to_lowercase().contains("password"), "that a password is needed is said");
}

async fn a_mail_server_that_is_away_is_tried_until_it_is_back(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    for _ in 0..3 {
        app.mails.fail_next(MailError::Unavailable("no route".to_owned()));
    }
    app.run_jobs().await;
    assert!(app.mails.letters().is_empty());
    assert_eq!(app.anna.transfer(&sent.id).await["recipients"][0]["state"], "pending");
    let mut waits = Vec::new();
    while app.mails.letters().is_empty() {
        let before = app.clock.now();
        app.run_next_job().await;
        waits.push(app.clock.now().since(before));
    }
    assert_eq!(waits.len(), 3);
    assert!(waits.windows(2).all(|pair| pair[0] < pair[1]), "it waits longer each time: {waits:?}");
    assert_eq!(app.mails_to("bert@example.org").len(), 1);
    assert_eq!(app.anna.transfer(&sent.id).await["recipients"][0]["state"], "notified");
    assert_eq!(app.next_job_at().await, None);
}

async fn a_mail_whose_answer_was_lost_comes_again_as_the_same_mail(app: &App) {
    app.anna.sent(&[("a", b"a")]).await;
    app.mails.lose_next_answer();
    app.run_jobs().await;
    app.run_next_job().await;
    let [first, second] =
        app.mails_to("bert@example.org").try_into().expect("the mail, and the mail once more");
    assert_eq!(first.id, second.id, "mail programs show one message for one id");
    assert_eq!(first.bytes, second.bytes);
}

async fn a_mail_that_is_refused_for_good_keeps_no_other_back(app: &App) {
    let sent = app.anna.sent_as(&to_two(), &[("a", b"a")]).await;
    app.mails.fail_next(MailError::Refused("SMTP 550".to_owned()));
    app.run_jobs().await;
    assert_eq!(app.mails.letters().len(), 1);
    let [(kind, why)] = app.take_failed_jobs().await.try_into().expect("one job was given up");
    assert_eq!(kind, "notify_recipient");
    assert!(why.contains("550") && !why.contains('@'), "{why}");
    let shown = app.anna.transfer(&sent.id).await;
    let mut states: Vec<_> =
        shown["recipients"].as_array().unwrap().iter().map(|r| r["state"].clone()).collect();
    states.sort_by_key(ToString::to_string);
    assert_eq!(states, ["notified", "pending"]);
    // The link works, whatever became of the mail.
    for link in &sent.links {
        link.enter().await;
    }
}

async fn what_is_not_there_any_more_is_not_announced(app: &App) {
    let fresh = || app.anna.sent(&[("a", b"a")]);
    let (purged, blocked, cut_off, expired) = (fresh().await, fresh().await, fresh().await, fresh().await);
    app.anna.purge(&purged.id).await.expect(204);
    app.anna.act(&blocked.id, "block").await.expect(200);
    app.anna.act_on(&cut_off.id, &cut_off.link().recipient, "block").await.expect(200);
    app.clock.advance(14 * DAY);
    app.run_jobs().await;
    assert!(app.mails.letters().is_empty());
    assert_eq!(app.next_job_at().await, None);
    assert_eq!(app.anna.transfer(&expired.id).await["recipients"][0]["state"], "pending");
}

async fn a_mail_comes_from_the_service_and_is_answered_to_the_sender(app: &App) {
    app.anna.sent(&[("a", b"a")]).await;
    app.run_jobs().await;
    let [mail] = app.mails_to("bert@example.org").try_into().expect("one mail");
    let raw = String::from_utf8(mail.bytes.clone()).unwrap();
    let head = raw.split("\r\n\r\n").next().unwrap();
    assert_eq!(mail.from.as_str(), "noreply@send.example.org");
    for line in ["Reply-To: anna@acme.example", "Auto-Submitted: auto-generated", "To: bert@example.org"] {
        assert!(head.lines().any(|own| own == line), "{head}");
    }
    assert_eq!(head.matches("bert@example.org").count(), 1);
}
