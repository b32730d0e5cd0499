//! Reading a log.

use sealpost_auth::AuditorSession;
use sealpost_db::AuditEntry;
use sealpost_domain::TransferId;

use crate::{Tenancy, TenancyError};

/// Which entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Those before this one; the newest if absent.
    pub before: Option<u64>,
    /// Those about this transfer.
    pub transfer: Option<TransferId>,
}

/// An entry as auditors see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntryView {
    /// The entry.
    pub entry: AuditEntry,
}

/// A page of entries, newest first.
#[derive(Debug, Clone)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntryView>,
    /// Before which the next page begins; `None` on the last one.
    pub next: Option<u64>,
}

impl Tenancy {
    /// At most `limit` entries of the auditor's tenant's log, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit(
        &self,
        session: &AuditorSession,
        filter: AuditFilter,
        limit: u32,
    ) -> Result<AuditPage, TenancyError> {
        let before = filter.before.unwrap_or(i64::MAX as u64);
        let mut conn = self.db.read().await?;
        let rows = u64::from(limit) + 1;
        let mut entries = match filter.transfer {
            Some(transfer) => conn.audit_of_transfer_before(session.tenant(), transfer, before, rows).await?,
            None => conn.audit_before(session.tenant(), before, rows).await?,
        };
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next = entries.last().map(|entry| entry.seq).filter(|_| more);
        Ok(AuditPage { entries: entries.into_iter().map(|entry| AuditEntryView { entry }).collect(), next })
    }
}
