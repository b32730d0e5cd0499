//! Argon2id in a bounded pool: memory and waiting are limited, whatever comes in.

use std::sync::Arc;

use sealpost_sealed::{PasswordKey, PasswordParameters};
use tokio::sync::Semaphore;

use crate::{AuthError, low_priority::LowPriority};

/// Derives password keys, a few at a time.
#[derive(Debug, Clone)]
pub(crate) struct PasswordPool {
    /// One permit a MiB of memory.
    memory: Arc<Semaphore>,
    /// One permit a request that runs or waits.
    queue: Arc<Semaphore>,
    threads: Arc<LowPriority>,
    memory_mib: u32,
}

impl PasswordPool {
    /// A pool of `memory_mib` MiB in which at most `queue` derivations run or wait.
    pub(crate) fn new(memory_mib: u32, queue: usize) -> Self {
        Self {
            memory: Arc::new(Semaphore::new(memory_mib as usize)),
            queue: Arc::new(Semaphore::new(queue)),
            threads: Arc::new(LowPriority::new()),
            memory_mib,
        }
    }

    /// The key of `password`, on a thread where it stalls no transfer.
    pub(crate) async fn derive(
        &self,
        password: &str,
        parameters: PasswordParameters,
    ) -> Result<PasswordKey, AuthError> {
        let _place = self.queue.try_acquire().map_err(|_| AuthError::Busy)?;
        // A derivation that needs more than the whole pool takes the whole pool.
        let wanted = parameters.memory_kib().div_ceil(1_024).min(self.memory_mib);
        let memory = Arc::clone(&self.memory).acquire_many_owned(wanted).await;
        let memory = memory.expect("the semaphore is never closed");
        let password = password.to_owned();
        let derived = self.threads.run(move || {
            let _memory = memory; // given back when the thread is done, even if the caller has gone away
            PasswordKey::derive(&password, &parameters)
        });
        // A failed allocation is the machine's trouble, not the caller's: try again later.
        derived.await.map_err(|error| AuthError::Internal(error.into()))?.map_err(|_| AuthError::Busy)
    }
}

#[cfg(test)]
mod tests {
    use sealpost_sealed::SystemRandom;

    use super::*;

    #[tokio::test]
    async fn more_requests_than_places_are_refused_at_once() {
        let pool = PasswordPool::new(64, 2);
        let parameters = PasswordParameters::generate(&SystemRandom);
        let (a, b, c) = tokio::join!(
            pool.derive("correct horse", parameters.clone()),
            pool.derive("battery staple", parameters.clone()),
            pool.derive("one too many", parameters),
        );
        assert!(a.is_ok() && b.is_ok());
        assert!(matches!(c, Err(AuthError::Busy)));
    }
}
