//! The ids of a tenant's add-in, made when somebody first needs them and never again.

use sealpost_db::Addin;
use sealpost_domain::{AddinId, TenantId};
use sealpost_sealed::random_bytes;

use crate::{Tenancy, TenancyError};

impl Tenancy {
    /// The tenant's add-in; it has one from now on.
    pub(super) async fn addin(&self, tenant: TenantId) -> Result<Addin, TenancyError> {
        if let Some(addin) = self.db.read().await?.addin_of_tenant(tenant).await? {
            return Ok(addin);
        }
        let made = Addin {
            tenant_id: tenant,
            addin_id: AddinId::from_random(random_bytes(&*self.random)),
            app_id: AddinId::from_random(random_bytes(&*self.random)).as_uuid(),
            revision: 0,
            rendering: None,
            changed_at: self.clock.now(),
        };
        let mut tx = self.db.write().await?;
        tx.tenant_for_update(tenant).await?.ok_or(TenancyError::NotFound)?;
        tx.insert_addin(&made).await?;
        // Whoever was faster has made another.
        let addin = tx.addin_of_tenant(tenant).await?.ok_or(TenancyError::NotFound)?;
        tx.commit().await?;
        Ok(addin)
    }
}
