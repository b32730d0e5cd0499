//! A user as those see him who run the tenant.

use sealpost_auth::UserColumns;
use sealpost_db::{SecondFactors, User};
use sealpost_domain::{Role, Timestamp, UserId};
use sealpost_sealed::{Error, TenantKey};

/// A user as those see him who run the tenant.
#[derive(Debug, Clone)]
pub struct UserView {
    /// Which.
    pub id: UserId,
    /// His address.
    pub email: String,
    /// His name.
    pub name: String,
    /// What he is.
    pub role: Role,
    /// When he was added.
    pub created_at: Timestamp,
    /// Since when he may do nothing.
    pub disabled_at: Option<Timestamp>,
    /// Since when a seat is his.
    pub seat_at: Option<Timestamp>,
    /// Since when he may not send.
    pub sending_suspended_at: Option<Timestamp>,
    /// What he has beside his password.
    pub second_factor: SecondFactorView,
}

/// What a user has beside his password.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SecondFactorView {
    /// Whether an app makes codes for him.
    pub app: bool,
    /// How many passkeys he has.
    pub passkeys: u64,
}

impl SecondFactorView {
    /// Whether there is anything.
    pub const fn is_any(self) -> bool {
        self.app || self.passkeys > 0
    }
}

impl From<&SecondFactors> for SecondFactorView {
    fn from(row: &SecondFactors) -> Self {
        Self { app: row.totp, passkeys: row.passkeys }
    }
}

impl UserView {
    pub(super) fn open(row: &User, second_factor: SecondFactorView, key: &TenantKey) -> Result<Self, Error> {
        let (email, name) = UserColumns::of(row.tenant_id, row.id).open(key, &row.address, &row.name)?;
        Ok(Self {
            id: row.id,
            email,
            name,
            role: row.role,
            created_at: row.created_at,
            disabled_at: row.disabled_at,
            seat_at: row.seat_at,
            sending_suspended_at: row.sending_suspended_at,
            second_factor,
        })
    }
}
