//! The queue.

use std::collections::HashSet;

use sealpost_domain::JobId;
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, after, all_at_once, id, job, write};

on_both_engines!(
    a_job_is_claimed_when_it_is_due_earliest_first,
    only_the_kinds_asked_for_are_claimed,
    a_key_keeps_a_second_job_out_while_the_first_waits,
    what_is_wanted_while_it_runs_is_begun_again_as_another,
    what_is_wanted_again_is_not_given_up,
    a_dead_workers_job_is_still_wanted_again,
    nobody_claims_what_is_wanted_before_the_change_that_wants_it_is_there,
    no_job_goes_to_two_of_many_workers,
    a_dead_workers_job_goes_to_another_and_his_word_counts_no_more,
    a_failed_job_waits_and_says_why,
    a_job_given_up_is_kept_and_can_be_revived,
    a_job_further_ahead_than_any_can_be_is_due,
    a_lease_of_a_clock_that_was_put_back_binds_nobody,
);

async fn claim(db: &TestDatabase, now: i64, limit: u64, kinds: &[&str]) -> Vec<(JobId, u64)> {
    let jobs =
        write(db, async |tx| tx.claim_jobs(after(now), after(now + 30), limit, kinds).await.unwrap()).await;
    jobs.into_iter().map(|job| (job.id, job.fence)).collect()
}

async fn a_job_is_claimed_when_it_is_due_earliest_first(db: TestDatabase) {
    let [late, early, later] = [10, 0, 11].map(|due| job("purge", None, after(due)));
    write(&db, async |tx| {
        for job in [late, early, later] {
            assert!(tx.enqueue(&job).await.unwrap());
        }
    })
    .await;
    assert_eq!(db.read().await.unwrap().pending_jobs().await.unwrap(), 3);
    assert_eq!(db.read().await.unwrap().next_job_at().await.unwrap(), Some(NOW));
    assert_eq!(claim(&db, -1, 9, &[]).await, []);
    assert_eq!(claim(&db, 10, 9, &[]).await, [(early.id, 1), (late.id, 1)]);
    assert_eq!(claim(&db, 11, 9, &[]).await, [(later.id, 1)]);
    let jobs = write(&db, async |tx| tx.claim_jobs(after(60), after(90), 1, &[]).await.unwrap()).await;
    let [claimed] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!((claimed.id, claimed.kind.as_str(), claimed.payload.as_str()), (early.id, "purge", "{}"));
    assert_eq!((claimed.attempts, claimed.fence, claimed.leased_until), (2, 2, after(90)));
    assert_eq!((claimed.run_at, claimed.created_at, claimed.failed_at), (NOW, NOW, None));
}

async fn only_the_kinds_asked_for_are_claimed(db: TestDatabase) {
    let [purge, mail, other] = ["purge", "send_mail", "sendxmail"].map(|kind| job(kind, None, NOW));
    write(&db, async |tx| {
        for job in [purge, mail, other] {
            tx.enqueue(&job).await.unwrap();
        }
    })
    .await;
    assert_eq!(claim(&db, 0, 9, &["mail", "send"]).await, []);
    assert_eq!(claim(&db, 0, 9, &["send_mail"]).await, [(mail.id, 1)]);
    assert_eq!(claim(&db, 0, 9, &["purge", "sendxmail"]).await, [(purge.id, 1), (other.id, 1)]);
}

