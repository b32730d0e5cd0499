//! What became of a tenant's policy.

use sealpost_auth::TenantReader;
use sealpost_domain::{Timestamp, UserId};
use serde_json::Value;

use crate::{Tenancy, TenancyError};

/// A version, without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyVersionView {
    /// Its number.
    pub version: u64,
    /// What it changed: a [`PolicyDifference`](sealpost_domain::PolicyDifference) as JSON.
    pub difference: Value,
    /// Who made it; nobody for the operator.
    pub made_by: Option<UserId>,
    /// When it was made.
    pub made_at: Timestamp,
    /// The version that it brought back.
    pub restored_from: Option<u64>,
}

/// A page of versions, latest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyPage {
    /// The versions.
    pub versions: Vec<PolicyVersionView>,
    /// The number before which the next page begins; `None` on the last one.
    pub next: Option<u64>,
}

impl Tenancy {
    /// The versions before number `before`, latest first, at most `limit`. Of a tenant whose policy was never changed there
    /// are none.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn policy_versions(
        &self,
        reader: &TenantReader,
        before: Option<u64>,
        limit: u32,
    ) -> Result<PolicyPage, TenancyError> {
        let limit = limit as usize;
        let before = before.unwrap_or(i64::MAX as u64).min(i64::MAX as u64);
        let mut conn = self.db.read().await?;
        let mut rows = conn.policy_versions_before(reader.tenant(), before, limit as u64 + 1).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let versions = rows.into_iter().map(|row| PolicyVersionView {
            version: row.version,
            difference: serde_json::from_str(&row.difference).unwrap_or_default(),
            made_by: row.made_by,
            made_at: row.made_at,
            restored_from: row.restored_from,
        });
        let versions: Vec<_> = versions.collect();
        let next = versions.last().filter(|_| more).map(|last| last.version);
        Ok(PolicyPage { versions, next })
    }
}
