//! Calls to the blob store and to the vault.

use std::time::Duration;

use prometheus_client::{metrics::counter::Counter, registry::Registry};

use crate::{
    Metrics,
    labels::{Call, Counters, Histograms, Operation, seconds_of_a_call},
};

/// Who was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seam {
    /// The blob store.
    Blobs,
    /// The vault.
    Vault,
}

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Called {
    /// What was wanted.
    Ok,
    /// It is not there, or there already: an answer, and no failure.
    Otherwise,
    /// It does not answer, and may later.
    Unavailable,
    /// There is no room left.
    Full,
    /// Anything else.
    Failed,
}

impl Called {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Otherwise => "otherwise",
            Self::Unavailable => "unavailable",
            Self::Full => "full",
            Self::Failed => "failed",
        }
    }
}

#[derive(Debug)]
struct Calls {
    calls: Counters<Call>,
    duration: Histograms<Operation>,
}

impl Calls {
    fn new() -> Self {
        Self { calls: Counters::default(), duration: Histograms::new_with_constructor(seconds_of_a_call) }
    }
}

#[derive(Debug)]
pub(crate) struct Stores {
    blobs: Calls,
    vault: Calls,
    parts: Counter,
    stored: Counter,
}

impl Stores {
    pub(crate) fn new(registry: &mut Registry) -> Self {
        let new = Self {
            blobs: Calls::new(),
            vault: Calls::new(),
            parts: Counter::default(),
            stored: Counter::default(),
        };
        registry.register("blob_calls", "Calls to the blob store", new.blobs.calls.clone());
        registry.register(
            "blob_call_duration_seconds",
            "How long the blob store took",
            new.blobs.duration.clone(),
        );
        registry.register("vault_calls", "Calls to the vault", new.vault.calls.clone());
        registry.register(
            "vault_call_duration_seconds",
            "How long the vault took",
            new.vault.duration.clone(),
        );
        registry.register("parts_stored", "Sealed objects that were stored", new.parts.clone());
        registry.register("stored_bytes", "Sealed bytes that were stored", new.stored.clone());
        new
    }
}

impl Metrics {
    /// The blob store or the vault was called.
    pub fn called(&self, seam: Seam, operation: &'static str, called: Called, took: Duration) {
        let calls = match seam {
            Seam::Blobs => &self.0.stores.blobs,
            Seam::Vault => &self.0.stores.vault,
        };
        calls.calls.get_or_create(&Call { operation, outcome: called.as_str() }).inc();
        calls.duration.get_or_create(&Operation { operation }).observe(took.as_secs_f64());
    }

    /// An object of so many bytes is durable.
    pub fn stored(&self, bytes: u64) {
        self.0.stores.parts.inc();
        self.0.stores.stored.inc_by(bytes);
    }
}
