//! What can be queued.

use sealpost_domain::{RecipientId, TransferId, VisitId};
use serde::{Deserialize, Serialize};

/// Work that is queued: a kind and the ids that it is about. Never personal data, never a secret: the queue's table
/// is in every backup of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    content = "payload",
    rename_all = "snake_case",
    deny_unknown_fields
)]
#[non_exhaustive]
pub enum Job {
    /// Tells a recipient of his transfer.
    Notify {
        /// The recipient.
        recipient: RecipientId,
    },
    /// Tells the sender that a recipient has fetched.
    Receipt {
        /// The visit in which he has.
        visit: VisitId,
    },
    /// Reminds a recipient who has not fetched.
    Remind {
        /// The recipient.
        recipient: RecipientId,
    },
    /// Tells the sender that wrong passwords have locked his transfer.
    LockedNotice {
        /// The transfer.
        transfer: TransferId,
    },
    /// Purges one transfer, whose purging has begun or has failed.
    Purge {
        /// The transfer.
        transfer: TransferId,
    },
    /// Purges what has expired.
    PurgeExpired {},
    /// Purges uploads that nobody finishes.
    PurgeAbandonedUploads {},
    /// Removes stored objects that no row knows.
    ReconcileOrphans {},
    /// Destroys the keys of days that are over.
    DestroyEpochKeys {},
    /// Queues a reminder for everybody who is due one.
    SendReminders {},
}

/// A queued row that this version of the service cannot read.
#[derive(Debug, thiserror::Error)]
#[error("no job that this version knows")]
pub struct UnknownJob;

impl Job {
    /// Every job that the clock queues.
    pub const SCHEDULED: [Self; 5] = [
        Self::PurgeExpired {},
        Self::PurgeAbandonedUploads {},
        Self::ReconcileOrphans {},
        Self::DestroyEpochKeys {},
        Self::SendReminders {},
    ];

    /// Kinds that send a mail.
    pub(crate) const MAILS: &[&str] = &["notify", "receipt", "remind", "locked_notice"];

    /// All other kinds.
    pub(crate) const OTHERS: &[&str] = &[
        "purge",
        "purge_expired",
        "purge_abandoned_uploads",
        "reconcile_orphans",
        "destroy_epoch_keys",
        "send_reminders",
    ];

    /// Whether the clock queues it, again and again.
    pub const fn is_scheduled(&self) -> bool {
        matches!(
            self,
            Self::PurgeExpired {}
                | Self::PurgeAbandonedUploads {}
                | Self::ReconcileOrphans {}
                | Self::DestroyEpochKeys {}
                | Self::SendReminders {}
        )
    }

    /// The word in the queue's table.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Notify { .. } => "notify",
            Self::Receipt { .. } => "receipt",
            Self::Remind { .. } => "remind",
            Self::LockedNotice { .. } => "locked_notice",
            Self::Purge { .. } => "purge",
            Self::PurgeExpired {} => "purge_expired",
            Self::PurgeAbandonedUploads {} => "purge_abandoned_uploads",
            Self::ReconcileOrphans {} => "reconcile_orphans",
            Self::DestroyEpochKeys {} => "destroy_epoch_keys",
            Self::SendReminders {} => "send_reminders",
        }
    }

    /// The ids as JSON.
    pub fn payload(&self) -> String {
        let both = serde_json::to_value(self).expect("ids are JSON");
        both["payload"].to_string()
    }

    /// The job that a row says.
    ///
    /// # Errors
    /// [`UnknownJob`] for what a later version may have queued.
    pub fn parse(kind: &str, payload: &str) -> Result<Self, UnknownJob> {
        let payload: serde_json::Value = serde_json::from_str(payload).map_err(|_| UnknownJob)?;
        serde_json::from_value(serde_json::json!({ "kind": kind, "payload": payload }))
            .map_err(|_| UnknownJob)
    }
}

#[cfg(test)]
mod tests {
    use sealpost_domain::Timestamp;

    use super::*;

    #[test]
    fn rows_round_trip() {
        let now = Timestamp::from_unix_millis(1_800_000_000_000);
        let mut jobs = vec![
            Job::Notify {
                recipient: RecipientId::new(now, [1; 10]),
            },
            Job::Receipt {
                visit: VisitId::new(now, [2; 10]),
            },
            Job::Remind {
                recipient: RecipientId::new(now, [3; 10]),
            },
            Job::LockedNotice {
                transfer: TransferId::new(now, [4; 10]),
            },
            Job::Purge {
                transfer: TransferId::new(now, [5; 10]),
            },
        ];
        jobs.extend(Job::SCHEDULED);
        for job in jobs {
            assert_eq!(
                Job::parse(job.kind(), &job.payload()).unwrap(),
                job,
                "{}",
                job.payload()
            );
            assert_eq!(job.is_scheduled(), Job::SCHEDULED.contains(&job));
            assert!(
                Job::MAILS.contains(&job.kind()) != Job::OTHERS.contains(&job.kind()),
                "one lane each"
            );
        }
    }

    #[test]
    fn rows_of_another_version_are_an_error() {
        for (kind, payload) in [
            ("unknown", "{}"),
            ("notify", "{}"),
            ("notify", "no JSON"),
            ("notify", r#"{"recipient":"x"}"#),
            ("purge_expired", r#"{"extra":1}"#),
        ] {
            assert!(Job::parse(kind, payload).is_err(), "{kind} {payload}");
        }
    }
}
