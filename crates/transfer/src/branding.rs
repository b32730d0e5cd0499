//! How a tenant shows itself to its recipients.

use sealpost_db::Logo;
use sealpost_domain::{Branding, TenantId};

use crate::{Service, TransferError};

/// How a tenant shows itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantBranding {
    /// Which.
    pub tenant: TenantId,
    /// Its name, as the operator wrote it.
    pub tenant_name: String,
    /// What its policy says.
    pub branding: Branding,
    /// The tag of its logo, if it has one.
    pub logo: Option<String>,
}

impl TenantBranding {
    /// What it calls itself.
    pub fn name(&self) -> &str {
        self.branding.name.as_deref().unwrap_or(&self.tenant_name)
    }

    /// Whether it has said anything about it: who has not shows itself as Sealpost.
    pub fn is_plain(&self) -> bool {
        self.logo.is_none() && self.branding == Branding::default()
    }
}

/// Bytes of the largest logo that goes with mails: each of them carries it.
const MAX_MAILED_LOGO_BYTES: usize = 64 << 10;

impl Service {
    /// A tenant's logo as PNG, if it has one that mails can carry: programs for mail show no SVG.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mailed_logo(&self, tenant: TenantId) -> Result<Option<Vec<u8>>, TransferError> {
        let logo = self.db().read().await?.logo(tenant).await?;
        let fits = |logo: &Logo| logo.kind == "png" && logo.content.len() <= MAX_MAILED_LOGO_BYTES;
        Ok(logo.filter(fits).map(|logo| logo.content))
    }

    /// How a tenant shows itself; `None` if there is no such tenant.
    ///
    /// # Errors
    /// Those of the database and the keys, and those of a policy that cannot be read.
    pub async fn branding(&self, tenant: TenantId) -> Result<Option<TenantBranding>, TransferError> {
        let mut conn = self.db().read().await?;
        let Some(row) = conn.tenant(tenant).await? else { return Ok(None) };
        let key = self.keys().tenant_key(tenant, &row.tenant_key).await?;
        let rules = self.policies().current(&mut conn, tenant, &key).await?;
        Ok(Some(TenantBranding {
            tenant,
            tenant_name: row.name,
            branding: rules.branding().clone(),
            logo: conn.logo_tag(tenant).await?,
        }))
    }
}
