//! Counts for reports, and mails them.

use sealpost_domain::{TenantId, Timestamp, UserId};
use sealpost_mail::{Message, ReportRow, UsageReport};
use sealpost_tenancy::ReportNumbers;

use crate::{JobError, Running, Work};

const MILLIS_PER_DAY: i64 = 24 * 3_600 * 1_000;

/// Counts what is new, and queues the mails of weeks and months that are over.
pub(crate) async fn collect(work: &Work) -> Result<(), JobError> {
    let queued = work.tenancy.collect_reports().await?;
    if queued > 0 {
        tracing::info!(queued, "reports");
    }
    Ok(())
}

/// A report to one person.
pub(crate) async fn mail(
    work: &Work,
    running: &Running,
    (tenant, user): (TenantId, UserId),
    days: (i64, i64),
) -> Result<(), JobError> {
    let Some(mail) = work.tenancy.report_mail(tenant, user, days).await? else {
        return Ok(());
    };
    let report = mail.report;
    let standing = report.total.standing.unwrap_or_default();
    let message = UsageReport {
        from: midnight(days.0),
        to: midnight(days.1),
        days: report.days.iter().map(|(day, numbers)| (midnight(*day), row(numbers))).collect(),
        departments: report.departments.iter().map(|(of, numbers)| (of.name.clone(), row(numbers))).collect(),
        rules: report.rules.iter().map(|rule| (rule.name.clone(), rule.refused)).collect(),
        total: row(&report.total),
        people: standing.people,
        seats: standing.seats,
        second_factors: standing.second_factors,
        stored_bytes: standing.stored_bytes,
        link: work.auth.account_page(),
    };
    work.send(running, mail.to, Message::UsageReport(message)).await
}

const fn row(numbers: &ReportNumbers) -> ReportRow {
    ReportRow {
        transfers: numbers.transfers,
        bytes: numbers.bytes,
        recipients: numbers.recipients,
        refused: numbers.refused(),
        blocked: numbers.all_blocked(),
    }
}

const fn midnight(day: i64) -> Timestamp {
    Timestamp::from_unix_millis(day.saturating_mul(MILLIS_PER_DAY))
}
