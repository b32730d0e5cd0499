//! Whether a container is worth asking: a circuit breaker for each.

use std::{
    collections::HashMap,
    fmt::Display,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sealpost_domain::Timestamp;

use crate::Container;

/// When reads leave a container that fails, and when they come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CircuitSettings {
    /// So many failures in a row open the circuit.
    pub failures: u32,
    /// How long an open circuit asks nothing of the container; then one read at a time tries it, this far apart.
    pub retry_after: Duration,
    /// How long a read waits for the container before the replica is asked beside it. Counts as a failure.
    pub patience: Duration,
}

impl Default for CircuitSettings {
    /// Stores have tried again by themselves before they say that they fail, so three are enough. A window of a download is
    /// at most a mebibyte: five seconds are 200 KiB a second.
    fn default() -> Self {
        Self { failures: 3, retry_after: Duration::from_secs(10), patience: Duration::from_secs(5) }
    }
}

/// A container from which reads stay away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCircuit {
    /// Which.
    pub container: Container,
    /// Since when.
    pub since: Timestamp,
    /// What it said last.
    pub error: String,
}

/// The circuits of all containers. Only those that fail take memory.
#[derive(Debug)]
pub(super) struct Circuits {
    settings: CircuitSettings,
    failing: Mutex<HashMap<Container, Failing>>,
}

#[derive(Debug, Default)]
struct Failing {
    in_a_row: u32,
    error: String,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    since: Timestamp,
    /// When the next read tries the container. It is moved on when one does, so that of many only one waits, and nothing is
    /// to be put right if that one is given up.
    next_try: Timestamp,
}

impl Circuits {
    pub(super) fn new(settings: CircuitSettings) -> Self {
        Self { settings, failing: Mutex::default() }
    }

    fn failing(&self) -> MutexGuard<'_, HashMap<Container, Failing>> {
        // The map is whole after every statement below, so a panic elsewhere cannot have left it half done.
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this read asks the container.
    pub(super) fn lets_through(&self, container: &Container, now: Timestamp) -> bool {
        let mut failing = self.failing();
        let Some(open) = failing.get_mut(container).and_then(|failing| failing.open.as_mut()) else {
            return true;
        };
        // A clock that was put back must not keep the circuit open for as long as it was put back.
        let is_time = now >= open.next_try || now < open.since;
        if is_time {
            open.next_try = now + self.settings.retry_after;
        }
        is_time
    }

    /// The container has answered.
    pub(super) fn answered(&self, container: &Container) {
        if let Some(Failing { open: Some(open), .. }) = self.failing().remove(container) {
            tracing::info!(%container, since = open.since.unix_millis(), "the container answers again: reads go to it");
        }
    }

    /// The container has failed.
    pub(super) fn failed(&self, container: &Container, now: Timestamp, error: &dyn Display) {
        let mut all = self.failing();
        let failing = all.entry(container.clone()).or_default();
        failing.in_a_row = failing.in_a_row.saturating_add(1);
        failing.error = error.to_string();
        match &mut failing.open {
            Some(open) => open.next_try = now + self.settings.retry_after,
            None if failing.in_a_row >= self.settings.failures => {
                failing.open = Some(Open { since: now, next_try: now + self.settings.retry_after });
                tracing::warn!(%container, error = failing.error, "the container fails: reads go to its replica");
            }
            None => {}
        }
    }

    pub(super) fn forget(&self, container: &Container) {
        self.failing().remove(container);
    }

    pub(super) fn open(&self) -> Vec<OpenCircuit> {
        let all = self.failing();
        let open = all.iter().filter_map(|(container, failing)| {
            let since = failing.open.as_ref()?.since;
            Some(OpenCircuit { container: container.clone(), since, error: failing.error.clone() })
        });
        let mut open: Vec<_> = open.collect();
        open.sort_by(|a, b| a.container.cmp(&b.container));
        open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);
    const SECOND: Duration = Duration::from_secs(1);

    fn circuits() -> Circuits {
        Circuits::new(CircuitSettings { failures: 3, retry_after: 10 * SECOND, patience: SECOND })
    }

    fn container() -> Container {
        "t-1".parse().unwrap()
    }

    fn open() -> Circuits {
        let circuits = circuits();
        for _ in 0..3 {
            circuits.failed(&container(), START, &"away");
        }
        circuits
    }

    #[test]
    fn failures_in_a_row_open_it_and_an_answer_between_them_starts_the_count_anew() {
        let (circuits, container) = (circuits(), container());
        for _ in 0..5 {
            circuits.failed(&container, START, &"away");
            circuits.failed(&container, START, &"away");
            circuits.answered(&container);
        }
        assert!(circuits.lets_through(&container, START) && circuits.open().is_empty());
        for _ in 0..3 {
            circuits.failed(&container, START, &"away");
        }
        assert!(!circuits.lets_through(&container, START + SECOND));
        assert_eq!(circuits.open(), [OpenCircuit { container, since: START, error: "away".to_owned() }]);
        assert!(circuits.lets_through(&"t-2".parse().unwrap(), START), "each container for itself");
    }

    #[test]
    fn one_read_at_a_time_tries_again_and_its_answer_closes_it() {
        let (circuits, container) = (open(), container());
        assert!(!circuits.lets_through(&container, START + 9 * SECOND));
        assert!(circuits.lets_through(&container, START + 10 * SECOND));
        assert!(!circuits.lets_through(&container, START + 10 * SECOND), "one is enough");
        circuits.failed(&container, START + 12 * SECOND, &"still away");
        assert!(!circuits.lets_through(&container, START + 21 * SECOND));
        assert!(circuits.lets_through(&container, START + 22 * SECOND));
        assert_eq!(circuits.open()[0].since, START, "it was open all the time");
        circuits.answered(&container);
        assert!(circuits.lets_through(&container, START) && circuits.open().is_empty());
    }

    #[test]
    fn a_try_that_was_given_up_is_followed_by_another() {
        let (circuits, container) = (open(), container());
        assert!(circuits.lets_through(&container, START + 10 * SECOND));
        assert!(circuits.lets_through(&container, START + 20 * SECOND));
    }

    #[test]
    fn a_clock_that_is_put_back_does_not_keep_it_open() {
        assert!(open().lets_through(&container(), START - 3600 * SECOND));
    }
}
