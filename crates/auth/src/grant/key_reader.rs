//! What somebody may see of his key pairs.

use std::sync::Arc;

use sealpost_domain::{TenantId, UserId};
use sealpost_sealed::TenantKey;

use crate::caller::Caller;

/// Proof that somebody asks for his own key pairs, and those of his teams: a person who has signed in, or his own API token. It
/// changes none.
#[derive(Debug, Clone)]
pub struct KeyReader {
    pub(crate) caller: Arc<Caller>,
}

impl KeyReader {
    /// The tenant.
    pub fn tenant(&self) -> TenantId {
        self.caller.tenant
    }

    /// Whose pairs.
    pub fn user(&self) -> UserId {
        self.caller.user
    }

    /// The key of the tenant's own data.
    pub fn tenant_key(&self) -> &TenantKey {
        &self.caller.tenant_key
    }
}
