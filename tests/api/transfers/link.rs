//! `/api/v1/transfers/{transfer_id}/recipients/{recipient_id}/notify` and `…/link`

use std::time::Duration;

use futures_util::future::join_all;
use sealpost_mail::MailError;
use sealpost_test_support::{
    app::{App, DAY, HOUR, Sender, Sent},
    claims,
};
use serde_json::{Value, json};

claims![
    a_link_is_mailed_again_and_it_is_the_same_one,
    it_is_mailed_again_once_in_ten_minutes_and_five_times_a_day,
    many_who_ask_at_once_mail_once,
    who_was_not_told_yet_is_told_once,
    who_could_not_be_reached_is_tried_again,
    a_link_is_handed_back_to_its_sender_alone_and_that_is_on_record,
    who_sends_for_a_mailbox_gets_the_links_of_what_was_sent_from_it,
    there_is_no_link_to_what_nobody_can_open,
    links_of_others_are_not_there,
];

const PAUSE: Duration = Duration::from_secs(600);

async fn told(app: &App) -> Sent {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.run_jobs().await;
    sent
}

fn mails(app: &App) -> usize {
    app.mails_to("bert@example.org").len()
}

/// What the log says of a transfer since it was sent.
async fn log(app: &App, id: &str) -> Vec<String> {
    app.audit(app.acme.id, id).await.split_off(2)
}

async fn a_link_is_mailed_again_and_it_is_the_same_one(app: &App) {
    let sent = told(app).await;
    let answer = app.anna.act_on(&sent.id, &sent.link().recipient, "notify").await.expect(202).json();
    assert_eq!(answer["state"], "notified");
    app.run_jobs().await;
    let [first, second] = app.mails_to("bert@example.org").try_into().expect("two mails");
    assert!(second.text.contains(&sent.link().url));
    assert_eq!((first.subject, first.text), (second.subject, second.text));
    assert_eq!(log(app, &sent.id).await, ["recipient.notified", "recipient.resent"]);
    // An admin may have it mailed: he sees no link by that.
    app.clock.advance(PAUSE);
    app.admin.act_on(&sent.id, &sent.link().recipient, "notify").await.expect(202);
}

