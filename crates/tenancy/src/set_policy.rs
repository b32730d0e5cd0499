//! Other rules for a tenant.

use sealpost_db::{AuditEvent, Tenant};
use sealpost_domain::Policy;
use serde_json::json;

use crate::{Tenancy, TenancyError};

impl Tenancy {
    /// Gives a tenant other rules, which count from the next request on. The log gets both, old and new.
    ///
    /// # Errors
    /// [`TenancyError::Policy`] for rules that cannot be kept, [`TenancyError::NotFound`].
    pub async fn set_policy(&self, tenant: &Tenant, policy: &Policy) -> Result<(), TenancyError> {
        policy.validate()?;
        let mut tx = self.db.write().await?;
        if !tx.set_policy(tenant.id, policy).await? {
            return Err(TenancyError::NotFound);
        }
        let payload = json!({ "from": tenant.policy, "to": policy });
        let event =
            AuditEvent { at: self.clock.now(), kind: "policy.changed", transfer_id: None, payload: &payload };
        tx.append_audit(tenant.id, &[event]).await?;
        Ok(tx.commit().await?)
    }
}
