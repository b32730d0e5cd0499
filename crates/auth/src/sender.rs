//! API tokens: who is calling.

use std::sync::Arc;

use crate::{Auth, AuthError, SenderSession, token::ApiSecret};

impl Auth {
    /// The user whose API token this is: one indexed query.
    ///
    /// # Errors
    /// [`AuthError::Unauthorized`], the same for tokens that are malformed, unknown, expired, revoked, or of a user who
    /// was disabled.
    pub async fn sender(&self, bearer: &str) -> Result<SenderSession, AuthError> {
        let secret = ApiSecret::parse(bearer).map_err(|_| AuthError::Unauthorized)?;
        let found = self.db.read().await?.token_by_hash(secret.hash().as_bytes()).await?;
        let owner = found.ok_or(AuthError::Unauthorized)?;
        if owner.expires_at <= self.now() || owner.revoked_at.is_some() || owner.disabled_at.is_some() {
            return Err(AuthError::Unauthorized);
        }
        Ok(SenderSession {
            tenant: owner.tenant_id,
            user: owner.user_id,
            role: owner.role,
            scopes: owner.scopes,
            policy: Arc::new(owner.policy),
            container: owner.container.into(),
            tenant_key: self.keys.tenant_key(owner.tenant_id, &owner.tenant_key).await?,
            passwords: self.passwords.clone(),
        })
    }
}
