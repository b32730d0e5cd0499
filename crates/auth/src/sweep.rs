//! What is forgotten by and by.

use crate::{Auth, AuthError};

impl Auth {
    /// Forgets limits, codes, devices and sessions whose time is over. Gives how many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sweep(&self) -> Result<u64, AuthError> {
        let mut tx = self.db.write().await?;
        let sessions = tx.delete_expired_sessions(self.now()).await?;
        tx.commit().await?;
        Ok(sessions + self.limits.sweep().await?)
    }
}
