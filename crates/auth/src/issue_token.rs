//! Making and taking back API tokens.

use sealpost_db::ApiToken;
use sealpost_domain::{ApiTokenId, Scopes, TenantId, Timestamp, UserId};
use sealpost_sealed::random_bytes;

use crate::{Auth, AuthError, token::ApiSecret};

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
        let secret = ApiSecret::generate(&*self.random);
        let id = ApiTokenId::new(self.now(), random_bytes(&*self.random));
        let mut tx = self.db.write().await?;
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
        tx.commit().await?;
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
