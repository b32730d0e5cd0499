//! A transfer's sealed columns that are opened here, too.

use sealpost_domain::{TenantId, TransferId};
use sealpost_sealed::Column;

/// The places of what is known of a transfer. Both sides of sealing and opening use it, so that they cannot differ.
#[derive(Debug, Clone, Copy)]
pub struct TransferColumns {
    tenant: TenantId,
    transfer: TransferId,
}

impl TransferColumns {
    /// The columns of this transfer's row, under the transfer key.
    pub const fn of(tenant: TenantId, transfer: TransferId) -> Self {
        Self { tenant, transfer }
    }

    /// The service's half of the secret of what its sender has sealed.
    pub const fn server_half(self) -> Column {
        Column {
            tenant: self.tenant.into_bytes(),
            row: self.transfer.into_bytes(),
            name: "transfers.server_half",
        }
    }
}
