//! Who somebody is.

use sealpost_domain::Timestamp;
use uuid::Uuid;

use crate::{Kind, TokenFault, claims::Claims};

/// Longest name of somebody at a provider (OpenID Connect Core 1.0, section 2).
const MAX_SUBJECT: usize = 255;
/// Longest text that is taken over from a claim; more is none.
const MAX_TEXT: usize = 320;

/// Who somebody is, as a provider says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Which of the provider's accounts: what never changes hands.
    pub subject: Subject,
    /// The e-mail address, if the provider vouches for it.
    pub verified_email: Option<String>,
    /// The name, for display.
    pub name: Option<String>,
    /// Whether more than one factor was shown (`mfa` of RFC 8176).
    pub second_factor: bool,
    /// When he has shown himself to the provider, if it says so: that may be long before this sign-in.
    pub shown_at: Option<Timestamp>,
}

/// An account at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// `sub` at an OpenID provider.
    Account(String),
    /// `tid` and `oid` at Entra. Its `sub` differs from client to client.
    Object {
        /// The directory.
        tenant: Uuid,
        /// The person in it.
        object: Uuid,
    },
}

impl Subject {
    /// One text for one account, to look it up by.
    pub fn to_key(&self) -> String {
        match self {
            Self::Account(sub) => format!("sub:{sub}"),
            Self::Object { tenant, object } => {
                format!("oid:{}/{}", tenant.as_hyphenated(), object.as_hyphenated())
            }
        }
    }
}

impl Identity {
    /// Of checked claims.
    pub(crate) fn of(claims: &Claims, kind: Kind) -> Result<Self, TokenFault> {
        let (subject, vouched) = match kind {
            Kind::OpenId => {
                let sub = claims.sub.as_deref().filter(|sub| !sub.is_empty() && sub.len() <= MAX_SUBJECT);
                (Subject::Account(sub.ok_or(TokenFault::Subject)?.to_owned()), claims.email_verified)
            }
            Kind::Entra { tenant } => {
                let object = guid(claims.oid.as_deref()).ok_or(TokenFault::Subject)?;
                // `email` is whatever an administrator wrote, of any domain; only this says that the domain is theirs.
                (Subject::Object { tenant, object }, claims.xms_edov)
            }
        };
        let short = |text: &Option<String>| text.clone().filter(|text| text.len() <= MAX_TEXT);
        Ok(Self {
            subject,
            verified_email: short(&claims.email).filter(|_| vouched),
            name: short(&claims.name),
            second_factor: claims.amr.iter().any(|method| method == "mfa"),
            shown_at: claims.auth_time,
        })
    }
}

/// A GUID in the one spelling that Entra has for it.
pub(crate) fn guid(text: Option<&str>) -> Option<Uuid> {
    let text = text.filter(|text| text.len() == uuid::fmt::Hyphenated::LENGTH)?;
    Uuid::try_parse(text).ok()
}
