//! Signing in, and staying so.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use reqwest::Method;
use sealpost_sealed::Zeroizing;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{BaoOptions, caller::Caller};
use crate::VaultError;

/// How we get in.
#[derive(Clone)]
pub enum BaoLogin {
    /// By a token that somebody made; it is renewed as long as that is possible.
    Token(Zeroizing<String>),
    /// By a token in a file, where somebody puts another one in time. The file is read again when it has changed, and when the
    /// token is refused.
    TokenFile(PathBuf),
    /// As a machine (`auth/approle`).
    AppRole {
        /// Where the method is mounted: `approle`.
        mount: String,
        /// The role.
        role_id: String,
        /// Its secret.
        secret_id: Zeroizing<String>,
    },
    /// As a pod (`auth/kubernetes`), by the token of its service account.
    Kubernetes {
        /// Where the method is mounted: `kubernetes`.
        mount: String,
        /// The role.
        role: String,
    },
}

impl fmt::Debug for BaoLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(_) => f.write_str("Token"),
            Self::TokenFile(path) => f.debug_tuple("TokenFile").field(path).finish(),
            Self::AppRole { role_id, .. } => {
                f.debug_struct("AppRole").field("role_id", role_id).finish_non_exhaustive()
            }
            Self::Kubernetes { role, .. } => {
                f.debug_struct("Kubernetes").field("role", role).finish_non_exhaustive()
            }
        }
    }
}

/// A token, and until when it counts.
pub(super) struct Session {
    token: Zeroizing<String>,
    /// From when on it is looked after; `None` if it never ends.
    renew_at: Option<Instant>,
    ends_at: Option<Instant>,
    renewable: bool,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("ends_at", &self.ends_at).finish_non_exhaustive()
    }
}

impl Session {
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    pub(super) async fn begin(caller: &Caller, options: &BaoOptions) -> Result<Self, VaultError> {
        let (path, body) = match &options.login {
            BaoLogin::Token(token) => return Self::of_token(caller, token).await,
            BaoLogin::TokenFile(path) => {
                return Self::of_token(caller, &in_file("vault.token_file", path)?).await;
            }
            BaoLogin::AppRole { mount, role_id, secret_id } => {
                (format!("auth/{mount}/login"), json!({ "role_id": role_id, "secret_id": **secret_id }))
            }
            BaoLogin::Kubernetes { mount, role } => {
                let jwt = in_file("the service account's token", &options.service_account)?;
                (format!("auth/{mount}/login"), json!({ "role": role, "jwt": *jwt }))
            }
        };
        let answer = caller.send(Method::POST, &path, Some(body), None).await?;
        match answer.auth().and_then(|auth| Some((auth, auth.get("client_token")?.as_str()?))) {
            Some((auth, token)) if answer.is_fine() => {
                Ok(Self::new(Zeroizing::new(token.to_owned()), number(auth, "lease_duration"), flag(auth)))
            }
            _ => Err(answer.denied(&format!("the vault does not let us in by {path}"))),
        }
    }

    /// What is known of a token: one that may do nothing else may look itself up.
    async fn of_token(caller: &Caller, token: &Zeroizing<String>) -> Result<Self, VaultError> {
        let answer = caller.send(Method::GET, "auth/token/lookup-self", None, Some(token)).await?;
        if !answer.is_fine() {
            return Err(answer.denied(
                "the vault does not take vault.token: it is wrong, has ended or was revoked; make a new one",
            ));
        }
        let ttl = answer.data("ttl").and_then(Value::as_u64).unwrap_or_default();
        let renewable = answer.data("renewable").and_then(Value::as_bool).unwrap_or_default();
        Ok(Self::new(token.clone(), ttl, renewable))
    }

    fn new(token: Zeroizing<String>, seconds: u64, renewable: bool) -> Self {
        let now = Instant::now();
        let lease = (seconds > 0).then(|| Duration::from_secs(seconds));
        Self {
            token,
            renew_at: lease.map(|lease| now + lease * 2 / 3),
            ends_at: lease.map(|lease| now + lease),
            renewable,
        }
    }

    /// What has taken this token's place in its file.
    fn replacement(&self, login: &BaoLogin) -> Option<Zeroizing<String>> {
        let BaoLogin::TokenFile(path) = login else { return None };
        in_file("vault.token_file", path).ok().filter(|found| **found != *self.token)
    }

    /// This session, renewed if it is time, or a new one.
    pub(super) async fn kept_alive(self, caller: &Caller) -> Result<Self, VaultError> {
        if let Some(replacement) = self.replacement(&caller.options().login) {
            match Self::of_token(caller, &replacement).await {
                Ok(fresh) => return Ok(fresh),
                // It may not be written to its end yet, and the one before may count still.
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the new token in vault.token_file"
                    );
                }
            }
        }
        let now = Instant::now();
        if self.renew_at.is_none_or(|at| now < at) {
            return Ok(self);
        }
        let by_token = matches!(caller.options().login, BaoLogin::Token(_) | BaoLogin::TokenFile(_));
        let over = self.ends_at.is_some_and(|at| now >= at);
        if self.renewable && !over {
            let renewed =
                caller.send(Method::POST, "auth/token/renew-self", Some(json!({})), Some(&self.token)).await;
            if let Ok(answer) = renewed
                && let Some(auth) = answer.auth().filter(|_| answer.is_fine())
            {
                return Ok(Self::new(self.token, number(auth, "lease_duration"), flag(auth)));
            }
        }
        // A token that somebody made may count although it cannot be renewed; the server says when it does not.
        if by_token && !over {
            return Ok(self);
        }
        match Self::begin(caller, caller.options()).await {
            Err(VaultError::Unavailable(_)) if !over => Ok(self),
            begun => begun,
        }
    }
}

/// What lies in a file, but for what an editor puts at its end.
fn in_file(what: &str, path: &Path) -> Result<Zeroizing<String>, VaultError> {
    let wrong = |why: &str| VaultError::Denied(format!("cannot read {what} {}: {why}", path.display()));
    let text = Zeroizing::new(fs::read_to_string(path).map_err(|error| wrong(&error.to_string()))?);
    match text.trim() {
        "" => Err(wrong("it is empty")),
        token => Ok(Zeroizing::new(token.to_owned())),
    }
}

fn number(auth: &Value, name: &str) -> u64 {
    auth.get(name).and_then(Value::as_u64).unwrap_or_default()
}

fn flag(auth: &Value) -> bool {
    auth.get("renewable").and_then(Value::as_bool).unwrap_or_default()
}
