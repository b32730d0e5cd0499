//! Bounds how often passwords may be shown, by one address or to one link.
//!
//! Wrong passwords are counted and locked per transfer, on all nodes together. This is the fence in front of it, on each
//! node: it keeps one address from trying many links, and many addresses from filling the queue of password checks
//! through one link.

use std::{collections::HashMap, hash::Hash, sync::Mutex, time::Duration};

use sealpost_domain::Timestamp;

use crate::in_time::CLOCKS_DIFFER;

/// Most keys remembered. Beyond it those that have rested longest are forgotten.
const MAX_KEYS: usize = 10_000;

/// A token bucket for every key (generic cell rate algorithm, ITU-T I.371).
#[derive(Debug)]
pub struct Throttle<K> {
    /// Between two attempts at the allowed rate.
    interval: Duration,
    /// How far ahead of the rate a key may run.
    burst: Duration,
    /// When each key will have paid for its attempts so far.
    paid_until: Mutex<HashMap<K, Timestamp>>,
}

impl<K: Copy + Eq + Hash> Throttle<K> {
    /// Allows `attempts` a minute for each key, also all at once. 0 counts as 1.
    pub fn per_minute(attempts: u32) -> Self {
        let interval = Duration::from_secs(60) / attempts.max(1);
        Self { interval, burst: Duration::from_secs(60), paid_until: Mutex::default() }
    }

    /// Counts an attempt, unless it is one too many.
    ///
    /// # Errors
    /// The seconds to wait.
    pub fn count(&self, key: K, now: Timestamp) -> Result<(), u16> {
        let mut paid_until = self.paid_until.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Nobody runs further ahead than the burst. What says so is from a clock that has been put back since; whoever
        // it is of would have to wait until the clock has caught up. Who has looked at the clock a moment earlier than the
        // others, and comes later, is no sign of that.
        let known =
            paid_until.get(&key).copied().filter(|paid| paid.since(now) <= self.burst + CLOCKS_DIFFER);
        let paid = known.unwrap_or(now).max(now) + self.interval;
        let ahead = paid.since(now);
        if ahead > self.burst {
            let wait = (ahead - self.burst).as_secs() + 1;
            return Err(u16::try_from(wait).unwrap_or(u16::MAX));
        }
        if paid_until.len() >= MAX_KEYS && !paid_until.contains_key(&key) {
            forget(&mut paid_until, now);
        }
        paid_until.insert(key, paid);
        Ok(())
    }
}

/// Makes room: whoever owes nothing goes; if all owe, the half that owes least.
fn forget<K: Copy + Eq + Hash>(paid_until: &mut HashMap<K, Timestamp>, now: Timestamp) {
    paid_until.retain(|_, paid| *paid > now);
    if paid_until.len() < MAX_KEYS {
        return;
    }
    let mut owed: Vec<_> = paid_until.values().copied().collect();
    let middle = owed.len() / 2;
    let (_, median, _) = owed.select_nth_unstable(middle);
    let median = *median;
    paid_until.retain(|_, paid| *paid > median);
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);

    #[test]
    fn a_key_has_its_attempts_and_gets_new_ones_with_time() {
        let throttle = Throttle::per_minute(3);
        let eve = 1;
        for _ in 0..3 {
            assert_eq!(throttle.count(eve, START), Ok(()));
        }
        let wait = throttle.count(eve, START).unwrap_err();
        assert!((1..=21).contains(&wait), "{wait}");
        assert_eq!(throttle.count(2, START), Ok(()));
        assert_eq!(throttle.count(eve, START + Duration::from_secs(u64::from(wait))), Ok(()));
    }

    #[test]
    fn a_clock_that_is_put_back_makes_nobody_wait() {
        let throttle = Throttle::per_minute(3);
        let eve = 1;
        throttle.count(eve, START + Duration::from_secs(3_600)).unwrap();
        for _ in 0..3 {
            assert_eq!(throttle.count(eve, START), Ok(()));
        }
        assert!(throttle.count(eve, START).is_err());
    }

    #[test]
    fn who_has_looked_at_the_clock_before_others_and_comes_after_them_is_counted_as_they_are() {
        let throttle = Throttle::per_minute(3);
        let eve = 1;
        for _ in 0..3 {
            assert_eq!(throttle.count(eve, START + Duration::from_millis(1)), Ok(()));
        }
        assert!(throttle.count(eve, START).is_err());
    }

    #[test]
    fn refused_attempts_do_not_make_the_wait_longer() {
        let throttle = Throttle::per_minute(1);
        let eve = 1;
        throttle.count(eve, START).unwrap();
        let waits: Vec<_> = (0..10).map(|_| throttle.count(eve, START).unwrap_err()).collect();
        assert!(waits.iter().all(|wait| *wait == waits[0]));
    }

    #[test]
    fn memory_is_bounded_however_many_keys_come() {
        let throttle = Throttle::per_minute(1);
        for n in 0..u32::try_from(MAX_KEYS).unwrap() * 2 {
            throttle.count(n, START).unwrap();
        }
        assert!(throttle.paid_until.lock().unwrap().len() <= MAX_KEYS);
    }
}
