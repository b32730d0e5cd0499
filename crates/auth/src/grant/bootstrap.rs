//! What somebody may know who opens the add-in.

use std::sync::Arc;

use sealpost_domain::{Policy, TenantId, UserId};
use sealpost_sealed::TenantKey;

use crate::{Auth, AuthError, Carrier, caller::Caller};

/// The right to be told whether the add-in can be used, and why not: also while the tenant is suspended, and without a
/// licence or a seat. It is good for nothing else.
#[derive(Debug, Clone)]
pub struct BootstrapGrant {
    caller: Arc<Caller>,
}

impl BootstrapGrant {
    /// The tenant.
    pub fn tenant(&self) -> TenantId {
        self.caller.tenant
    }

    /// Who is calling.
    pub fn user(&self) -> UserId {
        self.caller.user
    }

    /// The tenant's rules.
    pub fn policy(&self) -> &Policy {
        &self.caller.policy
    }

    /// The key of the tenant's own data.
    pub fn tenant_key(&self) -> &TenantKey {
        &self.caller.tenant_key
    }

    /// Whether the tenant is suspended: no other grant is made then.
    pub fn is_suspended(&self) -> bool {
        self.caller.suspended
    }

    /// Whether the caller's right to send was taken from him.
    pub fn is_sending_suspended(&self) -> bool {
        self.caller.sending_suspended
    }

    /// Whether the caller's role and scopes allow sending.
    pub fn sends(&self) -> bool {
        self.caller.sends()
    }

    /// Whether the caller runs the tenant.
    pub fn runs_tenant(&self) -> bool {
        self.caller.is_admin()
    }
}

impl Auth {
    /// What somebody may know who opens the add-in.
    ///
    /// # Errors
    /// [`AuthError::Unauthorized`], as for everything else, but not for a tenant that is suspended.
    pub async fn bootstrap_grant(&self, text: &str, carrier: Carrier) -> Result<BootstrapGrant, AuthError> {
        let caller = self.user_who_calls(text, carrier).await?.ok_or(AuthError::Unauthorized)?;
        caller.require_full()?;
        Ok(BootstrapGrant { caller: Arc::new(caller) })
    }
}
