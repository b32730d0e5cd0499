//! One server: its address, the token, the connection pool, and what its answers mean.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use reqwest::{Method, RequestBuilder, Response, StatusCode, header, redirect};
use sealpost_domain::{TransferId, is_deceptive, is_loopback};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use url::Url;

use crate::{
    Error, Event, Events, Problem, Secret,
    backoff::{Backoff, Retry},
};

/// How to talk to a server.
#[derive(Debug, Clone, Default)]
pub struct Connection {
    /// API token of the sender; fetching needs none.
    pub token: Option<Secret>,
    /// Certificates in PEM to trust besides those of the operating system.
    pub trust: Option<Vec<u8>>,
    /// How stubborn to be when a connection breaks.
    pub retry: Retry,
}

/// A Sealpost server. Cheap to clone; clones share connections.
#[derive(Debug, Clone)]
pub struct Server {
    base: Url,
    token: Option<Secret>,
    drafts: Drafts,
    http: reqwest::Client,
    retry: Retry,
    /// Whether anything has answered yet.
    reached: Arc<AtomicBool>,
}

/// What the drafts are that are filled, in addresses.
#[derive(Debug, Clone, Copy)]
enum Drafts {
    /// A sender's.
    Transfers,
    /// An outsider's.
    Submissions,
}

/// Failures after which an address that never answered is taken for a wrong one.
const FIRST_CONTACT: u32 = 3;
/// The protocol of uploads, and the version of it that is spoken here.
pub(crate) const RESUMABLE: &str = "Tus-Resumable";
pub(crate) const VERSION: &str = "1.0.0";

impl Server {
    /// A server by its base URL, such as `https://files.example.org`.
    ///
    /// # Errors
    /// [`Error::Address`] if the URL is not http(s), or is plain http to another machine: tokens, passwords and
    /// files would cross the network readable.
    pub fn new(base: &Url, connection: Connection) -> Result<Self, Error> {
        let bad = |why| Error::Address { address: base.to_string(), why };
        match base.scheme() {
            "https" => {}
            "http" if base.host_str().is_some_and(is_loopback) => {}
            "http" => return Err(bad("plain http only works with this machine itself; use https")),
            _ => return Err(bad("it must start with https://")),
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(bad("it must not hold a user name or password"));
        }
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("sealpost/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(Duration::from_secs(20))
            .tcp_keepalive(Duration::from_secs(30));
        if base.scheme() == "http" {
            // A proxy is another machine, and would read everything.
            http = http.no_proxy();
        }
        if let Some(pem) = &connection.trust {
            let bundle = reqwest::Certificate::from_pem_bundle(pem);
            http = http.tls_certs_merge(bundle.map_err(|_| bad("the certificates to trust are not PEM"))?);
        }
        let http = http.build().map_err(|_| bad("TLS cannot be set up on this machine"))?;
        Ok(Self {
            base: directory(base),
            token: connection.token,
            drafts: Drafts::Transfers,
            http,
            retry: connection.retry,
            reached: Arc::default(),
        })
    }

    /// Whether an address leads to this server: scheme, host and port are the same.
    pub(crate) fn is_at(&self, url: &str) -> bool {
        Url::parse(url).is_ok_and(|url| url.origin() == self.base.origin())
    }

    /// The base URL, always with a slash at its end.
    pub const fn base(&self) -> &Url {
        &self.base
    }

    /// The same server, asked with another token.
    pub(crate) fn with_token(&self, token: Secret) -> Self {
        Self { token: Some(token), ..self.clone() }
    }

    /// The same server, asked by an outsider about what he sends in.
    pub(crate) fn with_grant(&self, grant: Secret) -> Self {
        Self { drafts: Drafts::Submissions, ..self.with_token(grant) }
    }

    /// Where a draft is: `api/v1/…`.
    pub(crate) fn draft(&self, id: TransferId) -> String {
        match self.drafts {
            Drafts::Transfers => format!("api/v1/transfers/{id}"),
            Drafts::Submissions => format!("api/v1/submissions/{id}"),
        }
    }

    pub(crate) const fn token(&self) -> Option<&Secret> {
        self.token.as_ref()
    }

    pub(crate) const fn retry(&self) -> Retry {
        self.retry
    }

    /// Host and port, for messages.
    pub(crate) fn name(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        self.base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        self.base.join(path).expect("a relative path of ids and plain words joins any http URL")
    }

    /// A request as the sender, if there is a token.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, self.url(path));
        match &self.token {
            Some(token) => request.bearer_auth(token.expose()),
            None => request,
        }
    }

