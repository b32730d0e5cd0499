//! Another password, by somebody who knows the one that there is.

use sealpost_db::{Tenant, Tx};
use sealpost_domain::{AccountChange, SessionId, SessionStage, SignIn};
use serde_json::json;

use super::{Checked, Verifier, holder::Holder, second_factor::Advanced};
use crate::{Auth, AuthError, PendingSession, Weakness};

/// A password that was changed.
#[derive(Debug, Clone)]
pub struct PasswordChanged {
    /// How many other sessions have ended.
    pub ended: u64,
    /// How far the sign-in has got, if it waited for this.
    pub advanced: Option<Advanced>,
}

impl Auth {
    /// Changes the caller's password: somebody who has signed in, or whose sign-in waits for this. The old password is
    /// the proof that it is he; who has none yet must have shown something else a moment ago. All his other sessions end,
    /// and all links for setting the password anew.
    ///
    /// # Errors
    /// [`AuthError::CredentialsWrong`] for another old password; [`AuthError::WeakPassword`]; [`AuthError::StepUpNeeded`];
    /// [`AuthError::Unauthorized`] for a sign-in that waits for its second factor; [`AuthError::TooMany`],
    /// [`AuthError::Busy`].
    pub async fn change_password(
        &self,
        session: &PendingSession,
        old: Option<&str>,
        new: &str,
    ) -> Result<PasswordChanged, AuthError> {
        if session.stage() == SessionStage::SecondFactor {
            return Err(AuthError::Unauthorized);
        }
        let (tenant, holder) = self.own(session.tenant(), session.user()).await?;
        match holder.verifier()? {
            Some(verifier) => self.check_old_password(&tenant, &holder, &verifier, old).await?,
            None => session.caller.require_step_up()?,
        }
        if old == Some(new) {
            return Err(AuthError::WeakPassword(Weakness::Same));
        }
        let ended = self.set_new_password(&tenant, &holder, new, Some(session.session())).await?;
        let advanced = if session.stage() == SessionStage::PasswordChange {
            let rows = self.db.read().await?.sessions(session.tenant(), session.user()).await?;
            let second = rows.iter().any(|row| row.id == session.session() && row.second_factor);
            let bearer = self.advance_session(session, SessionStage::Full, second).await?;
            Some(Advanced { bearer, stage: SessionStage::Full })
        } else {
            None
        };
        Ok(PasswordChanged { ended, advanced })
    }

    async fn check_old_password(
        &self,
        tenant: &Tenant,
        holder: &Holder,
        verifier: &Verifier,
        old: Option<&str>,
    ) -> Result<(), AuthError> {
        let target = self.target(holder)?;
        self.count_attempt_on(target, Some(holder.user())).await?;
        let shown = old.unwrap_or_default();
        let checked = Verifier::check(Some(verifier), shown, &self.passwords, &*self.random).await?;
        if checked == Checked::Wrong {
            return self.refuse(tenant.id, Some(holder.user()), SignIn::Password, "wrong_old_password").await;
        }
        self.forget_attempts_on(target).await
    }

    /// Sets a password that is good enough, and ends what hung on the old one: links for setting it anew, and all
    /// sessions but `except`. Says how many sessions that were.
    pub(super) async fn set_new_password(
        &self,
        tenant: &Tenant,
        holder: &Holder,
        new: &str,
        except: Option<SessionId>,
    ) -> Result<u64, AuthError> {
        let mut tx = self.new_password(tenant, holder, new).await?;
        tx.remove_password_resets(tenant.id, holder.user()).await?;
        let ended = self.end_what_hung_on_it(&mut tx, holder, except).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// A transaction in which the password is another.
    pub(super) async fn new_password(
        &self,
        tenant: &Tenant,
        holder: &Holder,
        new: &str,
    ) -> Result<Tx, AuthError> {
        holder.check_new_password(new, &tenant.policy, (&tenant.slug, &tenant.name))?;
        let verifier = Verifier::of(new, &self.passwords, &*self.random).await?;
        let sealed = verifier.seal(&holder.key, tenant.id, holder.user(), &*self.random);
        let mut tx = self.db.write().await?;
        tx.set_password(tenant.id, holder.user(), &sealed, self.now()).await?;
        Ok(tx)
    }

    pub(super) async fn end_what_hung_on_it(
        &self,
        tx: &mut Tx,
        holder: &Holder,
        except: Option<SessionId>,
    ) -> Result<u64, AuthError> {
        let who = (holder.tenant(), holder.user());
        let ended = tx.delete_sessions(who.0, who.1, except).await?;
        let more = json!({ "sessions_ended": ended });
        self.record_change(tx, who, "password.changed", Some(AccountChange::Password), more).await?;
        Ok(ended)
    }
}
