//! What a directory may do that keeps a tenant's users and groups.

use std::sync::Arc;

use sealpost_domain::{ApiClientId, Policy, TenantId, UserId};
use sealpost_sealed::TenantKey;

use crate::caller::Caller;

/// Proof that a directory is calling: an API client with the scope `scim`, that acts as somebody who runs the tenant.
#[derive(Debug, Clone)]
pub struct DirectoryGrant {
    pub(crate) caller: Arc<Caller>,
    pub(crate) client: ApiClientId,
}

impl DirectoryGrant {
    /// The tenant.
    pub fn tenant(&self) -> TenantId {
        self.caller.tenant
    }

    /// As whom it acts.
    pub fn user(&self) -> UserId {
        self.caller.user
    }

    /// The client.
    pub const fn client(&self) -> ApiClientId {
        self.client
    }

    /// The tenant's rules.
    pub fn policy(&self) -> &Policy {
        &self.caller.policy
    }

    /// The key of the tenant's own data.
    pub fn tenant_key(&self) -> &TenantKey {
        &self.caller.tenant_key
    }
}
