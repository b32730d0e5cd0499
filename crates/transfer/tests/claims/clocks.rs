//! Clocks that are wrong for a while.

use sealpost_domain::{Clock as _, Job};
use sealpost_test_support::{
    app::{App, DAY},
    claims,
};

claims![what_was_queued_while_the_clock_was_ahead_does_not_wait_for_that_time];

async fn what_was_queued_while_the_clock_was_ahead_does_not_wait_for_that_time(app: &App) {
    let right = app.clock.now();
    app.clock.set(right + 400 * DAY);
    let sent = app.anna.sent(&[("a", b"a")]).await;
    assert!(app.queue.enqueue(&Job::PurgeExpired).await.unwrap());
    // Somebody puts it right. Minutes later the schedule queues what it always queues.
    app.clock.set(right);
    app.run(Job::PurgeExpired).await;
    assert_eq!(app.mails_to("bert@example.org").len(), 1, "who waits for a mail is told");
    assert_eq!(app.next_job_at().await, None);
    drop(sent);
    // And a purge is not kept out by the one that was queued then.
    let expiring = app.anna.sent(&[("b", b"b")]).await;
    app.clock.advance(15 * DAY);
    app.run(Job::PurgeExpired).await;
    let proof = app.service.verify_purge(expiring.id.parse().unwrap()).await.unwrap();
    assert!(proof.record.is_some() && !proof.row_left);
}
