//! Making and taking back API tokens.

use sealpost_db::{ApiToken, Tx};
use sealpost_domain::{ApiTokenId, Scopes, TenantId, Timestamp, UserId};
use sealpost_sealed::random_bytes;
use serde_json::json;

use crate::{AccountSession, Actor, Auth, AuthError, OperatorGrant, SteppedUp, session, token::ApiSecret};

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Who acts with it.
    pub user: UserId,
    /// What it is called.
    pub label: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// An API token as its owner sees it.
pub type OwnToken = ApiToken;

/// A token that was made. Its secret is shown once and not stored.
pub struct IssuedToken {
    /// Which, for taking it back.
    pub id: ApiTokenId,
    /// The secret.
    pub bearer: String,
}

impl Auth {
    /// Makes an API token for a user of the operator's tenant.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] without such a user.
    pub async fn issue_token(
        &self,
        operator: &OperatorGrant,
        new: NewToken,
    ) -> Result<IssuedToken, AuthError> {
        let (tenant, user) = (operator.tenant(), new.user);
        let mut tx = self.db.write().await?;
        tx.user(tenant, user).await?.ok_or(AuthError::NotFound)?;
        let issued = self.insert_token(&mut tx, tenant, new, operator.actor()).await?;
        tx.commit().await?;
        Ok(issued)
    }

    /// Makes an API token for oneself, of scopes that one has.
    ///
    /// # Errors
    /// [`AuthError::Forbidden`] for a scope that one does not have.
    pub async fn issue_own_token(
        &self,
        account: &SteppedUp<AccountSession>,
        label: String,
        scopes: Scopes,
        expires_at: Timestamp,
    ) -> Result<IssuedToken, AuthError> {
        if !account.scopes().contains_all(&scopes) {
            return Err(AuthError::Forbidden);
        }
        let (tenant, user) = (account.tenant(), account.user());
        let new = NewToken { user, label, scopes, expires_at };
        let mut tx = self.db.write().await?;
        let issued = self.insert_token(&mut tx, tenant, new, Actor::User(user)).await?;
        tx.commit().await?;
        Ok(issued)
    }

    /// One's own API tokens, oldest first, with those that count no more.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn own_tokens(&self, account: &AccountSession) -> Result<Vec<OwnToken>, AuthError> {
        Ok(self.db.read().await?.tokens_of_user(account.tenant(), account.user()).await?)
    }

    /// Takes an API token of one's own back.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] if there is none such, or it was taken back before.
    pub async fn revoke_own_token(&self, account: &AccountSession, id: ApiTokenId) -> Result<(), AuthError> {
        let (tenant, user) = (account.tenant(), account.user());
        let mut tx = self.db.write().await?;
        if !tx.revoke_token_of_user(tenant, user, id, self.now()).await? {
            return Err(AuthError::NotFound);
        }
        let more = json!({ "token": id, "by": user });
        session::record(&mut tx, (tenant, user), self.now(), "token.revoked", more).await?;
        Ok(tx.commit().await?)
    }

    /// Takes a token of the operator's tenant back: it counts no more from the next request on. `false` if it is unknown or
    /// taken back before.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn revoke_token(&self, operator: &OperatorGrant, id: ApiTokenId) -> Result<bool, AuthError> {
        let (tenant, now) = (operator.tenant(), self.now());
        let mut tx = self.db.write().await?;
        if !tx.revoke_token(tenant, id, now).await? {
            return Ok(false);
        }
        operator.record(&mut tx, now, "token.revoked", json!({ "token": id })).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Adds a token, and writes into the tenant's log who has made it for whom.
    async fn insert_token(
        &self,
        tx: &mut Tx,
        tenant: TenantId,
        new: NewToken,
        by: Actor,
    ) -> Result<IssuedToken, AuthError> {
        let (secret, now) = (ApiSecret::generate(&*self.random), self.now());
        let id = ApiTokenId::new(now, random_bytes(&*self.random));
        let more = json!({ "token": id, "scopes": new.scopes.to_string(), "by": by.to_json() });
        tx.insert_token(&ApiToken {
            id,
            tenant_id: tenant,
            user_id: new.user,
            token_hash: *secret.hash().as_bytes(),
            label: new.label,
            scopes: new.scopes,
            created_at: now,
            expires_at: new.expires_at,
            revoked_at: None,
            used_at: None,
        })
        .await?;
        session::record(tx, (tenant, new.user), now, "token.issued", more).await?;
        Ok(IssuedToken { id, bearer: secret.to_bearer_text() })
    }
}
