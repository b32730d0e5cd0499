//! Azure Key Vault, as far as its REST API is used: `tests/tools/keyvault.py`, over HTTPS and with real keys.

use std::{fs, path::PathBuf};

use super::script::Script;

/// The directory that lets us in.
pub const TENANT: &str = "7f9a3f60-1111-4222-8333-444455556666";
/// The application that it lets in; also the client id of the machine's identity.
pub const CLIENT: &str = "sealpost-test";
/// That application's secret.
pub const SECRET: &str = "hunter2-secret";
/// The token of the pod that it lets in.
pub const POD_TOKEN: &str = "the-pods-token";
/// What an app finds in its environment, and shows to get a token of its identity.
pub const APP_SECRET: &str = "the-apps-secret";

/// A vault, and who gives tokens for it.
#[derive(Debug)]
pub struct KeyVault(Script);

impl KeyVault {
    /// Starts one, and waits until it listens.
    ///
    /// # Panics
    /// If it does not within a minute.
    pub fn start() -> Self {
        Self(Script::start("keyvault.py"))
    }

    /// Where it is, and where tokens are.
    pub fn address(&self) -> String {
        self.0.address()
    }

    /// Where a machine or an app gets tokens of its identity: `http://127.0.0.1:PORT`.
    pub fn identity(&self) -> String {
        format!("http://127.0.0.1:{}", self.0.written("identity"))
    }

    /// Where its certificate lies.
    pub fn certificate_file(&self) -> PathBuf {
        self.0.certificate()
    }

    /// Its certificate, PEM.
    pub fn certificate(&self) -> Vec<u8> {
        fs::read(self.0.certificate()).expect("a certificate")
    }

    /// Tells it what to do next (`next`, `key`, `end-tokens`), and gives the requests since the last time, in JSON.
    ///
    /// # Panics
    /// If it does not answer.
    pub fn control(&self, what: &str, json: &str) -> String {
        self.0.control(what, json)
    }
}
