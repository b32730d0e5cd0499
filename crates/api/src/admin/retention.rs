//! `GET /api/v1/admin/retention`

use actix_web::{HttpResponse, get};
use sealpost_domain::TransferState;
use sealpost_tenancy::{EpochsView, RetentionJob, RetentionReport, TransfersView};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Auditor,
    wire::Time,
};

/// Where a tenant stands with what it keeps, and what should be gone. What is counted of transfers, uploads and leftovers is counted to 10,000: that means so many or more.
#[derive(Serialize, ToSchema)]
pub(crate) struct Retention {
    /// When it was looked.
    at: Time,
    /// `clear`: everything that should be gone is gone. `attention`: it is, as far as can be seen, but something hinders what removes, or cannot be seen. `overdue`: it is not.
    #[schema(example = "clear")]
    standing: &'static str,
    /// What is not as it should be, the worst first: `transfers_overdue`, `keys_overdue`, `uploads_overdue`, `vault_away`, `keyring_away`, `job_late`, `job_failing`, `objects_left`.
    findings: Vec<&'static str>,
    vault: RetentionVault,
    /// The keys of expiry days; absent if the keyring does not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    epoch_keys: Option<EpochKeys>,
    /// Days whose keys were destroyed, the latest first, at most 30, as far as the audit log has them.
    destroyed_days: Vec<DestroyedDay>,
    kept_for: KeptFor,
    transfers: RetentionTransfers,
    purges: Purges,
    uploads: UnfinishedUploads,
    /// What the last look through the whole container has found; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    store_check: Option<StoreCheck>,
    /// What removes, for all tenants together.
    jobs: Vec<RetentionJobLine>,
    /// When the first audit entry was written of those that are still there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    first_audit_entry_at: Option<Time>,
}

/// Where the root key lies.
#[derive(Serialize, ToSchema)]
pub(crate) struct RetentionVault {
    /// What keeps it.
    #[schema(example = "local")]
    kind: &'static str,
    /// The version of the root key that wraps, by name.
    #[schema(example = "local:v1:0123456789abcdef")]
    root_key: String,
    /// Whether it answers now.
    answers: bool,
}

/// The keys of the tenant's expiry days.
#[derive(Serialize, ToSchema)]
pub(crate) struct EpochKeys {
    /// How many days have one.
    count: u64,
    /// The first of them, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Date)]
    first_day: Option<String>,
    /// The last of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Date)]
    last_day: Option<String>,
    /// Days whose key should be destroyed and is not, the first of them first.
    overdue_days: Vec<String>,
    /// From when on no copy of what there is now opens, wherever it lies, if nothing is extended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    copies_open_until: Option<Time>,
}

/// A day whose key was destroyed.
#[derive(Serialize, ToSchema)]
pub(crate) struct DestroyedDay {
    #[schema(format = Date)]
    day: String,
    /// When.
    at: Time,
}

/// How long what is kept, as the policy says.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeptFor {
    /// A transfer, if its sender says nothing.
    transfer_default_seconds: u64,
    /// A transfer at most.
    transfer_max_seconds: u64,
    /// An unfinished upload after its last byte.
    upload_idle_seconds: u64,
    /// An audit entry.
    audit_seconds: u64,
}

/// What there is of transfers.
#[derive(Serialize, ToSchema)]
pub(crate) struct RetentionTransfers {
    draft: u64,
    sealed: u64,
    available: u64,
    blocked: u64,
    /// Those whose removal was begun and is not finished.
    being_purged: u64,
    /// Since when the first of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    first_purge_began_at: Option<Time>,
    /// Those that are there although their time is over: removed within 15 minutes.
    past_end: u64,
    /// The one whose time was over first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    first_past_end: Option<TransferEnd>,
    /// The one that ends next.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_end: Option<TransferEnd>,
}

/// A transfer and its end.
#[derive(Serialize, ToSchema)]
pub(crate) struct TransferEnd {
    id: Uuid,
    expires_at: Time,
}

/// What was purged in the last 30 days.
#[derive(Serialize, ToSchema)]
pub(crate) struct Purges {
    /// The first of these days, in UTC.
    #[schema(format = Date)]
    from: String,
    /// By day; days without anything are left out.
    days: Vec<PurgeDay>,
}

/// What was purged in a day.
#[derive(Serialize, ToSchema)]
pub(crate) struct PurgeDay {
    #[schema(format = Date)]
    day: String,
    /// Transfers whose time was over.
    expired: u64,
    /// Transfers that went before.
    deleted: u64,
    files: u64,
    bytes: u64,
    /// The longest time from an end to the removal, in milliseconds.
    longest_delay_ms: u64,
}

/// Uploads that are no files yet.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnfinishedUploads {
    count: u64,
    /// What is stored of them.
    bytes: u64,
    /// When the first of them goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_end: Option<Time>,
    /// Files and uploads that were taken out of drafts, and whose objects the store may still have.
    leftovers: u64,
}