    /// One try: the answer if it is a success, else what it means.
    pub(crate) async fn once(&self, request: RequestBuilder) -> Result<Response, Error> {
        let response = request.send().await.map_err(|error| self.broken(&error))?;
        self.reached.store(true, Ordering::Relaxed);
        if response.status().is_success() {
            Ok(response)
        } else {
            Err(Error::Refused(problem(response).await))
        }
    }

    /// Sends JSON and reads JSON, trying again while that is worth it.
    pub(crate) async fn call<B: Serialize + Sync, A: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&B>,
        events: &dyn Events,
    ) -> Result<A, Error> {
        let response = self.patiently(method, path, body, events).await?;
        self.read(response).await
    }

    /// An answer's JSON.
    pub(crate) async fn read<A: DeserializeOwned>(&self, response: Response) -> Result<A, Error> {
        response.json().await.map_err(|error| self.protocol(root_cause(&error)))
    }

    /// Sends JSON to which there is nothing to say, trying again while that is worth it.
    pub(crate) async fn tell<B: Serialize + Sync>(
        &self,
        method: Method,
        path: &str,
        body: &B,
        events: &dyn Events,
    ) -> Result<(), Error> {
        self.patiently(method, path, Some(body), events).await.map(drop)
    }

    pub(crate) async fn delete(&self, path: &str, events: &dyn Events) -> Result<(), Error> {
        self.patiently(Method::DELETE, path, None::<&()>, events).await.map(drop)
    }

    /// Asks again and again while that is worth it.
    pub(crate) async fn patiently<B: Serialize + Sync>(
        &self,
        method: Method,
        path: &str,
        body: Option<&B>,
        events: &dyn Events,
    ) -> Result<Response, Error> {
        let mut backoff = Backoff::new(self.retry);
        loop {
            let mut request = self.request(method.clone(), path).timeout(self.retry.stall);
            if let Some(body) = body {
                request = request.json(body);
            }
            if method == Method::DELETE {
                // Uploads are removed by tus, which asks for its version; whatever else is deleted does not mind.
                request = request.header(RESUMABLE, VERSION);
            }
            match self.once(request).await {
                Ok(response) => return Ok(response),
                Err(error) => self.pause(&mut backoff, error, events).await?,
            }
        }
    }

    /// A connection that could not be made or that broke.
    pub(crate) fn broken(&self, error: &reqwest::Error) -> Error {
        self.lost(root_cause(error))
    }

    pub(crate) fn protocol(&self, what: impl Into<String>) -> Error {
        Error::Protocol { server: self.name(), what: what.into() }
    }

    /// Runs a transfer of bytes; breaks it off when `moved` stands still for too long.
    pub(crate) async fn watched<T>(
        &self,
        moved: &AtomicU64,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let stalled = async {
            let mut seen = moved.load(Ordering::Relaxed);
            loop {
                tokio::time::sleep(self.retry.stall).await;
                let now = moved.load(Ordering::Relaxed);
                if now == seen {
                    return;
                }
                seen = now;
            }
        };
        tokio::select! {
            done = work => done,
            () = stalled => Err(self.silent()),
        }
    }

    /// Nothing has come for too long.
    pub(crate) fn silent(&self) -> Error {
        self.lost("nothing moves any more")
    }

    /// A connection that broke, or could not be made.
    pub(crate) fn lost(&self, reason: impl Into<String>) -> Error {
        let (server, reason) = (self.name(), reason.into());
        if self.reached.load(Ordering::Relaxed) {
            Error::Lost { server, reason }
        } else {
            Error::Unreachable { server, reason }
        }
    }

    /// Waits before another try, or hands the error back if none is worth it.
    pub(crate) async fn pause(
        &self,
        backoff: &mut Backoff,
        error: Error,
        events: &dyn Events,
    ) -> Result<(), Error> {
        let asked = match &error {
            error if error.is_broken() => None,
            Error::Refused(problem) if passes(problem) => problem.retry_after,
            _ => return Err(error),
        };
        let stranger = !self.reached.load(Ordering::Relaxed) && backoff.failures() + 1 >= FIRST_CONTACT;
        let wait = if stranger { None } else { backoff.next(asked) };
        let Some(after) = wait else {
            return Err(error);
        };
        events.on(Event::Retrying { why: &error.to_string(), after });
        tokio::time::sleep(after).await;
        Ok(())
    }
}

