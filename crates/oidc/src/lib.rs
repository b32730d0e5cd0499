//! Who a directory says that somebody is: OpenID Connect, and access tokens of Microsoft Entra.
//!
//! [`Oidc`] is a relying party: it sends browsers to a [`Provider`], redeems the code that they come back with, and
//! verifies ID tokens (OpenID Connect Core 1.0) and Entra's access tokens. What it gives is an [`Identity`]; whose account
//! that is, is for others to say.
//!
//! Time is an argument everywhere, randomness too: this crate draws none.
#![warn(missing_docs)]

mod access_token;
mod cache;
mod claims;
mod discovery;
mod error;
mod flow;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod http;
mod id_token;
mod identity;
mod issuer;
mod keys;
mod provider;
mod service;
mod token;

pub use access_token::{AccessTokenRules, Presented, presented};
pub use error::{OidcError, TokenFault};
pub use flow::{Authorization, Redemption, Verifier};
pub use identity::{Identity, Subject};
pub use issuer::{Issuer, IssuerError};
pub use provider::{ENTRA_AUTHORITY, Kind, PERSONAL_ACCOUNTS, Provider, Secret};
pub use sealpost_reach::Reach;
pub use service::Oidc;
