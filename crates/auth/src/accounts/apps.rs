//! Apps that show codes.

use sealpost_domain::{AccountChange, SignIn};
use serde_json::json;

use super::{
    enrol::{Enrolled, Enrolment},
    totp::TotpSecret,
};
use crate::{AccountSession, Auth, AuthError, SteppedUp};

/// The secret that an app is to be given. It counts once a code of it was shown.
#[derive(Debug)]
pub struct OfferedApp {
    /// For typing.
    pub secret: String,
    /// For apps that take links.
    pub uri: String,
    /// For scanning: an SVG.
    pub picture: String,
}

impl Auth {
    /// Offers the secret for an app, in place of one that was offered before and not confirmed.
    ///
    /// # Errors
    /// [`AuthError::Exists`] if an app makes codes for the user already: it has to be removed first.
    pub async fn begin_totp(&self, by: &Enrolment) -> Result<OfferedApp, AuthError> {
        let (tenant, holder) = self.own(by.tenant(), by.user()).await?;
        let secret = TotpSecret::generate(&*self.random);
        let sealed = secret.seal(&holder.key, holder.tenant(), holder.user(), &*self.random);
        let mut tx = self.db.write().await?;
        if !tx.offer_totp(holder.tenant(), holder.user(), &sealed).await? {
            return Err(AuthError::Exists);
        }
        tx.commit().await?;
        let (address, _) = holder.called()?;
        let account = format!("{address} ({})", tenant.slug);
        Ok(OfferedApp {
            secret: secret.to_text(),
            uri: secret.to_uri(&account),
            picture: secret.to_svg(&account),
        })
    }

    /// The secret that was offered and not confirmed yet, to be shown once more.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] if there is none.
    pub async fn offered_totp(&self, by: &Enrolment) -> Result<OfferedApp, AuthError> {
        let (tenant, holder) = self.own(by.tenant(), by.user()).await?;
        let secret = holder.app()?.filter(|_| !holder.has_app()).ok_or(AuthError::NotFound)?;
        let (address, _) = holder.called()?;
        let account = format!("{address} ({})", tenant.slug);
        Ok(OfferedApp {
            secret: secret.to_text(),
            uri: secret.to_uri(&account),
            picture: secret.to_svg(&account),
        })
    }

    /// Confirms the app with a code of it. Whoever has no recovery codes yet gets them: they are shown this once.
    ///
    /// # Errors
    /// [`AuthError::CredentialsWrong`] for another code; [`AuthError::NotFound`] if nothing waits to be confirmed.
    pub async fn confirm_totp(&self, by: &Enrolment, code: &str) -> Result<Enrolled<Vec<String>>, AuthError> {
        let (_, holder) = self.own(by.tenant(), by.user()).await?;
        let secret = holder.app()?.filter(|_| !holder.has_app()).ok_or(AuthError::NotFound)?;
        let target = self.target(&holder)?;
        self.count_attempt_on(target, Some(holder.user())).await?;
        let who = (holder.tenant(), holder.user());
        let Some(step) = secret.check(code, self.now(), None) else {
            return self.refuse(who.0, Some(who.1), SignIn::Password, "wrong_first_code").await;
        };
        let mut tx = self.db.write().await?;
        if !tx.confirm_totp(who.0, who.1, self.now(), step).await? {
            return Err(AuthError::NotFound);
        }
        let (codes, hmacs) = self.new_recovery_codes(&holder);
        tx.replace_recovery_codes(who.1, &hmacs).await?;
        let change = Some(AccountChange::SecondFactorAdded);
        self.record_change(&mut tx, who, "second_factor.added", change, json!({ "factor": "totp" })).await?;
        tx.commit().await?;
        self.forget_attempts_on(target).await?;
        let advanced = self.enrolled(by, &holder).await?;
        Ok(Enrolled { what: codes, advanced })
    }

    /// Removes the app.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] without one; [`AuthError::Forbidden`] if the tenant asks for a second factor, and it is
    /// the last.
    pub async fn remove_totp(&self, account: &SteppedUp<AccountSession>) -> Result<(), AuthError> {
        let who = (account.tenant(), account.user());
        let (_, holder) = self.own(who.0, who.1).await?;
        if account.policy().second_factor_required && holder.account.passkeys == 0 {
            return Err(AuthError::Forbidden);
        }
        let mut tx = self.db.write().await?;
        if !tx.remove_totp(who.0, who.1).await? {
            return Err(AuthError::NotFound);
        }
        // They stood in for it.
        if holder.account.passkeys == 0 {
            tx.replace_recovery_codes(who.1, &[]).await?;
        }
        let change = Some(AccountChange::SecondFactorRemoved).filter(|_| holder.has_app());
        self.record_change(&mut tx, who, "second_factor.removed", change, json!({ "factor": "totp" }))
            .await?;
        Ok(tx.commit().await?)
    }
}
