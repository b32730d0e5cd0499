//! Support access: the operator looks in where a tenant's owner has allowed it, for as long as he has.

use std::{fmt, time::Duration};

use sealpost_db::{AuditEvent, SupportToken as Row, SupportVisit};
use sealpost_domain::{Role, Scope, Scopes, SupportGrantId, TenantId, Timestamp, UserId};
use sealpost_sealed::{Column, Error, Random, TenantKey};
use serde_json::{Value, json};

use crate::{Auth, AuthError, OperatorGrant, caller::Caller, token::SupportSecret};

/// The place of the reason for which support was let in.
#[derive(Debug, Clone, Copy)]
pub struct SupportColumns(Column);

impl SupportColumns {
    /// The columns of this grant's row.
    pub const fn of(tenant: TenantId, grant: SupportGrantId) -> Self {
        Self(Column { tenant: tenant.into_bytes(), row: grant.into_bytes(), name: "support_grants.reason" })
    }

    /// Seals the reason.
    pub fn seal(self, key: &TenantKey, reason: &str, random: &dyn Random) -> Vec<u8> {
        key.seal_column(self.0, reason.as_bytes(), random)
    }

    /// Opens the reason.
    ///
    /// # Errors
    /// Those of opening a column.
    pub fn open(self, key: &TenantKey, reason: &[u8]) -> Result<String, Error> {
        key.open_text(self.0, reason)
    }
}

/// What the operator's support shows. Its secret is shown once and not stored.
pub struct SupportToken {
    /// What it rests on.
    pub grant: SupportGrantId,
    /// The secret.
    pub bearer: String,
    /// When it ends; earlier if the owner withdraws his leave.
    pub expires_at: Timestamp,
}

impl fmt::Debug for SupportToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupportToken").field("grant", &self.grant).finish_non_exhaustive()
    }
}

impl Auth {
    /// Makes a token with which the operator's support looks in: as an auditor, who reads what auditors read and changes
    /// nothing. `None` without an owner's leave that counts now. The tenant's log has either.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open_support(
        &self,
        operator: &OperatorGrant,
        lifetime: Duration,
    ) -> Result<Option<SupportToken>, AuthError> {
        let (tenant, now) = (operator.tenant(), self.now());
        let by = operator.actor().to_json();
        let mut tx = self.db.write().await?;
        let Some(leave) = tx.valid_support_grant(tenant, now).await? else {
            drop(tx);
            self.record_support(tenant, "support.refused", &json!({ "reason": "no_grant", "by": by }))
                .await?;
            return Ok(None);
        };
        let secret = SupportSecret::generate(&*self.random);
        let expires_at = (now + lifetime).min(leave.expires_at);
        tx.insert_support_token(&Row {
            token_hash: *secret.hash().as_bytes(),
            tenant_id: tenant,
            grant_id: leave.id,
            created_at: now,
            expires_at,
        })
        .await?;
        let payload = json!({ "grant": leave.id, "expires_at": expires_at, "by": by });
        let event = AuditEvent {
            at: now,
            kind: "support.opened",
            transfer_id: None,
            payload: &payload,
            sealed: None,
        };
        tx.append_audit(tenant, &[event]).await?;
        tx.commit().await?;
        Ok(Some(SupportToken { grant: leave.id, bearer: secret.to_bearer_text(), expires_at }))
    }

    /// Whoever shows a support token: an auditor of the tenant, who is none of its users. Every use is in the tenant's log
    /// before anything is shown, and so is what was refused.
    pub(crate) async fn caller_of_support(&self, secret: &SupportSecret) -> Result<Caller, AuthError> {
        let mut conn = self.db.read().await?;
        let found = conn.support_by_token(secret.hash().as_bytes()).await?;
        let visit = found.ok_or(AuthError::Unauthorized)?;
        let tenant = conn.tenant(visit.tenant_id).await?.ok_or(AuthError::Unauthorized)?;
        drop(conn);
        if let Some(reason) = why_not(&visit, self.now()) {
            let payload = json!({ "grant": visit.grant_id, "reason": reason, "by": "operator" });
            self.record_support(visit.tenant_id, "support.refused", &payload).await?;
            return Err(AuthError::Unauthorized);
        }
        let payload = json!({ "grant": visit.grant_id, "by": "operator" });
        self.record_support(visit.tenant_id, "support.used", &payload).await?;
        Ok(Caller {
            tenant: tenant.id,
            // Nobody's id: what belongs to a user is not the operator's.
            user: UserId::from(visit.grant_id.as_uuid()),
            role: Role::Auditor,
            scopes: Scopes::new([Scope::Audit]),
            tenant_key: self.keys.tenant_key(tenant.id, &tenant.tenant_key).await?,
            policy: tenant.policy,
            container: tenant.container.into(),
            session: None,
            client: None,
            sending_suspended: false,
            kinds: None,
            suspended: tenant.suspended_at.is_some(),
            now: self.now(),
        })
    }

    async fn record_support(&self, tenant: TenantId, kind: &str, payload: &Value) -> Result<(), AuthError> {
        let mut tx = self.db.write().await?;
        tx.append_audit(
            tenant,
            &[AuditEvent { at: self.now(), kind, transfer_id: None, payload, sealed: None }],
        )
        .await?;
        Ok(tx.commit().await?)
    }
}

fn why_not(visit: &SupportVisit, now: Timestamp) -> Option<&'static str> {
    if visit.withdrawn_at.is_some() {
        Some("withdrawn")
    } else if visit.grant_expires_at <= now || visit.expires_at <= now {
        Some("ended")
    } else {
        None
    }
}
