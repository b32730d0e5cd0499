//! What mails about accounts say, gathered when they are sent: no address and no link lies in the queue.

use sealpost_domain::{EmailAddress, PasswordResetId, TenantId, UserId};

use super::reset::{LIFETIME, place};
use crate::{Auth, AuthError, LinkToken};

/// To whom something about an account is told.
#[derive(Debug, Clone)]
pub struct AccountNotice {
    /// Who is told.
    pub to: EmailAddress,
    /// Whose account it is about.
    pub account: EmailAddress,
}

/// A link for setting a password, and who gets it.
#[derive(Clone)]
pub struct ResetNotice {
    /// Who gets it.
    pub to: EmailAddress,
    /// Where it leads.
    pub link: String,
    /// For how many minutes it counts, from the beginning.
    pub minutes: u64,
}

/// Without the link: whoever has it, sets the password.
impl std::fmt::Debug for ResetNotice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResetNotice").field("minutes", &self.minutes).finish_non_exhaustive()
    }
}

impl Auth {
    /// The page on which a link sets a password.
    pub fn password_page(&self, token: &str) -> String {
        format!("{}/signin/reset/{token}", self.base_url)
    }

    /// The page on which a user signs in and sees to his account.
    pub fn account_page(&self) -> String {
        format!("{}/account", self.base_url)
    }

    /// Who is told about an account. `None` if one of the two is gone.
    ///
    /// # Errors
    /// Those of the database and the vault.
    pub async fn account_notice(
        &self,
        tenant: TenantId,
        account: UserId,
        to: UserId,
    ) -> Result<Option<AccountNotice>, AuthError> {
        let account = self.address_of(tenant, account).await?;
        let to = self.address_of(tenant, to).await?;
        Ok(account.zip(to).map(|(account, to)| AccountNotice { to, account }))
    }

    /// A link that waits to be mailed. `None` if it was used meanwhile, or its time is over.
    ///
    /// # Errors
    /// Those of the database and the vault.
    pub async fn reset_notice(
        &self,
        tenant: TenantId,
        reset: PasswordResetId,
    ) -> Result<Option<ResetNotice>, AuthError> {
        let row = self.db.read().await?.password_reset(tenant, reset).await?;
        let Some(row) = row.filter(|row| self.now() < row.expires_at) else {
            return Ok(None);
        };
        let Some(sealed) = &row.token else {
            return Ok(None);
        };
        let (_, holder) = self.own(tenant, row.user_id).await?;
        let opened = holder.key.open_column(place(tenant, reset), sealed);
        let token = LinkToken::from_bytes(&opened.map_err(|error| AuthError::Internal(error.into()))?);
        let to = self.address_of(tenant, row.user_id).await?;
        let minutes = LIFETIME.as_secs() / 60;
        let link = |token: LinkToken| self.password_page(&token.to_url_text());
        Ok(to.zip(token).map(|(to, token)| ResetNotice { to, link: link(token), minutes }))
    }

    async fn address_of(&self, tenant: TenantId, user: UserId) -> Result<Option<EmailAddress>, AuthError> {
        match self.own(tenant, user).await {
            Ok((_, holder)) => {
                let (address, _) = holder.called()?;
                Ok(address.parse().ok())
            }
            Err(AuthError::Unauthorized) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