async fn a_key_keeps_a_second_job_out_while_the_first_waits(db: TestDatabase) {
    let first = job("purge", Some("purge:1"), NOW);
    write(&db, async |tx| {
        assert!(tx.enqueue(&first).await.unwrap());
        assert!(!tx.enqueue(&job("purge", Some("purge:1"), NOW)).await.unwrap());
        assert!(tx.enqueue(&job("purge", Some("purge:2"), after(99))).await.unwrap());
        assert!(tx.enqueue(&job("purge", None, after(99))).await.unwrap());
        assert!(tx.enqueue(&job("purge", None, after(99))).await.unwrap());
    })
    .await;
    assert_eq!(claim(&db, 0, 9, &[]).await, [(first.id, 1)]);
    write(&db, async |tx| {
        assert!(tx.retry_job(first.id, 1, after(5), "busy").await.unwrap());
        assert!(!tx.enqueue(&job("purge", Some("purge:1"), NOW)).await.unwrap(), "it waits again");
    })
    .await;
    assert_eq!(claim(&db, 5, 9, &[]).await, [(first.id, 2)]);
    write(&db, async |tx| {
        assert!(tx.complete_job(first.id, 2).await.unwrap());
        assert!(tx.enqueue(&job("purge", Some("purge:1"), NOW)).await.unwrap());
    })
    .await;
}

/// A job that runs and has been wanted again meanwhile; the next one is due at 60.
async fn wanted_again(db: &TestDatabase) -> (JobId, JobId) {
    let [first, next, third] = [0, 60, 90].map(|due| job("mail", Some("mail:1"), after(due)));
    write(db, async |tx| tx.enqueue(&first).await.unwrap()).await;
    assert_eq!(claim(db, 0, 1, &[]).await, [(first.id, 1)]);
    write(db, async |tx| {
        assert!(tx.enqueue(&next).await.unwrap());
        assert!(!tx.enqueue(&third).await.unwrap(), "once more is enough");
    })
    .await;
    assert_eq!(db.read().await.unwrap().pending_jobs().await.unwrap(), 1, "never both at once");
    (first.id, next.id)
}

async fn what_is_wanted_while_it_runs_is_begun_again_as_another(db: TestDatabase) {
    let (first, next) = wanted_again(&db).await;
    assert!(write(&db, async |tx| tx.complete_job(first, 1).await.unwrap()).await);
    assert_eq!(claim(&db, 59, 1, &[]).await, []);
    let jobs = write(&db, async |tx| tx.claim_jobs(after(60), after(90), 1, &[]).await.unwrap()).await;
    let [again] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!((again.id, again.attempts, again.fence, again.created_at), (next, 1, 2, after(60)));
    assert_eq!(again.dedupe_key.as_deref(), Some("mail:1"));
    assert!(!write(&db, async |tx| tx.complete_job(next, 1).await.unwrap()).await, "the first one has ended");
    assert!(write(&db, async |tx| tx.complete_job(next, 2).await.unwrap()).await);
    assert_eq!(db.read().await.unwrap().pending_jobs().await.unwrap(), 0);
}

async fn what_is_wanted_again_is_not_given_up(db: TestDatabase) {
    let (first, next) = wanted_again(&db).await;
    assert!(write(&db, async |tx| tx.fail_job(first, 1, after(1), "refused").await.unwrap()).await);
    assert_eq!(db.read().await.unwrap().failed_jobs(9).await.unwrap(), []);
    let jobs = write(&db, async |tx| tx.claim_jobs(after(60), after(90), 1, &[]).await.unwrap()).await;
    assert_eq!((jobs[0].id, jobs[0].attempts, jobs[0].last_error.as_deref()), (next, 1, Some("refused")));
    assert!(write(&db, async |tx| tx.fail_job(next, 2, after(2), "refused").await.unwrap()).await);
    assert_eq!(db.read().await.unwrap().failed_jobs(9).await.unwrap()[0].id, next);
}

async fn a_dead_workers_job_is_still_wanted_again(db: TestDatabase) {
    let (first, next) = wanted_again(&db).await;
    // He may have sent the mail before he died: whoever comes after him sends the same, and then the next one.
    assert_eq!(claim(&db, 30, 1, &[]).await, [(first, 2)]);
    assert!(write(&db, async |tx| tx.retry_job(first, 2, after(40), "busy").await.unwrap()).await);
    assert_eq!(claim(&db, 40, 1, &[]).await, [(first, 3)]);
    assert!(write(&db, async |tx| tx.complete_job(first, 3).await.unwrap()).await);
    assert_eq!(claim(&db, 60, 1, &[]).await, [(next, 4)]);
}

