//! An OpenID provider in a process of its own (npm `oidc-provider`), and what a relying party sees of Microsoft Entra:
//! `tests/tools/provider.mjs`. It is installed by `scripts/test-tools.sh`.

use std::{collections::BTreeMap, process::Stdio, time::Duration};

use reqwest::{Method, Response, header, redirect};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, ChildStdin, Command},
};

use crate::tools::{root, tools};

/// The directory that has a key of its own.
pub const EXACT_TENANT: &str = "eeeeeeee-0000-4000-8000-00000000000e";

/// A running provider; it ends with this value.
#[derive(Debug)]
pub struct OpenIdProvider {
    base: String,
    http: reqwest::Client,
    _process: Child,
    _stdin: ChildStdin,
}

/// A relying party that the provider knows.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Its name there.
    pub client_id: String,
    /// Its password there.
    pub client_secret: Option<String>,
}

/// A browser on its way through a provider: it keeps cookies and follows redirects as long as they stay there.
#[derive(Debug, Default)]
struct Jar(BTreeMap<String, String>);

impl OpenIdProvider {
    /// Starts one.
    pub async fn start() -> Self {
        let script = root().join("tests/tools/provider.mjs");
        let mut process = Command::new(tools().join("node/bin/node"))
            .env("NODE_PATH", tools().join("node/node_modules"))
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // It warns at length that it is for tests.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node starts");
        let stdin = process.stdin.take().expect("piped");
        let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let port = loop {
            let line =
                lines.next_line().await.expect("readable").expect("the provider says when it is ready");
            if let Some(port) = line.strip_prefix("ready ") {
                break port.to_owned();
            }
        };
        let http = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .tls_certs_only([])
            .timeout(Duration::from_secs(60))
            .build()
            .expect("a client without special wishes");
        Self { base: format!("http://127.0.0.1:{port}"), http, _process: process, _stdin: stdin }
    }

    /// What it calls itself; Entra's authority, too.
    pub fn issuer(&self) -> &str {
        &self.base
    }

    /// Registers a relying party (RFC 7591) that shows itself by `auth`, such as `client_secret_basic`, and signs ID tokens
    /// for it with `algorithm`.
    pub async fn register(&self, redirect_uri: &str, auth: &str, algorithm: &str) -> Registration {
        let answer = self.send(
            "/reg",
            json!({
                "redirect_uris": [redirect_uri],
                "response_types": ["code"],
                "grant_types": ["authorization_code"],
                "token_endpoint_auth_method": auth,
                "id_token_signed_response_alg": algorithm,
            }),
        );
        let answer = answer.await;
        let text = |name: &str| answer[name].as_str().map(str::to_owned);
        Registration {
            client_id: text("client_id").unwrap_or_else(|| panic!("a registration: {answer}")),
            client_secret: text("client_secret"),
        }
    }

    /// A token as it is asked for: `alg`, `key`, `header`, `claims`.
    pub async fn mint(&self, order: Value) -> String {
        let token = self.send("/test/mint", order).await;
        token.as_str().expect("a token").to_owned()
    }

    /// What the next call of the token endpoint by this client answers: `{"mint": order}`, or `status` and `body`.
    pub async fn next_token(&self, client: &str, answer: Value) {
        let mut answer = answer;
        answer["client"] = client.into();
        self.send("/test/next-token", answer).await;
    }

    /// Gives an account its claims.
    pub async fn account(&self, id: &str, claims: Value) {
        self.send("/test/accounts", json!({ "id": id, "claims": claims })).await;
    }

    /// Changes all keys; the old ones are forgotten.
    pub async fn rotate(&self) {
        self.send("/test/rotate", Value::Null).await;
    }

    /// From now on these paths answer 500, and no others.
    pub async fn break_paths(&self, paths: &[&str]) {
        self.send("/test/break", json!(paths)).await;
    }

    /// How often a path was asked for.
    pub async fn count(&self, path: &str) -> u64 {
        self.send("/test/counts", Value::Null).await[path].as_u64().unwrap_or_default()
    }

    /// Signs in as a browser would, and gives the address to which the provider sends it back. Who signs in stands in the
    /// address' `login_hint`; without one it is `alice`.
    pub async fn sign_in(&self, authorization_url: &str) -> String {
        let mut jar = Jar::default();
        let mut url = authorization_url.to_owned();
        for _ in 0..10 {
            let answer = self.http.get(&url).header(header::COOKIE, jar.header()).send().await;
            let answer = answer.unwrap_or_else(|error| panic!("{url}: {error}"));
            jar.keep(&answer);
            let status = answer.status();
            let next = answer.headers().get(header::LOCATION).and_then(|next| next.to_str().ok());
            let Some(next) = next.map(str::to_owned) else {
                panic!("{url}: {status} {}", answer.text().await.unwrap_or_default());
            };
            url = if next.starts_with('/') { format!("{}{next}", self.base) } else { next };
            if !url.starts_with(&format!("{}/", self.base)) {
                return url;
            }
        }
        panic!("the provider does not come to an end: {url}");
    }

    async fn send(&self, path: &str, body: Value) -> Value {
        let request = self.http.request(Method::POST, format!("{}{path}", self.base));
        let request = request.header(header::CONTENT_TYPE, "application/json").body(body.to_string());
        let answer = request.send().await.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap_or_default());
        serde_json::from_str(&answer.text().await.expect("an answer")).expect("JSON")
    }
}

impl Jar {
    fn header(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, answer: &Response) {
        for line in answer.headers().get_all(header::SET_COOKIE) {
            let pair = line.to_str().expect("a cookie").split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie has a value");
            self.0.insert(name.to_owned(), value.to_owned());
        }
    }
}
