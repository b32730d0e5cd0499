//! What is forgotten by and by.

use crate::{Auth, AuthError};

impl Auth {
    /// Removes limits, codes and remembered devices whose time is over. Gives how many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sweep_shown(&self) -> Result<u64, AuthError> {
        self.limits.sweep().await
    }
}
