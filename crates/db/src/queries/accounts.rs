//! What users sign in with: passwords and apps.

use sealpost_domain::{Role, TenantId, Timestamp, UserId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A user, and what he signs in with.
    pub struct Account {
        /// Who.
        pub id: UserId,
        /// His tenant.
        pub tenant_id: TenantId,
        /// His address, sealed under the tenant key.
        pub address: Vec<u8>,
        /// His name, sealed under the tenant key.
        pub name: Vec<u8>,
        /// What he is.
        pub role: Role,
        /// Since when he may do nothing.
        pub disabled_at: Option<Timestamp>,
        /// What his password is checked with, sealed under the tenant key.
        pub password: Option<Vec<u8>>,
        /// When he has set it.
        pub password_changed_at: Option<Timestamp>,
        /// Whether he must change it before anything else.
        pub must_change: bool,
        /// The secret of his app, sealed under the tenant key.
        pub totp: Option<Vec<u8>>,
        /// When he has shown a code of it first; nothing asks for one before.
        pub totp_confirmed_at: Option<Timestamp>,
        /// The step of the last code that he has shown.
        pub totp_step: Option<u64>,
        /// How many passkeys he has.
        pub passkeys: u64,
    }

    /// What a user has beside his password.
    pub struct SecondFactors {
        /// Who.
        pub user_id: UserId,
        /// Whether an app makes codes for him.
        pub totp: bool,
        /// How many passkeys he has.
        pub passkeys: u64,
    }
}

macro_rules! columns {
    () => {
        "id, tenant_id, address, name, role, disabled_at, password, password_changed_at, must_change, totp, \
         totp_confirmed_at, totp_step, (SELECT COUNT(*) FROM passkeys WHERE user_id = users.id) AS passkeys"
    };
}

statements! {
    BY_ID = ["SELECT ", columns!(), " FROM users WHERE tenant_id = $1 AND id = $2"];
    BY_ADDRESS = ["SELECT ", columns!(), " FROM users WHERE tenant_id = $1 AND address_hmac = $2"];
    FACTORS = "SELECT id AS user_id, totp_confirmed_at IS NOT NULL AS totp, \
               (SELECT COUNT(*) FROM passkeys WHERE user_id = users.id) AS passkeys \
               FROM users WHERE tenant_id = $1 AND id BETWEEN $2 AND $3 ORDER BY id";
    SET_PASSWORD = "UPDATE users SET password = $3, password_changed_at = $4, must_change = false WHERE tenant_id = $1 AND id = $2";
    REHASH = "UPDATE users SET password = $4 WHERE tenant_id = $1 AND id = $2 AND password = $3";
    MUST_CHANGE = "UPDATE users SET must_change = true WHERE tenant_id = $1 AND id = $2";
    OFFER_TOTP = "UPDATE users SET totp = $3, totp_step = NULL WHERE tenant_id = $1 AND id = $2 AND totp_confirmed_at IS NULL";
    CONFIRM_TOTP = "UPDATE users SET totp_confirmed_at = $3, totp_step = $4 \
                    WHERE tenant_id = $1 AND id = $2 AND totp IS NOT NULL AND totp_confirmed_at IS NULL";
    USE_TOTP = "UPDATE users SET totp_step = $3 WHERE tenant_id = $1 AND id = $2 AND totp_confirmed_at IS NOT NULL \
                AND (totp_step IS NULL OR totp_step < $3)";
    REMOVE_TOTP = "UPDATE users SET totp = NULL, totp_confirmed_at = NULL, totp_step = NULL \
                   WHERE tenant_id = $1 AND id = $2 AND totp IS NOT NULL";
    NOTICE_LOCK = "UPDATE users SET lock_noticed_at = $3 WHERE tenant_id = $1 AND id = $2 \
                   AND (lock_noticed_at IS NULL OR lock_noticed_at < $4)";
}

impl Conn {
    /// The account of a user.
    pub async fn account(&mut self, tenant: TenantId, user: UserId) -> Result<Option<Account>, DbError> {
        self.optional(&BY_ID, binds![tenant, user]).await
    }

    /// The account of the user with this address.
    pub async fn account_by_address(
        &mut self,
        tenant: TenantId,
        hmac: &[u8; 32],
    ) -> Result<Option<Account>, DbError> {
        self.optional(&BY_ADDRESS, binds![tenant, hmac]).await
    }

    /// What the users of a tenant from `first` to `last` have beside their passwords, in the order in which they were
    /// added: those of a page, or a single one.
    pub async fn second_factors(
        &mut self,
        tenant: TenantId,
        first: UserId,
        last: UserId,
    ) -> Result<Vec<SecondFactors>, DbError> {
        self.all(&FACTORS, binds![tenant, first, last]).await
    }
}

impl Tx {
    /// Gives a user another password, which he need not change. `false` if there is no such user.
    pub async fn set_password(
        &mut self,
        tenant: TenantId,
        user: UserId,
        sealed: &[u8],
        now: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&SET_PASSWORD, binds![tenant, user, sealed, now]).await
    }

    /// Stores the same password in another way. `false` if it was changed meanwhile.
    pub async fn restore_password(
        &mut self,
        tenant: TenantId,
        user: UserId,
        from: &[u8],
        to: &[u8],
    ) -> Result<bool, DbError> {
        self.changes(&REHASH, binds![tenant, user, from, to]).await
    }

    /// Lets a user's password do nothing any more but change itself. `false` if there is no such user.
    pub async fn require_password_change(&mut self, tenant: TenantId, user: UserId) -> Result<bool, DbError> {
        self.changes(&MUST_CHANGE, binds![tenant, user]).await
    }

    /// Gives a user the secret of an app that he has not confirmed yet, instead of an earlier one. `false` if he has
    /// confirmed one.
    pub async fn offer_totp(
        &mut self,
        tenant: TenantId,
        user: UserId,
        sealed: &[u8],
    ) -> Result<bool, DbError> {
        self.changes(&OFFER_TOTP, binds![tenant, user, sealed]).await
    }

    /// Notes that a user has shown the code of this step, his first. `false` if there was none to confirm.
    pub async fn confirm_totp(
        &mut self,
        tenant: TenantId,
        user: UserId,
        now: Timestamp,
        step: u64,
    ) -> Result<bool, DbError> {
        self.changes(&CONFIRM_TOTP, binds![tenant, user, now, step]).await
    }

    /// Notes that a user has shown the code of this step. `false` if it was used before, or a later one was: of many at
    /// once one counts.
    pub async fn use_totp(&mut self, tenant: TenantId, user: UserId, step: u64) -> Result<bool, DbError> {
        self.changes(&USE_TOTP, binds![tenant, user, step]).await
    }

    /// Forgets the secret of a user's app. `false` if there was none.
    pub async fn remove_totp(&mut self, tenant: TenantId, user: UserId) -> Result<bool, DbError> {
        self.changes(&REMOVE_TOTP, binds![tenant, user]).await
    }

    /// Notes that a user is told that somebody tries passwords, unless he was told after `since`. `false` if he was.
    pub async fn notice_lock(
        &mut self,
        tenant: TenantId,
        user: UserId,
        now: Timestamp,
        since: Timestamp,
    ) -> Result<bool, DbError> {
        self.changes(&NOTICE_LOCK, binds![tenant, user, now, since]).await
    }
}
