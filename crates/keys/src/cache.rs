//! A short memory for unwrapped keys.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sealpost_domain::Timestamp;

/// Keys by what they are of, each for a limited time. A key is wiped when its last user lets go of it.
#[derive(Debug)]
pub(crate) struct Cache<P, K> {
    kept_for: Duration,
    state: Mutex<State<P, K>>,
}

#[derive(Debug)]
struct State<P, K> {
    keys: HashMap<P, (Arc<K>, Timestamp)>,
    generation: Generation,
}

/// How often keys were removed. What was read before the last removal may be a removed one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Generation(u64);

impl<P: Eq + Hash, K> Cache<P, K> {
    pub(crate) fn new(kept_for: Duration) -> Self {
        let state = State { keys: HashMap::new(), generation: Generation::default() };
        Self { kept_for, state: Mutex::new(state) }
    }

    pub(crate) fn get(&self, place: &P, now: Timestamp) -> Option<Arc<K>> {
        let mut state = self.state();
        let (key, put_at) = state.keys.get(place)?;
        if self.is_fresh(*put_at, now) {
            return Some(Arc::clone(key));
        }
        state.keys.remove(place);
        None
    }

    pub(crate) fn put(&self, place: P, key: K, now: Timestamp) -> Arc<K> {
        self.put_since(self.generation(), place, key, now)
    }

    /// To be asked before a key is read that is then [put](Self::put_since) here.
    pub(crate) fn generation(&self) -> Generation {
        self.state().generation
    }

    /// Keeps a key, unless any was removed since: between reading and unwrapping it, it may have been this one.
    pub(crate) fn put_since(&self, since: Generation, place: P, key: K, now: Timestamp) -> Arc<K> {
        let key = Arc::new(key);
        let mut state = self.state();
        state.keys.retain(|_, (_, put_at)| self.is_fresh(*put_at, now));
        if state.generation == since {
            state.keys.insert(place, (Arc::clone(&key), now));
        }
        key
    }

    /// Wipes all whose time is over: nobody may ask for them any more.
    pub(crate) fn sweep(&self, now: Timestamp) {
        self.state().keys.retain(|_, (_, put_at)| self.is_fresh(*put_at, now));
    }

    /// Wipes these, also where somebody is about to put one of them here.
    pub(crate) fn remove_all(&self, places: impl IntoIterator<Item = P>) {
        let mut state = self.state();
        state.generation.0 += 1;
        for place in places {
            state.keys.remove(&place);
        }
    }

    fn state(&self) -> MutexGuard<'_, State<P, K>> {
        // A panic elsewhere leaves no entry half made.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
        cache.remove_all(["a"]);
        assert!(cache.get(&"a", NOW).is_none());
    }

    #[test]
    fn what_was_read_before_a_removal_is_used_once_and_not_kept() {
        let cache = Cache::new(MINUTE);
        cache.put("b", 2, NOW);
        let read = cache.generation();
        cache.remove_all(["a"]);
        assert_eq!(*cache.put_since(read, "a", 1, NOW), 1);
        assert!(cache.get(&"a", NOW).is_none());
        assert!(cache.get(&"b", NOW).is_some(), "others stay");
        cache.put_since(cache.generation(), "a", 1, NOW);
        assert!(cache.get(&"a", NOW).is_some());
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
