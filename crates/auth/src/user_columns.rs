//! A user's sealed columns.

use sealpost_domain::{TenantId, UserId, WarningId};
use sealpost_sealed::{Column, Error, Random, TenantKey};

/// The places of a user's name and address. Both sides of sealing and opening use it, so that they cannot differ.
#[derive(Debug, Clone, Copy)]
pub struct UserColumns {
    tenant: TenantId,
    user: UserId,
}

impl UserColumns {
    /// The columns of this user's row.
    pub const fn of(tenant: TenantId, user: UserId) -> Self {
        Self { tenant, user }
    }

    /// Seals address and name.
    pub fn seal(self, key: &TenantKey, address: &str, name: &str, random: &dyn Random) -> (Vec<u8>, Vec<u8>) {
        let seal = |column, text: &str| key.seal_column(self.place(column), text.as_bytes(), random);
        (seal("users.address", address), seal("users.name", name))
    }

    /// Seals another name.
    pub fn seal_name(self, key: &TenantKey, name: &str, random: &dyn Random) -> Vec<u8> {
        key.seal_column(self.place("users.name"), name.as_bytes(), random)
    }

    /// Opens address and name.
    ///
    /// # Errors
    /// Those of opening a column.
    pub fn open(self, key: &TenantKey, address: &[u8], name: &[u8]) -> Result<(String, String), Error> {
        Ok((
            key.open_text(self.place("users.address"), address)?,
            key.open_text(self.place("users.name"), name)?,
        ))
    }

    /// The place of what a user was warned of.
    pub const fn warning(self, warning: WarningId) -> Column {
        Column { tenant: self.tenant.into_bytes(), row: warning.into_bytes(), name: "warnings.text" }
    }

    /// What the address is looked up by.
    pub fn address_hmac(key: &TenantKey, address: &sealpost_domain::EmailAddress) -> [u8; 32] {
        key.lookup_hmac("users.address", address.lookup_key().as_bytes())
    }

    /// Where what a directory says of him is sealed.
    pub const fn directory(self) -> Column {
        self.place("users.directory")
    }

    const fn place(self, name: &'static str) -> Column {
        Column { tenant: self.tenant.into_bytes(), row: self.user.into_bytes(), name }
    }
}