async fn nobody_claims_what_is_wanted_before_the_change_that_wants_it_is_there(db: TestDatabase) {
    let first = job("mail", Some("mail:1"), NOW);
    write(&db, async |tx| tx.enqueue(&first).await.unwrap()).await;
    let mut change = db.write().await.unwrap();
    assert!(!change.enqueue(&job("mail", Some("mail:1"), NOW)).await.unwrap());
    let node = db.another_node().await;
    let claiming = tokio::spawn(async move {
        write(&node, async |tx| tx.claim_jobs(NOW, after(30), 9, &[]).await.unwrap()).await
    });
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    // SQLite has one writer, so he waits there; PostgreSQL lets him pass by.
    let early = claiming.is_finished();
    change.commit().await.unwrap();
    let claimed = claiming.await.unwrap();
    assert!(!early || claimed.is_empty(), "{claimed:?}");
}

async fn no_job_goes_to_two_of_many_workers(db: TestDatabase) {
    write(&db, async |tx| {
        for _ in 0..60 {
            tx.enqueue(&job("purge", None, NOW)).await.unwrap();
        }
    })
    .await;
    let nodes = [db.another_node().await, db.another_node().await];
    let claims = all_at_once(20, |i| {
        let node = nodes[i % 2].clone();
        async move { write(&node, async |tx| tx.claim_jobs(NOW, after(30), 5, &[]).await.unwrap()).await }
    })
    .await;
    let mut claimed: Vec<JobId> = claims.into_iter().flatten().map(|job| job.id).collect();
    // Whoever came while all that was left was locked by others got none; they are there for the next round.
    claimed.extend(claim(&db, 0, 60, &[]).await.into_iter().map(|(id, _)| id));
    assert_eq!(claimed.len(), 60);
    assert_eq!(claimed.iter().collect::<HashSet<_>>().len(), 60);
}

async fn a_dead_workers_job_goes_to_another_and_his_word_counts_no_more(db: TestDatabase) {
    let job = job("purge", None, NOW);
    write(&db, async |tx| tx.enqueue(&job).await.unwrap()).await;
    assert_eq!(claim(&db, 0, 1, &[]).await, [(job.id, 1)]);
    assert!(write(&db, async |tx| tx.renew_job(job.id, 1, after(40)).await.unwrap()).await);
    assert_eq!(claim(&db, 39, 1, &[]).await, []);
    assert_eq!(claim(&db, 40, 1, &[]).await, [(job.id, 2)]);
    write(&db, async |tx| {
        assert!(!tx.renew_job(job.id, 1, after(99)).await.unwrap());
        assert!(!tx.complete_job(job.id, 1).await.unwrap());
        assert!(!tx.retry_job(job.id, 1, NOW, "late").await.unwrap());
        assert!(!tx.fail_job(job.id, 1, NOW, "late").await.unwrap());
        assert!(tx.complete_job(job.id, 2).await.unwrap());
        assert!(!tx.complete_job(job.id, 2).await.unwrap());
    })
    .await;
    assert_eq!(db.read().await.unwrap().pending_jobs().await.unwrap(), 0);
}

async fn a_failed_job_waits_and_says_why(db: TestDatabase) {
    let job = job("mail", None, NOW);
    write(&db, async |tx| tx.enqueue(&job).await.unwrap()).await;
    claim(&db, 0, 1, &[]).await;
    assert!(write(&db, async |tx| tx.retry_job(job.id, 1, after(20), "refused").await.unwrap()).await);
    assert_eq!(claim(&db, 19, 1, &[]).await, []);
    let jobs = write(&db, async |tx| tx.claim_jobs(after(20), after(50), 1, &[]).await.unwrap()).await;
    assert_eq!(jobs[0].last_error.as_deref(), Some("refused"));
    assert_eq!((jobs[0].attempts, jobs[0].run_at), (2, after(20)));
}

