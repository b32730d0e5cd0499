//! What becomes of a tenant: suspended, resumed, terminated. The operator's to do, and nobody else's.

use sealpost_auth::OperatorGrant;
use sealpost_db::Lifecycle;
use sealpost_domain::TenantId;
use serde_json::json;

use crate::{Tenancy, TenancyError};

impl Tenancy {
    /// What has become of the tenant.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn lifecycle(&self, tenant: TenantId) -> Result<Lifecycle, TenancyError> {
        self.db.read().await?.lifecycle(tenant).await?.ok_or(TenancyError::NotFound)
    }

    /// Suspends a tenant, from the next request on: nobody of it signs in or sends, every token and session answers as if
    /// there were none, and its recipients fetch nothing. Nothing is deleted but what reaches its end. `false` if it is
    /// suspended already.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn suspend(&self, grant: &OperatorGrant) -> Result<bool, TenancyError> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let row = tx.lifecycle_for_update(grant.tenant()).await?.ok_or(TenancyError::NotFound)?;
        if row.suspended_at.is_some() {
            return Ok(false);
        }
        tx.set_lifecycle(grant.tenant(), Some(now), row.terminated_at).await?;
        grant.record(&mut tx, now, "tenant.suspended", json!({})).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Resumes a tenant: everything is as it was, sessions and tokens included, but for what has reached its end. One that
    /// was terminated resumes only if that is meant to be undone. `false` if it is not suspended.
    ///
    /// # Errors
    /// [`TenancyError::Terminated`]; [`TenancyError::RemovalBegan`] when it is too late; [`TenancyError::NotFound`].
    pub async fn resume(&self, grant: &OperatorGrant, undo_termination: bool) -> Result<bool, TenancyError> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let row = tx.lifecycle_for_update(grant.tenant()).await?.ok_or(TenancyError::NotFound)?;
        if row.removal_began_at.is_some() {
            return Err(TenancyError::RemovalBegan);
        }
        if row.terminated_at.is_some() && !undo_termination {
            return Err(TenancyError::Terminated);
        }
        if row.suspended_at.is_none() && row.terminated_at.is_none() {
            return Ok(false);
        }
        tx.set_lifecycle(grant.tenant(), None, None).await?;
        let payload = json!({ "was_terminated": row.terminated_at.is_some() });
        grant.record(&mut tx, now, "tenant.resumed", payload).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Terminates a tenant: suspends it, and records when. What it has is removed when [`EXPORT_TIME`](crate::EXPORT_TIME) is
    /// over. `false` if it is terminated already.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn terminate(&self, grant: &OperatorGrant) -> Result<bool, TenancyError> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let row = tx.lifecycle_for_update(grant.tenant()).await?.ok_or(TenancyError::NotFound)?;
        if row.terminated_at.is_some() {
            return Ok(false);
        }
        tx.set_lifecycle(grant.tenant(), Some(row.suspended_at.unwrap_or(now)), Some(now)).await?;
        grant.record(&mut tx, now, "tenant.terminated", json!({})).await?;
        tx.commit().await?;
        Ok(true)
    }
}
