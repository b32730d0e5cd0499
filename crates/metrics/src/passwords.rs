//! The queue of password checks: the one thing that a stranger can make expensive.

use prometheus_client::{
    metrics::{counter::Counter, gauge::Gauge},
    registry::Registry,
};

use crate::{Metrics, http::InFlight};

#[derive(Debug)]
pub(crate) struct Passwords {
    queue: Gauge,
    busy: Counter,
}

impl Passwords {
    pub(crate) fn new(registry: &mut Registry) -> Self {
        let new = Self { queue: Gauge::default(), busy: Counter::default() };
        registry.register("password_checks_in_flight", "Password checks that run or wait", new.queue.clone());
        registry.register(
            "password_checks_refused",
            "Password checks for which there was no place in the queue",
            new.busy.clone(),
        );
        new
    }
}

/// A password check that runs or waits, until this is dropped.
pub type Deriving = InFlight;

impl Metrics {
    /// A password check has begun to wait for its turn.
    #[must_use]
    pub fn deriving(&self) -> Deriving {
        self.0.passwords.queue.inc();
        InFlight(self.0.passwords.queue.clone())
    }

    /// There was no place in the queue.
    pub fn password_check_refused(&self) {
        self.0.passwords.busy.inc();
    }
}
