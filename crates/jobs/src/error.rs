//! What can go wrong.

/// Why a job did not do its work. The text is kept beside the job for the operator: no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// No other attempt can do better.
    #[error("{0}")]
    Permanent(String),
    /// Another attempt may.
    #[error("{0}")]
    Transient(String),
}

/// Why the schedule does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// A time table is not in cron's form.
    #[error(
        "{kind} is scheduled for {expression:?}, which is not in cron's form (second minute hour day month weekday)"
    )]
    Expression {
        /// The job.
        kind: &'static str,
        /// What was written for it.
        expression: String,
    },
    /// The scheduler itself failed.
    #[error("the scheduler: {0}")]
    Scheduler(String),
}