async fn it_is_mailed_again_once_in_ten_minutes_and_five_times_a_day(app: &App) {
    let to = json!({"recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}]});
    let sent = app.anna.sent_as(&to, &[("a", b"a")]).await;
    app.run_jobs().await;
    let bert = &sent.link_of("bert@example.org").recipient;
    let notify = || app.anna.act_on(&sent.id, bert, "notify");
    for n in 0..5 {
        notify().await.expect(202);
        let again = notify().await;
        again.problem(429, "too_many_requests");
        if n < 4 {
            assert_eq!(again.header("retry-after"), Some("600"));
        }
        app.clock.advance(PAUSE);
    }
    notify().await.problem(429, "too_many_requests");
    app.anna.act_on(&sent.id, &sent.link_of("carl@example.org").recipient, "notify").await.expect(202);
    app.run_jobs().await;
    assert_eq!(log(app, &sent.id).await.iter().filter(|kind| *kind == "recipient.resent").count(), 6);
    app.clock.advance(5 * HOUR);
    notify().await.expect(202);
}

async fn many_who_ask_at_once_mail_once(app: &App) {
    let sent = told(app).await;
    let ask = async || app.anna.act_on(&sent.id, &sent.link().recipient, "notify").await.status;
    let asked = join_all((0..6).map(|_| ask())).await;
    assert_eq!(asked.iter().filter(|status| **status == 202).count(), 1, "{asked:?}");
    app.run_jobs().await;
    assert_eq!(mails(app), 2);
}

async fn who_was_not_told_yet_is_told_once(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.anna.act_on(&sent.id, &sent.link().recipient, "notify").await.expect(202);
    app.run_jobs().await;
    assert_eq!(mails(app), 1);
}

async fn who_could_not_be_reached_is_tried_again(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.mails.fail_next(MailError::Refused("SMTP 550 5.1.1".to_owned()));
    app.run_jobs().await;
    app.take_failed_jobs().await;
    assert_eq!(mails(app), 0);
    app.anna.act_on(&sent.id, &sent.link().recipient, "notify").await.expect(202);
    app.run_jobs().await;
    assert_eq!(mails(app), 1);
    assert_eq!(app.anna.transfer(&sent.id).await["recipients"][0]["state"], "notified");
}

async fn a_link_is_handed_back_to_its_sender_alone_and_that_is_on_record(app: &App) {
    let sent = told(app).await;
    let link = |who: &Sender| who.act_on(&sent.id, &sent.link().recipient, "link");
    let given = link(&app.anna).await.expect(200).json();
    assert_eq!(
        given,
        json!({ "recipient_id": sent.link().recipient, "email": "bert@example.org", "url": sent.link().url })
    );
    link(&app.admin).await.problem(403, "forbidden");
    assert_eq!(log(app, &sent.id).await, ["recipient.notified", "recipient.link_shown"]);
}

async fn who_sends_for_a_mailbox_gets_the_links_of_what_was_sent_from_it(app: &App) {
    let made =
        app.admin.post_json("/api/v1/admin/mailboxes", &json!({ "email": "office@acme.example" })).await;
    let mailbox = made.expect(201).json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/admin/mailboxes/{mailbox}/delegates");
    for who in [&app.anna, &app.admin] {
        let wish = json!({ "user_id": app.user_id(who).await });
        app.admin.post_json(&path, &wish).await.expect(204);
    }
    let wish = json!({"recipients": [{"email": "bert@example.org"}], "send_as": "office@acme.example"});
    let sent = app.anna.sent_as(&wish, &[("a", b"a")]).await;
    let link = || app.admin.act_on(&sent.id, &sent.link().recipient, "link");
    assert_eq!(link().await.expect(200).json()["url"], sent.link().url);
    app.admin.delete(&format!("{path}/{}", app.user_id(&app.admin).await)).await.expect(204);
    link().await.problem(403, "forbidden");
}

async fn there_is_no_link_to_what_nobody_can_open(app: &App) {
    let refused = async |id: &str, recipient: &str, why: &str| {
        for verb in ["notify", "link"] {
            let answer = app.anna.act_on(id, recipient, verb).await;
            answer.problem(409, "state_conflict");
            let detail = answer.json()["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(why), "{detail}");
        }
    };
    let draft = app.anna.draft().await;
    let of = |transfer: &Value| transfer["recipients"][0]["id"].as_str().unwrap().to_owned();
    refused(&draft, &of(&app.anna.transfer(&draft).await), "not sent").await;
    let sent = told(app).await;
    let bert = &sent.link().recipient;
    app.anna.act_on(&sent.id, bert, "block").await.expect(200);
    refused(&sent.id, bert, "recipient is blocked").await;
    app.anna.act_on(&sent.id, bert, "unblock").await.expect(200);
    app.anna.act(&sent.id, "block").await.expect(200);
    refused(&sent.id, bert, "it is blocked").await;
    app.anna.act(&sent.id, "unblock").await.expect(200);
    app.clock.advance(14 * DAY);
    refused(&sent.id, bert, "expired").await;
    app.anna.purge(&sent.id).await.expect(204);
    for verb in ["notify", "link"] {
        app.anna.act_on(&sent.id, bert, verb).await.problem(410, "gone");
    }
    app.run_jobs().await;
    assert_eq!(mails(app), 1);
}

async fn links_of_others_are_not_there(app: &App) {
    let (sent, other) = (told(app).await, told(app).await);
    for verb in ["notify", "link"] {
        app.anna.act_on(&sent.id, &other.link().recipient, verb).await.problem(404, "not_found");
        app.gina.act_on(&sent.id, &sent.link().recipient, verb).await.problem(404, "not_found");
    }
}
