//! What operators watch.

use sealpost_domain::Timestamp;
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, after, job, write};

on_both_engines!(
    what_waits_is_counted_by_kind,
    what_runs_is_not_what_nobody_runs,
    an_engine_says_its_version_and_its_time,
    an_empty_database_has_nothing_to_watch,
);

async fn what_waits_is_counted_by_kind(db: TestDatabase) {
    let jobs = [
        job("mail", None, after(-60)),
        job("mail", None, after(90)),
        job("purge", None, after(-5)),
        job("scan", None, NOW),
    ];
    write(&db, async |tx| {
        for job in &jobs {
            assert!(tx.enqueue(job).await.unwrap());
        }
        let claimed = tx.claim_jobs(NOW, after(30), 1, &["scan"]).await.unwrap();
        assert!(tx.fail_job(claimed[0].id, claimed[0].fence, NOW, "no").await.unwrap());
    })
    .await;
    let queued = db.read().await.unwrap().queue_by_kind(NOW).await.unwrap();
    let found: Vec<_> = queued
        .iter()
        .map(|kind| (kind.kind.as_str(), kind.waiting, kind.due, kind.oldest_due, kind.given_up))
        .collect();
    assert_eq!(
        found,
        [("mail", 2, 1, Some(after(-60)), 0), ("purge", 1, 1, Some(after(-5)), 0), ("scan", 0, 0, None, 1)]
    );
}

async fn what_runs_is_not_what_nobody_runs(db: TestDatabase) {
    write(&db, async |tx| {
        assert!(tx.enqueue(&job("mail", None, after(-60))).await.unwrap());
        assert_eq!(tx.claim_jobs(NOW, after(30), 1, &[]).await.unwrap().len(), 1);
    })
    .await;
    let mut conn = db.read().await.unwrap();
    let queued = conn.queue_by_kind(NOW).await.unwrap();
    assert_eq!((queued[0].waiting, queued[0].due, queued[0].oldest_due), (1, 1, None));
    // The worker died: now it has waited since it was due.
    let queued = conn.queue_by_kind(after(31)).await.unwrap();
    assert_eq!(queued[0].oldest_due, Some(after(-60)));
}

async fn an_engine_says_its_version_and_its_time(db: TestDatabase) {
    let mut conn = db.read().await.unwrap();
    let version = conn.engine_version().await.unwrap();
    assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{version}");
    let there = conn.engine_clock().await.unwrap().unix_millis();
    let here = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap();
    assert!((here - there).abs() < 60_000, "{here} {there}");
}

async fn an_empty_database_has_nothing_to_watch(db: TestDatabase) {
    let mut conn = db.read().await.unwrap();
    assert!(conn.queue_by_kind(NOW).await.unwrap().is_empty());
    let far = Timestamp::from_unix_millis(i64::MAX / 2);
    assert_eq!(conn.overdue_purges(far, 10).await.unwrap(), 0);
    assert_eq!(conn.audit_entries_ever().await.unwrap(), 0);
    drop(conn);
    let stands = db.connections();
    assert!(stands.lent > 0 && stands.most > 0 && stands.waiting == 0, "{stands:?}");
}
