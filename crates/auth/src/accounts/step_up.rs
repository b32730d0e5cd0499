//! Showing a credential again, for dangerous acts.

use sealpost_domain::SignIn;
use serde_json::Value;

use super::{Checked, Verifier};
use crate::{AccountSession, Auth, AuthError};

/// What is shown again.
#[derive(Debug, Clone, Copy)]
pub enum Proof<'a> {
    /// The password.
    Password(&'a str),
    /// The code that an app shows.
    Code(&'a str),
    /// A passkey: the state of the ceremony, and what the browser has answered.
    Passkey(&'a str, &'a Value),
}

impl Auth {
    /// Shows a credential again: dangerous acts are possible for as long as the tenant's rules say.
    ///
    /// # Errors
    /// [`AuthError::CredentialsWrong`], [`AuthError::TooMany`], [`AuthError::Busy`].
    pub async fn step_up(&self, session: &AccountSession, proof: Proof<'_>) -> Result<(), AuthError> {
        let (tenant, holder) = self.own(session.tenant(), session.user()).await?;
        let target = self.target(&holder)?;
        self.count_attempt_on(target, Some(holder.user())).await?;
        let (method, right) = match proof {
            Proof::Password(password) => {
                // Where passwords do not sign anybody in, they do not prove anything either.
                let verifier = holder.verifier()?.filter(|_| holder.may(&tenant, SignIn::Password));
                let checked =
                    Verifier::check(verifier.as_ref(), password, &self.passwords, &*self.random).await?;
                (SignIn::Password, checked != Checked::Wrong)
            }
            Proof::Code(code) => (SignIn::Password, self.use_code(&holder, code).await?),
            Proof::Passkey(state, answer) => {
                let may = holder.may(&tenant, SignIn::Passkey);
                (SignIn::Passkey, may && self.use_own_passkey(&holder, state, answer).await?)
            }
        };
        if !right {
            return self.refuse(tenant.id, Some(holder.user()), method, "wrong_step_up").await;
        }
        self.forget_attempts_on(target).await?;
        let second_factor = !matches!(proof, Proof::Password(_));
        self.prove(session, second_factor).await
    }

    /// A session that has shown a second factor once has shown it, whatever it shows now.
    pub(crate) async fn prove(&self, session: &AccountSession, second_factor: bool) -> Result<(), AuthError> {
        let sessions = self.db.read().await?.sessions(session.tenant(), session.user()).await?;
        let before = sessions.iter().any(|row| row.id == session.session() && row.second_factor);
        self.prove_session(session, before || second_factor).await
    }
}
