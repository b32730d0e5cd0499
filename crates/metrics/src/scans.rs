//! What the malware scanner has said.

use std::time::Duration;

use prometheus_client::{metrics::histogram::Histogram, registry::Registry};

use crate::{
    Metrics,
    labels::{Counters, Outcome, seconds_of_work},
};

/// What the scanner said of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scanned {
    /// Nothing was found.
    Clean,
    /// Something was found.
    Infected,
    /// It is too big for the scanner.
    TooBig,
    /// The scanner did not answer, or not as it should.
    Failed,
}

impl Scanned {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Infected => "infected",
            Self::TooBig => "too_big",
            Self::Failed => "failed",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Scans {
    scans: Counters<Outcome>,
    duration: Histogram,
}

impl Scans {
    pub(crate) fn new(registry: &mut Registry) -> Self {
        let new = Self { scans: Counters::default(), duration: seconds_of_work() };
        registry.register("scans", "Files that were shown to the malware scanner", new.scans.clone());
        registry.register(
            "scan_duration_seconds",
            "How long the scanner took for a file",
            new.duration.clone(),
        );
        for scanned in [Scanned::Clean, Scanned::Infected, Scanned::TooBig, Scanned::Failed] {
            drop(new.scans.get_or_create(&Outcome { outcome: scanned.as_str() }));
        }
        new
    }
}

impl Metrics {
    /// A file was shown to the scanner.
    pub fn scanned(&self, scanned: Scanned, took: Duration) {
        self.0.scans.scans.get_or_create(&Outcome { outcome: scanned.as_str() }).inc();
        self.0.scans.duration.observe(took.as_secs_f64());
    }
}
