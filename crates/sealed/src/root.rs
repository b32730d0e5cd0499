//! What the root key wraps, in whichever vault it lives.

use crate::{
    Error, Random, RootKey, Zeroizing,
    context::{join, prefixed},
    message,
};

/// The place of a secret under the root key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RootContext {
    /// A tenant's key.
    TenantKey {
        /// The tenant's id.
        tenant: [u8; 16],
    },
    /// A tenant's key of one expiry day.
    EpochKey {
        /// The tenant's id.
        tenant: [u8; 16],
        /// The day, in days since 1970-01-01 UTC.
        day: i64,
    },
    /// A secret of the service itself.
    Secret {
        /// Its name.
        name: &'static str,
    },
}

impl RootContext {
    /// The context as bytes: for vaults that take additional data.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::TenantKey { tenant } => join(b"sealpost/tenant-key/1", &[tenant]),
            Self::EpochKey { tenant, day } => join(b"sealpost/epoch-key/1", &[tenant, &day.to_be_bytes()]),
            Self::Secret { name } => join(b"sealpost/secret/1", &[&prefixed(name)]),
        }
    }
}

impl RootKey {
    /// Wraps a secret for its place.
    pub fn wrap(&self, context: &RootContext, secret: &[u8], random: &dyn Random) -> Vec<u8> {
        message::seal(self.bytes(), &context.to_bytes(), secret, random)
    }

    /// The secret that was wrapped for this place.
    ///
    /// # Errors
    ///
    /// [`Error::Commitment`] for another root key or place, [`Error::Chunk`] and [`Error::Length`] for damage.
    pub fn unwrap(&self, context: &RootContext, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        message::open(self.bytes(), &context.to_bytes(), wrapped)
    }
}
