//! OAuth 2.0 client credentials (RFC 6749, section 4.4): a client shows its secret and gets an access token.

use std::time::Duration;

use sealpost_db::{AccessToken, ClientOwner};
use sealpost_domain::{ApiClientId, Scopes, TenantId};
use serde_json::json;
use subtle::ConstantTimeEq as _;

use crate::{
    Auth, AuthError, TokenHash,
    api_client::scopes_of,
    caller::Caller,
    token::{AccessSecret, ClientSecret},
};

/// How long an access token counts.
const LIFETIME: Duration = Duration::from_secs(3_600);
/// How many ended ones are forgotten whenever one is made.
const SWEPT: u64 = 20;

/// An access token that was made. It is shown once and not stored.
pub struct IssuedAccess {
    /// The token.
    pub bearer: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// For how long.
    pub lifetime: Duration,
}

impl Auth {
    /// Makes an access token for a client that shows its secret, of the scopes it asks for, or all that it has.
    ///
    /// # Errors
    /// [`AuthError::CredentialsWrong`], the same for clients that are malformed, unknown or taken back, for wrong secrets,
    /// and for users who were disabled; [`AuthError::Forbidden`] for a scope that the client does not have.
    pub async fn issue_access(
        &self,
        client: &str,
        secret: &str,
        wanted: Option<&str>,
    ) -> Result<IssuedAccess, AuthError> {
        let id: ApiClientId = client.parse().map_err(|_| AuthError::CredentialsWrong)?;
        let found = self.db.read().await?.api_client_owner(id).await?;
        let owner = found.ok_or(AuthError::CredentialsWrong)?;
        let tenant = owner.client.tenant_id;
        if let Some(reason) = self.refusal(&owner, secret) {
            self.note_refusal(tenant, id, reason).await?;
            return Err(AuthError::CredentialsWrong);
        }
        let has = common(&owner.client.scopes, &scopes_of(owner.role));
        let scopes = match wanted {
            None => has,
            Some(words) => {
                let scopes: Scopes = words.parse().map_err(|_| AuthError::Forbidden)?;
                if scopes.is_empty() || !has.contains_all(&scopes) {
                    return Err(AuthError::Forbidden);
                }
                scopes
            }
        };
        let (now, token) = (self.now(), AccessSecret::generate(&*self.random));
        let payload = json!({ "client": id, "scopes": scopes.to_string() });
        let entry = self.sign_in_entry(tenant, "client.admitted", payload).await?;
        let mut tx = self.db.write().await?;
        tx.forget_access_tokens(now, SWEPT).await?;
        tx.insert_access_token(&AccessToken {
            token_hash: *token.hash().as_bytes(),
            tenant_id: tenant,
            client_id: id,
            scopes: scopes.clone(),
            created_at: now,
            expires_at: now + LIFETIME,
        })
        .await?;
        entry.append(&mut tx, tenant, now).await?;
        tx.commit().await?;
        Ok(IssuedAccess { bearer: token.to_bearer_text(), scopes, lifetime: LIFETIME })
    }

    /// Who is calling with an access token: one indexed query.
    pub(crate) async fn caller_of_access(&self, secret: &AccessSecret) -> Result<Caller, AuthError> {
        let found = self.db.read().await?.access_token_by_hash(secret.hash().as_bytes()).await?;
        let owner = found.ok_or(AuthError::Unauthorized)?;
        if owner.expires_at <= self.now() {
            return Err(AuthError::Unauthorized);
        }
        let user = &owner.user;
        if owner.revoked_at.is_some() || user.disabled_at.is_some() {
            self.note_refusal(user.tenant_id, owner.client_id, "ended").await?;
            return Err(AuthError::Unauthorized);
        }
        // What the client, or its user, has lost meanwhile, the token has lost, too.
        let has = common(&owner.client_scopes, &scopes_of(user.role));
        let scopes = common(&owner.scopes, &has);
        Ok(Caller { client: Some(owner.client_id), ..self.acting(owner.user, scopes).await? })
    }

    /// Why a client gets nothing, for the log alone.
    fn refusal(&self, owner: &ClientOwner, secret: &str) -> Option<&'static str> {
        let client = &owner.client;
        let shown = ClientSecret::parse(secret).map(|secret| secret.hash());
        let is = |hash: &[u8; 32]| {
            shown.as_ref().is_ok_and(|shown: &TokenHash| bool::from(shown.as_bytes().ct_eq(hash)))
        };
        let is_previous = client.previous_hash.as_ref().is_some_and(is)
            && client.previous_until.is_some_and(|until| self.now() < until);
        if !is(&client.secret_hash) && !is_previous {
            return Some("secret");
        }
        let ended =
            client.revoked_at.is_some() || owner.disabled_at.is_some() || owner.suspended_at.is_some();
        ended.then_some("ended")
    }

    pub(crate) async fn note_refusal(
        &self,
        tenant: TenantId,
        client: ApiClientId,
        reason: &'static str,
    ) -> Result<(), AuthError> {
        let payload = json!({ "client": client, "reason": reason });
        let entry = self.sign_in_entry(tenant, "client.refused", payload).await?;
        let mut tx = self.db.write().await?;
        entry.append(&mut tx, tenant, self.now()).await?;
        Ok(tx.commit().await?)
    }
}

fn common(a: &Scopes, b: &Scopes) -> Scopes {
    Scopes::new(a.iter().filter(|scope| b.contains(*scope)))
}
