//! Taking back and giving again.

use sealpost_domain::{Clock as _, TransferId, TransferState};
use sealpost_test_support::{
    app::{App, DAY},
    claims,
};
use serde_json::json;

use crate::support::{begin, end};

claims![
    who_was_not_told_while_a_transfer_was_blocked_is_told_when_it_is_given_again,
    a_recipient_who_was_blocked_before_his_mail_went_gets_it_when_he_is_unblocked,
    a_recipient_who_is_unblocked_while_his_mail_is_looked_at_gets_it,
    who_was_told_is_not_told_again,
    a_transfer_is_taken_back_without_its_keys,
];

async fn who_was_not_told_while_a_transfer_was_blocked_is_told_when_it_is_given_again(app: &App) {
    let to = json!({"recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}]});
    let sent = app.anna.sent_as(&to, &[("a", b"a")]).await;
    let carl = sent.links.iter().find(|link| link.email == "carl@example.org").unwrap();
    app.anna.act_on(&sent.id, &carl.recipient, "block").await.expect(200);
    app.anna.act(&sent.id, "block").await.expect(200);
    app.run_jobs().await;
    assert!(app.mails_to("bert@example.org").is_empty());
    app.anna.act(&sent.id, "unblock").await.expect(200);
    app.run_jobs().await;
    assert_eq!(app.mails_to("bert@example.org").len(), 1);
    assert!(app.mails_to("carl@example.org").is_empty(), "he is still blocked");
}

async fn a_recipient_who_was_blocked_before_his_mail_went_gets_it_when_he_is_unblocked(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let bert = &sent.link().recipient;
    app.anna.act_on(&sent.id, bert, "block").await.expect(200);
    app.run_jobs().await;
    assert!(app.mails_to("bert@example.org").is_empty());
    app.anna.act_on(&sent.id, bert, "unblock").await.expect(200);
    app.run_jobs().await;
    assert_eq!(app.mails_to("bert@example.org").len(), 1);
}

async fn a_recipient_who_is_unblocked_while_his_mail_is_looked_at_gets_it(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let bert = &sent.link().recipient;
    app.anna.act_on(&sent.id, bert, "block").await.expect(200);
    let job = begin(app).await;
    // It has seen the block, and will have nothing to say.
    app.anna.act_on(&sent.id, bert, "unblock").await.expect(200);
    end(app, &job).await;
    app.run_jobs().await;
    assert_eq!(app.mails_to("bert@example.org").len(), 1);
    assert_eq!(app.next_job_at().await, None);
}

async fn who_was_told_is_not_told_again(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.run_jobs().await;
    for verb in ["block", "unblock"] {
        app.anna.act(&sent.id, verb).await.expect(200);
        app.run_jobs().await;
    }
    for verb in ["block", "unblock"] {
        app.anna.act_on(&sent.id, &sent.link().recipient, verb).await.expect(200);
        app.run_jobs().await;
    }
    assert_eq!(app.mails_to("bert@example.org").len(), 1);
    // Nor is anybody told of what is no longer, or not yet, there.
    let draft = app.anna.draft().await;
    let bert = app.anna.transfer(&draft).await["recipients"][0]["id"].as_str().unwrap().to_owned();
    for verb in ["block", "unblock"] {
        app.anna.act_on(&draft, &bert, verb).await.expect(200);
    }
    assert_eq!(app.next_job_at().await, None);
}

async fn a_transfer_is_taken_back_without_its_keys(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.keys.destroy_epochs_before((app.clock.now() + 400 * DAY).epoch(), 100).await.unwrap();
    app.anna.act(&sent.id, "block").await;
    let id: TransferId = sent.id.parse().unwrap();
    let row = app.db.read().await.unwrap().transfer(app.acme.id, id).await.unwrap().unwrap();
    assert_eq!(row.state, TransferState::Blocked);
}
