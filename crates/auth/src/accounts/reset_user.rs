//! An admin helps a user who has lost what he signs in with, or whose credentials somebody else may have.

use sealpost_domain::{AccountChange, UserId};
use serde_json::json;

use super::holder::Holder;
use crate::{Auth, AuthError, ManageGrant};

/// What is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserReset {
    /// His password lets him change it, and nothing else; he is mailed a link for that.
    pub password: bool,
    /// His app, his recovery codes and his passkeys are forgotten.
    pub factors: bool,
}

impl Auth {
    /// Takes back what a user signs in with. All his sessions end.
    ///
    /// # Errors
    /// [`AuthError::NotFound`]; [`AuthError::Forbidden`] for owners and admins, unless an owner does it.
    pub async fn reset_user(
        &self,
        grant: &ManageGrant,
        user: UserId,
        what: UserReset,
    ) -> Result<(), AuthError> {
        let who = (grant.tenant(), user);
        let (_, holder) = self.own(who.0, user).await.map_err(|error| match error {
            AuthError::Unauthorized => AuthError::NotFound,
            other => other,
        })?;
        grant.require_over(holder.account.role)?;
        let mut tx = self.db.write().await?;
        if what.factors {
            self.forget_factors(&mut tx, &holder).await?;
        }
        if what.password {
            tx.require_password_change(who.0, who.1).await?;
        }
        let ended = tx.delete_sessions(who.0, who.1, None).await?;
        let more = json!({
            "password": what.password,
            "factors": what.factors,
            "sessions_ended": ended,
            "by": grant.actor().to_json(),
        });
        let change = what.factors.then_some(AccountChange::SecondFactorRemoved);
        self.record_change(&mut tx, who, "user.reset", change, more).await?;
        tx.commit().await?;
        if what.password {
            self.mail_reset(&holder, json!({ "by": grant.actor().to_json() })).await?;
        }
        Ok(())
    }

    async fn forget_factors(&self, tx: &mut sealpost_db::Tx, holder: &Holder) -> Result<(), AuthError> {
        let who = (holder.tenant(), holder.user());
        tx.remove_totp(who.0, who.1).await?;
        tx.replace_recovery_codes(who.1, &[]).await?;
        tx.remove_passkeys(who.0, who.1).await?;
        Ok(())
    }
}
