//! The queue and its runner, on both engines.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use std::{
    collections::HashMap,
    future::Future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sealpost_db::{Db, NewJob};
use sealpost_domain::{Clock, Job, JobId, ManualClock, RecipientId, TenantId, Timestamp};
use sealpost_jobs::{
    Backoff, Handler, JobError, Pace, Queue, Random, Retried, Runner, RunnerOptions, Running,
};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};
use tokio::sync::{Notify, Semaphore, oneshot};

on_both_engines!(
    a_job_that_is_done_is_gone,
    a_job_that_failed_comes_back_after_its_wait,
    a_job_whose_failure_is_permanent_is_kept_for_the_operator,
    a_job_is_given_up_after_its_last_attempt,
    what_was_given_up_begins_anew_when_the_operator_says_so,
    a_job_of_the_clock_is_never_given_up,
    a_job_that_takes_the_process_with_it_is_given_up_too,
    a_panic_is_a_failure_and_its_text_stays_in_the_log,
    a_job_that_takes_too_long_is_broken_off,
    a_worker_that_lost_its_lease_stops_and_changes_nothing,
    a_long_job_keeps_its_lease,
    a_job_of_a_dead_worker_is_taken_over_once_its_lease_has_ended,
    what_is_queued_twice_is_done_once,
    two_runners_share_the_work_and_double_none,
    slow_mails_do_not_keep_anything_from_being_purged,
    long_work_of_the_clock_does_not_keep_anything_from_being_purged,
    jobs_of_a_later_version_are_left_alone,
    a_payload_that_cannot_be_read_is_kept_for_the_operator,
    shutdown_lets_running_jobs_finish_and_takes_no_more,
    shutdown_gives_back_what_does_not_end,
);

const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);
const LEASE: Duration = Duration::from_millis(300);

fn options() -> RunnerOptions {
    let backoff = Backoff { first: Duration::from_secs(10), longest: Duration::from_secs(40) };
    let pace = Pace { timeout: Duration::from_secs(600), attempts: 3, backoff };
    RunnerOptions {
        poll: Duration::from_millis(10),
        lease: Duration::from_secs(60),
        grace: Duration::from_secs(60),
        single: pace,
        scheduled: Pace { attempts: u64::MAX, ..pace },
        ..RunnerOptions::default()
    }
}

