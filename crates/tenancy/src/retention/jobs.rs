//! The jobs of the clock's that remove something, and whether they come.

use std::time::Duration;

use sealpost_db::JobRun;
use sealpost_domain::{Job, Timestamp};

/// Seconds.
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// After how long without having been done a job is late: more than it takes for one run to be missed, and for purges what is
/// promised (`docs/retention.md`). Their time tables are `sealpost_jobs::Schedule`'s.
const LATE_AFTER: [(Job, Duration); 6] = [
    (Job::PurgeExpired, Duration::from_secs(15 * MINUTE)),
    (Job::DestroyEpochs, Duration::from_secs(HOUR)),
    (Job::AbandonUploads, Duration::from_secs(HOUR)),
    (Job::ReconcileOrphans, Duration::from_secs(13 * HOUR)),
    (Job::Sweep, Duration::from_secs(30 * MINUTE)),
    (Job::TrimAudit, Duration::from_secs(49 * HOUR)),
];

/// A job that removes something, for all tenants together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionJob {
    /// Which.
    pub kind: &'static str,
    /// When it was done last; `None`: never, as far as is known.
    pub done_at: Option<Timestamp>,
    /// After how long without it, it is late.
    pub late_after: Duration,
    /// Whether it is.
    pub late: bool,
    /// Whether its latest attempt has failed, and it waits for the next.
    pub failing: bool,
}

pub(super) fn standing(runs: &[JobRun], at: Timestamp) -> Vec<RetentionJob> {
    let job = |(job, late_after): &(Job, Duration)| {
        let run = runs.iter().find(|run| run.kind == job.kind());
        RetentionJob {
            kind: job.kind(),
            done_at: run.map(|run| run.done_at),
            late_after: *late_after,
            late: run.is_none_or(|run| at.since(run.done_at) > *late_after),
            failing: run.is_some_and(|run| run.failing),
        }
    };
    LATE_AFTER.iter().map(job).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_late_when_it_was_not_done_for_too_long_or_never() {
        let at = Timestamp::from_unix_millis(1_800_000_000_000);
        let run = |job: &Job, seconds| JobRun {
            kind: job.kind().to_owned(),
            done_at: at - Duration::from_secs(seconds),
            failing: false,
        };
        let runs = [run(&Job::PurgeExpired, 15 * MINUTE), run(&Job::DestroyEpochs, HOUR + MINUTE)];
        let standing = standing(&runs, at);
        let late: Vec<_> = standing.iter().map(|job| (job.kind, job.late)).collect();
        assert_eq!(
            late[..3],
            [("purge_expired", false), ("destroy_epochs", true), ("abandon_uploads", true)]
        );
        assert_eq!(standing[2].done_at, None);
    }
}
