//! Kubernetes, as far as others ask it whose a token is: `tests/tools/kubernetes.py`, over HTTPS and with real signatures.

use std::path::PathBuf;

use super::script::Script;

/// An API server.
#[derive(Debug)]
pub struct Kubernetes(Script);

impl Kubernetes {
    /// Starts one, and waits until it listens.
    ///
    /// # Panics
    /// If it does not within a minute.
    pub fn start() -> Self {
        Self(Script::start("kubernetes.py"))
    }

    /// Where it is.
    pub fn address(&self) -> String {
        self.0.address()
    }

    /// Where its certificate lies.
    pub fn certificate_file(&self) -> PathBuf {
        self.0.certificate()
    }

    /// A fresh token of an account, which is made by the way. Only `reviewer` in `vault` may ask whose tokens are.
    pub fn token(&self, namespace: &str, name: &str) -> String {
        let account = format!(r#"{{"namespace": "{namespace}", "name": "{name}"}}"#);
        self.0.control("token", &account).trim_matches('"').to_owned()
    }

    /// Ends a token before its time, as when its pod is gone.
    pub fn end(&self, token: &str) {
        self.0.control("end", &format!(r#"{{"token": "{token}"}}"#));
    }
}
