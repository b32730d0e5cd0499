//! What is forgotten by and by.

use crate::{Auth, AuthError, code::CODE_LIFE};

impl Auth {
    /// Forgets limits, codes, devices and sessions whose time is over. Gives how many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sweep(&self) -> Result<u64, AuthError> {
        let now = self.now();
        let mut tx = self.db.write().await?;
        let sessions = tx.delete_expired_sessions(now).await?;
        let codes = tx.sweep_link_codes(now, CODE_LIFE).await?;
        let devices = tx.sweep_devices(now).await?;
        tx.commit().await?;
        Ok(sessions + codes + devices + self.limits.sweep().await?)
    }
}
