//! How fast this node copies.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sealpost_domain::Timestamp;

/// What nobody has to wait for longer than: a turn further ahead was given by a clock that has been put back since.
const LONGEST: Duration = Duration::from_secs(600);

/// A bound on bytes a second, with a burst of one second. It gives turns and lets nobody wait by itself.
#[derive(Debug)]
pub(crate) struct Pace {
    bytes_per_second: u64,
    /// When the bytes of all turns so far have gone.
    free_at: Mutex<Option<Timestamp>>,
}

impl Pace {
    /// So many bytes a second; 0: without a bound.
    pub(crate) const fn new(bytes_per_second: u64) -> Self {
        Self { bytes_per_second, free_at: Mutex::new(None) }
    }

    /// Takes a turn for so many bytes at `now`, and says how long to wait for it.
    pub(crate) fn turn(&self, bytes: u64, now: Timestamp) -> Duration {
        if self.bytes_per_second == 0 {
            return Duration::ZERO;
        }
        let took = Duration::from_millis(bytes.saturating_mul(1_000) / self.bytes_per_second);
        let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
        let earliest = now - Duration::from_secs(1);
        let begins = free_at.filter(|at| *at <= now + LONGEST).map_or(earliest, |at| at.max(earliest));
        *free_at = Some(begins + took);
        begins.since(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);
    const MIB: u64 = 1 << 20;

    #[test]
    fn no_more_bytes_go_than_the_bound_lets_after_a_burst_of_one_second() {
        let pace = Pace::new(8 * MIB);
        let waits: Vec<_> = (0..4).map(|_| pace.turn(8 * MIB, NOW).as_secs()).collect();
        assert_eq!(waits, [0, 0, 1, 2]);
        // The clock has moved on: whoever waited for his turn goes, and the next waits as long as before.
        let later = NOW + Duration::from_secs(3);
        assert_eq!(pace.turn(8 * MIB, later), Duration::ZERO);
        assert_eq!(pace.turn(8 * MIB, later), Duration::from_secs(1));
    }

    #[test]
    fn time_in_which_nothing_went_is_not_saved_up() {
        let pace = Pace::new(MIB);
        pace.turn(MIB, NOW);
        let later = NOW + Duration::from_secs(3_600);
        assert_eq!(pace.turn(MIB, later), Duration::ZERO);
        assert_eq!(pace.turn(MIB, later), Duration::ZERO);
        assert_eq!(pace.turn(MIB, later), Duration::from_secs(1));
    }

    #[test]
    fn a_clock_that_is_put_back_stops_nothing() {
        let pace = Pace::new(MIB);
        pace.turn(MIB, NOW);
        assert_eq!(pace.turn(MIB, NOW - Duration::from_secs(86_400)), Duration::ZERO);
    }

    #[test]
    fn without_a_bound_nobody_waits() {
        let pace = Pace::new(0);
        assert_eq!(pace.turn(u64::MAX, NOW), Duration::ZERO);
        assert_eq!(pace.turn(u64::MAX, NOW), Duration::ZERO);
    }
}
