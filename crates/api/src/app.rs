//! What the handlers work with.

use std::{fmt, future::Ready, net::IpAddr, sync::Arc, time::Duration};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use sealpost_auth::{Auth, LimitKey, Throttle};
use sealpost_domain::Timestamp;
use sealpost_metrics::Metrics;
use sealpost_tenancy::Tenancy;
use sealpost_transfer::Service;
use tracing::Span;

use crate::{BaseUrl, Drain, Network, error, error::ApiError, proxy};

/// Passwords that one address may show in a minute.
const VERIFICATIONS_PER_MINUTE: u32 = 120;
/// Longest silence in a body. Shorter than that of the use cases, which guard themselves: they cannot tell a client that
/// stalls, and should hear so, from one that is gone.
const BODY_PATIENCE: Duration = Duration::from_secs(25);

/// Puts a span into the trace that a `traceparent` names; does nothing with one that it cannot read.
pub type TraceUnder = fn(&Span, &str);

/// What the handlers work with. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct App {
    auth: Auth,
    service: Service,
    tenancy: Tenancy,
    base_url: Arc<BaseUrl>,
    trusted_proxies: Arc<[Network]>,
    throttle: Arc<Throttle<IpAddr>>,
    body_patience: Duration,
    drain: Drain,
    metrics: Metrics,
    trace_under: Option<TraceUnder>,
}

impl App {
    /// An app that is reached at `base_url`, with no proxy in front that is trusted.
    pub fn new(auth: Auth, service: Service, tenancy: Tenancy, base_url: BaseUrl) -> Self {
        Self {
            auth,
            service,
            tenancy,
            base_url: Arc::new(base_url),
            trusted_proxies: Arc::default(),
            throttle: Arc::new(Throttle::per_minute(VERIFICATIONS_PER_MINUTE)),
            body_patience: BODY_PATIENCE,
            drain: Drain::default(),
            metrics: Metrics::default(),
            trace_under: None,
        }
    }

    /// Believes what these proxies say in `X-Forwarded-For`; nobody is believed by default.
    #[must_use]
    pub fn trusted_proxies(mut self, proxies: impl IntoIterator<Item = Network>) -> Self {
        self.trusted_proxies = proxies.into_iter().collect();
        self
    }

    /// Sets how many links one address may verify in a minute, passwords among them; 120 by default.
    #[must_use]
    pub fn verifications_per_minute(mut self, attempts: u32) -> Self {
        self.throttle = Arc::new(Throttle::per_minute(attempts));
        self
    }

    /// Sets how long a body may stand still, or drip, before it is taken for broken; 25 s by default.
    #[must_use]
    pub const fn body_patience(mut self, patience: Duration) -> Self {
        self.body_patience = patience;
        self
    }

    /// The end of this node: whoever runs it says when it comes.
    pub const fn drain(&self) -> &Drain {
        &self.drain
    }

    /// Counts there what is asked and answered.
    #[must_use]
    pub fn counted_by(mut self, metrics: Metrics) -> Self {
        self.metrics = metrics;
        self
    }

    /// Requests are traced, and traces of trusted proxies gone on with.
    #[must_use]
    pub const fn traced_by(mut self, trace_under: TraceUnder) -> Self {
        self.trace_under = Some(trace_under);
        self
    }

    pub(crate) const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Whether a proxy that is trusted hands the request on.
    pub(crate) fn is_behind_proxy(&self, request: &HttpRequest) -> bool {
        let is_trusted = |peer| self.trusted_proxies.iter().any(|network| network.contains(peer));
        !self.trusted_proxies.is_empty() && request.peer_addr().is_some_and(|peer| is_trusted(peer.ip()))
    }

    pub(crate) const fn is_traced(&self) -> bool {
        self.trace_under.is_some()
    }

    pub(crate) fn trace_under(&self, span: &Span, parent: &str) {
        if let Some(trace_under) = self.trace_under {
            trace_under(span, parent);
        }
    }

    pub(crate) const fn auth(&self) -> &Auth {
        &self.auth
    }

    pub(crate) const fn service(&self) -> &Service {
        &self.service
    }

    pub(crate) const fn tenancy(&self) -> &Tenancy {
        &self.tenancy
    }

    pub(crate) fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    pub(crate) const fn patience(&self) -> Duration {
        self.body_patience
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.service.clock().now()
    }

    /// The app that serves `request`.
    pub(crate) fn of(request: &HttpRequest) -> &Self {
        request.app_data().expect("configure() hands the app to every request")
    }

    /// The same, which notes where the caller comes from.
    pub(crate) fn serving(request: &HttpRequest) -> Self {
        let app = Self::of(request).clone();
        let network = proxy::caller(request, &app.trusted_proxies);
        Self { auth: app.auth.called_from(network), ..app }
    }

    /// Counts what somebody shows to sign in against the address it comes from: on this node, and on all together.
    pub(crate) async fn count_sign_in(&self, request: &HttpRequest) -> Result<(), ApiError> {
        let Some(address) = proxy::caller(request, &self.trusted_proxies) else {
            return Ok(());
        };
        self.throttle.count(proxy::neighbourhood(address), self.now()).map_err(error::too_many_requests)?;
        Ok(self.auth.count_sign_in(address).await?)
    }

    /// Counts a try to verify a link against the address it comes from: on this node, and on all together.
    pub(crate) async fn count_verification(&self, request: &HttpRequest) -> Result<(), ApiError> {
        let Some(address) = proxy::caller(request, &self.trusted_proxies) else {
            return Ok(());
        };
        self.throttle.count(proxy::neighbourhood(address), self.now()).map_err(error::too_many_requests)?;
        Ok(self.auth.limits().count([LimitKey::network("links.verify", address)]).await?)
    }

    /// Counts something against the address that it comes from, on all nodes together.
    pub(crate) async fn count_network(
        &self,
        request: &HttpRequest,
        key: impl FnOnce(IpAddr) -> LimitKey,
    ) -> Result<(), ApiError> {
        match proxy::caller(request, &self.trusted_proxies) {
            Some(address) => Ok(self.auth.limits().count([key(address)]).await?),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

impl FromRequest for App {
    type Error = std::convert::Infallible;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self::serving(request)))
    }
}
