//! Taking a portal away.

use sealpost_auth::ManageGrant;
use sealpost_domain::PortalId;
use serde_json::json;

use crate::{Tenancy, TenancyError};

impl Tenancy {
    /// Removes a portal: from now on it takes nothing, not even of what is being uploaded. What has come in stays.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn remove_portal(&self, grant: &ManageGrant, id: PortalId) -> Result<(), TenancyError> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        if !tx.delete_portal(grant.tenant(), id).await? {
            return Err(TenancyError::NotFound);
        }
        grant.record(&mut tx, now, "portal.removed", json!({ "portal": id })).await?;
        Ok(tx.commit().await?)
    }
}
