//! Access tokens of Microsoft Entra, version 2.0: what the add-in shows once.

use jsonwebtoken::Algorithm;
use sealpost_domain::Timestamp;
use uuid::Uuid;

use crate::{
    Identity, Issuer, Kind, Oidc, OidcError, PERSONAL_ACCOUNTS, Reach, TokenFault,
    claims::{Audience, Claims},
    identity::guid,
    provider::entra_issuer,
    token::Compact,
};

/// What an access token must be.
#[derive(Debug, Clone, Copy)]
pub struct AccessTokenRules<'a> {
    /// The cloud, such as [`ENTRA_AUTHORITY`](crate::ENTRA_AUTHORITY).
    pub authority: &'a Issuer,
    /// The directory.
    pub tenant: Uuid,
    /// For whom it must be: the id under which this service is registered.
    pub client_id: &'a str,
    /// What it must allow.
    pub scope: &'a str,
    /// To which programs it may have been given.
    pub authorized_parties: &'a [&'a str],
}

/// What a token claims before it has been checked: which rules to check it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    /// The directory that it says to be of.
    pub tenant: Uuid,
    /// For whom it says to be.
    pub client_id: String,
}

/// What a token claims. Nothing of it may be believed.
///
/// # Errors
/// What is wrong with a text that cannot be an access token of Entra.
pub fn presented(token: &str) -> Result<Presented, TokenFault> {
    let claims = Compact::parse(token)?.unverified()?;
    let tenant = guid(claims.tid.as_deref()).ok_or(TokenFault::Tenant)?;
    match claims.aud {
        Some(Audience::One(client_id)) => Ok(Presented { tenant, client_id }),
        _ => Err(TokenFault::Audience),
    }
}

impl Oidc {
    /// Who an access token speaks for.
    ///
    /// # Errors
    /// [`OidcError::Token`] for whatever is wrong with it; [`OidcError::Unavailable`] if Entra's keys cannot be had.
    pub async fn verify_access_token(
        &self,
        rules: AccessTokenRules<'_>,
        token: &str,
        now: Timestamp,
    ) -> Result<Identity, OidcError> {
        let token = Compact::parse(token)?;
        token.require_plain_type()?;
        if token.algorithm != Algorithm::RS256 {
            return Err(TokenFault::Algorithm.into());
        }
        let kid = token.key_id()?;
        let url = keys_url(self.reach(), rules.authority)?;
        let keys = self.keys(&url, kid, now).await?;
        let key = keys.find(kid, token.algorithm).ok_or(TokenFault::Key)?;
        let claims = token.verify(key)?;
        check(&claims, rules)?;
        let issuer = entra_issuer(rules.authority, rules.tenant);
        let tenant = rules.tenant.as_hyphenated().to_string();
        if claims.iss.as_deref() != Some(issuer.as_str()) || !key.is_for(issuer.as_str(), &tenant) {
            return Err(TokenFault::Issuer.into());
        }
        claims.check_time(now)?;
        Ok(Identity::of(&claims, Kind::Entra { tenant: rules.tenant })?)
    }
}

fn check(claims: &Claims, rules: AccessTokenRules<'_>) -> Result<(), TokenFault> {
    if claims.ver.as_deref() != Some("2.0") {
        return Err(TokenFault::Version);
    }
    if !matches!(&claims.aud, Some(Audience::One(one)) if one == rules.client_id) {
        return Err(TokenFault::Audience);
    }
    if rules.tenant == PERSONAL_ACCOUNTS || guid(claims.tid.as_deref()) != Some(rules.tenant) {
        return Err(TokenFault::Tenant);
    }
    if claims.idtyp.as_deref().is_some_and(|kind| kind != "user") {
        return Err(TokenFault::Application);
    }
    let scopes = claims.scp.as_deref().unwrap_or_default();
    if !scopes.split(' ').any(|scope| scope == rules.scope) {
        return Err(TokenFault::Scope);
    }
    if !claims.azp.as_deref().is_some_and(|party| rules.authorized_parties.contains(&party)) {
        return Err(TokenFault::AuthorizedParty);
    }
    Ok(())
}

/// The keys of all directories.
fn keys_url(reach: Reach, authority: &Issuer) -> Result<url::Url, OidcError> {
    Ok(reach.endpoint(&format!("{}/common/discovery/v2.0/keys", authority.as_str().trim_end_matches('/')))?)
}
