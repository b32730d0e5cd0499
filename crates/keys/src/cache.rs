//! A short memory for unwrapped keys.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sealpost_domain::Timestamp;

/// Keys by what they are of, each for a limited time. A key is wiped when its last user lets go of it.
#[derive(Debug)]
pub(crate) struct Cache<P, K> {
    kept_for: Duration,
    keys: Mutex<HashMap<P, (Arc<K>, Timestamp)>>,
}

impl<P: Eq + Hash, K> Cache<P, K> {
    pub(crate) fn new(kept_for: Duration) -> Self {
        Self { kept_for, keys: Mutex::new(HashMap::new()) }
    }

    pub(crate) fn get(&self, place: &P, now: Timestamp) -> Option<Arc<K>> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let (key, put_at) = keys.get(place)?;
        if self.is_fresh(*put_at, now) {
            return Some(Arc::clone(key));
        }
        keys.remove(place);
        None
    }

    pub(crate) fn put(&self, place: P, key: K, now: Timestamp) -> Arc<K> {
        let key = Arc::new(key);
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.retain(|_, (_, put_at)| self.is_fresh(*put_at, now));
        keys.insert(place, (Arc::clone(&key), now));
        key
    }

    /// Wipes all whose time is over: nobody may ask for them any more.
    pub(crate) fn sweep(&self, now: Timestamp) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.retain(|_, (_, put_at)| self.is_fresh(*put_at, now));
    }

    pub(crate) fn remove(&self, place: &P) {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).remove(place);
    }

    /// A clock that was put back makes a key stale, too: otherwise it would stay until the clock catches up.
    fn is_fresh(&self, put_at: Timestamp, now: Timestamp) -> bool {
        put_at <= now && now.since(put_at) < self.kept_for
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);
    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_key_is_forgotten_when_its_time_is_over_or_the_clock_goes_back() {
        let cache = Cache::new(MINUTE);
        cache.put("a", 1, NOW);
        assert!(cache.get(&"a", NOW + MINUTE / 2).is_some());
        assert!(cache.get(&"a", NOW + MINUTE).is_none());
        assert!(cache.get(&"a", NOW - MINUTE).is_none());
        cache.remove(&"a");
        assert!(cache.get(&"a", NOW).is_none());
    }

    #[test]
    fn stale_keys_are_dropped_when_another_comes() {
        let cache = Cache::new(MINUTE);
        let key = cache.put("a", 1, NOW);
        cache.put("b", 2, NOW + MINUTE);
        assert_eq!(Arc::strong_count(&key), 1);
    }

    #[test]
    fn stale_keys_are_dropped_when_they_are_asked_for_and_by_a_sweep() {
        let cache = Cache::new(MINUTE);
        let (asked, swept) = (cache.put("a", 1, NOW), cache.put("b", 2, NOW));
        cache.sweep(NOW);
        assert!(cache.get(&"a", NOW + MINUTE).is_none());
        assert_eq!((Arc::strong_count(&asked), Arc::strong_count(&swept)), (1, 2));
        cache.sweep(NOW + MINUTE);
        assert_eq!(Arc::strong_count(&swept), 1);
    }
}
