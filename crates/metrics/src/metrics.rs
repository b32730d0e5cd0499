//! The registry, and what is handed out of it.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use prometheus_client::{
    encoding::text::encode,
    metrics::{gauge::ConstGauge, info::Info},
    registry::Registry,
};

use crate::{
    Readings, certificate::Certificate, http::Http, jobs::Jobs, mail::Mails, passwords::Passwords,
    readings::Latest, scans::Scans, stores::Stores, transfers::Transfers,
};

/// The media type of [`Metrics::text`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What is counted. Cheap to clone; clones count together.
#[derive(Clone)]
pub struct Metrics(pub(crate) Arc<Counted>);

pub(crate) struct Counted {
    registry: Mutex<Registry>,
    pub(crate) certificate: Certificate,
    pub(crate) http: Http,
    pub(crate) jobs: Jobs,
    pub(crate) mails: Mails,
    pub(crate) passwords: Passwords,
    pub(crate) scans: Scans,
    pub(crate) stores: Stores,
    pub(crate) transfers: Transfers,
    latest: Latest,
}

/// Which program this is.
#[derive(Debug, Clone, Copy)]
pub struct Build {
    /// Its version.
    pub version: &'static str,
    /// When this process was started, in seconds since 1970.
    pub started_at: f64,
}

impl Metrics {
    /// Nothing has happened yet.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("sealpost");
        let latest = Latest::default();
        registry.register_collector(Box::new(latest.clone()));
        let counted = Counted {
            certificate: Certificate::new(&mut registry),
            http: Http::new(&mut registry),
            jobs: Jobs::new(&mut registry),
            mails: Mails::new(&mut registry),
            passwords: Passwords::new(&mut registry),
            scans: Scans::new(&mut registry),
            stores: Stores::new(&mut registry),
            transfers: Transfers::new(&mut registry),
            latest,
            registry: Mutex::new(registry),
        };
        Self(Arc::new(counted))
    }

    /// Says which program this is. Once, at the start.
    pub fn built(&self, build: Build) {
        let mut registry = self.0.registry.lock().unwrap_or_else(PoisonError::into_inner);
        let version = [("version", build.version)];
        registry.register("build", "Which program this is", Info::new(version));
        let started = ConstGauge::new(build.started_at);
        registry.register("start_time_seconds", "When this process was started", started);
    }

    /// All of it, in the text form of OpenMetrics, with `readings` for what was asked just now.
    pub fn text(&self, readings: Readings) -> String {
        self.0.latest.set(readings);
        let mut text = String::new();
        let registry = self.0.registry.lock().unwrap_or_else(PoisonError::into_inner);
        encode(&mut text, &registry).expect("a String takes everything");
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{Answered, Called, Circuits, JobEnd, Queued, Seam};

    fn some() -> Metrics {
        let metrics = Metrics::new();
        metrics.built(Build { version: "0.1.0", started_at: 1_800_000_000.5 });
        metrics.answered(Answered {
            method: "GET",
            route: "/t/{token}",
            status: 404,
            code: "link_unavailable",
            took: Duration::from_millis(3),
        });
        metrics.job_ended("purge_expired", JobEnd::Again, Duration::from_secs(2));
        metrics.called(Seam::Blobs, "put", Called::Ok, Duration::from_millis(7));
        metrics
    }

    #[test]
    fn what_happened_can_be_read() {
        let readings = Readings {
            queued: vec![Queued {
                kind: "remind".to_owned(),
                waiting: 4,
                due: 2,
                oldest_due_seconds: Some(61.5),
                given_up: 1,
            }],
            circuits: vec![
                Circuits { store: "default".to_owned(), open: 2 },
                Circuits { store: "west".to_owned(), open: 0 },
            ],
            ..Readings::default()
        };
        let text = some().text(readings);
        for line in [
            "sealpost_build_info{version=\"0.1.0\"} 1",
            "sealpost_start_time_seconds 1800000000.5",
            "sealpost_http_requests_total{method=\"GET\",route=\"/t/{token}\",status=\"4xx\"} 1",
            "sealpost_http_refusals_total{code=\"link_unavailable\"} 1",
            "sealpost_http_request_duration_seconds_count{method=\"GET\",route=\"/t/{token}\"} 1",
            "sealpost_jobs_total{kind=\"purge_expired\",outcome=\"again\"} 1",
            "sealpost_blob_calls_total{operation=\"put\",outcome=\"ok\"} 1",
            "sealpost_jobs_waiting{kind=\"remind\"} 4",
            "sealpost_jobs_oldest_due_seconds{kind=\"remind\"} 61.5",
            "sealpost_jobs_given_up{kind=\"remind\"} 1",
            "sealpost_store_circuits_open{store=\"default\"} 2",
            "sealpost_store_circuits_open{store=\"west\"} 0",
            "# EOF",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }

    #[test]
    fn what_could_not_be_read_is_left_out_and_not_guessed() {
        let metrics = some();
        let full = metrics.text(Readings { checkpoint_age_seconds: Some(5.0), ..Readings::default() });
        assert!(full.contains("sealpost_audit_checkpoint_age_seconds 5.0"), "{full}");
        let none = metrics.text(Readings::default());
        assert!(!none.contains("sealpost_audit_checkpoint_age_seconds"), "{none}");
        assert!(none.contains("sealpost_database_up 0"), "{none}");
    }

    #[test]
    fn a_label_cannot_break_out_of_its_line() {
        let metrics = Metrics::new();
        metrics.job_ended("x\"} 1\nsealpost_evil 1", JobEnd::Done, Duration::ZERO);
        let text = metrics.text(Readings::default());
        assert!(!text.lines().any(|line| line.starts_with("sealpost_evil")), "{text}");
    }
}
