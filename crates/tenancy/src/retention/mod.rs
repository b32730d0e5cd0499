//! Whether everything that should be gone is gone: what those hear who answer for it.

mod jobs;
mod standing;

use std::time::Duration;

use sealpost_auth::AuditorSession;
use sealpost_db::{AuditSearch, Conn, PurgeDay, StoreCheck, TransferEnd, UnfinishedUploads};
use sealpost_domain::{Epoch, TenantId, Timestamp, TransferState};
use sealpost_keys::{EPOCH_GRACE, EPOCH_PATIENCE, KeysError};
use serde_json::Value;

pub use jobs::RetentionJob;
pub use standing::{RetentionFinding, RetentionStanding};

use crate::{Tenancy, TenancyError};

/// Nothing is counted further.
pub const RETENTION_COUNT_MAX: u64 = 10_000;
/// Days of which purges are told, today among them.
const PURGE_DAYS: u64 = 30;
/// Days whose keys were destroyed, of which is told.
const DESTROYED_DAYS: u64 = 30;
/// More days than transfers can live, and some that are over.
const MOST_EPOCHS: u64 = 1_000;
/// A vault that has not answered by then does not answer.
const VAULT_PATIENCE: Duration = Duration::from_secs(5);

/// Where a tenant stands with what it keeps, and what should be gone.
#[derive(Debug, Clone)]
pub struct RetentionReport {
    /// When it was looked.
    pub at: Timestamp,
    /// All of it in a word.
    pub standing: RetentionStanding,
    /// What is not as it should be.
    pub findings: Vec<RetentionFinding>,
    /// Where the root key lies.
    pub vault: VaultView,
    /// The keys of expiry days; `None`: the keyring does not answer.
    pub epochs: Option<EpochsView>,
    /// Expiry days whose keys were destroyed, as far as the audit log has them: the latest first, at most 30.
    pub destroyed: Vec<DestroyedDay>,
    /// How long what is kept.
    pub policy: RetentionPolicy,
    /// What there is of transfers.
    pub transfers: TransfersView,
    /// What was purged in the last 30 days, by day.
    pub purges: Vec<PurgeDay>,
    /// The first of these days.
    pub purges_from: Epoch,
    /// Uploads that are no files yet: of 10,000 of them, if there are more.
    pub uploads: UnfinishedUploads,
    /// Files and uploads taken out of drafts whose objects may still be there; counted to 10,000.
    pub leftovers: u64,
    /// What the last look through the whole container has found; `None` before the first.
    pub store_check: Option<StoreCheck>,
    /// What removes.
    pub jobs: Vec<RetentionJob>,
    /// When the first audit entry was written of those that are still there.
    pub first_entry_at: Option<Timestamp>,
}

/// Where the root key lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultView {
    /// What keeps it: `local`.
    pub kind: &'static str,
    /// Its version, by name.
    pub key: String,
    /// Whether it answers now.
    pub answers: bool,
}

/// The keys of a tenant's expiry days, in the keyring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochsView {
    /// How many days have one.
    pub count: u64,
    /// The earliest of them.
    pub first: Option<Epoch>,
    /// The latest of them.
    pub last: Option<Epoch>,
    /// Days whose key should be destroyed by now, earliest first.
    pub overdue: Vec<Epoch>,
    /// From when on no copy opens of what there is now, wherever it lies, if nothing is extended.
    pub copies_open_until: Option<Timestamp>,
}

/// An expiry day whose key was destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestroyedDay {
    /// The day, as RFC 3339 writes it.
    pub day: String,
    /// When its key was destroyed.
    pub at: Timestamp,
}

/// How long what is kept, in seconds, as the policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionPolicy {
    /// A transfer, if its sender says nothing.
    pub default_seconds: u64,
    /// A transfer at most.
    pub max_seconds: u64,
    /// An unfinished upload after its last byte.
    pub upload_idle_seconds: u64,
    /// An audit entry.
    pub audit_seconds: u64,
}

/// A tenant's transfers; each number is counted to 10,000.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransfersView {
    /// How many there are of each state, by their rows: `purged` are those that are being removed.
    pub states: Vec<(TransferState, u64)>,
    /// Which ends next.
    pub next_end: Option<TransferEnd>,
    /// How many are there although their time is over.
    pub past_end: u64,
    /// Whose time was over first of these.
    pub first_past_end: Option<TransferEnd>,
    /// When the first purge was begun that is not finished.
    pub first_purge_begun: Option<Timestamp>,
}

