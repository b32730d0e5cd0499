//! What providers say of themselves, kept for a while.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sealpost_domain::Timestamp;

use crate::OidcError;

/// How long something is believed without asking again.
const FRESH: Duration = Duration::from_secs(24 * 60 * 60);
/// How long something old serves while the provider does not answer.
const USABLE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Between two questions, if there is something old to go on with: whoever shows tokens of unknown keys is no reason to
/// ask more often.
const PAUSE: Duration = Duration::from_secs(30);
/// The same if there is nothing.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// Most entries. There are as many as providers.
const MAX_ENTRIES: usize = 2_000;

/// Answers by address.
#[derive(Debug)]
pub(crate) struct Cache<T> {
    entries: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Entry<T>>>>>,
}

#[derive(Debug)]
struct Entry<T> {
    known: Option<(Arc<T>, Timestamp)>,
    tried_at: Option<Timestamp>,
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self { entries: Mutex::default() }
    }
}

impl<T> Cache<T> {
    /// What is known of `address`; asked for with `fetch` if it is old, or not `enough`. Only one asks at a time.
    ///
    /// # Errors
    /// That of `fetch`, if there is nothing old that still serves.
    pub(crate) async fn get(
        &self,
        address: &str,
        now: Timestamp,
        enough: impl Fn(&T) -> bool,
        fetch: impl AsyncFnOnce() -> Result<T, OidcError>,
    ) -> Result<Arc<T>, OidcError> {
        let entry = self.entry(address);
        let mut entry = entry.lock().await;
        if let Some(value) = entry.within(now, FRESH).filter(|value| enough(value)) {
            return Ok(value);
        }
        let old = entry.within(now, USABLE);
        let pause = if old.is_some() { PAUSE } else { FIRST_PAUSE };
        // What lies ahead of the clock is from a clock that has been put back since.
        if entry.tried_at.is_some_and(|tried| tried <= now && now.since(tried) < pause) {
            return old.ok_or_else(|| OidcError::Unavailable("it did not a moment ago".to_owned()));
        }
        entry.tried_at = Some(now);
        match (fetch().await, old) {
            (Ok(value), _) => {
                let value = Arc::new(value);
                entry.known = Some((Arc::clone(&value), now));
                Ok(value)
            }
            (Err(error), Some(old)) => {
                tracing::warn!(address, %error, "a provider does not answer; what it said before still serves");
                Ok(old)
            }
            (Err(error), None) => Err(error),
        }
    }

    fn entry(&self, address: &str) -> Arc<tokio::sync::Mutex<Entry<T>>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MAX_ENTRIES && !entries.contains_key(address) {
            // Whatever is still needed is asked for again.
            entries.clear();
        }
        let fresh = || Arc::new(tokio::sync::Mutex::new(Entry { known: None, tried_at: None }));
        Arc::clone(entries.entry(address.to_owned()).or_insert_with(fresh))
    }
}

impl<T> Entry<T> {
    fn within(&self, now: Timestamp, age: Duration) -> Option<Arc<T>> {
        let (value, at) = self.known.as_ref()?;
        (*at <= now && now.since(*at) < age).then(|| Arc::clone(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);
    const MINUTE: Duration = Duration::from_secs(60);

    fn down() -> Result<u32, OidcError> {
        Err(OidcError::Unavailable("down".to_owned()))
    }

    async fn ask(
        cache: &Cache<u32>,
        now: Timestamp,
        wanted: u32,
        answer: Result<u32, OidcError>,
    ) -> Option<u32> {
        cache.get("a", now, |value| *value >= wanted, async || answer).await.ok().map(|value| *value)
    }

    #[tokio::test]
    async fn it_is_asked_once_a_day() {
        let cache = Cache::default();
        assert_eq!(ask(&cache, START, 0, Ok(1)).await, Some(1));
        assert_eq!(ask(&cache, START + FRESH - MINUTE, 0, Ok(2)).await, Some(1));
        assert_eq!(ask(&cache, START + FRESH, 0, Ok(2)).await, Some(2));
    }

    #[tokio::test]
    async fn something_new_is_asked_for_once_in_a_while() {
        let cache = Cache::default();
        ask(&cache, START, 0, Ok(1)).await;
        let soon = START + PAUSE - Duration::from_secs(1);
        assert_eq!(ask(&cache, soon, 2, Ok(2)).await, Some(1), "asked a moment ago");
        assert_eq!(ask(&cache, START + PAUSE, 2, Ok(2)).await, Some(2));
        assert_eq!(ask(&cache, START + PAUSE, 3, Ok(3)).await, Some(2));
    }

    #[tokio::test]
    async fn what_is_old_serves_while_the_provider_is_down_but_not_for_ever() {
        let cache = Cache::default();
        assert_eq!(ask(&cache, START, 0, down()).await, None);
        assert_eq!(ask(&cache, START, 0, Ok(1)).await, None, "asked a moment ago");
        let start = START + FIRST_PAUSE;
        assert_eq!(ask(&cache, start, 0, Ok(1)).await, Some(1));
        assert_eq!(ask(&cache, start + FRESH, 0, down()).await, Some(1));
        assert_eq!(ask(&cache, start + MINUTE, 2, down()).await, Some(1));
        assert_eq!(ask(&cache, start + USABLE, 0, down()).await, None);
    }

    #[tokio::test]
    async fn a_clock_that_is_put_back_makes_nothing_last_longer() {
        let cache = Cache::default();
        ask(&cache, START + FRESH, 0, Ok(1)).await;
        assert_eq!(ask(&cache, START, 0, Ok(2)).await, Some(2));
    }
}