/// Whether the same request may succeed later. A full disk (507) does not empty itself while we wait, and what is not
/// available now will not be so soon.
fn passes(problem: &Problem) -> bool {
    match problem.code.as_str() {
        "not_available_now" => false,
        "offset_mismatch" => true,
        _ => matches!(problem.status, 408 | 423 | 425 | 429 | 500 | 502 | 503 | 504 | 521..=524),
    }
}

#[derive(Deserialize)]
struct Details {
    code: Option<String>,
    detail: Option<String>,
    title: Option<String>,
}

/// Reads at most this much of a refusal: whoever answers may be no Sealpost server.
const MAX_PROBLEM: usize = 64 * 1024;

async fn problem(mut response: Response) -> Problem {
    let status = response.status();
    let header =
        |name| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_problem = header(header::CONTENT_TYPE).starts_with("application/problem+json");
    let retry_after = header(header::RETRY_AFTER).parse().ok().map(Duration::from_secs);
    let mut body = Vec::new();
    while let Ok(Some(piece)) = response.chunk().await {
        body.extend_from_slice(&piece);
        if body.len() > MAX_PROBLEM {
            break;
        }
    }
    let details = is_problem.then(|| serde_json::from_slice::<Details>(&body).ok()).flatten();
    let (code, detail) = match details {
        Some(details) => {
            (details.code.unwrap_or_default(), details.detail.or(details.title).unwrap_or_default())
        }
        None => (String::new(), reason(status).to_owned()),
    };
    Problem { status: status.as_u16(), code, detail: short(&detail), retry_after }
}

fn reason(status: StatusCode) -> &'static str {
    if status.is_redirection() {
        "(a redirect: use the address it leads to)"
    } else {
        status.canonical_reason().unwrap_or("(unknown status)")
    }
}

/// Words of the server or of another person for a terminal: in one line, and without what steers one or turns the
/// direction of reading.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || is_deceptive(c) { ' ' } else { c }).collect()
}

fn short(text: &str) -> String {
    printable(text).chars().take(500).collect()
}

/// The innermost reason, which is the one that says something: "connection refused", not "error sending request".
fn root_cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    short(&innermost.to_string())
}

/// With a slash at the end of its path, and nothing after the path: what relative paths can be joined to.
fn directory(base: &Url) -> Url {
    let mut base = base.clone();
    base.set_query(None);
    base.set_fragment(None);
    let path = format!("{}/", base.path().trim_end_matches('/'));
    base.set_path(&path);
    base
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(base: &str) -> Result<Server, Error> {
        Server::new(&base.parse().unwrap(), Connection::default())
    }

    #[test]
    fn plain_http_never_leaves_the_machine() {
        for base in
            ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:1/", "https://files.example.org"]
        {
            assert!(server(base).is_ok(), "{base}");
        }
        for base in
            ["http://files.example.org", "http://localhost.example.org", "ftp://127.0.0.1", "https://u:p@h"]
        {
            assert!(matches!(server(base), Err(Error::Address { .. })), "{base}");
        }
    }

    #[test]
    fn a_base_url_may_have_a_path() {
        for base in ["https://h.example/post", "https://h.example/post/", "https://h.example/post?x#y"] {
            let url = server(base).unwrap().url("api/v1/transfers");
            assert_eq!(url.as_str(), "https://h.example/post/api/v1/transfers", "{base}");
        }
    }

    #[test]
    fn debug_shows_no_token() {
        let connection = Connection { token: Some("sp_secret".into()), ..Connection::default() };
        let server = Server::new(&"https://h.example".parse().unwrap(), connection).unwrap();
        assert!(!format!("{server:?}").contains("sp_secret"));
    }

    #[test]
    fn words_of_the_server_cannot_steer_a_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\r\nc"), "a [2Jb  c");
        assert_eq!(printable("pay \u{202e}gpj.exe\u{2066}"), "pay  gpj.exe ");
    }

    #[test]
    fn a_full_disk_is_not_waited_for() {
        let problem = |status, code: &str| Problem {
            status,
            code: code.into(),
            detail: String::new(),
            retry_after: None,
        };
        assert!(passes(&problem(503, "unavailable")));
        assert!(!passes(&problem(503, "not_available_now")));
        assert!(passes(&problem(409, "offset_mismatch")));
        assert!(!passes(&problem(409, "state_conflict")));
        assert!(!passes(&problem(507, "storage_full")));
        assert!(!passes(&problem(404, "not_found")));
    }
}
