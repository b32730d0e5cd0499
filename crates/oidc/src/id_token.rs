//! ID tokens (OpenID Connect Core 1.0, section 3.1.3.7).

use sealpost_domain::Timestamp;

use crate::{
    Identity, Kind, Oidc, OidcError, PERSONAL_ACCOUNTS, Provider, TokenFault,
    claims::{Audience, Claims},
    identity::guid,
    token::Compact,
};

impl Oidc {
    /// Who an ID token is about.
    ///
    /// # Errors
    /// [`OidcError::Token`] for whatever is wrong with it; [`OidcError::Unavailable`] and [`OidcError::Description`] if the
    /// provider's keys cannot be had.
    pub async fn verify_id_token(
        &self,
        provider: &Provider,
        token: &str,
        nonce: &str,
        now: Timestamp,
    ) -> Result<Identity, OidcError> {
        let token = Compact::parse(token)?;
        token.require_plain_type()?;
        let description = self.description(provider, now).await?;
        if !says(description.algorithms.as_deref(), &token) {
            return Err(TokenFault::Algorithm.into());
        }
        let kid = token.key_id()?;
        let keys = self.keys(&description.keys, kid, now).await?;
        let key = keys.find(kid, token.algorithm).ok_or(TokenFault::Key)?;
        let issuer = provider.token_issuer();
        if let Kind::Entra { tenant } = provider.kind
            && !key.is_for(issuer.as_str(), &tenant.as_hyphenated().to_string())
        {
            return Err(TokenFault::Issuer.into());
        }
        let claims = token.verify(key)?;
        check(&claims, provider, issuer.as_str(), nonce)?;
        claims.check_time(now)?;
        Ok(Identity::of(&claims, provider.kind)?)
    }
}

/// Whether the provider says that it signs like that. If it says nothing, it signs as all must be able to.
fn says(algorithms: Option<&[String]>, token: &Compact<'_>) -> bool {
    match algorithms {
        Some(named) => named.iter().any(|name| crate::token::algorithm(name) == Some(token.algorithm)),
        None => token.algorithm == jsonwebtoken::Algorithm::RS256,
    }
}

fn check(claims: &Claims, provider: &Provider, issuer: &str, nonce: &str) -> Result<(), TokenFault> {
    if claims.iss.as_deref() != Some(issuer) {
        return Err(TokenFault::Issuer);
    }
    let client = provider.client_id.as_str();
    let audience = claims.aud.as_ref().map(Audience::as_slice).unwrap_or_default();
    if !audience.iter().any(|one| one == client) {
        return Err(TokenFault::Audience);
    }
    let party = claims.azp.as_deref();
    if (audience.len() > 1 || party.is_some()) && party != Some(client) {
        return Err(TokenFault::AuthorizedParty);
    }
    if nonce.is_empty() || claims.nonce.as_deref() != Some(nonce) {
        return Err(TokenFault::Nonce);
    }
    if let Kind::Entra { tenant } = provider.kind {
        if claims.ver.as_deref() != Some("2.0") {
            return Err(TokenFault::Version);
        }
        if tenant == PERSONAL_ACCOUNTS || guid(claims.tid.as_deref()) != Some(tenant) {
            return Err(TokenFault::Tenant);
        }
    }
    Ok(())
}
