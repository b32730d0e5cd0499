//! What is asked of the blob store and the vault is counted, timed, and a span of the trace.

mod blobs;
mod vault;

use std::{future::Future, time::Instant};

use sealpost_metrics::{Called, Metrics, Seam};
use tracing::Instrument as _;

/// A store or vault, each call to which is counted.
#[derive(Debug)]
pub(crate) struct Measured<S> {
    inner: S,
    metrics: Metrics,
}

impl<S> Measured<S> {
    pub(crate) const fn new(inner: S, metrics: Metrics) -> Self {
        Self { inner, metrics }
    }

    async fn call<T, E>(
        &self,
        seam: Seam,
        operation: &'static str,
        judge: fn(&E) -> Called,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let begun = Instant::now();
        let span = match seam {
            Seam::Blobs => tracing::debug_span!("blobs", operation),
            Seam::Vault => tracing::debug_span!("vault", operation),
        };
        let result = work.instrument(span).await;
        let called = result.as_ref().map_or_else(judge, |_| Called::Ok);
        self.metrics.called(seam, operation, called, begun.elapsed());
        result
    }
}
