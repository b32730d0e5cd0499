//! A clock that jumps must not destroy anything at once.
//!
//! Purging cannot be undone, and what is due is said by the machine's clock. So the clock is compared with one that only
//! counts: when it has jumped ahead, whatever destroys by the clock waits for an hour, in which time synchronisation or an
//! operator can put it right. Reads do not wait: what has reached its end by the clock is refused meanwhile.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sealpost_domain::{Clock, Job, Timestamp};
use tokio::time::Instant;

use crate::{Handler, JobError};

/// A jump ahead of more than this is no correction of a clock any more.
const TOLERANCE: Duration = Duration::from_secs(60 * 60);
/// How long whatever destroys waits after a jump ahead.
const WAIT: Duration = Duration::from_secs(60 * 60);

/// Compares a clock with the time that passes.
#[derive(Debug)]
pub struct ClockWatch {
    clock: Arc<dyn Clock>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    clock: Timestamp,
    counted: Instant,
    waits_until: Option<Instant>,
}

impl ClockWatch {
    /// Watches `clock` from now on. What it did before this process is not known.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let seen = Seen { clock: clock.now(), counted: Instant::now(), waits_until: None };
        Self { clock, seen: Mutex::new(seen) }
    }

    /// A handler that lets jobs which destroy by the clock wait while the clock is not to be trusted.
    pub fn guard(self, handler: Handler) -> Handler {
        let watch = Arc::new(self);
        Arc::new(move |running| match watch.waits().filter(|_| destroys(&running.job)) {
            Some(left) => Box::pin(async move { Err(waiting(left)) }),
            None => handler(running),
        })
    }

    /// How long to wait yet, if the clock has jumped ahead lately.
    fn waits(&self) -> Option<Duration> {
        let (clock, counted) = (self.clock.now(), Instant::now());
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let expected = seen.clock + counted.duration_since(seen.counted);
        if clock > expected + TOLERANCE {
            let ahead = clock.since(expected).as_secs();
            tracing::error!(ahead, "the clock has jumped ahead: nothing is purged for an hour");
            seen.waits_until = Some(counted + WAIT);
        } else if expected > clock + TOLERANCE {
            // It was put right, or it lagged: either way nothing is due too early.
            tracing::warn!(back = expected.since(clock).as_secs(), "the clock has gone back");
            seen.waits_until = None;
        }
        (seen.clock, seen.counted) = (clock, counted);
        seen.waits_until
            .and_then(|until| until.checked_duration_since(counted))
            .filter(|left| !left.is_zero())
    }
}

/// Whether the job removes something because the clock says that its time is over.
const fn destroys(job: &Job) -> bool {
    match job {
        Job::AbandonUploads | Job::DestroyEpochs | Job::PurgeExpired | Job::ReconcileOrphans => true,
        Job::NotifyLock { .. }
        | Job::NotifyRecipient { .. }
        | Job::NotifySender { .. }
        | Job::Purge { .. }
        | Job::Remind { .. }
        | Job::RemindDue => false,
    }
}

fn waiting(left: Duration) -> JobError {
    JobError::Transient(format!("the clock has jumped ahead; waiting for {} s", left.as_secs()))
}

#[cfg(test)]
mod tests {
    use sealpost_domain::{JobId, ManualClock};

    use super::*;
    use crate::Running;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    const MINUTE: Duration = Duration::from_secs(60);

    fn watched() -> (ManualClock, ClockWatch) {
        let clock = ManualClock::new(Timestamp::from_unix_millis(1_800_000_000_000));
        (clock.clone(), ClockWatch::new(Arc::new(clock)))
    }

    /// Time passes, by the clock and by counting.
    async fn pass(clock: &ManualClock, time: Duration) {
        clock.advance(time);
        tokio::time::advance(time).await;
    }

    #[tokio::test(start_paused = true)]
    async fn time_that_passes_is_no_jump() {
        let (clock, watch) = watched();
        for _ in 0..3 {
            pass(&clock, DAY).await;
            assert_eq!(watch.waits(), None);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_jump_ahead_nothing_is_destroyed_for_an_hour() {
        let (clock, watch) = watched();
        clock.advance(365 * DAY);
        assert_eq!(watch.waits(), Some(WAIT));
        pass(&clock, WAIT - MINUTE).await;
        assert_eq!(watch.waits(), Some(MINUTE));
        pass(&clock, MINUTE).await;
        assert_eq!(watch.waits(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_was_put_right_need_not_be_waited_for() {
        let (clock, watch) = watched();
        clock.advance(365 * DAY);
        assert!(watch.waits().is_some());
        clock.set(clock.now() - 365 * DAY);
        assert_eq!(watch.waits(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_destroys_by_the_clock_waits_and_nothing_else() {
        let (clock, watch) = watched();
        let handler = watch.guard(Arc::new(|_| Box::pin(async { Ok(()) })));
        clock.advance(365 * DAY);
        for job in crate::lanes::SCHEDULED {
            let waits = job != Job::RemindDue;
            let (id, created_at) = (JobId::new(clock.now(), [0; 10]), clock.now());
            let running = Running { id, job, attempt: 1, created_at };
            assert_eq!(handler(running.clone()).await.is_err(), waits, "{}", running.job.kind());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn small_corrections_are_none() {
        let (clock, watch) = watched();
        clock.advance(30 * MINUTE);
        assert_eq!(watch.waits(), None);
    }
}
