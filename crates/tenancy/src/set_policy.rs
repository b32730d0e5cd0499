//! Other rules for a tenant.

use sealpost_auth::ManageGrant;
use sealpost_domain::Policy;
use serde_json::json;

use crate::{Tenancy, TenancyError};

impl Tenancy {
    /// Gives a tenant other rules, which count from the next request on. The log gets both, old and new.
    ///
    /// # Errors
    /// [`TenancyError::Policy`] for rules that cannot be kept, [`TenancyError::NotFound`].
    pub async fn set_policy(&self, grant: &ManageGrant, policy: &Policy) -> Result<(), TenancyError> {
        policy.validate()?;
        let mut tx = self.db.write().await?;
        let before = tx.tenant_for_update(grant.tenant()).await?.ok_or(TenancyError::NotFound)?;
        if before.policy == *policy {
            return Ok(());
        }
        tx.set_policy(grant.tenant(), policy).await?;
        let payload = json!({ "from": before.policy, "to": policy });
        grant.record(&mut tx, self.clock.now(), "policy.changed", payload).await?;
        Ok(tx.commit().await?)
    }
}
