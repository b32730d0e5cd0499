//! What is forgotten by and by.

use std::time::Duration;

use sealpost_domain::Timestamp;

use crate::{Auth, AuthError, code::CODE_LIFE, in_time::CLOCKS_DIFFER, pairing};

impl Auth {
    /// Forgets limits, codes, devices, pairings and sessions whose time is over. Gives how many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sweep(&self) -> Result<u64, AuthError> {
        let now = self.now();
        let mut tx = self.db.write().await?;
        let sessions = tx.delete_expired_sessions(now).await?;
        let codes = tx.sweep_link_codes(now, CODE_LIFE + CLOCKS_DIFFER).await?;
        let codes = codes + tx.sweep_request_codes(now, CODE_LIFE + CLOCKS_DIFFER).await?;
        let devices = tx.sweep_devices(now).await?;
        let pairings = tx.sweep_pairings(now, pairing::LIFE + CLOCKS_DIFFER).await?;
        tx.commit().await?;
        let limits = self.limits.sweep().await?;
        Ok(sessions + codes + devices + pairings + limits + self.sweep_idle_sessions(now).await?)
    }

    /// Each tenant says how long a session may lie idle. One that does not count any more never does again.
    async fn sweep_idle_sessions(&self, now: Timestamp) -> Result<u64, AuthError> {
        let tenants = self.db.read().await?.tenants().await?;
        let mut swept = 0;
        let mut tx = self.db.write().await?;
        for tenant in tenants {
            let idle = Duration::from_secs(tenant.policy.session_idle_seconds);
            swept += tx.delete_idle_sessions(tenant.id, now - idle).await?;
        }
        tx.commit().await?;
        Ok(swept)
    }
}
