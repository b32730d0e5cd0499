//! Support access: a tenant's owner lets the operator's support look in, for a time, and takes it back.

use std::time::Duration;

use sealpost_auth::{OwnerSession, SteppedUp, SupportColumns};
use sealpost_db::{AuditEvent, SupportGrant};
use sealpost_domain::{SupportGrantId, Timestamp, UserId, is_deceptive};
use sealpost_sealed::{TenantKey, random_bytes};
use serde_json::json;

use crate::{Tenancy, TenancyError};

/// Longest time for which support may be let in, in hours.
pub const SUPPORT_MAX_HOURS: u32 = 72;
/// Longest reason in bytes.
const MAX_REASON_BYTES: usize = 500;
/// How many grants are listed.
const LISTED: u64 = 100;

/// An owner's leave for the operator's support to look in.
#[derive(Debug, Clone)]
pub struct SupportGrantView {
    /// Which.
    pub id: SupportGrantId,
    /// The owner who gave it.
    pub given_by: UserId,
    /// What it is for.
    pub reason: String,
    /// When it was given.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
}

impl Tenancy {
    /// Lets the operator's support look in: read only, for so many hours.
    ///
    /// # Errors
    /// [`TenancyError::Invalid`].
    pub async fn allow_support(
        &self,
        owner: &SteppedUp<OwnerSession>,
        hours: u32,
        reason: &str,
    ) -> Result<SupportGrantView, TenancyError> {
        if !(1..=SUPPORT_MAX_HOURS).contains(&hours) {
            return Err(TenancyError::Invalid("hours lie between 1 and 72"));
        }
        let reason = reason.trim();
        let strange = |c: char| c.is_control() || is_deceptive(c);
        if reason.is_empty() || reason.len() > MAX_REASON_BYTES || reason.chars().any(strange) {
            return Err(TenancyError::Invalid("a reason is one line of 1 to 500 bytes"));
        }
        let (tenant, now) = (owner.tenant(), self.clock.now());
        let id = SupportGrantId::new(now, random_bytes(&*self.random));
        let row = SupportGrant {
            id,
            tenant_id: tenant,
            given_by: owner.user(),
            reason: SupportColumns::of(tenant, id).seal(owner.tenant_key(), reason, &*self.random),
            created_at: now,
            expires_at: now + Duration::from_secs(u64::from(hours) * 3_600),
            withdrawn_at: None,
        };
        let mut tx = self.db.write().await?;
        tx.insert_support_grant(&row).await?;
        let payload = json!({ "grant": id, "by": owner.user(), "expires_at": row.expires_at });
        let event = AuditEvent {
            at: now,
            kind: "support.allowed",
            transfer_id: None,
            payload: &payload,
            sealed: None,
        };
        tx.append_audit(tenant, &[event]).await?;
        tx.commit().await?;
        view(&row, owner.tenant_key())
    }

    /// The latest hundred leaves that were given, the latest first.
    ///
    /// # Errors
    /// [`TenancyError::Damaged`] if a row was changed.
    pub async fn support_grants(&self, owner: &OwnerSession) -> Result<Vec<SupportGrantView>, TenancyError> {
        let rows = self.db.read().await?.support_grants(owner.tenant(), LISTED).await?;
        rows.iter().map(|row| view(row, owner.tenant_key())).collect()
    }

    /// Takes a leave back: what rests on it counts no more from the next request on.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`] if there is none that still counts.
    pub async fn withdraw_support(
        &self,
        owner: &OwnerSession,
        id: SupportGrantId,
    ) -> Result<(), TenancyError> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        if !tx.withdraw_support_grant(owner.tenant(), id, now).await? {
            return Err(TenancyError::NotFound);
        }
        let payload = json!({ "grant": id, "by": owner.user() });
        let event = AuditEvent {
            at: now,
            kind: "support.withdrawn",
            transfer_id: None,
            payload: &payload,
            sealed: None,
        };
        tx.append_audit(owner.tenant(), &[event]).await?;
        Ok(tx.commit().await?)
    }
}

fn view(row: &SupportGrant, key: &TenantKey) -> Result<SupportGrantView, TenancyError> {
    let reason = SupportColumns::of(row.tenant_id, row.id).open(key, &row.reason)?;
    Ok(SupportGrantView {
        id: row.id,
        given_by: row.given_by,
        reason,
        created_at: row.created_at,
        expires_at: row.expires_at,
        withdrawn_at: row.withdrawn_at,
    })
}
