//! An account with the key that opens it.

use std::sync::Arc;

use sealpost_db::{Account, Conn, Tenant};
use sealpost_domain::{Policy, SignIn, TenantId, TenantSlug, Timestamp, UserId};
use sealpost_sealed::TenantKey;

use super::{Verifier, totp::TotpSecret};
use crate::{AccountSession, Auth, AuthError, Strength, UserColumns};

/// What guards an account, as its owner sees it.
#[derive(Debug, Clone)]
pub struct AccountView {
    /// Since when he has his password; `None` if he has none, or it was never set.
    pub password_changed_at: Option<Timestamp>,
    /// Whether there is a password.
    pub has_password: bool,
    /// Since when an app makes codes for him.
    pub totp_since: Option<Timestamp>,
    /// How many recovery codes are left.
    pub recovery_codes: u64,
    /// How many passkeys there are.
    pub passkeys: u64,
}

/// An account, opened as far as it takes.
pub(super) struct Holder {
    pub(super) account: Account,
    pub(super) key: Arc<TenantKey>,
}

impl Holder {
    pub(super) const fn tenant(&self) -> TenantId {
        self.account.tenant_id
    }

    pub(super) const fn user(&self) -> UserId {
        self.account.id
    }

    pub(super) const fn has_app(&self) -> bool {
        self.account.totp.is_some() && self.account.totp_confirmed_at.is_some()
    }

    /// Whether there is anything beside the password.
    pub(super) const fn has_second_factor(&self) -> bool {
        self.has_app() || self.account.passkeys > 0
    }

    /// Whether somebody with this account may sign in so now.
    pub(super) fn may(&self, tenant: &Tenant, method: SignIn) -> bool {
        tenant.suspended_at.is_none()
            && self.account.disabled_at.is_none()
            && tenant.policy.signins.contains(&method)
    }

    /// What his password is checked with.
    pub(super) fn verifier(&self) -> Result<Option<Verifier>, AuthError> {
        let open = |sealed: &Vec<u8>| Verifier::open(&self.key, self.tenant(), self.user(), sealed);
        self.account.password.as_ref().map(open).transpose()
    }

    /// The secret of his app, confirmed or not.
    pub(super) fn app(&self) -> Result<Option<TotpSecret>, AuthError> {
        let open = |sealed: &Vec<u8>| TotpSecret::open(&self.key, self.tenant(), self.user(), sealed);
        self.account.totp.as_ref().map(open).transpose()
    }

    /// His address and his name.
    pub(super) fn called(&self) -> Result<(String, String), AuthError> {
        let columns = UserColumns::of(self.tenant(), self.user());
        let opened = columns.open(&self.key, &self.account.address, &self.account.name);
        opened.map_err(|error| AuthError::Internal(error.into()))
    }

    /// Fails unless this may become his password.
    pub(super) fn check_new_password(
        &self,
        password: &str,
        policy: &Policy,
        tenant: (&TenantSlug, &str),
    ) -> Result<(), AuthError> {
        let (address, name) = self.called()?;
        let about = [&*address, &*name, tenant.0.as_str(), tenant.1];
        Strength::of_accounts(policy).check(password, &about).map_err(AuthError::WeakPassword)
    }
}

impl Auth {
    /// The account of a user of a tenant that is known by its row.
    pub(super) async fn holder(
        &self,
        conn: &mut Conn,
        tenant: &Tenant,
        user: UserId,
    ) -> Result<Option<Holder>, AuthError> {
        let Some(account) = conn.account(tenant.id, user).await? else {
            return Ok(None);
        };
        let key = self.keys.tenant_key(tenant.id, &tenant.tenant_key).await?;
        Ok(Some(Holder { account, key }))
    }

    /// The tenant and the account of somebody who has a session.
    pub(super) async fn own(&self, tenant: TenantId, user: UserId) -> Result<(Tenant, Holder), AuthError> {
        let mut conn = self.db.read().await?;
        let tenant = conn.tenant(tenant).await?.ok_or(AuthError::Unauthorized)?;
        let holder = self.holder(&mut conn, &tenant, user).await?.ok_or(AuthError::Unauthorized)?;
        Ok((tenant, holder))
    }

    /// What guards the caller's account.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn own_account(&self, account: &AccountSession) -> Result<AccountView, AuthError> {
        let (_, holder) = self.own(account.tenant(), account.user()).await?;
        let recovery_codes = self.db.read().await?.recovery_codes_left(account.user()).await?;
        Ok(AccountView {
            password_changed_at: holder.account.password_changed_at,
            has_password: holder.account.password.is_some(),
            totp_since: holder.account.totp_confirmed_at,
            recovery_codes,
            passkeys: holder.account.passkeys,
        })
    }
}
