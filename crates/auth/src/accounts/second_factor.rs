//! The second factor of somebody who has shown his password.

use sealpost_domain::{SessionStage, SignIn};
use serde_json::{Value, json};

use super::{guard::Target, holder::Holder, recovery::RecoveryCode, sign_in::stage_after_all};
use crate::{Auth, AuthError, PendingSession, session::record};

/// What is shown beside a password.
#[derive(Debug, Clone, Copy)]
pub enum SecondFactor<'a> {
    /// The code that an app shows.
    Code(&'a str),
    /// One of the codes for those who have lost their app.
    RecoveryCode(&'a str),
    /// A passkey: the state of the ceremony, and what the browser has answered.
    Passkey(&'a str, &'a Value),
}

/// A sign-in that has got further: the session has a new secret.
#[derive(Clone)]
pub struct Advanced {
    /// The new secret. The old one is worth nothing.
    pub bearer: String,
    /// What is left to be done.
    pub stage: SessionStage,
}

impl std::fmt::Debug for Advanced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Advanced").field("stage", &self.stage).finish_non_exhaustive()
    }
}

impl Auth {
    /// Shows the second factor that a sign-in waits for.
    ///
    /// # Errors
    /// [`AuthError::CredentialsWrong`], whatever is wrong with it; [`AuthError::TooMany`]; [`AuthError::Forbidden`] if
    /// the sign-in does not wait for any.
    pub async fn show_second_factor(
        &self,
        pending: &PendingSession,
        shown: SecondFactor<'_>,
    ) -> Result<Advanced, AuthError> {
        if pending.stage() != SessionStage::SecondFactor {
            return Err(AuthError::Forbidden);
        }
        let (tenant, holder) = self.own(pending.tenant(), pending.user()).await?;
        let target = self.target(&holder)?;
        self.count_attempt_on(target, Some(holder.user())).await?;
        let right = match shown {
            SecondFactor::Code(code) => self.use_code(&holder, code).await?,
            SecondFactor::RecoveryCode(code) => self.use_recovery_code(&holder, code).await?,
            SecondFactor::Passkey(state, answer) => self.use_own_passkey(&holder, state, answer).await?,
        };
        if !right {
            return self
                .refuse(tenant.id, Some(holder.user()), SignIn::Password, "wrong_second_factor")
                .await;
        }
        self.forget_attempts_on(target).await?;
        let stage = stage_after_all(&holder);
        let bearer = self.advance_session(pending, stage, true).await?;
        Ok(Advanced { bearer, stage })
    }

    /// Whether it is the code that the user's app shows now, and was not used before.
    pub(super) async fn use_code(&self, holder: &Holder, code: &str) -> Result<bool, AuthError> {
        let app = holder.app()?.filter(|_| holder.has_app());
        let Some(step) = app.and_then(|app| app.check(code, self.now(), holder.account.totp_step)) else {
            return Ok(false);
        };
        let mut tx = self.db.write().await?;
        let used = tx.use_totp(holder.tenant(), holder.user(), step).await?;
        tx.commit().await?;
        Ok(used)
    }

    async fn use_recovery_code(&self, holder: &Holder, code: &str) -> Result<bool, AuthError> {
        let Some(code) = RecoveryCode::parse(code) else {
            return Ok(false);
        };
        // They stand in for something: without it they are worth nothing.
        if !holder.has_second_factor() {
            return Ok(false);
        }
        let mut tx = self.db.write().await?;
        let used =
            tx.use_recovery_code(holder.user(), &code.hmac(&holder.key, holder.user()), self.now()).await?;
        if used {
            let left = tx.recovery_codes_left(holder.user()).await?;
            let who = (holder.tenant(), holder.user());
            record(&mut tx, who, self.now(), "recovery_code.used", json!({ "left": left })).await?;
        }
        tx.commit().await?;
        Ok(used)
    }

    /// By what the attempts on an account are counted.
    pub(super) fn target(&self, holder: &Holder) -> Result<Target, AuthError> {
        let (address, _) = holder.called()?;
        Ok(Target::of(holder.tenant(), &super::sign_in::look_up(&holder.key, &address)))
    }
}
