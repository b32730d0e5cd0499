//! What a provider says of itself (OpenID Connect Discovery 1.0).

use serde::Deserialize;
use url::Url;

use crate::{Issuer, OidcError, Reach};

/// What a provider says of itself, as far as it is needed and as it came.
#[derive(Debug, Deserialize)]
pub(crate) struct Raw {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// The same, looked at.
#[derive(Debug)]
pub(crate) struct Description {
    pub(crate) authorization: Url,
    pub(crate) token: Url,
    pub(crate) keys: Url,
    pub(crate) user_info: Option<Url>,
    /// How clients may show at the token endpoint that they are the ones.
    pub(crate) client_auth: ClientAuth,
    /// How it signs ID tokens, if it says so.
    pub(crate) algorithms: Option<Vec<String>>,
    /// Whether it names itself when it sends somebody back (RFC 9207).
    pub(crate) names_itself: bool,
}

/// How a client with a secret shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClientAuth {
    /// `client_secret_basic`
    Basic,
    /// `client_secret_post`
    Post,
}

impl Description {
    /// # Errors
    /// [`OidcError::Description`] if it is not of this issuer, or leads where nothing may lead.
    pub(crate) fn read(raw: Raw, issuer: &Issuer, reach: Reach) -> Result<Self, OidcError> {
        if raw.issuer != issuer.as_str() {
            return Err(OidcError::Description("it is of another issuer"));
        }
        let says = |method: &str| {
            let methods = raw.token_endpoint_auth_methods_supported.as_ref();
            methods.is_some_and(|methods| methods.iter().any(|known| known == method))
        };
        let post_only = says("client_secret_post") && !says("client_secret_basic");
        Ok(Self {
            authorization: reach.endpoint(&raw.authorization_endpoint)?,
            token: reach.endpoint(&raw.token_endpoint)?,
            keys: reach.endpoint(&raw.jwks_uri)?,
            user_info: raw.userinfo_endpoint.map(|url| reach.endpoint(&url)).transpose()?,
            client_auth: if post_only { ClientAuth::Post } else { ClientAuth::Basic },
            algorithms: raw.id_token_signing_alg_values_supported,
            names_itself: raw.authorization_response_iss_parameter_supported,
        })
    }
}
