//! The mail before the end, to those who have not fetched.

use sealpost_domain::{Job, Policy};
use sealpost_mail::MailError;
use sealpost_test_support::{
    app::{App, DAY, HOUR, Options, Sent, eventually},
    claims,
};
use serde_json::json;

use crate::support::from_now;

claims![
    nobody_is_reminded_unless_the_tenant_wants_it,
    who_has_not_fetched_is_reminded_once_before_the_end with a_day_before(),
    who_has_fetched_or_may_not_is_not_reminded with a_day_before(),
    what_lives_shorter_than_the_notice_needs_none with a_day_before(),
    a_reminder_that_cannot_be_sent_is_sent_later_and_not_after_the_end with a_day_before(),
    a_reminder_that_is_refused_is_given_up_once with a_day_before(),
    who_was_blocked_when_his_reminder_went_gets_it_when_he_is_unblocked with a_day_before(),
    everybody_is_reminded_at_one_look with a_day_before(),
    many_who_need_none_keep_nobody_from_being_reminded with a_day_before(),
];

fn a_day_before() -> Options {
    let policy = Policy { reminder_seconds: Some(DAY.as_secs()), ..Policy::default() };
    Options { policy, ..Options::default() }
}

/// Sent to Bert, and told of.
async fn told(app: &App) -> Sent {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.run_jobs().await;
    sent
}

fn mails(app: &App) -> usize {
    app.mails_to("bert@example.org").len()
}

async fn nobody_is_reminded_unless_the_tenant_wants_it(app: &App) {
    told(app).await;
    app.clock.advance(13 * DAY + HOUR);
    app.run(Job::RemindDue).await;
    assert_eq!(mails(app), 1);
}

async fn who_has_not_fetched_is_reminded_once_before_the_end(app: &App) {
    let sent = told(app).await;
    app.clock.advance(13 * DAY - HOUR);
    app.run(Job::RemindDue).await;
    assert_eq!(mails(app), 1, "not before its time");
    app.clock.advance(HOUR);
    for _ in 0..3 {
        app.run(Job::RemindDue).await;
        app.clock.advance(HOUR);
    }
    let [_, reminder] = app.mails_to("bert@example.org").try_into().expect("the notice and one reminder");
    assert!(reminder.text.contains(&sent.link().url));
    assert_eq!(reminder.text.matches("password").count(), 0);
}

async fn who_has_fetched_or_may_not_is_not_reminded(app: &App) {
    let (fetched, blocked, cut_off, opened) =
        (told(app).await, told(app).await, told(app).await, told(app).await);
    fetched.link().enter().await.fetch(0).await;
    eventually("it counts", async || {
        app.anna.transfer(&fetched.id).await["recipients"][0]["state"] == "downloaded"
    })
    .await;
    app.anna.act(&blocked.id, "block").await.expect(200);
    app.anna.act_on(&cut_off.id, &cut_off.link().recipient, "block").await.expect(200);
    opened.link().enter().await;
    app.clock.advance(13 * DAY + HOUR);
    app.run(Job::RemindDue).await;
    assert_eq!(mails(app), 5, "four notices, and a reminder to who has only looked");
    let reminder = app.mails_to("bert@example.org").pop().unwrap();
    assert!(reminder.text.contains(&opened.link().url));
}

async fn what_lives_shorter_than_the_notice_needs_none(app: &App) {
    let short =
        json!({"recipients": [{"email": "bert@example.org"}], "expires_at": from_now(app, 20 * HOUR)});
    app.anna.sent_as(&short, &[("a", b"a")]).await;
    app.run_jobs().await;
    app.clock.advance(HOUR);
    app.run(Job::RemindDue).await;
    assert_eq!(mails(app), 1);
}

async fn a_reminder_that_cannot_be_sent_is_sent_later_and_not_after_the_end(app: &App) {
    let (late, never) = (told(app).await, told(app).await);
    app.clock.advance(13 * DAY + HOUR);
    for _ in 0..2 {
        app.mails.fail_next(MailError::Unavailable("no route".to_owned()));
    }
    app.run(Job::RemindDue).await;
    assert_eq!(mails(app), 2);
    app.anna.purge(&never.id).await.expect(204);
    app.clock.advance(HOUR);
    app.run_jobs().await;
    let reminders: Vec<_> = app.mails_to("bert@example.org").split_off(2);
    assert_eq!(reminders.len(), 1);
    assert!(reminders[0].text.contains(&late.link().url));
    assert_eq!(app.next_job_at().await, None);
}

async fn a_reminder_that_is_refused_is_given_up_once(app: &App) {
    told(app).await;
    app.clock.advance(13 * DAY + HOUR);
    app.mails.fail_next(MailError::Refused("SMTP 550 5.1.1".to_owned()));
    for _ in 0..3 {
        app.run(Job::RemindDue).await;
        app.clock.advance(HOUR);
    }
    let [(kind, _)] = app.take_failed_jobs().await.try_into().expect("it is not tried again and again");
    assert_eq!((kind.as_str(), mails(app)), ("remind", 1));
    // The operator may.
    let [job] = app.db.read().await.unwrap().failed_jobs(9).await.unwrap().try_into().unwrap();
    app.queue.retry(job.id).await.unwrap();
    app.run_jobs().await;
    assert_eq!(mails(app), 2);
}

async fn who_was_blocked_when_his_reminder_went_gets_it_when_he_is_unblocked(app: &App) {
    let sent = told(app).await;
    app.clock.advance(13 * DAY + HOUR);
    app.mails.fail_next(MailError::Unavailable("no route".to_owned()));
    app.run(Job::RemindDue).await;
    app.anna.act(&sent.id, "block").await.expect(200);
    app.clock.advance(HOUR);
    app.run(Job::RemindDue).await;
    assert_eq!((mails(app), app.next_job_at().await), (1, None));
    app.anna.act(&sent.id, "unblock").await.expect(200);
    app.run(Job::RemindDue).await;
    assert_eq!(mails(app), 2);
}

async fn everybody_is_reminded_at_one_look(app: &App) {
    for batch in 0..2 {
        let recipients: Vec<_> =
            (0..60).map(|n| json!({"email": format!("r{n}.{batch}@example.org")})).collect();
        app.anna.sent_as(&json!({ "recipients": recipients }), &[("a", b"a")]).await;
    }
    app.run_jobs().await;
    assert_eq!(app.mails.letters().len(), 120);
    app.clock.advance(13 * DAY + HOUR);
    app.run(Job::RemindDue).await;
    assert_eq!(app.mails.letters().len(), 240);
}

async fn many_who_need_none_keep_nobody_from_being_reminded(app: &App) {
    let long = json!({"recipients": [{"email": "bert@example.org"}], "expires_at": from_now(app, 48 * HOUR)});
    app.anna.sent_as(&long, &[("a", b"a")]).await;
    app.clock.advance(26 * HOUR);
    for batch in 0..2 {
        let recipients: Vec<_> =
            (0..60).map(|n| json!({"email": format!("r{n}.{batch}@example.org")})).collect();
        let short = json!({"recipients": recipients, "expires_at": from_now(app, 20 * HOUR)});
        app.anna.sent_as(&short, &[("a", b"a")]).await;
    }
    app.run_jobs().await;
    app.run(Job::RemindDue).await;
    assert_eq!(mails(app), 2, "the notice and the reminder");
    assert_eq!(app.mails.letters().len(), 122);
}
