//! Making and taking back API tokens.

use sealpost_db::{ApiToken, Tx};
use sealpost_domain::{ApiTokenId, Scopes, TenantId, Timestamp, UserId};
use sealpost_sealed::random_bytes;
use serde_json::json;

use crate::{AccountSession, Auth, AuthError, SteppedUp, session, token::ApiSecret};

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Whose tenant.
    pub tenant: TenantId,
    /// Who acts with it.
    pub user: UserId,
    /// What it is called.
    pub label: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A token that was made. Its secret is shown once and not stored.
pub struct IssuedToken {
    /// Which, for taking it back.
    pub id: ApiTokenId,
    /// The secret.
    pub bearer: String,
}

impl Auth {
    /// Makes an API token.
    ///
    /// # Errors
    /// Those of the database; [`AuthError::Internal`] if there is no such user.
    pub async fn issue_token(&self, new: NewToken) -> Result<IssuedToken, AuthError> {
        let mut tx = self.db.write().await?;
        let issued = self.insert_token(&mut tx, new).await?;
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
        let said = scopes.to_string();
        let mut tx = self.db.write().await?;
        let issued = self.insert_token(&mut tx, NewToken { tenant, user, label, scopes, expires_at }).await?;
        let more = json!({ "token": issued.id, "scopes": said, "by": user });
        session::record(&mut tx, (tenant, user), self.now(), "token.issued", more).await?;
        tx.commit().await?;
        Ok(issued)
    }

    /// One's own API tokens, oldest first, with those that count no more.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn own_tokens(&self, account: &AccountSession) -> Result<Vec<ApiToken>, AuthError> {
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

    async fn insert_token(&self, tx: &mut Tx, new: NewToken) -> Result<IssuedToken, AuthError> {
        let secret = ApiSecret::generate(&*self.random);
        let id = ApiTokenId::new(self.now(), random_bytes(&*self.random));
        tx.insert_token(&ApiToken {
            id,
            tenant_id: new.tenant,
            user_id: new.user,
            token_hash: *secret.hash().as_bytes(),
            label: new.label,
            scopes: new.scopes,
            created_at: self.now(),
            expires_at: new.expires_at,
            revoked_at: None,
        })
        .await?;
        Ok(IssuedToken { id, bearer: secret.to_bearer_text() })
    }

    /// Takes a token back: it counts no more from the next request on. `false` if it is unknown or taken back before.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn revoke_token(&self, tenant: TenantId, id: ApiTokenId) -> Result<bool, AuthError> {
        let mut tx = self.db.write().await?;
        let revoked = tx.revoke_token(tenant, id, self.now()).await?;
        tx.commit().await?;
        Ok(revoked)
    }
}
