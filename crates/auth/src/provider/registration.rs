//! A provider's row as the relying party takes it.

use std::sync::Arc;

use sealpost_db::{IdentityProvider, Tenant};
use sealpost_domain::{IdentityProviderId, ProviderKind, TenantId};
use sealpost_oidc::{Kind, Provider, Secret};
use sealpost_sealed::{Column, TenantKey};

use crate::{Auth, AuthError};

/// A provider, with all that is needed of its tenant.
pub(super) struct Registered {
    pub(super) row: IdentityProvider,
    pub(super) tenant: Tenant,
    pub(super) key: Arc<TenantKey>,
    pub(super) provider: Provider,
}

/// The place of what this service shows the provider.
pub(super) const fn secret_column(tenant: TenantId, id: IdentityProviderId) -> Column {
    Column { tenant: tenant.into_bytes(), row: id.into_bytes(), name: "identity_providers.client_secret" }
}

impl Auth {
    /// The row with its tenant; `None` if nobody may sign in there now.
    pub(super) async fn registered(&self, row: IdentityProvider) -> Result<Option<Registered>, AuthError> {
        let tenant = self.db.read().await?.tenant(row.tenant_id).await?;
        let Some(tenant) = tenant.filter(|tenant| row.enabled && tenant.suspended_at.is_none()) else {
            return Ok(None);
        };
        let key = self.keys.tenant_key(tenant.id, &tenant.tenant_key).await?;
        let provider = provider(&row, &key)?;
        Ok(Some(Registered { row, tenant, key, provider }))
    }
}

fn provider(row: &IdentityProvider, key: &TenantKey) -> Result<Provider, AuthError> {
    let damaged = |what: &'static str| AuthError::Internal(what.into());
    let sealed = row.client_secret.as_ref();
    let secret = sealed.map(|sealed| key.open_text(secret_column(row.tenant_id, row.id), sealed)).transpose();
    let kind = match (row.kind, row.entra_tenant) {
        (ProviderKind::Oidc, _) => Kind::OpenId,
        (ProviderKind::Entra, Some(tenant)) => Kind::Entra { tenant },
        (ProviderKind::Entra, None) => return Err(damaged("a provider of Entra has no directory")),
    };
    Ok(Provider {
        issuer: row.issuer.parse().map_err(|_| damaged("a provider's issuer is none"))?,
        kind,
        client_id: row.client_id.clone(),
        client_secret: secret.map_err(|error| AuthError::Internal(error.into()))?.map(Secret::new),
    })
}
