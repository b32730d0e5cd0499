//! `/api/v1/transfers/{transfer_id}/recipients`

use sealpost_test_support::{
    app::{App, DAY},
    claims,
};
use serde_json::json;

claims![
    a_recipient_who_is_added_later_gets_link_and_mail_at_once,
    a_recipient_who_is_there_already_is_left_as_he_is,
    nobody_is_added_to_what_is_over,
    one_recipient_is_blocked_and_the_others_are_not,
    blocking_a_recipient_twice_is_blocking_him,
    a_recipient_of_another_transfer_is_not_there,
];

async fn a_recipient_who_is_added_later_gets_link_and_mail_at_once(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.run_jobs().await;
    let added =
        app.anna.act(&sent.id, "recipients").json(&json!({"email": "carl@example.org"})).await.expect(201);
    assert_eq!(added.json()["state"], "pending");
    app.run_jobs().await;
    let again = app.anna.send(&sent.id).await;
    let carl = again.link_of("carl@example.org");
    let [mail] = app.mails_to("carl@example.org").try_into().expect("one mail");
    assert!(mail.text.contains(&carl.url));
    assert_eq!(carl.enter().await.fetch(0).await, "a");
    assert_eq!(app.mails_to("bert@example.org").len(), 1);
}

async fn a_recipient_who_is_there_already_is_left_as_he_is(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    app.run_jobs().await;
    sent.link().enter().await;
    let again =
        app.anna.act(&sent.id, "recipients").json(&json!({"email": "BERT@example.org"})).await.expect(201);
    assert_eq!(again.json()["id"], sent.link().recipient);
    assert_eq!(again.json()["state"], "opened");
    app.run_jobs().await;
    assert_eq!(app.mails_to("bert@example.org").len(), 1);
    assert_eq!(app.anna.send(&sent.id).await.link().url, sent.link().url);
}

async fn nobody_is_added_to_what_is_over(app: &App) {
    let add = |id: &str| app.anna.act(id, "recipients").json(&json!({"email": "carl@example.org"}));
    let blocked = app.anna.sent(&[("a", b"a")]).await;
    app.anna.act(&blocked.id, "block").await.expect(200);
    add(&blocked.id).await.problem(409, "state_conflict");
    let expired = app.anna.sent(&[("a", b"a")]).await;
    app.clock.advance(14 * DAY);
    add(&expired.id).await.problem(409, "state_conflict");
    app.anna.purge(&expired.id).await.expect(204);
    add(&expired.id).await.problem(410, "gone");
    app.run_jobs().await;
    assert!(app.mails_to("carl@example.org").is_empty());
}

async fn one_recipient_is_blocked_and_the_others_are_not(app: &App) {
    let to = json!({"recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}]});
    let sent = app.anna.sent_as(&to, &[("a", b"a")]).await;
    let (bert, carl) = (sent.link_of("bert@example.org"), sent.link_of("carl@example.org"));
    let visit = bert.enter().await;
    let blocked = app.anna.act_on(&sent.id, &bert.recipient, "block").await.expect(200).json();
    assert_eq!(blocked["state"], "blocked");
    bert.is_unavailable().await;
    visit.content(0).await.problem(404, "not_found");
    visit.archive().await.problem(404, "not_found");
    assert_eq!(carl.enter().await.fetch(0).await, "a");
    app.run_jobs().await;
    assert!(app.mails_to("bert@example.org").is_empty(), "a link that does not work is not mailed");
    let unblocked = app.anna.act_on(&sent.id, &bert.recipient, "unblock").await.expect(200).json();
    assert_eq!((&unblocked["state"], unblocked.get("blocked_at")), (&json!("opened"), None));
    assert_eq!(visit.fetch(0).await, "a");
}

async fn blocking_a_recipient_twice_is_blocking_him(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let bert = &sent.link().recipient;
    let first = app.anna.act_on(&sent.id, bert, "block").await.expect(200).json();
    app.clock.advance(DAY);
    let second = app.anna.act_on(&sent.id, bert, "block").await.expect(200).json();
    assert_eq!(first, second);
    app.anna.act_on(&sent.id, bert, "unblock").await.expect(200);
    app.anna.act_on(&sent.id, bert, "unblock").await.expect(200);
    let entries = app.audit(app.acme.id, &sent.id).await;
    assert_eq!(entries[2..], ["recipient.blocked", "recipient.unblocked"]);
}

async fn a_recipient_of_another_transfer_is_not_there(app: &App) {
    let (one, other) = (app.anna.sent(&[("a", b"a")]).await, app.anna.sent(&[("b", b"b")]).await);
    app.anna.act_on(&one.id, &other.link().recipient, "block").await.problem(404, "not_found");
    app.anna.act_on(&one.id, &one.id, "block").await.problem(404, "not_found");
    app.anna.act_on(&one.id, "x", "block").await.problem(404, "not_found");
    other.link().enter().await;
}
