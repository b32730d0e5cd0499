//! Randomness as an argument, so that tests can give it.

use std::fmt;

/// A source of random bytes.
///
/// Every implementation outside tests must be cryptographically secure: keys, salts and nonces come from it.
pub trait Random: fmt::Debug + Send + Sync {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    /// # Panics
    ///
    /// When the operating system has none: going on would repeat keys and nonces.
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            panic!("no randomness from the operating system: {error}");
        }
    }
}

/// `N` random bytes: for ids, tokens and salts.
pub fn random_bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}
