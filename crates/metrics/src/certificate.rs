//! The certificate that new connections get.

use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric as _},
    metrics::{MetricType, counter::Counter, gauge::ConstGauge},
    registry::Registry,
};

use crate::Metrics;

#[derive(Debug)]
pub(crate) struct Certificate {
    ends_at: EndsAt,
    reloads: Counter,
    failures: Counter,
}

/// In seconds since 1970; none where there is no TLS.
#[derive(Debug, Clone, Default)]
struct EndsAt(Arc<Mutex<Option<i64>>>);

impl Collector for EndsAt {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let Some(ends_at) = *self.0.lock().unwrap_or_else(PoisonError::into_inner) else { return Ok(()) };
        let help = "When the certificate of new connections ends";
        let name = "tls_certificate_not_after_timestamp_seconds";
        ConstGauge::new(ends_at).encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)
    }
}

impl Certificate {
    pub(crate) fn new(registry: &mut Registry) -> Self {
        let new =
            Self { ends_at: EndsAt::default(), reloads: Counter::default(), failures: Counter::default() };
        registry.register_collector(Box::new(new.ends_at.clone()));
        registry.register("tls_reloads", "Times that a changed certificate was taken", new.reloads.clone());
        registry.register(
            "tls_reload_failures",
            "Times that changed files could not be used, and the certificate of before was kept",
            new.failures.clone(),
        );
        new
    }
}

impl Metrics {
    /// New connections get a certificate that ends then, in seconds since 1970.
    pub fn certificate_ends_at(&self, unix_seconds: i64) {
        *self.0.certificate.ends_at.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(unix_seconds);
    }

    /// Changed files were read: whether they could be used.
    pub fn certificate_reloaded(&self, taken: bool) {
        let certificate = &self.0.certificate;
        if taken {
            certificate.reloads.inc()
        } else {
            certificate.failures.inc()
        };
    }
}
