//! Clocks that jump, while the service runs and while it does not.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use std::{sync::Arc, time::Duration};

use sealpost_db::{Db, DbOptions};
use sealpost_domain::{Clock as _, Job, JobId, ManualClock, RecipientId, TenantId, Timestamp};
use sealpost_jobs::{ClockWatch, Handler, Queue, Random, Running, clock_ahead};
use tempfile::TempDir;

const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const MINUTE: Duration = Duration::from_secs(60);

struct Machine {
    clock: ManualClock,
    queue: Queue,
    _dir: TempDir,
}

impl Machine {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&DbOptions::sqlite(dir.path().join("db"))).await.unwrap();
        db.migrate().await.unwrap();
        let clock = ManualClock::new(NOW);
        let random: Random = Arc::new(|bytes: &mut [u8]| bytes.fill(1));
        Self { queue: Queue::new(db, Arc::new(clock.clone()), random), clock, _dir: dir }
    }

    /// The handler of a service that starts now.
    async fn start(&self) -> Handler {
        let watch = ClockWatch::start(self.queue.clone()).await.unwrap();
        watch.guard(Arc::new(|_| Box::pin(async { Ok(()) })))
    }

    /// Whether the job may run now.
    async fn runs(&self, handler: &Handler, job: Job) -> bool {
        let created_at = self.clock.now();
        let running = Running { id: JobId::new(created_at, [0; 10]), job, attempt: 1, created_at };
        handler(running).await.is_ok()
    }

    async fn purges(&self, handler: &Handler) -> bool {
        self.runs(handler, Job::PurgeExpired).await
    }

    /// Time passes, by the clock and by counting. It stands still only here: databases answer in real time.
    async fn pass(&self, time: Duration) {
        self.clock.advance(time);
        tokio::time::pause();
        tokio::time::advance(time).await;
        tokio::time::resume();
    }
}

#[tokio::test]
async fn time_that_passes_is_no_jump() {
    let machine = Machine::new().await;
    let service = machine.start().await;
    for _ in 0..3 {
        machine.pass(DAY).await;
        assert!(machine.purges(&service).await);
    }
}

#[tokio::test]
async fn after_a_jump_ahead_nothing_is_destroyed_for_an_hour() {
    let machine = Machine::new().await;
    let service = machine.start().await;
    machine.clock.advance(365 * DAY);
    assert!(!machine.purges(&service).await);
    machine.pass(HOUR - MINUTE).await;
    assert!(!machine.purges(&service).await);
    machine.pass(2 * MINUTE).await;
    assert!(machine.purges(&service).await);
}

#[tokio::test]
async fn a_clock_that_was_put_right_need_not_be_waited_for() {
    let machine = Machine::new().await;
    let service = machine.start().await;
    machine.clock.advance(365 * DAY);
    assert!(!machine.purges(&service).await);
    machine.clock.set(NOW);
    assert!(machine.purges(&service).await);
}

#[tokio::test]
async fn what_destroys_by_the_clock_waits_and_nothing_else() {
    let machine = Machine::new().await;
    let service = machine.start().await;
    machine.clock.advance(365 * DAY);
    for job in [Job::PurgeExpired, Job::AbandonUploads, Job::ReconcileOrphans, Job::DestroyEpochs] {
        assert!(!machine.runs(&service, job.clone()).await, "{}", job.kind());
    }
    let (tenant, recipient) = (TenantId::new(NOW, [0; 10]), RecipientId::new(NOW, [0; 10]));
    for job in [Job::RemindDue, Job::NotifyRecipient { tenant, recipient }] {
        assert!(machine.runs(&service, job.clone()).await, "{}", job.kind());
    }
}

#[tokio::test]
async fn small_corrections_are_none() {
    let machine = Machine::new().await;
    let service = machine.start().await;
    machine.clock.advance(30 * MINUTE);
    assert!(machine.purges(&service).await);
}

#[tokio::test]
async fn a_clock_that_is_ahead_at_the_start_is_not_trusted_for_an_hour_however_often_one_starts() {
    let machine = Machine::new().await;
    let service = machine.start().await;
    assert!(machine.purges(&service).await, "the first start of all has nothing to compare with");
    drop(service);
    machine.clock.advance(40 * DAY);
    for _ in 0..2 {
        let service = machine.start().await;
        assert!(!machine.purges(&service).await);
        assert!(!machine.runs(&service, Job::DestroyEpochs).await);
        machine.pass(HOUR - MINUTE).await;
        assert!(!machine.purges(&service).await);
    }
    let service = machine.start().await;
    machine.pass(HOUR + MINUTE).await;
    assert!(machine.purges(&service).await, "nobody has put it right, so it is");
    assert!(machine.purges(&machine.start().await).await, "and is known from then on");
}

#[tokio::test]
async fn a_clock_that_was_put_right_before_the_next_start_is_trusted() {
    let machine = Machine::new().await;
    assert!(machine.purges(&machine.start().await).await);
    machine.clock.advance(40 * DAY);
    assert!(!machine.purges(&machine.start().await).await);
    machine.clock.set(NOW + HOUR);
    assert!(machine.purges(&machine.start().await).await);
}

#[tokio::test]
async fn a_service_that_was_off_for_a_night_starts_as_usual() {
    let machine = Machine::new().await;
    assert!(machine.purges(&machine.start().await).await);
    machine.clock.advance(DAY - MINUTE);
    assert!(machine.purges(&machine.start().await).await);
}

#[test]
fn only_far_ahead_of_a_known_time_is_ahead() {
    assert_eq!(clock_ahead(None, NOW), None);
    assert_eq!(clock_ahead(Some(NOW), NOW + DAY), None);
    assert_eq!(clock_ahead(Some(NOW), NOW + DAY + MINUTE), Some(DAY + MINUTE));
    assert_eq!(clock_ahead(Some(NOW + DAY), NOW), None);
}
