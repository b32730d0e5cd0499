//! Signing in with a password.

use sealpost_db::Tenant;
use sealpost_domain::{EmailAddress, SessionStage, SignIn, TenantSlug};
use sealpost_sealed::TenantKey;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{Checked, Verifier, guard::Target, holder::Holder};
use crate::{Auth, AuthError, Authenticated, UserColumns};

/// Longest text that can be an address: it is refused unread beyond.
const MAX_ADDRESS: usize = 320;

impl Auth {
    /// Checks address and password of a user. What comes of it begins a session, which may wait for a second factor, or
    /// for another password.
    ///
    /// Whatever is wrong, the answer is the same after the same work: tenants and users that do not exist, a wrong
    /// password or none, somebody who was disabled, a tenant that is suspended or does not allow passwords.
    ///
    /// # Errors
    /// [`AuthError::CredentialsWrong`], [`AuthError::TooMany`] for any address that was tried too often,
    /// [`AuthError::Busy`].
    pub async fn sign_in_with_password(
        &self,
        tenant: &str,
        email: &str,
        password: &str,
    ) -> Result<Authenticated, AuthError> {
        let Some(tenant) = self.tenant_called(tenant).await? else {
            // Counted, too, under a tenant that is nobody's.
            let known = Sha256::digest([tenant.as_bytes(), &[0], email.as_bytes()].concat()).into();
            self.count_attempt_on(Target::of(Uuid::nil().into(), &known), None).await?;
            Verifier::check(None, password, &self.passwords, &*self.random).await?;
            return Err(AuthError::CredentialsWrong);
        };
        let key = self.keys.tenant_key(tenant.id, &tenant.tenant_key).await?;
        let hmac = look_up(&key, email);
        let account = self.db.read().await?.account_by_address(tenant.id, &hmac).await?;
        let holder = account.map(|account| Holder { account, key });
        let target = Target::of(tenant.id, &hmac);
        self.count_attempt_on(target, holder.as_ref().map(Holder::user)).await?;
        let verifier = holder.as_ref().map(Holder::verifier).transpose()?.flatten();
        let checked = Verifier::check(verifier.as_ref(), password, &self.passwords, &*self.random).await?;
        let user = holder.as_ref().map(Holder::user);
        let (holder, right) = match (holder, checked) {
            (Some(holder), Checked::Right | Checked::RightButOutdated) => (holder, checked),
            (None, _) => return self.refuse(tenant.id, None, SignIn::Password, "unknown").await,
            (Some(_), Checked::Wrong) => {
                return self.refuse(tenant.id, user, SignIn::Password, "wrong").await;
            }
        };
        if !holder.may(&tenant, SignIn::Password) {
            return self.refuse(tenant.id, user, SignIn::Password, "not_allowed").await;
        }
        if right == Checked::RightButOutdated {
            self.store_anew(&holder, password).await?;
        }
        let stage = stage_after_password(&holder);
        // Whoever has to show a code still may not try any number of them by signing in again in between.
        if stage != SessionStage::SecondFactor {
            self.forget_attempts_on(target).await?;
        }
        Ok(Authenticated {
            tenant: tenant.id,
            user: holder.user(),
            method: SignIn::Password,
            second_factor: false,
            stage,
        })
    }

    /// The tenant that somebody means.
    pub(super) async fn tenant_called(&self, slug: &str) -> Result<Option<Tenant>, AuthError> {
        let Ok(slug) = slug.parse::<TenantSlug>() else {
            return Ok(None);
        };
        Ok(self.db.read().await?.tenant_by_slug(&slug).await?)
    }

    /// Costs are raised when the password is at hand.
    async fn store_anew(&self, holder: &Holder, password: &str) -> Result<(), AuthError> {
        let verifier = Verifier::of(password, &self.passwords, &*self.random).await?;
        let sealed = verifier.seal(&holder.key, holder.tenant(), holder.user(), &*self.random);
        let mut tx = self.db.write().await?;
        if let Some(old) = &holder.account.password {
            tx.restore_password(holder.tenant(), holder.user(), old, &sealed).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// What an address is looked up by; what cannot be an address finds nobody, and is counted all the same.
pub(super) fn look_up(key: &TenantKey, email: &str) -> [u8; 32] {
    let address = Some(email.trim()).filter(|email| email.len() <= MAX_ADDRESS);
    match address.and_then(|email| email.parse::<EmailAddress>().ok()) {
        Some(address) => UserColumns::address_hmac(key, &address),
        None => key.lookup_hmac("users.no_address", &Sha256::digest(email)),
    }
}

/// What is left to be done by somebody who has shown his password.
fn stage_after_password(holder: &Holder) -> SessionStage {
    if holder.has_second_factor() { SessionStage::SecondFactor } else { stage_after_all(holder) }
}

/// What is left to be done by somebody who has shown everything.
pub(super) fn stage_after_all(holder: &Holder) -> SessionStage {
    if holder.account.must_change { SessionStage::PasswordChange } else { SessionStage::Full }
}
