//! JSON of key pairs, and of what was sealed to them. Bytes are base64url without padding.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sealpost_domain::{MailboxId, TenantId, TransferId, UserId};
use sealpost_sealed::{ContentKeyContext, Fingerprint, PrivateKeyContext, PublicKey};
use serde::Deserialize;

use crate::{Error, Secret, Server};

/// What has come in, sealed to keys of whoever gets it.
#[derive(Clone, Deserialize)]
pub(crate) struct SealedTo {
    tenant: TenantId,
    transfer: TransferId,
    pub(super) content_key_to: Vec<ContentKeyTo>,
    #[serde(default)]
    pub(crate) subject: Option<String>,
    #[serde(default)]
    pub(crate) message: Option<String>,
    #[serde(default)]
    pub(crate) contents: Option<String>,
}

/// A content key that is sealed to a public key.
#[derive(Clone, Deserialize)]
pub(super) struct ContentKeyTo {
    pub(super) fingerprint: String,
    /// The team's whose key it is; absent if it is a user's.
    #[serde(default)]
    pub(super) mailbox_id: Option<MailboxId>,
    pub(super) content_key: String,
}

/// The key pairs of the user.
#[derive(Deserialize)]
pub(super) struct OwnPairs {
    tenant: TenantId,
    owner: UserId,
    /// Newest first.
    pub(super) key_pairs: Vec<OwnPair>,
}

/// One of them.
#[derive(Deserialize)]
pub(super) struct OwnPair {
    public_key: String,
    /// Since when another one counts.
    #[serde(default)]
    pub(super) retired_at: Option<String>,
    pub(super) passphrase: UnderPassphrase,
}

/// A private key under a passphrase.
#[derive(Deserialize)]
pub(super) struct UnderPassphrase {
    pub(super) parameters: String,
    pub(super) private_key: Secret,
}

/// The key pairs of a team.
#[derive(Deserialize)]
pub(super) struct TeamPairs {
    tenant: TenantId,
    owner: MailboxId,
    pub(super) key_pairs: Vec<TeamPair>,
}

/// One of them.
#[derive(Deserialize)]
pub(super) struct TeamPair {
    public_key: String,
    /// The private key, sealed to a key of the user; absent if nobody has given it to him.
    #[serde(default)]
    pub(super) private_key: Option<ToMember>,
}

/// A private key that is sealed to a public key of the user.
#[derive(Deserialize)]
pub(super) struct ToMember {
    pub(super) fingerprint: String,
    pub(super) private_key: Secret,
}

impl fmt::Debug for SealedTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedTo").field("transfer", &self.transfer).finish_non_exhaustive()
    }
}

impl SealedTo {
    pub(crate) fn place(&self) -> ContentKeyContext {
        ContentKeyContext { tenant: self.tenant.into_bytes(), transfer: self.transfer.into_bytes() }
    }
}

impl ContentKeyTo {
    /// `None` of a fingerprint that is none: that is nobody's key.
    pub(super) fn fingerprint(&self) -> Option<Fingerprint> {
        self.fingerprint.parse().ok()
    }
}

impl OwnPairs {
    pub(super) fn place(&self) -> PrivateKeyContext {
        PrivateKeyContext { tenant: self.tenant.into_bytes(), owner: self.owner.into_bytes() }
    }
}

impl OwnPair {
    pub(super) fn public_key(&self, server: &Server) -> Result<PublicKey, Error> {
        public_key(&self.public_key, server)
    }
}

impl TeamPairs {
    pub(super) fn place(&self) -> PrivateKeyContext {
        PrivateKeyContext { tenant: self.tenant.into_bytes(), owner: self.owner.into_bytes() }
    }
}

impl TeamPair {
    pub(super) fn public_key(&self, server: &Server) -> Result<PublicKey, Error> {
        public_key(&self.public_key, server)
    }
}

fn public_key(text: &str, server: &Server) -> Result<PublicKey, Error> {
    text.parse().map_err(|_| server.protocol("a public key that is none"))
}

pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_key() {
        let text = r#"{"tenant": "0190a000-0000-7000-8000-000000000001", "transfer": "0190a000-0000-7000-8000-000000000002",
            "content_key_to": [{"fingerprint": "x", "content_key": "c2VjcmV0"}]}"#;
        let sealed: SealedTo = serde_json::from_str(text).unwrap();
        assert!(!format!("{sealed:?}").contains("c2VjcmV0"));
    }
}