/// Ids that differ; dice that always show 0.
fn random() -> Random {
    let counter = AtomicU64::new(1);
    Arc::new(move |bytes: &mut [u8]| {
        bytes.fill(0);
        if bytes.len() == 10 {
            bytes[2..].copy_from_slice(&counter.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        }
    })
}

struct Bench {
    db: Db,
    clock: ManualClock,
    queue: Queue,
    _database: Option<TestDatabase>,
}

impl Bench {
    fn new(database: TestDatabase) -> Self {
        let (db, clock) = (Db::clone(&database), ManualClock::new(NOW));
        let queue = Queue::new(db.clone(), Arc::new(clock.clone()), random());
        Self { db, clock, queue, _database: Some(database) }
    }

    async fn pending(&self) -> u64 {
        self.db.read().await.unwrap().pending_jobs().await.unwrap()
    }

    async fn failed(&self) -> Vec<(String, String)> {
        let jobs = self.db.read().await.unwrap().failed_jobs(100).await.unwrap();
        jobs.into_iter().map(|job| (job.kind, job.last_error.unwrap())).collect()
    }

    /// Claims as another worker would.
    async fn steal(&self) -> Vec<sealpost_db::Job> {
        let now = self.clock.now();
        let mut tx = self.db.write().await.unwrap();
        let jobs = tx.claim_jobs(now, now + Duration::from_secs(60), 10, &[]).await.unwrap();
        tx.commit().await.unwrap();
        jobs
    }

    fn start(&self, options: RunnerOptions, handler: Handler) -> Started {
        let (stop, stopped) = oneshot::channel::<()>();
        let runner = Runner::new(self.queue.clone(), handler, options);
        let run = tokio::spawn(runner.run(async { drop(stopped.await) }));
        Started { stop, run }
    }
}

struct Started {
    stop: oneshot::Sender<()>,
    run: tokio::task::JoinHandle<usize>,
}

impl Started {
    async fn stop(self) -> usize {
        drop(self.stop);
        self.run.await.unwrap()
    }
}

fn handler<F>(work: impl Fn(Running) -> F + Send + Sync + 'static) -> Handler
where
    F: Future<Output = Result<(), JobError>> + Send + 'static,
{
    Arc::new(move |running| Box::pin(work(running)))
}

/// Waits until `done` holds; a test that waits in vain ends in the harness's time limit, not in ours.
async fn until<F: Future<Output = bool>>(done: impl Fn() -> F) {
    while !done().await {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn tenant() -> TenantId {
    TenantId::new(NOW, [0; 10])
}

fn notify(number: u8) -> Job {
    Job::NotifyRecipient { tenant: tenant(), recipient: RecipientId::new(NOW, [number; 10]) }
}

fn transient() -> Result<(), JobError> {
    Err(JobError::Transient("down".into()))
}

async fn a_job_that_is_done_is_gone(database: TestDatabase) {
    let bench = Bench::new(database);
    assert!(bench.queue.enqueue(&notify(1)).await.unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let runner = bench.start(
        options(),
        handler(move |running| {
            log.lock().unwrap().push(running);
            async { Ok(()) }
        }),
    );
    until(|| async { bench.pending().await == 0 }).await;
    assert_eq!(runner.stop().await, 0);
    let seen = seen.lock().unwrap().clone();
    assert_eq!((seen[0].job.clone(), seen[0].attempt, seen[0].created_at), (notify(1), 1, NOW));
    assert_eq!(seen.len(), 1);
    assert!(bench.failed().await.is_empty());
}

async fn a_job_that_failed_comes_back_after_its_wait(database: TestDatabase) {
    let bench = Bench::new(database);
    bench.queue.enqueue(&notify(1)).await.unwrap();
    let attempts = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&attempts);
    let runner = bench.start(
        options(),
        handler(move |running| {
            log.lock().unwrap().push((running.id, running.attempt));
            async move { if running.attempt < 3 { transient() } else { Ok(()) } }
        }),
    );
    let due = || async { bench.db.read().await.unwrap().next_job_at().await.unwrap() };
    until(|| async { due().await == Some(NOW + Duration::from_secs(10)) }).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(attempts.lock().unwrap().len(), 1, "not before its wait is over");
    bench.clock.advance(Duration::from_secs(10));
    until(|| async { due().await == Some(NOW + Duration::from_secs(30)) }).await;
    bench.clock.advance(Duration::from_secs(20));
    until(|| async { bench.pending().await == 0 }).await;
    runner.stop().await;
    let attempts = attempts.lock().unwrap();
    assert_eq!(attempts.iter().map(|(_, attempt)| *attempt).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(attempts.iter().all(|(id, _)| *id == attempts[0].0), "the id, and so the Message-ID, stays");
}

async fn a_job_whose_failure_is_permanent_is_kept_for_the_operator(database: TestDatabase) {
    let bench = Bench::new(database);
    bench.queue.enqueue(&notify(1)).await.unwrap();
    let refused = || async { Err(JobError::Permanent("SMTP 550".into())) };
    let runner = bench.start(options(), handler(move |_| refused()));
    until(|| async { bench.pending().await == 0 }).await;
    assert_eq!(bench.failed().await, [("notify_recipient".into(), "SMTP 550".into())]);
    assert!(bench.queue.enqueue(&notify(1)).await.unwrap(), "it stands in nobody's way");
    runner.stop().await;
}

async fn a_job_is_given_up_after_its_last_attempt(database: TestDatabase) {
    let bench = Bench::new(database);
    bench.queue.enqueue(&notify(1)).await.unwrap();
    let attempts = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&attempts);
    let runner = bench.start(
        options(),
        handler(move |_| {
            counter.fetch_add(1, Ordering::SeqCst);
            async { transient() }
        }),
    );
    until(|| async {
        bench.clock.advance(Duration::from_secs(40));
        bench.pending().await == 0
    })
    .await;
    runner.stop().await;
    assert_eq!(attempts.load(Ordering::SeqCst), 3);
    assert_eq!(bench.failed().await, [("notify_recipient".into(), "down".into())]);
}

async fn what_was_given_up_begins_anew_when_the_operator_says_so(database: TestDatabase) {
    let bench = Bench::new(database);
    bench.queue.enqueue(&notify(1)).await.unwrap();
    bench.queue.enqueue(&notify(2)).await.unwrap();
    let refused = Arc::new(AtomicU64::new(1));
    let refusing = Arc::clone(&refused);
    let work = handler(move |_| {
        let refuses = refusing.load(Ordering::SeqCst) > 0;
        async move { if refuses { Err(JobError::Permanent("SMTP 550".into())) } else { Ok(()) } }
    });
    let runner = bench.start(options(), work);
    until(|| async { bench.failed().await.len() == 2 }).await;
    refused.store(0, Ordering::SeqCst);
    let failed = bench.db.read().await.unwrap().failed_jobs(9).await.unwrap();
    let (first, second) = (failed[0].id, failed[1].id);
    assert_eq!(bench.queue.retry(first).await.unwrap(), Retried::Queued);
    until(|| async { bench.pending().await == 0 }).await;
    assert_eq!(bench.queue.retry(first).await.unwrap(), Retried::Unknown);
    runner.stop().await;
    // Meanwhile somebody has wanted the second again by himself.
    for number in [1, 2] {
        bench.queue.enqueue(&notify(number)).await.unwrap();
    }
    assert_eq!(bench.queue.retry(second).await.unwrap(), Retried::QueuedSince);
    assert!(bench.failed().await.is_empty());
    assert_eq!(bench.pending().await, 2);
}

async fn a_job_of_the_clock_is_never_given_up(database: TestDatabase) {
    let bench = Bench::new(database);
    bench.queue.enqueue(&Job::PurgeExpired).await.unwrap();
    let attempts = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&attempts);
    let runner = bench.start(
        options(),
        handler(move |_| {
            let attempt = counter.fetch_add(1, Ordering::SeqCst);
            async move {
                let error = format!("{attempt}");
                Err(if attempt.is_multiple_of(2) {
                    JobError::Transient(error)
                } else {
                    JobError::Permanent(error)
                })
            }
        }),
    );
    until(|| async {
        bench.clock.advance(Duration::from_secs(40));
        attempts.load(Ordering::SeqCst) >= 8
    })
    .await;
    runner.stop().await;
    assert!(bench.failed().await.is_empty());
    assert_eq!(bench.pending().await, 1);
}

async fn a_job_that_takes_the_process_with_it_is_given_up_too(database: TestDatabase) {
    let bench = Bench::new(database);
    bench.queue.enqueue(&notify(1)).await.unwrap();
    for _ in 0..3 {
        assert_eq!(bench.steal().await.len(), 1, "begun by a process that dies");
        bench.clock.advance(Duration::from_secs(61));
    }
    let runner = bench.start(options(), handler(|_| async { panic!("must not be begun again") }));
    until(|| async { bench.pending().await == 0 }).await;
    runner.stop().await;
    assert_eq!(bench.failed().await[0].1, "the last attempt did not come to an end");
}

async fn a_panic_is_a_failure_and_its_text_stays_in_the_log(database: TestDatabase) {
    let bench = Bench::new(database);
    bench.queue.enqueue(&notify(1)).await.unwrap();
    let single = Pace { attempts: 1, ..options().single };
    let runner =
        bench.start(RunnerOptions { single, ..options() }, handler(|_| async { panic!("anna@example.org") }));
    until(|| async { bench.pending().await == 0 }).await;
    assert_eq!(bench.failed().await[0].1, "the job panicked");
    assert_eq!(runner.stop().await, 0, "the runner goes on");
}

async fn a_job_that_takes_too_long_is_broken_off(database: TestDatabase) {
    let bench = Bench::new(database);
    bench.queue.enqueue(&notify(1)).await.unwrap();
    let single = Pace { attempts: 1, timeout: Duration::from_millis(20), ..options().single };
    let runner = bench.start(RunnerOptions { single, ..options() }, handler(|_| std::future::pending()));
    until(|| async { bench.pending().await == 0 }).await;
    assert_eq!(bench.failed().await[0].1, "not done within 0 s");
    runner.stop().await;
}

async fn a_worker_that_lost_its_lease_stops_and_changes_nothing(database: TestDatabase) {
    struct Dropped(Arc<Notify>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.notify_one();
        }
    }
    let bench = Bench::new(database);
    bench.queue.enqueue(&notify(1)).await.unwrap();
    let (begun, dropped) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begin, guard) = (Arc::clone(&begun), Arc::clone(&dropped));
    let work = handler(move |_| {
        begin.notify_one();
        let guard = Dropped(Arc::clone(&guard));
        async move {
            let _guard = guard;
            std::future::pending().await
        }
    });
    let runner = bench.start(RunnerOptions { lease: LEASE, ..options() }, work);
    begun.notified().await;
    // The other worker's clock is ahead, so that it comes before the next renewal whatever the machine does.
    let mut stolen = Vec::new();
    while stolen.is_empty() {
        let far = bench.clock.now() + Duration::from_secs(60);
        let mut tx = bench.db.write().await.unwrap();
        stolen = tx.claim_jobs(far, far + Duration::from_secs(60), 1, &[]).await.unwrap();
        tx.commit().await.unwrap();
    }
    dropped.notified().await;
    assert_eq!(runner.stop().await, 0);
    let mut tx = bench.db.write().await.unwrap();
    assert!(tx.complete_job(stolen[0].id, stolen[0].fence).await.unwrap(), "it belongs to the other worker");
    tx.commit().await.unwrap();
}

/// Counts how often it is looked at: a lease that is renewed is renewed from "now".
#[derive(Debug, Clone)]
struct CountingClock(ManualClock, Arc<AtomicU64>);

impl Clock for CountingClock {
    fn now(&self) -> Timestamp {
        let now = self.0.now();
        self.1.fetch_add(1, Ordering::SeqCst);
        now
    }
}

async fn a_long_job_keeps_its_lease(database: TestDatabase) {
    let mut bench = Bench::new(database);
    let looks = Arc::new(AtomicU64::new(0));
    let clock = CountingClock(bench.clock.clone(), Arc::clone(&looks));
    bench.queue = Queue::new(bench.db.clone(), Arc::new(clock), random());
    bench.queue.enqueue(&notify(1)).await.unwrap();
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begin, wait) = (Arc::clone(&begun), Arc::clone(&go));
    let work = handler(move |_| {
        begin.notify_one();
        let wait = Arc::clone(&wait);
        async move {
            wait.notified().await;
            Ok(())
        }
    });
    // It looks for more work only after it is over, so every look at the clock is a renewal.
    let lease = Duration::from_millis(300);
    let options = RunnerOptions { lease, poll: Duration::from_secs(3_600), ..options() };
    let runner = bench.start(options, work);
    begun.notified().await;
    for _ in 0..5 {
        bench.clock.advance(Duration::from_millis(200));
        let before = looks.load(Ordering::SeqCst);
        // The second look from now comes after the renewal that the first began.
        until(|| async { looks.load(Ordering::SeqCst) >= before + 2 }).await;
        assert!(bench.steal().await.is_empty(), "the lease goes on");
    }
    go.notify_one();
    until(|| async { bench.pending().await == 0 }).await;
    runner.stop().await;
}

