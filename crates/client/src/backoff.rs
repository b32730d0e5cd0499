//! When to try again.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::Duration,
};

/// How stubborn to be. Attempts count anew whenever bytes have moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Most attempts without any progress between them.
    pub attempts: u32,
    /// Wait after the first failure; doubles with each further one.
    pub first: Duration,
    /// Longest wait.
    pub longest: Duration,
    /// A connection on which nothing moves for so long counts as broken.
    pub stall: Duration,
}

impl Default for Retry {
    /// Fourteen attempts over two to four minutes, which is longer than a dead writer keeps an upload locked; a minute
    /// of silence is a broken connection.
    fn default() -> Self {
        Self {
            attempts: 14,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(30),
            stall: Duration::from_secs(60),
        }
    }
}

/// Failures in a row.
#[derive(Debug)]
pub(crate) struct Backoff {
    retry: Retry,
    failures: u32,
}

impl Backoff {
    pub(crate) const fn new(retry: Retry) -> Self {
        Self { retry, failures: 0 }
    }

    /// Something moved: the next failure is a first one.
    pub(crate) const fn progressed(&mut self) {
        self.failures = 0;
    }

    /// Failures since the last progress.
    pub(crate) const fn failures(&self) -> u32 {
        self.failures
    }

    /// How long to wait after one more failure; `None` when it is not worth another try.
    ///
    /// Between half and all of the doubling wait, so that clients that failed together do not come back together.
    pub(crate) fn next(&mut self, asked: Option<Duration>) -> Option<Duration> {
        self.failures += 1;
        if self.failures >= self.retry.attempts {
            return None;
        }
        let doubled = self.retry.first.saturating_mul(1 << (self.failures - 1).min(16));
        let wait = doubled.min(self.retry.longest);
        let jittered = wait / 2 + (wait / 2).mul_f64(random_fraction());
        Some(jittered.max(asked.unwrap_or_default().min(self.retry.longest)))
    }
}

/// 0 to 1, different in every call: the standard library seeds its hashers from the system's randomness.
fn random_fraction() -> f64 {
    f64::from(u16::try_from(RandomState::new().build_hasher().finish() & 0xffff).unwrap_or(0)) / 65_535.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETRY: Retry = Retry {
        attempts: 4,
        first: Duration::from_secs(1),
        longest: Duration::from_secs(3),
        stall: Duration::from_secs(1),
    };

    #[test]
    fn waits_double_up_to_the_longest_and_end() {
        let mut backoff = Backoff::new(RETRY);
        for upper in [1, 2, 3] {
            let wait = backoff.next(None).unwrap();
            let upper = Duration::from_secs(upper);
            assert!(upper / 2 <= wait && wait <= upper, "{wait:?}");
        }
        assert_eq!(backoff.next(None), None);
    }

    #[test]
    fn progress_starts_the_count_anew() {
        let mut backoff = Backoff::new(RETRY);
        for _ in 0..20 {
            assert!(backoff.next(None).unwrap() <= RETRY.first);
            backoff.progressed();
        }
    }

    #[test]
    fn the_wait_that_a_server_asks_for_is_kept_within_bounds() {
        assert_eq!(Backoff::new(RETRY).next(Some(Duration::from_secs(2))), Some(Duration::from_secs(2)));
        assert!(Backoff::new(RETRY).next(Some(Duration::from_secs(9_999))).unwrap() <= RETRY.longest);
    }
}
