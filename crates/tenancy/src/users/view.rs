//! A user as those see him who run the tenant.

use sealpost_auth::UserColumns;
use sealpost_db::User;
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
}

impl UserView {
    pub(super) fn open(row: &User, key: &TenantKey) -> Result<Self, Error> {
        let (email, name) = UserColumns::of(row.tenant_id, row.id).open(key, &row.address, &row.name)?;
        Ok(Self {
            id: row.id,
            email,
            name,
            role: row.role,
            created_at: row.created_at,
            disabled_at: row.disabled_at,
            seat_at: row.seat_at,
        })
    }
}
