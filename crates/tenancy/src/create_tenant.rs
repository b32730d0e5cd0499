//! A new tenant, and finding the ones that there are.

use sealpost_blob::Container;
use sealpost_db::Tenant;
use sealpost_domain::{Policy, TenantId, TenantSlug};
use sealpost_sealed::random_bytes;

use crate::{Tenancy, TenancyError};

impl Tenancy {
    /// Makes a tenant with his key and his container.
    ///
    /// # Errors
    /// [`TenancyError::AlreadyExists`] for a short name that is taken.
    pub async fn create_tenant(
        &self,
        slug: TenantSlug,
        name: String,
        policy: Policy,
    ) -> Result<Tenant, TenancyError> {
        let now = self.clock.now();
        let id = TenantId::new(now, random_bytes(&*self.random));
        let (_, tenant_key) = self.keys.new_tenant_key(id).await?;
        let container = Container::of_tenant(id);
        let tenant = Tenant {
            id,
            slug,
            name,
            container: container.as_str().to_owned(),
            policy,
            tenant_key,
            created_at: now,
        };
        let mut tx = self.db.write().await?;
        tx.insert_tenant(&tenant).await?;
        // Before the row counts: a tenant without a container could be sent to and would lose it.
        self.blobs.create_container(&container).await?;
        tx.commit().await?;
        Ok(tenant)
    }

    /// All tenants by short name.
    ///
    /// # Errors
    /// The database's.
    pub async fn tenants(&self) -> Result<Vec<Tenant>, TenancyError> {
        Ok(self.db.read().await?.tenants().await?)
    }

    /// The tenant with this short name.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn tenant(&self, slug: &TenantSlug) -> Result<Tenant, TenancyError> {
        self.db.read().await?.tenant_by_slug(slug).await?.ok_or(TenancyError::NotFound)
    }
}
