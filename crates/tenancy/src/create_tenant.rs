//! A new tenant, and finding the ones that there are.

use sealpost_auth::Actor;
use sealpost_blob::{Container, StoreName};
use sealpost_db::{AuditEvent, Tenant};
use sealpost_domain::{Policy, TenantId, TenantSlug};
use sealpost_sealed::random_bytes;
use serde_json::json;

use crate::{Tenancy, TenancyError};

impl Tenancy {
    /// Makes a tenant with his key and, in the default store, his container.
    ///
    /// # Errors
    /// As [`create_tenant_in`](Self::create_tenant_in).
    pub async fn create_tenant(
        &self,
        slug: TenantSlug,
        name: String,
        policy: Policy,
    ) -> Result<Tenant, TenancyError> {
        self.create_tenant_in(None, slug, name, policy).await
    }

    /// Makes a tenant with his key and his container; in the default store for `None`. He stays there.
    ///
    /// # Errors
    /// [`TenancyError::AlreadyExists`] for a short name that is taken, and the store's.
    pub async fn create_tenant_in(
        &self,
        store: Option<StoreName>,
        slug: TenantSlug,
        name: String,
        policy: Policy,
    ) -> Result<Tenant, TenancyError> {
        let now = self.clock.now();
        let id = TenantId::new(now, random_bytes(&*self.random));
        let (_, tenant_key) = self.keys.new_tenant_key(id).await?;
        let container = Container::of_tenant(id).in_store(store);
        let tenant = Tenant {
            id,
            slug,
            name,
            container: container.to_string(),
            policy,
            tenant_key,
            created_at: now,
            suspended_at: None,
        };
        // Before the row: a tenant without a container could be sent to and would lose it. Not while the row is being
        // written, for nobody else writes then on SQLite, and the store may be slow.
        self.blobs.create_container(&container).await?;
        let mut tx = self.db.write().await?;
        match tx.insert_tenant(&tenant).await {
            Ok(()) => {
                let payload = json!({ "by": Actor::Operator.to_json() });
                let event = AuditEvent {
                    at: now,
                    kind: "tenant.created",
                    transfer_id: None,
                    payload: &payload,
                    sealed: None,
                };
                tx.append_audit(id, &[event]).await?;
                tx.commit().await?;
            }
            Err(refused) => {
                drop(tx);
                // Nobody else knows its name. If this fails, too, an empty container is left.
                drop(self.blobs.delete_container(&container).await);
                return Err(refused.into());
            }
        }
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
