//! Why somebody was not identified.

use std::fmt;

use sealpost_reach::OutOfReach;

/// Why somebody was not identified. Its text is for the log: nobody who asks is told more than that it did not work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OidcError {
    /// The provider said no: its word for it (RFC 6749, section 5.2).
    #[error("the provider refused: {0}")]
    Denied(String),
    /// The provider says of itself what cannot be: it is set up wrongly, here or there.
    #[error("the provider's description is not acceptable: {0}")]
    Description(&'static str),
    /// A token is not acceptable.
    #[error("the token is not acceptable: {0}")]
    Token(#[from] TokenFault),
    /// The provider does not answer, or not in a way that can be read.
    #[error("the provider does not answer: {0}")]
    Unavailable(String),
}

impl From<OutOfReach> for OidcError {
    fn from(error: OutOfReach) -> Self {
        Self::Description(error.0)
    }
}

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// What is wrong with a token.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
        #[non_exhaustive]
        pub enum TokenFault { $($(#[$doc])* $name,)+ }

        impl TokenFault {
            /// A word for logs and the audit log.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }
        }
    };
}

faults! {
    /// Signed in a way that is not accepted, or not signed.
    Algorithm = "algorithm",
    /// It speaks for a program, not for a person.
    Application = "application",
    /// Made for somebody else.
    Audience = "audience",
    /// Given to a program that is not on the list.
    AuthorizedParty = "authorized_party",
    /// Its time is over.
    Expired = "expired",
    /// Made by somebody else.
    Issuer = "issuer",
    /// It names no key, one that the provider does not have, or one that is not for this.
    Key = "key",
    /// It cannot be read.
    Malformed = "malformed",
    /// Made for another sign-in.
    Nonce = "nonce",
    /// Its time has not come.
    NotYet = "not_yet",
    /// It does not allow what it is shown for.
    Scope = "scope",
    /// The signature does not fit.
    Signature = "signature",
    /// It names nobody.
    Subject = "subject",
    /// Of a directory that is not the one expected.
    Tenant = "tenant",
    /// A token of another type.
    Type = "type",
    /// A token of another version.
    Version = "version",
}

impl fmt::Display for TokenFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
