//! Providers as a relying party knows them.

use std::fmt;

use uuid::Uuid;

use crate::Issuer;

/// The cloud that most directories of Entra are in. National clouds have others.
pub const ENTRA_AUTHORITY: &str = "https://login.microsoftonline.com";
/// The directory of everybody who has a personal Microsoft account: no organisation stands behind it.
pub const PERSONAL_ACCOUNTS: Uuid = Uuid::from_u128(0x9188040d_6c67_4c5b_b112_36a304b66dad);

/// A provider, and what this service is registered there as.
#[derive(Debug, Clone)]
pub struct Provider {
    /// What it calls itself; of Entra, its authority, such as [`ENTRA_AUTHORITY`].
    pub issuer: Issuer,
    /// What is special about it.
    pub kind: Kind,
    /// This service's name there.
    pub client_id: String,
    /// This service's password there; none for a public client.
    pub client_secret: Option<Secret>,
}

/// What is special about a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing: any OpenID provider.
    OpenId,
    /// A directory of Microsoft Entra.
    Entra {
        /// Which one.
        tenant: Uuid,
    },
}

impl Provider {
    /// What stands in `iss` of its tokens.
    pub(crate) fn token_issuer(&self) -> Issuer {
        match self.kind {
            Kind::OpenId => self.issuer.clone(),
            Kind::Entra { tenant } => entra_issuer(&self.issuer, tenant),
        }
    }
}

/// What a directory of Entra calls itself.
pub(crate) fn entra_issuer(authority: &Issuer, tenant: Uuid) -> Issuer {
    let issuer = format!("{}/{}/v2.0", authority.as_str().trim_end_matches('/'), tenant.as_hyphenated());
    issuer.parse().unwrap_or_else(|_| authority.clone())
}

/// Something that no log may show.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text` from being shown by accident.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
