//! A new password for somebody who has forgotten his, by a link in a mail.

use std::{fmt, time::Duration};

use sealpost_db::{PasswordReset, Tenant};
use sealpost_domain::{Job, PasswordResetId, Policy, SignIn, TenantId, Timestamp, UserId};
use sealpost_sealed::{Column, random_bytes};
use serde_json::json;

use super::{holder::Holder, sign_in::look_up};
use crate::{Auth, AuthError, LimitKey, LinkToken, ManageGrant, Rate, session::record};

/// How long a link counts.
pub(super) const LIFETIME: Duration = Duration::from_secs(3_600);
/// How many links one address is sent.
const LINKS: (u32, Duration) = (5, Duration::from_secs(3_600));

/// A link with which a password is set.
#[derive(Clone)]
pub struct ResetLink {
    /// Its secret: the last part of the page's address.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl fmt::Debug for ResetLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResetLink").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl Auth {
    /// Sends somebody who says that he has forgotten his password a link, if there is anybody like that. Returns at once:
    /// what is found out happens beside it, so that nobody learns from the time whether there was.
    pub fn forgotten_password(&self, tenant: &str, email: &str) {
        let (auth, tenant, email) = (self.clone(), tenant.to_owned(), email.to_owned());
        tokio::spawn(async move {
            match auth.send_reset(&tenant, &email).await {
                // Whoever asks too often gets no more mails, and is not told so.
                Ok(()) | Err(AuthError::TooMany(_)) => {}
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "no link for a password was sent"
                    );
                }
            }
        });
    }

    async fn send_reset(&self, tenant: &str, email: &str) -> Result<(), AuthError> {
        let Some(tenant) = self.tenant_called(tenant).await? else {
            return Ok(());
        };
        let key = self.keys.tenant_key(tenant.id, &tenant.tenant_key).await?;
        let hmac = look_up(&key, email);
        let Some(account) = self.db.read().await?.account_by_address(tenant.id, &hmac).await? else {
            return Ok(());
        };
        let holder = Holder { account, key };
        if !holder.may(&tenant, SignIn::Password) {
            return Ok(());
        }
        let limit = LimitKey::hashed_address("signin.forgotten", tenant.id, &hmac);
        self.limits.count([limit.at(Rate::new(LINKS.0, LINKS.1))]).await?;
        self.mail_reset(&holder, json!({})).await
    }

    /// Makes a link, and leaves it to be mailed.
    pub(super) async fn mail_reset(&self, holder: &Holder, by: serde_json::Value) -> Result<(), AuthError> {
        let who = (holder.tenant(), holder.user());
        let token = LinkToken::generate(&*self.random);
        let id = PasswordResetId::new(self.now(), random_bytes(&*self.random));
        let sealed = holder.key.seal_column(place(who.0, id), token.as_bytes(), &*self.random);
        let row = self.reset_row(id, who, &token, Some(sealed));
        let mut tx = self.db.write().await?;
        tx.insert_password_reset(&row).await?;
        record(&mut tx, who, self.now(), "password.reset_sent", by).await?;
        self.enqueue(&mut tx, &Job::NotifyPasswordReset { tenant: who.0, reset: id }).await?;
        Ok(tx.commit().await?)
    }

    /// Makes a link for a user that is handed to him in another way than by mail, such as to a tenant's first owner.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] without such a user; [`AuthError::Forbidden`] for one whom the grant is not good for.
    pub async fn password_link(&self, grant: &ManageGrant, user: UserId) -> Result<ResetLink, AuthError> {
        let who = (grant.tenant(), user);
        let account = self.db.read().await?.account(who.0, who.1).await?.ok_or(AuthError::NotFound)?;
        grant.require_over(account.role)?;
        let token = LinkToken::generate(&*self.random);
        let id = PasswordResetId::new(self.now(), random_bytes(&*self.random));
        let row = self.reset_row(id, who, &token, None);
        let mut tx = self.db.write().await?;
        tx.insert_password_reset(&row).await?;
        let by = json!({ "by": grant.actor().to_json() });
        record(&mut tx, who, self.now(), "password.link_made", by).await?;
        tx.commit().await?;
        Ok(ResetLink { token: token.to_url_text(), expires_at: row.expires_at })
    }

    /// Whether a link would set a password now, and by which rules; asking changes nothing.
    ///
    /// # Errors
    /// [`AuthError::CredentialsWrong`], whatever is wrong with it.
    pub async fn check_reset(&self, token: &str) -> Result<Policy, AuthError> {
        let (tenant, _) = self.reset_of(token).await?;
        Ok(tenant.policy)
    }

    /// Sets the password of whoever the link is for. All his sessions end, and all his links.
    ///
    /// # Errors
    /// [`AuthError::CredentialsWrong`] for a link that is unknown, ended or used, or of somebody who may not sign in with
    /// a password; [`AuthError::WeakPassword`], after which the link still counts; [`AuthError::Busy`].
    pub async fn reset_password(&self, token: &str, new: &str) -> Result<(), AuthError> {
        let (tenant, holder) = self.reset_of(token).await?;
        let mut tx = self.new_password(&tenant, &holder, new).await?;
        // Of two who use the same link at once, one finds it.
        if tx.remove_password_resets(tenant.id, holder.user()).await? == 0 {
            return Err(AuthError::CredentialsWrong);
        }
        self.end_what_hung_on_it(&mut tx, &holder, None).await?;
        tx.commit().await?;
        // Whoever reads his own mail is not locked out by somebody who guesses.
        self.forget_attempts_on(self.target(&holder)?).await
    }

    async fn reset_of(&self, token: &str) -> Result<(Tenant, Holder), AuthError> {
        let token: LinkToken = token.parse().map_err(|_| AuthError::CredentialsWrong)?;
        let mut conn = self.db.read().await?;
        let row = conn.password_reset_by_token(token.hash().as_bytes()).await?;
        let row = row.ok_or(AuthError::CredentialsWrong)?;
        let tenant = conn.tenant(row.tenant_id).await?.ok_or(AuthError::CredentialsWrong)?;
        let holder = self.holder(&mut conn, &tenant, row.user_id).await?;
        drop(conn);
        match holder.filter(|holder| self.now() < row.expires_at && holder.may(&tenant, SignIn::Password)) {
            Some(holder) => Ok((tenant, holder)),
            None => self.refuse(row.tenant_id, Some(row.user_id), SignIn::Password, "reset_link").await,
        }
    }

    fn reset_row(
        &self,
        id: PasswordResetId,
        (tenant_id, user_id): (TenantId, UserId),
        token: &LinkToken,
        sealed: Option<Vec<u8>>,
    ) -> PasswordReset {
        PasswordReset {
            id,
            tenant_id,
            user_id,
            token_hash: *token.hash().as_bytes(),
            token: sealed,
            created_at: self.now(),
            expires_at: self.now() + LIFETIME,
        }
    }
}

/// The place of a link's sealed secret.
pub(super) const fn place(tenant: TenantId, reset: PasswordResetId) -> Column {
    Column { tenant: tenant.into_bytes(), row: reset.into_bytes(), name: "password_resets.token" }
}
