//! A clock that jumps must not destroy anything at once.
//!
//! Purging cannot be undone, and what is due is said by the machine's clock. So the clock is compared with one that only
//! counts, and at the start with the time at which a service last ran, which is kept in the database: when it is ahead,
//! whatever destroys by the clock waits for an hour, in which time synchronisation or an operator can put it right. Reads
//! do not wait: what has reached its end by the clock is refused meanwhile.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sealpost_db::DbError;
use sealpost_domain::{Job, Timestamp};
use tokio::time::Instant;

use crate::{Handler, JobError, Queue};

/// A jump ahead of more than this is no correction of a clock any more.
const TOLERANCE: Duration = Duration::from_secs(60 * 60);
/// Nobody is surprised by a service that was off for so long.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);
/// How long whatever destroys waits after a jump ahead.
const WAIT: Duration = Duration::from_secs(60 * 60);

/// How far the clock is ahead of the time at which a service last noted it (`seen`), if that is so far (more than 24
/// hours) that it may be wrong: either it is, or no service ran for so long.
pub fn clock_ahead(seen: Option<Timestamp>, now: Timestamp) -> Option<Duration> {
    seen.map(|seen| now.since(seen)).filter(|ahead| *ahead > LONGEST_PAUSE)
}

/// Compares a clock with the time that passes.
#[derive(Debug)]
pub struct ClockWatch {
    queue: Queue,
    seen: Mutex<Seen>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    clock: Timestamp,
    counted: Instant,
    waits_until: Option<Instant>,
}

impl ClockWatch {
    /// Watches the queue's clock from now on. If it is far ahead of the time at which a service last ran, it is not trusted
    /// for the first hour.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn start(queue: Queue) -> Result<Self, DbError> {
        let last = queue.db().read().await?.clock_seen().await?;
        let (clock, counted) = (queue.now(), Instant::now());
        let ahead = clock_ahead(last, clock);
        if let Some(ahead) = ahead {
            let hours = ahead.as_secs() / 3_600;
            tracing::warn!(
                hours,
                "the service was off for long, or the clock is ahead: nothing is purged for an hour"
            );
        }
        let seen = Seen { clock, counted, waits_until: ahead.map(|_| counted + WAIT) };
        Ok(Self { queue, seen: Mutex::new(seen) })
    }

    /// A handler that lets jobs which destroy by the clock wait while the clock is not to be trusted, and notes the time
    /// with every purge while it is.
    pub fn guard(self, handler: Handler) -> Handler {
        let watch = Arc::new(self);
        Arc::new(move |running| {
            if !destroys(&running.job) {
                return handler(running);
            }
            if let Some(left) = watch.waits() {
                return Box::pin(async move { Err(waiting(left)) });
            }
            let (watch, handler) = (Arc::clone(&watch), Arc::clone(&handler));
            Box::pin(async move {
                if running.job == Job::PurgeExpired {
                    watch.note().await?;
                }
                handler(running).await
            })
        })
    }

    async fn note(&self) -> Result<(), JobError> {
        let noted = async {
            let mut tx = self.queue.db().write().await?;
            tx.note_clock(self.queue.now()).await?;
            tx.commit().await
        };
        noted.await.map_err(|error: DbError| {
            tracing::warn!(error = &error as &dyn std::error::Error, "the time was not noted");
            JobError::Transient("the time was not noted".to_owned())
        })
    }

    /// How long to wait yet, if the clock has jumped ahead lately.
    fn waits(&self) -> Option<Duration> {
        let (clock, counted) = (self.queue.now(), Instant::now());
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
        Job::AbandonUploads | Job::DestroyEpochs | Job::PurgeExpired | Job::ReconcileOrphans | Job::RemoveTenants | Job::TrimAudit => true,
        Job::CheckpointAudit
        | Job::CollectReports
        | Job::MailReport { .. }
        | Job::MailRequest { .. }
        | Job::ForwardAudit { .. }
        | Job::ForwardDue
        | Job::NotifyForwarding { .. }
        | Job::NotifyAccountChange { .. }
        | Job::NotifyRecovery { .. }
        | Job::NotifyAccountLock { .. }
        | Job::NotifyAdminLock { .. }
        | Job::NotifyAgain { .. }
        | Job::SendCode { .. }
        | Job::NotifyIncident { .. }
        | Job::NotifyLock { .. }
        | Job::NotifyPasswordReset { .. }
        | Job::NotifyRecipient { .. }
        | Job::NotifyRefusal { .. }
        | Job::ReleaseTransfer { .. }
        | Job::NotifySender { .. }
        | Job::NotifyUploader { .. }
        | Job::SendRequestCode { .. }
        | Job::FindBlockedFile { .. }
        | Job::NotifyAbuse { .. }
        | Job::NotifyWarning { .. }
        | Job::VerifyStore { .. }
        | Job::VerifyStores
        | Job::VerifyTransfer { .. }
        | Job::Remind { .. }
        | Job::RemindDue
        | Job::RemindIncidents
        | Job::Replicate
        | Job::RewrapKeys
        // Nothing that could not be shown once more.
        | Job::Sweep => false,
    }
}

fn waiting(left: Duration) -> JobError {
    JobError::Transient(format!(
        "the clock has jumped ahead, or was ahead at the start; waiting for {} s",
        left.as_secs()
    ))
}
