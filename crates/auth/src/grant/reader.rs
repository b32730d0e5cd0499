//! The right to read what a tenant has decided.

use std::sync::Arc;

use sealpost_domain::TenantId;
use sealpost_sealed::TenantKey;

use crate::{AuditorSession, ManageGrant};

/// The right to read what a tenant has decided and what it says of whom: an auditor's, and of whoever keeps the tenant.
#[derive(Debug, Clone)]
pub struct TenantReader {
    tenant: TenantId,
    tenant_key: Arc<TenantKey>,
}

impl TenantReader {
    /// That of the service itself, for what it does on its own at its own time; never for what comes over the network.
    pub const fn danger_of_service(tenant: TenantId, tenant_key: Arc<TenantKey>) -> Self {
        Self { tenant, tenant_key }
    }

    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The key of the tenant's own data.
    pub fn tenant_key(&self) -> &TenantKey {
        &self.tenant_key
    }
}

impl From<&AuditorSession> for TenantReader {
    fn from(session: &AuditorSession) -> Self {
        Self { tenant: session.tenant(), tenant_key: Arc::clone(&session.caller.tenant_key) }
    }
}

impl From<&ManageGrant> for TenantReader {
    fn from(grant: &ManageGrant) -> Self {
        Self { tenant: grant.tenant, tenant_key: Arc::clone(&grant.tenant_key) }
    }
}
