//! Traces, for a collector that speaks OTLP over HTTP. Whatever becomes of it, the service goes on as without.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use opentelemetry::{propagation::TextMapPropagator as _, trace::TracerProvider as _};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    propagation::TraceContextPropagator,
    trace::{Sampler, SdkTracer, SdkTracerProvider, SpanData, SpanExporter as Export},
};
use tokio::{runtime::Handle, task::spawn_blocking};
use tracing::Span;
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt as _};
use tracing_subscriber::registry::LookupSpan;

use crate::config::TracesConfig;

/// How long a collector may take for a batch.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the last batch may take when the service stops.
const LAST: Duration = Duration::from_secs(2);
/// The longest `traceparent`: of version 00 it is 55 characters, of later ones it may be more.
const LONGEST_PARENT: usize = 128;

/// What sends spans on, until the service stops.
pub(super) struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Nobody wants any.
    pub(super) const fn none() -> Self {
        Self(None)
    }

    /// Sends spans to the collector from now on.
    pub(super) fn begin(wanted: &TracesConfig) -> anyhow::Result<Self> {
        let mut exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(PATIENCE)
            .with_endpoint(format!("{}/v1/traces", wanted.otlp.as_str().trim_end_matches('/')));
        if let Some((name, secret)) = &wanted.header {
            exporter = exporter.with_headers(HashMap::from([(name.clone(), secret.clone())]));
        }
        let exporter = exporter.build().context("traces.otlp")?;
        let exporter = OnRuntime {
            inner: Arc::new(exporter),
            runtime: Handle::current(),
            failing: AtomicBool::new(false),
        };
        // Whoever has begun the trace has decided about it; of the others, so many.
        let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(wanted.ratio)));
        let resource = Resource::builder_empty().with_service_name("sealpost").build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(sampler)
            .with_resource(resource)
            .build();
        Ok(Self(Some(provider)))
    }

    /// Whether anybody wants any.
    pub(super) const fn are_wanted(&self) -> bool {
        self.0.is_some()
    }

    /// What makes spans of the log's into spans of traces.
    pub(super) fn layer<S>(&self) -> Option<OpenTelemetryLayer<S, SdkTracer>>
    where
        S: tracing::Subscriber + for<'span> LookupSpan<'span>,
    {
        let provider = self.0.as_ref()?;
        let layer = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("sealpost"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_target(false);
        Some(layer)
    }

    /// Sends what is left.
    pub(super) async fn end(self) {
        if let Some(provider) = self.0 {
            // It waits, and may be told nothing worth waiting for.
            let _ = spawn_blocking(move || provider.shutdown_with_timeout(LAST)).await;
        }
    }
}

/// Puts `span` into the trace that a `traceparent` (W3C Trace Context) names.
pub(super) fn under(span: &Span, parent: &str) {
    if parent.len() > LONGEST_PARENT {
        return;
    }
    let carried = HashMap::from([("traceparent".to_owned(), parent.to_owned())]);
    // It fails where there are no traces.
    let _ = span.set_parent(TraceContextPropagator::new().extract(&carried));
}

/// The exporter's client needs a runtime, and whoever calls it is a thread without one.
struct OnRuntime {
    inner: Arc<SpanExporter>,
    runtime: Handle,
    failing: AtomicBool,
}

impl Export for OnRuntime {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let inner = Arc::clone(&self.inner);
        let sent = self.runtime.spawn(async move { inner.export(batch).await }).await;
        let sent = sent.unwrap_or_else(|error| Err(OTelSdkError::InternalFailure(error.to_string())));
        // Its text may quote what the collector says; that it fails is said once.
        if self.failing.swap(sent.is_err(), Ordering::Relaxed) != sent.is_err() {
            match sent {
                Ok(()) => tracing::info!("traces are sent again"),
                Err(_) => tracing::warn!("traces cannot be sent to traces.otlp"),
            }
        }
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.set_resource(resource);
        }
    }
}

impl fmt::Debug for OnRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnRuntime")
    }
}
