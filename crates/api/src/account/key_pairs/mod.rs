//! `/api/v1/account/key-pairs`: to what others seal for a person, and how he opens it.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod passkey;
pub(crate) mod passphrase;
pub(crate) mod remove_passkey;

use sealpost_auth::{AuthError, PassphraseSealed};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::Base64Url;

/// A private key under a passphrase.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PassphraseKey {
    /// Salt and costs of the passphrase's key: 29 bytes, at least 64 MiB and 3 passes.
    parameters: Base64Url,
    /// The private key under that: 104 bytes.
    private_key: Base64Url,
}

impl TryFrom<PassphraseKey> for PassphraseSealed {
    type Error = AuthError;

    fn try_from(key: PassphraseKey) -> Result<Self, AuthError> {
        Self::new(key.parameters.0, key.private_key.0)
    }
}

impl From<PassphraseSealed> for PassphraseKey {
    fn from(sealed: PassphraseSealed) -> Self {
        Self {
            parameters: Base64Url(sealed.parameters().to_vec()),
            private_key: Base64Url(sealed.private_key().to_vec()),
        }
    }
}