async fn a_job_given_up_is_kept_and_can_be_revived(db: TestDatabase) {
    let job = job("mail", Some("mail:1"), NOW);
    write(&db, async |tx| tx.enqueue(&job).await.unwrap()).await;
    claim(&db, 0, 1, &[]).await;
    write(&db, async |tx| {
        assert!(tx.fail_job(job.id, 1, after(5), "no such host").await.unwrap());
        assert!(!tx.fail_job(job.id, 1, after(6), "again").await.unwrap());
        assert!(tx.enqueue(&crate::world::job("mail", Some("mail:1"), after(900))).await.unwrap());
    })
    .await;
    assert_eq!(claim(&db, 60, 9, &[]).await, []);
    let mut conn = db.read().await.unwrap();
    assert_eq!(conn.pending_jobs().await.unwrap(), 1);
    let failed = conn.failed_jobs(9).await.unwrap();
    assert_eq!(failed.len(), 1);
    assert_eq!((failed[0].id, failed[0].failed_at), (job.id, Some(after(5))));
    assert_eq!(failed[0].last_error.as_deref(), Some("no such host"));
    drop(conn);
    write(&db, async |tx| {
        assert!(!tx.revive_job(job.id, Some("mail:1"), after(7)).await.unwrap(), "another does it");
        let [other] = tx.queued_jobs(9).await.unwrap().try_into().unwrap();
        assert!(!tx.discard_job(other.id).await.unwrap(), "it was not given up");
        assert!(tx.complete_job(other.id, 0).await.unwrap());
        assert_eq!(tx.failed_job_count().await.unwrap(), 1);
        assert!(tx.revive_job(job.id, Some("mail:1"), after(7)).await.unwrap());
        assert!(!tx.revive_job(job.id, Some("mail:1"), after(7)).await.unwrap());
        assert!(!tx.revive_job(id(), None, after(7)).await.unwrap());
        assert_eq!(tx.failed_job_count().await.unwrap(), 0);
        let revived = tx.job(job.id).await.unwrap().unwrap();
        assert_eq!((revived.dedupe_key.as_deref(), revived.attempts), (Some("mail:1"), 0));
    })
    .await;
    assert_eq!(claim(&db, 60, 9, &[]).await, [(job.id, 2)]);
    write(&db, async |tx| {
        assert!(tx.fail_job(job.id, 2, after(8), "no such host").await.unwrap());
        assert!(tx.discard_job(job.id).await.unwrap());
        assert_eq!(tx.job(job.id).await.unwrap(), None);
    })
    .await;
}

async fn a_job_further_ahead_than_any_can_be_is_due(db: TestDatabase) {
    let [soon, absurd, given_up] = [60, 90_000, 90_000].map(|due| job("purge", None, after(due)));
    write(&db, async |tx| {
        for job in [soon, absurd, given_up] {
            tx.enqueue(&job).await.unwrap();
        }
        assert!(tx.fail_job(given_up.id, 0, NOW, "refused").await.unwrap());
        assert_eq!(tx.bring_forward(NOW, after(86_400)).await.unwrap(), 1);
        assert_eq!(tx.bring_forward(NOW, after(86_400)).await.unwrap(), 0);
    })
    .await;
    assert_eq!(claim(&db, 0, 9, &[]).await, [(absurd.id, 1)]);
    assert_eq!(claim(&db, 60, 9, &[]).await, [(absurd.id, 2), (soon.id, 1)]);
}

async fn a_lease_of_a_clock_that_was_put_back_binds_nobody(db: TestDatabase) {
    let job = job("purge", Some("purge"), NOW);
    write(&db, async |tx| tx.enqueue(&job).await.unwrap()).await;
    assert_eq!(claim(&db, 86_400, 1, &[]).await, [(job.id, 1)]);
    assert_eq!(claim(&db, 86_400 - 3_000, 1, &[]).await, [], "a little, as clocks of two nodes differ");
    assert_eq!(claim(&db, 0, 1, &[]).await, [(job.id, 2)]);
    assert_eq!(claim(&db, 0, 1, &[]).await, []);
}