async fn a_job_of_a_dead_worker_is_taken_over_once_its_lease_has_ended(database: TestDatabase) {
    let bench = Bench::new(database);
    bench.queue.enqueue(&notify(1)).await.unwrap();
    assert_eq!(bench.steal().await.len(), 1, "begun by a process that dies");
    let attempt = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&attempt);
    let runner = bench.start(
        options(),
        handler(move |running| {
            seen.store(running.attempt, Ordering::SeqCst);
            async { Ok(()) }
        }),
    );
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(attempt.load(Ordering::SeqCst), 0, "the lease holds");
    bench.clock.advance(Duration::from_secs(60));
    until(|| async { bench.pending().await == 0 }).await;
    assert_eq!(attempt.load(Ordering::SeqCst), 2);
    runner.stop().await;
}

async fn what_is_queued_twice_is_done_once(database: TestDatabase) {
    let bench = Bench::new(database);
    for job in [notify(1), Job::PurgeExpired] {
        assert!(bench.queue.enqueue(&job).await.unwrap());
        assert!(!bench.queue.enqueue(&job).await.unwrap());
    }
    assert!(bench.queue.enqueue(&notify(2)).await.unwrap());
    assert_eq!(bench.pending().await, 3);
}

async fn two_runners_share_the_work_and_double_none(database: TestDatabase) {
    let other = database.another_node().await;
    let bench = Bench::new(database);
    for number in 0..40 {
        bench.queue.enqueue(&notify(number)).await.unwrap();
    }
    let done = Arc::new(Mutex::new(HashMap::<JobId, u32>::new()));
    let log = Arc::clone(&done);
    let work = handler(move |running| {
        *log.lock().unwrap().entry(running.id).or_default() += 1;
        async {
            tokio::task::yield_now().await;
            Ok(())
        }
    });
    let second = Bench {
        queue: Queue::new(other.clone(), Arc::new(bench.clock.clone()), random()),
        clock: bench.clock.clone(),
        db: other,
        _database: None,
    };
    let runners = [bench.start(options(), Arc::clone(&work)), second.start(options(), work)];
    until(|| async { bench.pending().await == 0 }).await;
    for runner in runners {
        runner.stop().await;
    }
    let done = done.lock().unwrap();
    assert_eq!(done.len(), 40);
    assert!(done.values().all(|times| *times == 1), "{done:?}");
}