/// What a look through the whole container has found.
#[derive(Serialize, ToSchema)]
pub(crate) struct StoreCheck {
    at: Time,
    /// Objects.
    objects: u64,
    /// Those that belonged to nothing, and were removed.
    removed: u64,
    /// Those whose names are none of the service's; they are left alone.
    unknown: u64,
}

/// A job that removes something.
#[derive(Serialize, ToSchema)]
#[schema(as = RetentionJob)]
pub(crate) struct RetentionJobLine {
    #[schema(example = "purge_expired")]
    kind: &'static str,
    /// When it was done last; absent: never, as far as is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    done_at: Option<Time>,
    /// After how long without it, it is late.
    late_after_seconds: u64,
    late: bool,
    /// Whether its latest attempt has failed, and it waits for the next.
    failing: bool,
}

/// Shows whether everything that should be gone is gone: keys, transfers, uploads, and what removes them
#[utoipa::path(
    tag = "admin",
    operation_id = "get_retention",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = Retention),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/retention")]
pub(crate) async fn get(app: App, auditor: Auditor) -> Result<HttpResponse, ApiError> {
    let report = app.tenancy().retention(&auditor.0).await?;
    Ok(HttpResponse::Ok().json(Retention::from(report)))
}

impl From<RetentionReport> for Retention {
    fn from(report: RetentionReport) -> Self {
        let destroyed = report.destroyed.into_iter();
        let uploads = report.uploads;
        Self {
            at: report.at.into(),
            standing: report.standing.as_str(),
            findings: report.findings.into_iter().map(|found| found.as_str()).collect(),
            vault: RetentionVault {
                kind: report.vault.kind,
                root_key: report.vault.key,
                answers: report.vault.answers,
            },
            epoch_keys: report.epochs.map(EpochKeys::from),
            destroyed_days: destroyed.map(|day| DestroyedDay { day: day.day, at: day.at.into() }).collect(),
            kept_for: KeptFor {
                transfer_default_seconds: report.policy.default_seconds,
                transfer_max_seconds: report.policy.max_seconds,
                upload_idle_seconds: report.policy.upload_idle_seconds,
                audit_seconds: report.policy.audit_seconds,
            },
            transfers: report.transfers.into(),
            purges: Purges {
                from: report.purges_from.date(),
                days: report.purges.iter().map(PurgeDay::from).collect(),
            },
            uploads: UnfinishedUploads {
                count: uploads.uploads,
                bytes: uploads.bytes,
                next_end: uploads.next_end.map(Time),
                leftovers: report.leftovers,
            },
            store_check: report.store_check.map(|check| StoreCheck {
                at: check.at.into(),
                objects: check.seen,
                removed: check.removed,
                unknown: check.unknown,
            }),
            jobs: report.jobs.into_iter().map(RetentionJobLine::from).collect(),
            first_audit_entry_at: report.first_entry_at.map(Time),
        }
    }
}

impl From<EpochsView> for EpochKeys {
    fn from(view: EpochsView) -> Self {
        Self {
            count: view.count,
            first_day: view.first.map(|day| day.date()),
            last_day: view.last.map(|day| day.date()),
            overdue_days: view.overdue.into_iter().map(|day| day.date()).collect(),
            copies_open_until: view.copies_open_until.map(Time),
        }
    }
}

impl From<TransfersView> for RetentionTransfers {
    fn from(view: TransfersView) -> Self {
        let of = |state| view.states.iter().find(|(known, _)| *known == state).map_or(0, |(_, count)| *count);
        let end = |id: sealpost_domain::TransferId, at: sealpost_domain::Timestamp| TransferEnd {
            id: id.as_uuid(),
            expires_at: at.into(),
        };
        Self {
            draft: of(TransferState::Draft),
            sealed: of(TransferState::Sealed),
            available: of(TransferState::Available),
            blocked: of(TransferState::Blocked),
            being_purged: of(TransferState::Purged),
            first_purge_began_at: view.first_purge_begun.map(Time),
            past_end: view.past_end,
            first_past_end: view.first_past_end.map(|first| end(first.id, first.expires_at)),
            next_end: view.next_end.map(|next| end(next.id, next.expires_at)),
        }
    }
}

impl From<&sealpost_tenancy::PurgeDay> for PurgeDay {
    fn from(day: &sealpost_tenancy::PurgeDay) -> Self {
        Self {
            day: day.day.date(),
            expired: day.expired,
            deleted: day.deleted,
            files: day.files,
            bytes: day.bytes,
            longest_delay_ms: day.longest_delay,
        }
    }
}

impl From<RetentionJob> for RetentionJobLine {
    fn from(job: RetentionJob) -> Self {
        Self {
            kind: job.kind,
            done_at: job.done_at.map(Time),
            late_after_seconds: job.late_after.as_secs(),
            late: job.late,
            failing: job.failing,
        }
    }
}