impl Tenancy {
    /// Where the auditor's tenant stands with what it keeps, and what should be gone. A vault or keyring that does not answer is
    /// part of the answer.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn retention(&self, session: &AuditorSession) -> Result<RetentionReport, TenancyError> {
        let (tenant, at) = (session.tenant(), self.clock.now());
        let epochs = match self.keys.epochs_of(tenant, MOST_EPOCHS).await {
            Ok(days) => Some(EpochsView::of(&days, at)),
            Err(KeysError::Keyring(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the keyring does not answer");
                None
            }
            Err(error) => return Err(error.into()),
        };
        let vault = self.vault_view().await;
        let mut conn = self.db.read().await?;
        let policy = conn.current_policy(tenant).await?.ok_or(TenancyError::NotFound)?.policy;
        let purges_from = Epoch::from_days(at.epoch().days() - (PURGE_DAYS as i64 - 1));
        let mut report = RetentionReport {
            at,
            standing: RetentionStanding::Clear,
            findings: Vec::new(),
            vault,
            epochs,
            destroyed: destroyed(&mut conn, tenant).await?,
            policy: RetentionPolicy {
                default_seconds: policy.retention_default_seconds,
                max_seconds: policy.retention_max_seconds,
                upload_idle_seconds: policy.upload_idle_seconds,
                audit_seconds: policy.audit_retention_seconds,
            },
            transfers: transfers(&mut conn, tenant, at).await?,
            purges: conn.purge_days(tenant, purges_from).await?,
            purges_from,
            uploads: conn.unfinished_uploads(tenant, RETENTION_COUNT_MAX).await?,
            leftovers: conn.count_leftovers(tenant, RETENTION_COUNT_MAX).await?,
            store_check: conn.store_check(tenant).await?,
            jobs: jobs::standing(&conn.job_runs().await?, at),
            first_entry_at: conn.first_audit_entry_at(tenant).await?,
        };
        report.findings = standing::findings(&report);
        report.standing = standing::of(&report.findings);
        Ok(report)
    }

    async fn vault_view(&self) -> VaultView {
        let vault = self.keys.vault();
        let answers = match tokio::time::timeout(VAULT_PATIENCE, vault.health()).await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the vault does not answer");
                false
            }
            Err(_elapsed) => false,
        };
        VaultView { kind: vault.kind(), key: vault.key_id().to_string(), answers }
    }
}

impl EpochsView {
    fn of(days: &[Epoch], at: Timestamp) -> Self {
        let overdue = |day: &&Epoch| at > day.end() + EPOCH_GRACE + EPOCH_PATIENCE;
        Self {
            count: days.len() as u64,
            first: days.first().copied(),
            last: days.last().copied(),
            overdue: days.iter().filter(overdue).copied().collect(),
            copies_open_until: days.last().map(|last| last.end() + EPOCH_GRACE),
        }
    }
}

async fn transfers(conn: &mut Conn, tenant: TenantId, at: Timestamp) -> Result<TransfersView, TenancyError> {
    let mut states = Vec::new();
    for state in TransferState::ALL {
        // By their rows: what is over by the clock stands there as it stood before.
        if state != TransferState::Expired {
            states.push((state, conn.count_transfers(tenant, state, RETENTION_COUNT_MAX).await?));
        }
    }
    let (past_end, first_past_end) = conn.past_end(tenant, at, RETENTION_COUNT_MAX).await?;
    Ok(TransfersView {
        states,
        next_end: conn.next_end(tenant, at).await?,
        past_end,
        first_past_end,
        first_purge_begun: conn.first_purge_begun(tenant).await?,
    })
}

async fn destroyed(conn: &mut Conn, tenant: TenantId) -> Result<Vec<DestroyedDay>, TenancyError> {
    let search = AuditSearch {
        kind: Some("epoch.destroyed"),
        transfer: None,
        from: Timestamp::from_unix_millis(i64::MIN),
        until: (Timestamp::from_unix_millis(i64::MAX), 0),
    };
    let entries = conn.search_audit(tenant, &search, DESTROYED_DAYS).await?;
    let day = |payload: &str| {
        let payload: Value = serde_json::from_str(payload).ok()?;
        payload["day"].as_str().map(str::to_owned)
    };
    let destroyed = entries.into_iter();
    Ok(destroyed.filter_map(|entry| Some(DestroyedDay { day: day(&entry.payload)?, at: entry.at })).collect())
}
