//! A shared mailbox's sealed columns.

use sealpost_domain::{EmailAddress, MailboxId, TenantId};
use sealpost_sealed::{Column, Error, Random, TenantKey};

/// The places of a mailbox's name and address. Both sides of sealing and opening use it, so that they cannot differ.
#[derive(Debug, Clone, Copy)]
pub struct MailboxColumns {
    tenant: TenantId,
    mailbox: MailboxId,
}

impl MailboxColumns {
    /// The columns of this mailbox's row.
    pub const fn of(tenant: TenantId, mailbox: MailboxId) -> Self {
        Self { tenant, mailbox }
    }

    /// Seals address and name.
    pub fn seal(self, key: &TenantKey, address: &str, name: &str, random: &dyn Random) -> (Vec<u8>, Vec<u8>) {
        let seal = |column, text: &str| key.seal_column(self.place(column), text.as_bytes(), random);
        (seal("mailboxes.address", address), seal("mailboxes.name", name))
    }

    /// Opens address and name.
    ///
    /// # Errors
    /// Those of opening a column.
    pub fn open(self, key: &TenantKey, address: &[u8], name: &[u8]) -> Result<(String, String), Error> {
        Ok((
            key.open_text(self.place("mailboxes.address"), address)?,
            key.open_text(self.place("mailboxes.name"), name)?,
        ))
    }

    /// What the address is looked up by.
    pub fn address_hmac(key: &TenantKey, address: &EmailAddress) -> [u8; 32] {
        key.lookup_hmac("mailboxes.address", address.lookup_key().as_bytes())
    }

    const fn place(self, name: &'static str) -> Column {
        Column { tenant: self.tenant.into_bytes(), row: self.mailbox.into_bytes(), name }
    }
}
