//! How one may sign in to a tenant.

use sealpost_domain::{Policy, SignIn, TenantSlug};

use crate::{Auth, AuthError};

/// How one may sign in. The same shape, and the usual content, for tenants that do not exist.
#[derive(Debug, Clone)]
pub struct SignInMethods {
    /// With a password.
    pub password: bool,
    /// With a passkey. Also needs a name for this service: browsers make none for an IP address.
    pub passkey: bool,
    /// The tenant, if there is one; never shown.
    pub tenant: Option<sealpost_domain::TenantId>,
}

impl Auth {
    /// How one may sign in to the tenant with this short name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sign_in_methods(&self, tenant: Option<&TenantSlug>) -> Result<SignInMethods, AuthError> {
        let row = match tenant {
            Some(slug) => self.db.read().await?.tenant_by_slug(slug).await?,
            None => None,
        };
        let row = row.filter(|row| row.suspended_at.is_none());
        let usual = Policy::default();
        let allowed = &row.as_ref().map_or(&usual, |row| &row.policy).signins;
        Ok(SignInMethods {
            password: allowed.contains(&SignIn::Password),
            passkey: allowed.contains(&SignIn::Passkey) && self.party.is_some(),
            tenant: row.as_ref().map(|row| row.id),
        })
    }
}
