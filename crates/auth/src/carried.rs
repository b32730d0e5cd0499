//! What a recipient's browser carries from one request to the next.

use std::collections::HashMap;

use data_encoding::HEXLOWER;
use sealpost_domain::{CodeChannel, RecipientId, TenantId};
use sha2::{Digest, Sha256};

/// What a request carries beside what its sender types: cookies by name, and what was put in their place. All of it
/// comes from outside; whatever is no credential counts as none.
#[derive(Clone, Default)]
pub struct Carried {
    cookies: HashMap<String, String>,
    /// A grant of an earlier visit that was sent as bearer.
    pub grant: Option<String>,
    /// A challenge that was sent in the body.
    pub challenge: Option<String>,
    /// A proof that was sent in the body.
    pub proof: Option<String>,
}

impl Carried {
    /// The cookies of a request: names without what all of ours begin with.
    pub fn new(cookies: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { cookies: cookies.into_iter().collect(), ..Self::default() }
    }

    pub(crate) fn grant(&self, recipient: RecipientId) -> Option<&str> {
        self.grant.as_deref().or_else(|| self.cookie(&grant_name(recipient)))
    }

    pub(crate) fn challenge(&self, recipient: RecipientId) -> Option<&str> {
        self.challenge.as_deref().or_else(|| self.cookie(&challenge_name(recipient)))
    }

    pub(crate) fn proof(&self, recipient: RecipientId) -> Option<&str> {
        self.proof.as_deref().or_else(|| self.cookie(&proof_name(recipient)))
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }
}

/// Without what it carries.
impl std::fmt::Debug for Carried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Carried").field("cookies", &self.cookies.len()).finish_non_exhaustive()
    }
}

/// The name of the cookie with the grant for a delivery.
pub(crate) fn grant_name(recipient: RecipientId) -> String {
    recipient.as_uuid().as_simple().to_string()
}

/// The name of the cookie with the challenge of the code that was asked for last.
pub fn challenge_name(recipient: RecipientId) -> String {
    format!("code-{}", grant_name(recipient))
}

/// The name of the cookie with the proof that a code was shown.
pub fn proof_name(recipient: RecipientId) -> String {
    format!("proof-{}", grant_name(recipient))
}

/// The name of the cookie of a remembered browser: one for each address and tenant, and nothing to be read from it.
pub fn device_name(tenant: TenantId, address_hmac: &[u8; 32], channel: CodeChannel) -> String {
    let mut hash = Sha256::new();
    hash.update(tenant.into_bytes());
    hash.update(address_hmac);
    hash.update(channel.as_str());
    format!("device-{}", HEXLOWER.encode(&hash.finalize()[..8]))
}
