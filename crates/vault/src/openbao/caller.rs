//! Requests with a token that is renewed, and what is made of answers.

use reqwest::{Client, Method};
use sealpost_sealed::Zeroizing;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use super::{BaoLogin, BaoOptions, session::Session};
use crate::{VaultError, https};

/// No answer that we ask for is longer.
const MAX_ANSWER: usize = 256 * 1024;

/// A server, and our session there.
#[derive(Debug)]
pub(super) struct Caller {
    client: Client,
    options: BaoOptions,
    session: Mutex<Option<Session>>,
}

impl Caller {
    pub(super) fn new(options: BaoOptions) -> Result<Self, VaultError> {
        let client = https::client(options.trust.as_deref())?;
        Ok(Self { client, options, session: Mutex::new(None) })
    }

    /// Asks with a token that counts. If it turns out that it does not any more, once more with a new one, where there
    /// is a way to get one.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Answer, VaultError> {
        let token = self.token(None).await?;
        let answer = self.send(method.clone(), path, body.clone(), Some(&token)).await?;
        if answer.status == 403 && !matches!(self.options.login, BaoLogin::Token(_)) {
            let token = self.token(Some(&token)).await?;
            return self.send(method, path, body, Some(&token)).await?.let_in(path);
        }
        answer.let_in(path)
    }

    /// The session's token; another one than `refused`. One caller signs in for all.
    async fn token(&self, refused: Option<&str>) -> Result<Zeroizing<String>, VaultError> {
        let mut session = self.session.lock().await;
        if session.as_ref().is_some_and(|session| refused == Some(session.token())) {
            *session = None;
        }
        let fresh = match session.take() {
            Some(current) => current.kept_alive(self).await?,
            None => Session::begin(self, &self.options).await?,
        };
        let token = Zeroizing::new(fresh.token().to_owned());
        *session = Some(fresh);
        Ok(token)
    }

    pub(super) fn options(&self) -> &BaoOptions {
        &self.options
    }

    /// One request. Whatever the server answers that says "not now" is [`VaultError::Unavailable`].
    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        token: Option<&str>,
    ) -> Result<Answer, VaultError> {
        let mut request = self.client.request(method, self.address(path)?).header("X-Vault-Request", "true");
        if let Some(token) = token {
            request = request.header("X-Vault-Token", token);
        }
        if let Some(namespace) = &self.options.namespace {
            request = request.header("X-Vault-Namespace", namespace);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        // The address would be said twice, and the path is nobody's business.
        let unavailable = |error: reqwest::Error| VaultError::Unavailable(error.without_url().into());
        let mut response = request.send().await.map_err(unavailable)?;
        let status = response.status().as_u16();
        let mut bytes = Zeroizing::new(Vec::new());
        while let Some(piece) = response.chunk().await.map_err(unavailable)? {
            if bytes.len() + piece.len() > MAX_ANSWER {
                return Err(VaultError::Unavailable("its answer is too long".into()));
            }
            bytes.extend_from_slice(&piece);
        }
        let answer = Answer { status, body: serde_json::from_slice(&bytes).unwrap_or_default() };
        match status {
            429 | 472 | 473 | 500.. => Err(VaultError::Unavailable(answer.words().into())),
            300..=399 => Err(VaultError::Unavailable(
                "it leads to another server: name the active one in vault.url, or a balancer".into(),
            )),
            _ => Ok(answer),
        }
    }

    fn address(&self, path: &str) -> Result<Url, VaultError> {
        let base = self.options.url.as_str().trim_end_matches('/');
        format!("{base}/v1/{path}").parse().map_err(|error| VaultError::Denied(format!("vault.url: {error}")))
    }
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    body: Value,
}

impl Answer {
    pub(super) const fn is_fine(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    pub(super) fn data(&self, name: &str) -> Option<&Value> {
        self.body.get("data")?.get(name)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.data(name)?.as_str()
    }

    /// What a login gives.
    pub(super) fn auth(&self) -> Option<&Value> {
        self.body.get("auth").filter(|auth| auth.is_object())
    }

    /// Whether one of its errors has these words.
    pub(super) fn says(&self, words: &str) -> bool {
        self.errors().any(|error| error.contains(words))
    }

    pub(super) fn denied(&self, what: &str) -> VaultError {
        VaultError::Denied(format!("{what}: {}", self.words()))
    }

    fn errors(&self) -> impl Iterator<Item = &str> {
        self.body.get("errors").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    fn words(&self) -> String {
        let words: Vec<_> = self.errors().map(|error| error.trim().replace(['\n', '\t'], " ")).collect();
        match (self.status, words.is_empty()) {
            (503, false) if self.says("sealed") => {
                "it is sealed: unseal it (`bao operator unseal`), nothing else is needed".to_owned()
            }
            (status, true) => format!("status {status}"),
            (status, false) => format!("{} (status {status})", words.join("; ")),
        }
    }

    /// An answer that is not "you may not".
    fn let_in(self, path: &str) -> Result<Self, VaultError> {
        if self.status != 403 {
            return Ok(self);
        }
        Err(VaultError::Denied(format!(
            "the vault does not let us use {path}: the token has ended or was revoked, or its policy lacks this path \
             (docs/keys.md has the policy); {}",
            self.words()
        )))
    }
}
