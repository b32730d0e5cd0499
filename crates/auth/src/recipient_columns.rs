//! A recipient's sealed columns.

use sealpost_domain::{CodeId, RecipientId, TenantId};
use sealpost_sealed::Column;

/// The places of what is known of a recipient. Both sides of sealing and opening use it, so that they cannot differ.
#[derive(Debug, Clone, Copy)]
pub struct RecipientColumns {
    tenant: TenantId,
    recipient: RecipientId,
}

impl RecipientColumns {
    /// The columns of this recipient's row, under the transfer key.
    pub const fn of(tenant: TenantId, recipient: RecipientId) -> Self {
        Self { tenant, recipient }
    }

    /// His address.
    pub const fn address(self) -> Column {
        self.place("recipients.address")
    }

    /// His telephone number.
    pub const fn phone(self) -> Column {
        self.place("recipients.phone")
    }

    /// A code that is still to be sent; under the tenant key.
    pub const fn code(tenant: TenantId, code: CodeId) -> Column {
        Column { tenant: tenant.into_bytes(), row: code.into_bytes(), name: "link_codes.code" }
    }

    const fn place(self, name: &'static str) -> Column {
        Column { tenant: self.tenant.into_bytes(), row: self.recipient.into_bytes(), name }
    }
}
