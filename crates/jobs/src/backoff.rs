//! How long a job that failed waits.

use std::time::Duration;

/// Waiting times that double from attempt to attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The wait after the first failure, before jitter.
    pub first: Duration,
    /// The longest wait, before jitter.
    pub longest: Duration,
}

impl Backoff {
    /// The wait after the failure of attempt number `attempt` (counted from 1): `first · 2^(attempt - 1)`, at most
    /// `longest`, of which `dice` takes away up to a half. So jobs that failed together do not return together.
    pub fn wait(self, attempt: u64, dice: u32) -> Duration {
        let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
        let full = self.first.saturating_mul(factor).min(self.longest);
        full - full.mul_f64(0.5 * f64::from(dice) / f64::from(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff { first: Duration::from_secs(10), longest: Duration::from_secs(3_600) };

    #[test]
    fn waits_double_up_to_the_longest() {
        for (attempt, seconds) in
            [(0, 10), (1, 10), (2, 20), (3, 40), (9, 2_560), (10, 3_600), (u64::MAX, 3_600)]
        {
            assert_eq!(BACKOFF.wait(attempt, 0), Duration::from_secs(seconds), "{attempt}");
        }
    }

    #[test]
    fn jitter_takes_away_at_most_a_half() {
        assert_eq!(BACKOFF.wait(1, u32::MAX), Duration::from_secs(5));
        assert!((5..=10).contains(&BACKOFF.wait(1, u32::MAX / 3).as_secs()));
    }

    #[test]
    fn absurd_bounds_do_not_overflow() {
        let absurd = Backoff { first: Duration::MAX, longest: Duration::MAX };
        assert!(absurd.wait(u64::MAX, u32::MAX) >= Duration::from_secs(1));
    }
}
