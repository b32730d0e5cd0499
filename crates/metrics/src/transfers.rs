//! What becomes of transfers, and what of them is on its way.

use prometheus_client::{
    metrics::{counter::Counter, gauge::Gauge},
    registry::Registry,
};

use crate::{
    Metrics,
    http::InFlight,
    labels::{Counters, Reason},
};

#[derive(Debug)]
pub(crate) struct Transfers {
    sent: Counter,
    purged: Counters<Reason>,
    blocked: Counter,
    uploading: Gauge,
    downloading: Gauge,
    broken_off: Counter,
}

impl Transfers {
    pub(crate) fn new(registry: &mut Registry) -> Self {
        let new = Self {
            sent: Counter::default(),
            purged: Counters::default(),
            blocked: Counter::default(),
            uploading: Gauge::default(),
            downloading: Gauge::default(),
            broken_off: Counter::default(),
        };
        registry.register("transfers_sent", "Transfers that were sent", new.sent.clone());
        registry.register("transfers_purged", "Transfers that were purged, by why", new.purged.clone());
        registry.register("transfers_blocked", "Transfers that were blocked", new.blocked.clone());
        registry.register("uploads_in_flight", "Bodies of uploads that come in", new.uploading.clone());
        registry.register("downloads_in_flight", "Downloads that go out", new.downloading.clone());
        registry.register(
            "downloads_failed",
            "Downloads that the service had to break off: it could not read, or not open, what is stored",
            new.broken_off.clone(),
        );
        for reason in ["deleted", "expired"] {
            drop(new.purged.get_or_create(&Reason { reason }));
        }
        new
    }
}

/// An upload or a download that goes on, until this is dropped.
pub type Moving = InFlight;

impl Metrics {
    /// A transfer was sent.
    pub fn transfer_sent(&self) {
        self.0.transfers.sent.inc();
    }

    /// Transfers were purged, for one of the words that purge records have.
    pub fn transfers_purged(&self, reason: &'static str, count: u64) {
        self.0.transfers.purged.get_or_create(&Reason { reason }).inc_by(count);
    }

    /// A transfer was blocked.
    pub fn transfer_blocked(&self) {
        self.0.transfers.blocked.inc();
    }

    /// The body of an upload begins to come in.
    #[must_use]
    pub fn uploading(&self) -> Moving {
        self.0.transfers.uploading.inc();
        InFlight(self.0.transfers.uploading.clone())
    }

    /// A download begins to go out.
    #[must_use]
    pub fn downloading(&self) -> Moving {
        self.0.transfers.downloading.inc();
        InFlight(self.0.transfers.downloading.clone())
    }

    /// The service had to break a download off.
    pub fn download_failed(&self) {
        self.0.transfers.broken_off.inc();
    }
}
