//! The clock's jobs: queued by time tables, run like all others.
//!
//! Several nodes, and one node under load, queue the same job more than once. The kind is its key, so that of each
//! at most one is queued; and every one of them finds nothing to do when it has just been done.

use sealpost_domain::Job;
use tokio_cron_scheduler::{Job as CronJob, JobScheduler, JobSchedulerError};

use crate::{Queue, ScheduleError, lanes};

/// When the clock's jobs are queued: cron expressions of six fields, seconds first, in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Purge what has expired. Every minute: it is promised within 15 minutes of expiry.
    pub purge_expired: String,
    /// Purge uploads that nobody finishes.
    pub abandon_uploads: String,
    /// Remove stored objects that no row knows. Lists whole stores, so not often.
    pub reconcile_orphans: String,
    /// Destroy the keys of days that are over.
    pub destroy_epochs: String,
    /// Queue reminders.
    pub remind_due: String,
    /// Queue reminders of incidents.
    pub remind_incidents: String,
    /// Remove tenants whose time for the export is over.
    pub remove_tenants: String,
    /// Copy what has changed to the stores that are to have copies.
    pub replicate: String,
    /// Wrap keys anew that are under an older version of the root key. Finds nothing to do unless somebody has rotated.
    pub rewrap_keys: String,
    /// Forget limits, codes, devices and sessions whose time is over.
    pub sweep: String,
    /// Sign audit logs that have grown. A thousand entries are signed at once, without it.
    pub checkpoint_audit: String,
    /// Count what is new for reports, and mail those of weeks and months that are over.
    pub collect_reports: String,
    /// Remove audit entries whose time is over.
    pub trim_audit: String,
    /// Send on what audit logs have that their targets have not.
    pub forward_due: String,
    /// Look for the files of all tenants in their containers. Asks a store once for each upload, so not often.
    pub verify_stores: String,
}

impl Default for Schedule {
    fn default() -> Self {
        let every = |expression: &str| expression.to_owned();
        Self {
            purge_expired: every("0 * * * * *"),
            abandon_uploads: every("15 */10 * * * *"),
            reconcile_orphans: every("30 17 */6 * * *"),
            destroy_epochs: every("45 */10 * * * *"),
            remind_due: every("20 */15 * * * *"),
            remind_incidents: every("40 19 * * * *"),
            remove_tenants: every("35 41 * * * *"),
            replicate: every("5-59/10 * * * * *"),
            rewrap_keys: every("25 */2 * * * *"),
            sweep: every("50 */5 * * * *"),
            checkpoint_audit: every("10 * * * * *"),
            collect_reports: every("55 7 * * * *"),
            trim_audit: every("5 23 2 * * *"),
            forward_due: every("*/10 * * * * *"),
            verify_stores: every("25 53 3 * * *"),
        }
    }
}

impl Schedule {
    fn entries(&self) -> [(Job, &str); 15] {
        [
            (Job::PurgeExpired, &self.purge_expired),
            (Job::AbandonUploads, &self.abandon_uploads),
            (Job::ReconcileOrphans, &self.reconcile_orphans),
            (Job::DestroyEpochs, &self.destroy_epochs),
            (Job::RemindDue, &self.remind_due),
            (Job::RemindIncidents, &self.remind_incidents),
            (Job::RemoveTenants, &self.remove_tenants),
            (Job::Replicate, &self.replicate),
            (Job::RewrapKeys, &self.rewrap_keys),
            (Job::Sweep, &self.sweep),
            (Job::CheckpointAudit, &self.checkpoint_audit),
            (Job::CollectReports, &self.collect_reports),
            (Job::TrimAudit, &self.trim_audit),
            (Job::ForwardDue, &self.forward_due),
            (Job::VerifyStores, &self.verify_stores),
        ]
    }
}

/// A schedule at work.
pub struct Scheduler(JobScheduler);

impl Scheduler {
    /// Queues every job once, so that nothing waits for a node to have been up at the right minute, and then by its
    /// time table.
    ///
    /// # Errors
    /// [`ScheduleError`] for a time table that cannot be read.
    pub async fn start(queue: &Queue, schedule: &Schedule) -> Result<Self, ScheduleError> {
        let scheduler = JobScheduler::new().await.map_err(failed)?;
        for (job, expression) in schedule.entries() {
            let (queue, kind) = (queue.clone(), job.kind());
            // Cron jobs only: what the library calls repeated stops for ever after one late tick.
            let entry = CronJob::new_async(expression, move |_, _| {
                let (queue, job) = (queue.clone(), job.clone());
                Box::pin(async move { enqueue(&queue, &job).await })
            });
            let entry =
                entry.map_err(|_| ScheduleError::Expression { kind, expression: expression.to_owned() })?;
            scheduler.add(entry).await.map_err(failed)?;
        }
        for job in lanes::SCHEDULED {
            enqueue(queue, &job).await;
        }
        scheduler.start().await.map_err(failed)?;
        Ok(Self(scheduler))
    }

    /// Queues nothing more.
    ///
    /// # Errors
    /// [`ScheduleError::Scheduler`] if the scheduler does not answer any more.
    pub async fn stop(mut self) -> Result<(), ScheduleError> {
        self.0.shutdown().await.map_err(failed)
    }
}

impl std::fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scheduler").finish_non_exhaustive()
    }
}

async fn enqueue(queue: &Queue, job: &Job) {
    match queue.enqueue(job).await {
        Ok(true) => {}
        Ok(false) => tracing::debug!(kind = job.kind(), "still queued"),
        // The next tick comes, and the job finds the more to do.
        Err(error) => {
            tracing::warn!(kind = job.kind(), error = &error as &dyn std::error::Error, "not queued");
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
fn failed(error: JobSchedulerError) -> ScheduleError {
    ScheduleError::Scheduler(error.to_string())
}
