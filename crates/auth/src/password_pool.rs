//! Argon2id in a bounded pool: memory and waiting are limited, whatever comes in.

use std::sync::{Arc, Mutex, PoisonError};

use sealpost_metrics::Metrics;
use sealpost_sealed::{PasswordKey, PasswordMemory, PasswordParameters, Zeroizing};
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
    memories: Arc<Memories>,
    memory_mib: u32,
    pub(crate) metrics: Metrics,
}

impl PasswordPool {
    /// A pool of `memory_mib` MiB in which at most `queue` derivations run or wait.
    pub(crate) fn new(memory_mib: u32, queue: usize) -> Self {
        Self {
            memory: Arc::new(Semaphore::new(memory_mib as usize)),
            queue: Arc::new(Semaphore::new(queue)),
            threads: Arc::new(LowPriority::new()),
            memories: Arc::default(),
            memory_mib,
            metrics: Metrics::default(),
        }
    }

    /// The key of `password`, on a thread where it stalls no transfer.
    pub(crate) async fn derive(
        &self,
        password: &str,
        parameters: PasswordParameters,
    ) -> Result<PasswordKey, AuthError> {
        let place = Arc::clone(&self.queue).try_acquire_owned().map_err(|_| {
            self.metrics.password_check_refused();
            AuthError::Busy
        })?;
        let deriving = self.metrics.deriving();
        // A derivation that needs more than the whole pool takes the whole pool.
        let wanted = parameters.memory_kib().div_ceil(1_024).min(self.memory_mib);
        let permits = Arc::clone(&self.memory).acquire_many_owned(wanted).await;
        let permits = permits.expect("the semaphore is never closed");
        let (password, memories) = (Zeroizing::new(password.to_owned()), Arc::clone(&self.memories));
        let derived = self.threads.run(move || {
            let key = memories.lend(|memory| PasswordKey::derive_in(memory, &password, &parameters));
            // Only now, even if the caller has gone away: what runs, runs.
            drop((place, permits, deriving));
            key
        });
        // A failed allocation is the machine's trouble, not the caller's: try again later.
        derived.await.map_err(|error| AuthError::Internal(error.into()))?.map_err(|_| AuthError::Busy)
    }
}

/// Memory that is used again as long as anybody derives a key, and given back after that.
#[derive(Debug, Default)]
struct Memories(Mutex<Lending>);

#[derive(Debug, Default)]
struct Lending {
    free: Vec<PasswordMemory>,
    lent: usize,
}

impl Memories {
    fn lend<T>(&self, work: impl FnOnce(&mut PasswordMemory) -> T) -> T {
        let mut memory = self.with(|lending| {
            lending.lent += 1;
            lending.free.pop().unwrap_or_default()
        });
        let done = work(&mut memory);
        let unused = self.with(|lending| {
            lending.lent -= 1;
            lending.free.push(memory);
            if lending.lent == 0 { std::mem::take(&mut lending.free) } else { Vec::new() }
        });
        // Not while others wait for the lock.
        drop(unused);
        done
    }

    fn with<T>(&self, change: impl FnOnce(&mut Lending) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
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

    #[test]
    fn memory_is_used_again_while_somebody_derives_and_given_back_after_that() {
        let (memories, parameters) = (Memories::default(), PasswordParameters::generate(&SystemRandom));
        let derive = |memory: &mut PasswordMemory| {
            PasswordKey::derive_in(memory, "correct horse", &parameters).unwrap();
            format!("{memory:?}")
        };
        let free = |memories: &Memories| memories.with(|lending| lending.free.len());
        memories.lend(|_| {
            let first = memories.lend(derive);
            assert_eq!(free(&memories), 1);
            assert_eq!(memories.lend(|memory| format!("{memory:?}")), first, "the same memory");
            assert_eq!(free(&memories), 1);
        });
        assert_eq!(free(&memories), 0);
    }
}
