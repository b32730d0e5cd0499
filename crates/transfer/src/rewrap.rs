//! Wrapping keys anew after a rotation of the root key.

use sealpost_keys::Rewrapped;

use crate::{Service, TransferError};

/// Keys of one run: a minute's work for a vault that answers in 20 ms. The next run goes on.
const KEYS_A_RUN: u64 = 1_000;

impl Service {
    /// Wraps what is under an older version of the root key under the current one, a thousand keys at most. Uploads and
    /// downloads go on meanwhile.
    ///
    /// # Errors
    /// Those of the vault and both databases; what was done stays done.
    pub async fn rewrap_keys(&self) -> Result<Rewrapped, TransferError> {
        Ok(self.keys().rewrap(self.db(), KEYS_A_RUN).await?)
    }
}
