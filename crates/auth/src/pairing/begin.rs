//! The add-in wishes to be signed in.

use std::{fmt, time::Duration};

use sealpost_db::{DbError, Pairing};
use sealpost_domain::{AddinId, PairingId, PairingState, TenantSlug};
use sealpost_sealed::random_bytes;

use super::{LIFE, agent, code::UserCode};
use crate::{Auth, AuthError, LimitKey, Rate, limits::neighbourhood, token::PairingSecret};

/// How long the add-in waits between two questions.
pub const PAIRING_INTERVAL: Duration = Duration::from_secs(3);
/// How many may be begun for one tenant in a minute: so many lie in the table at most, for ten minutes.
const OF_TENANT: u32 = 600;
/// How often a code is drawn anew because somebody has it.
const DRAWS: usize = 3;
/// Longest name of a program that is kept, in bytes.
const MAX_AGENT_BYTES: usize = 256;

/// A wish to be signed in. What the add-in keeps of it is said once and not stored.
#[derive(Clone)]
pub struct BegunPairing {
    /// What the add-in keeps.
    pub device_code: String,
    /// What people read: `BCDF-GHJK`.
    pub user_code: String,
    /// Whose add-in it is.
    pub tenant: TenantSlug,
    /// How long it counts.
    pub expires_in: Duration,
}

impl fmt::Debug for BegunPairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BegunPairing").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

impl Auth {
    /// Begins to sign in the add-in of a tenant by a page. `caller` is what its program calls itself.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] for an add-in that nobody has, and of a tenant that is suspended; [`AuthError::TooMany`].
    pub async fn begin_pairing(&self, addin: AddinId, caller: &str) -> Result<BegunPairing, AuthError> {
        let tenant = self.tenant_of_addin(addin).await?;
        let tenant = tenant.filter(|tenant| tenant.suspended_at.is_none()).ok_or(AuthError::NotFound)?;
        let limit = LimitKey::tenant("pairing.begin", tenant.id).at(Rate::per_minute(OF_TENANT));
        self.limits.count([limit]).await?;
        let key = self.keys.tenant_key(tenant.id, &tenant.tenant_key).await?;
        let caller = &caller[..caller.floor_char_boundary(MAX_AGENT_BYTES)];
        let secret = PairingSecret::generate(&*self.random);
        let now = self.now();
        for _ in 0..DRAWS {
            let code = UserCode::generate(&*self.random);
            let id = PairingId::new(now, random_bytes(&*self.random));
            let row = Pairing {
                id,
                tenant_id: tenant.id,
                device_hash: *secret.hash().as_bytes(),
                code_hmac: self.pairing_code_hmac(&code).await?,
                agent: key.seal_column(agent(tenant.id, id), caller.as_bytes(), &*self.random),
                network_hmac: self.pairing_network_hmac().await?,
                state: PairingState::Waiting,
                user_id: None,
                session_id: None,
                created_at: now,
                expires_at: now + LIFE,
                polled_at: None,
            };
            let mut tx = self.db.write().await?;
            match tx.insert_pairing(&row).await {
                Ok(()) => tx.commit().await?,
                Err(DbError::AlreadyExists(_)) => continue,
                Err(error) => return Err(error.into()),
            }
            let device_code = secret.to_bearer_text();
            let user_code = code.to_text();
            return Ok(BegunPairing { device_code, user_code, tenant: tenant.slug, expires_in: LIFE });
        }
        Err(AuthError::Busy)
    }

    /// What a code is looked up by: whoever reads the table learns none.
    pub(super) async fn pairing_code_hmac(&self, code: &UserCode) -> Result<[u8; 32], AuthError> {
        Ok(self.keys.grant_key().await?.lookup_hmac("pairings.code", code.as_bytes()))
    }

    /// The network of whoever is served, if it is known.
    pub(super) async fn pairing_network_hmac(&self) -> Result<Option<[u8; 32]>, AuthError> {
        let Some(network) = self.network else {
            return Ok(None);
        };
        let key = self.keys.grant_key().await?;
        Ok(Some(key.lookup_hmac("pairings.network", &neighbourhood(network))))
    }
}
