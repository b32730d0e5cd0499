//! Removing tenants that were terminated: keys first, the container next, rows last, and a certificate of it.
//!
//! Every step can be repeated, by whoever comes next: a crash or a failing store only delays the rest. Once the first step
//! is committed there is no way back, and nothing of the tenant can be opened any more.

mod begin;
mod certify;

use std::time::Duration;

use sealpost_auth::OperatorGrant;
use sealpost_blob::Container;
use sealpost_certificate::SignedCertificate;
use sealpost_db::TenantRemoval;
use sealpost_domain::{TenantId, TenantSlug, Timestamp};

use crate::{Tenancy, TenancyError};

/// How long a terminated tenant has for its export.
pub const EXPORT_TIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Rows that are removed in one transaction; with a transfer go some more.
const BATCH: u64 = 200;

/// What a run of removing did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removals {
    /// Tenants of which nothing is left.
    pub removed: u64,
    /// Tenants of which something could not be removed yet.
    pub postponed: u64,
}

impl Tenancy {
    /// Removes the tenants whose time for the export is over, and goes on where a removal was broken off.
    ///
    /// # Errors
    /// Those of looking for them; whatever stands in the way of one tenant's removal postpones that one.
    pub async fn remove_terminated(&self) -> Result<Removals, TenancyError> {
        let until = self.clock.now() - EXPORT_TIME;
        let mut counts = Removals::default();
        let due = self.db.read().await?.tenants_to_remove(until).await?;
        for tenant in due {
            match self.remove(tenant, until).await {
                Ok(done) => counts.removed += u64::from(done),
                Err(error) => {
                    counts.postponed += 1;
                    tracing::warn!(%tenant, error = &error as &dyn std::error::Error, "a tenant's removal is postponed");
                }
            }
        }
        Ok(counts)
    }

    /// Removes a terminated tenant now: the customer wants nothing of it any more.
    ///
    /// # Errors
    /// [`TenancyError::Invalid`] if it is not terminated; those of the stores, when the rest follows by itself.
    pub async fn remove_now(&self, grant: &OperatorGrant) -> Result<(), TenancyError> {
        let lifecycle = self.lifecycle(grant.tenant()).await?;
        if lifecycle.terminated_at.is_none() {
            return Err(TenancyError::Invalid("it is not terminated"));
        }
        self.remove(grant.tenant(), self.clock.now()).await.map(drop)
    }

    /// The record of the removal of the tenant that had this short name last.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn tenant_removal(&self, slug: &TenantSlug) -> Result<TenantRemoval, TenancyError> {
        self.db.read().await?.tenant_removal_by_slug(slug).await?.ok_or(TenancyError::NotFound)
    }

    /// The certificate of its removal.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`]; [`TenancyError::Invalid`] while something may be left.
    pub async fn removal_certificate(&self, slug: &TenantSlug) -> Result<SignedCertificate, TenancyError> {
        let text = self.tenant_removal(slug).await?.certificate;
        let text =
            text.ok_or(TenancyError::Invalid("its removal is not finished: there is no certificate yet"))?;
        SignedCertificate::parse(&text).map_err(|_| TenancyError::Corrupt("tenant_removals"))
    }

    /// All steps, from wherever it stands. `false` if it was not to be removed after all.
    async fn remove(&self, tenant: TenantId, until: Timestamp) -> Result<bool, TenancyError> {
        let Some(record) = self.begin_removal(tenant, until).await? else {
            return Ok(false);
        };
        if record.removed_at.is_none() {
            self.keys.destroy_keys_of(tenant).await?;
            let container: Container =
                record.container.parse().map_err(|_| TenancyError::Corrupt("tenant_removals"))?;
            self.blobs.delete_container(&container).await?;
            self.note_end_of_log(&record).await?;
            self.remove_rows(tenant).await?;
        }
        self.certify_removal(tenant).await?;
        tracing::info!(%tenant, "a tenant was removed");
        Ok(true)
    }

    async fn remove_rows(&self, tenant: TenantId) -> Result<(), TenancyError> {
        loop {
            let mut tx = self.db.write().await?;
            let removed = tx.delete_some_of_tenant(tenant, BATCH).await?;
            tx.commit().await?;
            if removed == 0 {
                break;
            }
        }
        let mut tx = self.db.write().await?;
        // Somebody else may have come to the end first.
        if tx.lifecycle_for_update(tenant).await?.is_some() {
            tx.delete_rows_of_tenant(tenant).await?;
            tx.finish_tenant_removal(tenant, self.clock.now()).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