async fn slow_mails_do_not_keep_anything_from_being_purged(database: TestDatabase) {
    let bench = Bench::new(database);
    for number in 0..30 {
        bench.queue.enqueue(&notify(number)).await.unwrap();
    }
    bench.queue.enqueue(&Job::PurgeExpired).await.unwrap();
    let gate = Arc::new(Semaphore::new(0));
    let hold = Arc::clone(&gate);
    let runner = bench.start(
        options(),
        handler(move |running| {
            let hold = Arc::clone(&hold);
            async move {
                if matches!(running.job, Job::NotifyRecipient { .. }) {
                    hold.acquire().await.unwrap().forget();
                }
                Ok(())
            }
        }),
    );
    until(|| async { bench.pending().await == 30 }).await;
    gate.add_permits(30);
    until(|| async { bench.pending().await == 0 }).await;
    runner.stop().await;
}

async fn long_work_of_the_clock_does_not_keep_anything_from_being_purged(database: TestDatabase) {
    let bench = Bench::new(database);
    let long = [Job::ReconcileOrphans, Job::AbandonUploads, Job::RemindDue, Job::DestroyEpochs];
    for job in &long {
        bench.queue.enqueue(job).await.unwrap();
    }
    let gate = Arc::new(Semaphore::new(0));
    let hold = Arc::clone(&gate);
    let begun = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&begun);
    let runner = bench.start(
        options(),
        handler(move |running| {
            counter.fetch_add(1, Ordering::SeqCst);
            let hold = Arc::clone(&hold);
            async move {
                if running.job != Job::PurgeExpired {
                    hold.acquire().await.unwrap().forget();
                }
                Ok(())
            }
        }),
    );
    until(|| async { begun.load(Ordering::SeqCst) == 4 }).await;
    bench.queue.enqueue(&Job::PurgeExpired).await.unwrap();
    until(|| async { begun.load(Ordering::SeqCst) == 5 && bench.pending().await == 4 }).await;
    gate.add_permits(4);
    until(|| async { bench.pending().await == 0 }).await;
    runner.stop().await;
}

