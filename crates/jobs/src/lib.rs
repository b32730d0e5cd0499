//! The queue's runner and the schedule: one file a job, each calls one use case.
//!
//! Use cases queue jobs in the transaction of the change that wants them; the [`Scheduler`] queues those that the
//! clock wants. A [`Runner`] claims them with leases and gives them to a handler, which [`Work`]
//! makes of the use cases. A job may be begun more than once
//! (a crash, a lost lease), so every handler can be repeated: mails go out with the same `Message-ID`, everything
//! else finds its work done.

mod abandon_uploads;
mod backoff;
mod checkpoint_audit;
mod clock_watch;
mod destroy_epochs;
mod error;
mod find_blocked_file;
mod forward;
mod lanes;
mod mail_request;
mod notify_abuse;
mod notify_account;
mod notify_admin_lock;
mod notify_incident;
mod notify_lock;
mod notify_recipient;
mod notify_recovery;
mod notify_refusal;
mod notify_sender;
mod notify_uploader;
mod notify_warning;
mod purge_expired;
mod queue;
mod reconcile_orphans;
mod release_transfer;
mod remind;
mod remind_due;
mod remove_tenants;
mod replicate;
mod reports;
mod retry;
mod rewrap_keys;
mod runner;
mod scheduler;
mod send_code;
mod send_request_code;
mod sweep;
mod trim_audit;
mod verify_store;
mod work;

pub use backoff::Backoff;
pub use clock_watch::{ClockWatch, clock_ahead};
pub use error::{JobError, ScheduleError};
pub use queue::{Queue, Random};
pub use retry::Retried;
pub use runner::{Handler, Pace, Runner, RunnerOptions, Running};
pub use scheduler::{Schedule, Scheduler};
pub use work::Work;
