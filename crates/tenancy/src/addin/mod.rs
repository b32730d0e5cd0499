//! A tenant's add-in: what Outlook knows it by, its manifests, and what events are told without anybody's session.

mod events;
mod identity;
mod manifest;

pub use events::{EventPolicy, EventTransfer};
pub use manifest::{AddinManifest, AddinState, AddinView};

use std::sync::Arc;

use sealpost_db::{Addin, Conn, Tenant};
use sealpost_domain::{AddinId, MailHost};
use sealpost_policy::Rules;

use crate::{Tenancy, TenancyError};

/// A tenant whose add-in asks.
struct Known {
    addin: Addin,
    tenant: Tenant,
    rules: Arc<Rules>,
}

impl Tenancy {
    /// Whether there is an add-in with this id.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`] if there is none, those of the database.
    pub async fn find_addin(&self, id: AddinId) -> Result<(), TenancyError> {
        self.db.read().await?.addin(id).await?.map(drop).ok_or(TenancyError::NotFound)
    }

    /// Where, beside Microsoft's own addresses, an add-in's pages may be shown inside of others.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`], those of the database and the keys.
    pub async fn addin_hosts(&self, id: AddinId) -> Result<Vec<MailHost>, TenancyError> {
        let known = self.known_addin(&mut self.db.read().await?, id).await?;
        Ok(known.rules.addin().mail_hosts.clone())
    }

    async fn known_addin(&self, conn: &mut Conn, id: AddinId) -> Result<Known, TenancyError> {
        let addin = conn.addin(id).await?.ok_or(TenancyError::NotFound)?;
        let tenant = conn.tenant(addin.tenant_id).await?.ok_or(TenancyError::NotFound)?;
        // That of a tenant that is being removed is gone.
        if tenant.tenant_key.is_empty() {
            return Err(TenancyError::NotFound);
        }
        let key = self.keys.tenant_key(tenant.id, &tenant.tenant_key).await?;
        let rules = self.policies.current(conn, tenant.id, &key).await?;
        Ok(Known { addin, tenant, rules })
    }
}
