//! The relying party against a provider process: npm's `oidc-provider`, and what Entra shows of itself.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

mod access_token;
mod discovery;
mod flow;
mod id_token;

use sealpost_domain::{Clock as _, SystemClock, Timestamp};
use sealpost_oidc::{Kind, Oidc, Provider, Reach, Secret};
use sealpost_test_support::provider::{OpenIdProvider, Registration};
use serde_json::Value;

const REDIRECT: &str = "http://127.0.0.1:1/back";

fn now() -> Timestamp {
    SystemClock.now()
}

fn oidc() -> Oidc {
    Oidc::new(Reach::Internal)
}

fn registered(process: &OpenIdProvider, registration: &Registration) -> Provider {
    Provider {
        issuer: process.issuer().parse().unwrap(),
        kind: Kind::OpenId,
        client_id: registration.client_id.clone(),
        client_secret: registration.client_secret.clone().map(Secret::new),
    }
}

/// A provider that knows a client `sealpost`, which it has never seen: enough for tokens that are minted.
fn client(process: &OpenIdProvider) -> Provider {
    let registration = Registration { client_id: "sealpost".to_owned(), client_secret: None };
    registered(process, &registration)
}

/// `base` with the fields of `changes`; null takes one out.
fn with(base: &Value, changes: &Value) -> Value {
    let mut value = base.clone();
    for (name, change) in changes.as_object().unwrap() {
        value[name] = change.clone();
    }
    value
}