async fn enqueue_raw(bench: &Bench, kind: &str, payload: &str) {
    let new = NewJob {
        id: JobId::new(NOW, [9; 10]),
        kind,
        payload,
        dedupe_key: None,
        run_at: NOW,
        created_at: NOW,
    };
    let mut tx = bench.db.write().await.unwrap();
    assert!(tx.enqueue(&new).await.unwrap());
    tx.commit().await.unwrap();
}

async fn jobs_of_a_later_version_are_left_alone(database: TestDatabase) {
    let bench = Bench::new(database);
    enqueue_raw(&bench, "teleport", r#"{"kind":"teleport"}"#).await;
    bench.queue.enqueue(&notify(1)).await.unwrap();
    let runner = bench.start(options(), handler(|_| async { Ok(()) }));
    until(|| async { bench.pending().await == 1 }).await;
    runner.stop().await;
    let left = bench.steal().await;
    assert_eq!((left[0].kind.as_str(), left[0].attempts), ("teleport", 1), "nobody had begun it");
}

async fn a_payload_that_cannot_be_read_is_kept_for_the_operator(database: TestDatabase) {
    let bench = Bench::new(database);
    enqueue_raw(&bench, "notify_lock", r#"{"kind":"notify_lock","transfer":"x"}"#).await;
    let runner = bench.start(options(), handler(|_| async { Ok(()) }));
    until(|| async { bench.pending().await == 0 }).await;
    runner.stop().await;
    assert_eq!(bench.failed().await, [("notify_lock".into(), "no job that this version knows".into())]);
}

async fn shutdown_lets_running_jobs_finish_and_takes_no_more(database: TestDatabase) {
    let bench = Bench::new(database);
    bench.queue.enqueue(&notify(1)).await.unwrap();
    bench.queue.enqueue(&notify(2)).await.unwrap();
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begin, wait) = (Arc::clone(&begun), Arc::clone(&go));
    let work = handler(move |_| {
        begin.notify_one();
        let wait = Arc::clone(&wait);
        async move {
            wait.notified().await;
            Ok(())
        }
    });
    let Started { stop, run } = bench.start(RunnerOptions { mails_at_once: 1, ..options() }, work);
    begun.notified().await;
    drop(stop);
    assert!(!run.is_finished(), "it waits for the job");
    go.notify_one();
    assert_eq!(run.await.unwrap(), 0);
    assert_eq!(bench.pending().await, 1, "the first is done, the second was not begun");
    assert_eq!(bench.steal().await[0].attempts, 1);
}

async fn shutdown_gives_back_what_does_not_end(database: TestDatabase) {
    let bench = Bench::new(database);
    bench.queue.enqueue(&notify(1)).await.unwrap();
    let begun = Arc::new(Notify::new());
    let begin = Arc::clone(&begun);
    let work = handler(move |_| {
        begin.notify_one();
        std::future::pending()
    });
    let runner = bench.start(RunnerOptions { grace: Duration::from_millis(50), ..options() }, work);
    begun.notified().await;
    assert_eq!(runner.stop().await, 1);
    let begun_again = bench.steal().await;
    assert_eq!(begun_again.len(), 1, "another begins it at once");
    assert_eq!(begun_again[0].attempts, 1, "the attempt that was broken off does not count");
    assert!(begun_again[0].fence > 2, "who was broken off cannot end it any more");
}
