//! One after the other.

use std::{
    array,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use sealpost_domain::TenantId;
use tokio::sync::{Mutex, MutexGuard};

/// Tenants that share a turn wait for each other's calls of the vault; so many never do.
const TURNS: usize = 64;

/// When a key leaves memory, a thousand requests may need it at once. One of them asks the vault, the others wait for it:
/// vaults count calls, and throttle whoever makes many.
#[derive(Debug)]
pub(crate) struct Turns([Mutex<()>; TURNS]);

impl Default for Turns {
    fn default() -> Self {
        Self(array::from_fn(|_| Mutex::default()))
    }
}

impl Turns {
    /// Waits for the tenant's turn, which lasts as long as the value.
    pub(crate) async fn take(&self, tenant: TenantId) -> MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        tenant.hash(&mut hasher);
        self.0[(hasher.finish() % TURNS as u64) as usize].lock().await
    }
}
