//! Passwords: what counts as an attempt, and what a lock means.

use std::time::Duration;

use sealpost_auth::{AuthError, Carried, Shown};
use sealpost_domain::{Clock as _, Policy, TransferId};
use sealpost_test_support::{
    app::{App, DAY, Options, Sent},
    claims,
};
use serde_json::json;

claims![
    an_attempt_that_is_broken_off_is_still_followed_by_a_lock with two_attempts(),
    what_could_not_be_checked_does_not_count with two_attempts(),
    a_right_password_does_not_undo_a_lock with two_attempts(),
    a_password_that_is_checked_while_the_transfer_is_blocked_opens_nothing with two_attempts(),
];

const RIGHT: &str = "correct horse";

fn two_attempts() -> Options {
    Options { policy: Policy { password_attempts: 2, ..Policy::default() }, ..Options::default() }
}

async fn locked_with_a_password(app: &App) -> Sent {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "password": RIGHT});
    app.anna.sent_as(&new, &[("a", b"a")]).await
}

async fn attempts(app: &App, sent: &Sent) -> u64 {
    let id: TransferId = sent.id.parse().unwrap();
    let row = app.db.read().await.unwrap().transfer(app.acme.id, id).await.unwrap();
    row.unwrap().failed_attempts
}

/// An attempt that was counted and is being checked, which takes a while.
async fn begin(app: &App, sent: &Sent, password: &'static str) -> tokio::task::JoinHandle<Option<AuthError>> {
    let (auth, token, before) = (app.auth.clone(), sent.link().token.clone(), attempts(app, sent).await);
    let attempt = tokio::spawn(async move {
        auth.verify_link(&token, &Shown::password(Some(password)), &Carried::default()).await.err()
    });
    while attempts(app, sent).await == before && !attempt.is_finished() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    attempt
}

async fn an_attempt_that_is_broken_off_is_still_followed_by_a_lock(app: &App) {
    let sent = locked_with_a_password(app).await;
    let link = sent.link();
    link.verify_with("wrong password").await.problem(403, "wrong_password");
    // The last one that is allowed never comes to its end: its connection breaks, or the node dies.
    let last = begin(app, &sent, "wrong password").await;
    last.abort();
    drop(last.await);
    link.verify_with(RIGHT).await.problem(403, "wrong_password");
    assert_eq!(app.anna.transfer(&sent.id).await["locked"], true);
    app.run_jobs().await;
    assert_eq!(app.mails_to(app.anna.email()).len(), 1, "its sender is told");
    app.anna.act(&sent.id, "unblock").await.expect(200);
    link.enter_with(RIGHT).await.fetch(0).await;
}

async fn what_could_not_be_checked_does_not_count(app: &App) {
    let sent = locked_with_a_password(app).await;
    let later = (app.clock.now() + 400 * DAY).epoch();
    app.keys.destroy_epochs_before(later, 100).await.unwrap();
    for _ in 0..3 {
        sent.link().verify_with(RIGHT).await.problem(404, "link_unavailable");
    }
    assert_eq!(attempts(app, &sent).await, 0);
}

async fn a_right_password_does_not_undo_a_lock(app: &App) {
    let sent = locked_with_a_password(app).await;
    let right = begin(app, &sent, RIGHT).await;
    // Meanwhile others have tried too often, on another node.
    let mut tx = app.db.write().await.unwrap();
    let id: TransferId = sent.id.parse().unwrap();
    tx.count_failed_attempt(id).await.unwrap();
    assert!(tx.lock_transfer(id, app.clock.now(), 2).await.unwrap());
    tx.commit().await.unwrap();
    assert!(matches!(right.await.unwrap(), Some(AuthError::WrongPassword)));
    assert_eq!(app.anna.transfer(&sent.id).await["locked"], true);
    app.anna.act(&sent.id, "unblock").await.expect(200);
    sent.link().enter_with(RIGHT).await.fetch(0).await;
}

async fn a_password_that_is_checked_while_the_transfer_is_blocked_opens_nothing(app: &App) {
    let sent = locked_with_a_password(app).await;
    let right = begin(app, &sent, RIGHT).await;
    app.anna.act(&sent.id, "block").await.expect(200);
    assert!(matches!(right.await.unwrap(), Some(AuthError::LinkUnavailable)));
    assert_eq!(app.audit(app.acme.id, &sent.id).await.last().map(String::as_str), Some("transfer.blocked"));
    app.anna.act(&sent.id, "unblock").await.expect(200);
    let transfer = app.anna.transfer(&sent.id).await;
    assert_eq!(transfer["recipients"][0]["opened_at"], serde_json::Value::Null);
}
