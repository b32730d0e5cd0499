//! Requests, and the bytes of both directions.

use std::time::Duration;

use prometheus_client::{
    metrics::{counter::Counter, gauge::Gauge},
    registry::Registry,
};

use crate::{
    Metrics,
    labels::{Code, Counters, Histograms, Request, Route, seconds_of_a_call},
};

/// Methods that are routed; any other word is somebody's own.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// An answer, when its head is ready.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'a> {
    /// The method of the request.
    pub method: &'a str,
    /// The pattern of its route, never the path.
    pub route: &'a str,
    /// The status.
    pub status: u16,
    /// The code of the API's table if it is a refusal or a failure, else empty.
    pub code: &'static str,
    /// From the head of the request to the head of the answer.
    pub took: Duration,
}

#[derive(Debug)]
pub(crate) struct Http {
    requests: Counters<Request>,
    refusals: Counters<Code>,
    duration: Histograms<Route>,
    in_flight: Gauge,
    received: Counter,
    sent: Counter,
}

impl Http {
    pub(crate) fn new(registry: &mut Registry) -> Self {
        let new = Self {
            requests: Counters::default(),
            refusals: Counters::default(),
            duration: Histograms::new_with_constructor(seconds_of_a_call),
            in_flight: Gauge::default(),
            received: Counter::default(),
            sent: Counter::default(),
        };
        registry.register("http_requests", "Requests that were answered", new.requests.clone());
        registry.register(
            "http_refusals",
            "Refusals and failures, by the code they have in the API",
            new.refusals.clone(),
        );
        registry.register(
            "http_request_duration_seconds",
            "From the head of the request to the head of the answer; of an upload, with its body",
            new.duration.clone(),
        );
        registry.register(
            "http_requests_in_flight",
            "Requests that are being answered",
            new.in_flight.clone(),
        );
        registry.register("http_received_bytes", "Bytes of uploads that came in", new.received.clone());
        registry.register("http_sent_bytes", "Bytes of answers that clients took", new.sent.clone());
        new
    }
}

impl Metrics {
    /// A request was answered.
    pub fn answered(&self, answered: Answered<'_>) {
        let http = &self.0.http;
        let method = METHODS.into_iter().find(|known| *known == answered.method).unwrap_or("other");
        let route = Route { method, route: answered.route.to_owned() };
        http.duration.get_or_create(&route).observe(answered.took.as_secs_f64());
        let status = match answered.status {
            ..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            500.. => "5xx",
        };
        http.requests.get_or_create(&Request { method, route: route.route, status }).inc();
        if !answered.code.is_empty() {
            http.refusals.get_or_create(&Code { code: answered.code }).inc();
        }
    }

    /// A request has begun; it has ended when the answer is dropped.
    #[must_use]
    pub fn request(&self) -> InFlight {
        self.0.http.in_flight.inc();
        InFlight(self.0.http.in_flight.clone())
    }

    /// Bytes of an upload came in.
    pub fn received(&self, bytes: usize) {
        self.0.http.received.inc_by(bytes as u64);
    }

    /// A client took bytes of an answer.
    pub fn sent(&self, bytes: usize) {
        self.0.http.sent.inc_by(bytes as u64);
    }
}

/// Counts among what goes on until it is dropped.
#[derive(Debug)]
pub struct InFlight(pub(crate) Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}
