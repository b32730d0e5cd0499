//! What those are told who run a tenant or the service.

use std::fmt;

use sealpost_domain::{AbuseReason, EmailAddress, Timestamp, TransferId};

/// Audit entries do not arrive where they are sent on to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForwardingFails {
    /// What people know the place by.
    pub label: String,
    /// Since when.
    pub since: Timestamp,
}

/// A recipient has reported a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbuseReported {
    /// The tenant's name.
    pub tenant: String,
    /// Which transfer.
    pub transfer: TransferId,
    /// Why.
    pub reason: AbuseReason,
    /// When.
    pub at: Timestamp,
    /// What only the tenant's admins are told.
    pub told: Option<AbuseTold>,
}

/// What a tenant's admins are told of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbuseTold {
    /// Who has sent the transfer.
    pub sender: EmailAddress,
    /// Whose link it was.
    pub recipient: EmailAddress,
    /// What he says; may be empty, and have several lines.
    pub text: String,
}

/// How much a tenant has sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageReport {
    /// The first day.
    pub from: Timestamp,
    /// The last day.
    pub to: Timestamp,
    /// Numbers by day.
    pub days: Vec<(Timestamp, ReportRow)>,
    /// Numbers by department; `None` for all who are in none that is shown.
    pub departments: Vec<(Option<String>, ReportRow)>,
    /// Names of rules, with how often they have refused something; `None` for one that is no more.
    pub rules: Vec<(Option<String>, u64)>,
    /// Numbers of all together.
    pub total: ReportRow,
    /// Users who are not disabled.
    pub people: u64,
    /// Those of them who have a seat.
    pub seats: u64,
    /// Those of them who have a second factor.
    pub second_factors: u64,
    /// What transfers hold.
    pub stored_bytes: u64,
    /// Where its reader signs in, `http` or `https`.
    pub link: String,
}

/// A row of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportRow {
    /// Transfers that were sent.
    pub transfers: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Their recipients.
    pub recipients: u64,
    /// What rules refused.
    pub refused: u64,
    /// Transfers that were blocked.
    pub blocked: u64,
}

/// What the operator has to say of an incident.
#[derive(Clone, PartialEq, Eq)]
pub struct IncidentNotice {
    /// What it is about, in one line.
    pub subject: String,
    /// Plain lines.
    pub text: String,
    /// Where it is acknowledged, `http` or `https`.
    pub link: String,
    /// Whether its reader was told before.
    pub reminder: bool,
}

/// Without the link: whoever has it, acknowledges the notice.
impl fmt::Debug for IncidentNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IncidentNotice").field("reminder", &self.reminder).finish_non_exhaustive()
    }
}
