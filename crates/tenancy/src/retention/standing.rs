//! The verdict.

use std::time::Duration;

use sealpost_domain::Timestamp;

use super::RetentionReport;

/// Within this after its end, or after somebody has wanted it gone, nothing of a transfer is left: what is promised.
const PURGE_PATIENCE: Duration = Duration::from_secs(15 * 60);
/// Unfinished uploads are given up by a job that comes every 10 minutes.
const UPLOAD_PATIENCE: Duration = Duration::from_secs(60 * 60);

/// Whether everything that should be gone is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RetentionStanding {
    /// It is.
    Clear,
    /// It is, as far as can be seen; something hinders what removes, or cannot be seen.
    Attention,
    /// It is not.
    Overdue,
}

impl RetentionStanding {
    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Attention => "attention",
            Self::Clear => "clear",
            Self::Overdue => "overdue",
        }
    }
}

/// Something that is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetentionFinding {
    /// A job that removes something fails.
    JobFailing,
    /// A job that removes something has not been done for too long.
    JobLate,
    /// Keys of days that are over are still there.
    KeysOverdue,
    /// The keyring does not answer.
    KeyringAway,
    /// Objects of what was taken out of drafts may still be there.
    ObjectsLeft,
    /// Transfers are there that should be gone.
    TransfersOverdue,
    /// Unfinished uploads are there that should be gone.
    UploadsOverdue,
    /// The vault does not answer.
    VaultAway,
}

impl RetentionFinding {
    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JobFailing => "job_failing",
            Self::JobLate => "job_late",
            Self::KeysOverdue => "keys_overdue",
            Self::KeyringAway => "keyring_away",
            Self::ObjectsLeft => "objects_left",
            Self::TransfersOverdue => "transfers_overdue",
            Self::UploadsOverdue => "uploads_overdue",
            Self::VaultAway => "vault_away",
        }
    }

    const fn standing(self) -> RetentionStanding {
        match self {
            Self::KeysOverdue | Self::TransfersOverdue | Self::UploadsOverdue => RetentionStanding::Overdue,
            Self::JobFailing | Self::JobLate | Self::KeyringAway | Self::ObjectsLeft | Self::VaultAway => {
                RetentionStanding::Attention
            }
        }
    }
}

/// The worst of what was found.
pub(super) fn of(findings: &[RetentionFinding]) -> RetentionStanding {
    findings.iter().map(|found| found.standing()).max().unwrap_or(RetentionStanding::Clear)
}

/// What is not as it should be, the worst first.
pub(super) fn findings(report: &RetentionReport) -> Vec<RetentionFinding> {
    let late =
        |since: Option<Timestamp>, patience| since.is_some_and(|since| report.at.since(since) > patience);
    let transfers = &report.transfers;
    let end = transfers.first_past_end.as_ref().map(|first| first.expires_at);
    let checks = [
        (
            RetentionFinding::TransfersOverdue,
            late(end, PURGE_PATIENCE) || late(transfers.first_purge_begun, PURGE_PATIENCE),
        ),
        (
            RetentionFinding::KeysOverdue,
            report.epochs.as_ref().is_some_and(|epochs| !epochs.overdue.is_empty()),
        ),
        (RetentionFinding::UploadsOverdue, late(report.uploads.next_end, UPLOAD_PATIENCE)),
        (RetentionFinding::VaultAway, !report.vault.answers),
        (RetentionFinding::KeyringAway, report.epochs.is_none()),
        (RetentionFinding::JobLate, report.jobs.iter().any(|job| job.late)),
        (RetentionFinding::JobFailing, report.jobs.iter().any(|job| job.failing)),
        (RetentionFinding::ObjectsLeft, report.leftovers > 0),
    ];
    checks.into_iter().filter(|(_, holds)| *holds).map(|(finding, _)| finding).collect()
}
