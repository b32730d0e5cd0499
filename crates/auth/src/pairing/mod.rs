//! The add-in is signed in by a page: it shows a code, and whoever has signed in on the page confirms it (RFC 8628, in our own words).
//!
//! One mechanism for all who have no token of a directory at hand: for tenants without one, and for programs that let no other
//! window speak to the add-in (`docs/adr/0021`). What the add-in keeps never leaves it; what people read is good for nothing but
//! to confirm or refuse.

mod begin;
mod code;
mod confirm;
mod redeem;

pub use begin::{BegunPairing, PAIRING_INTERVAL};
pub use confirm::PairingView;

use std::time::Duration;

use sealpost_db::Pairing;
use sealpost_domain::{PairingId, TenantId, Timestamp};
use sealpost_sealed::Column;

use crate::in_time::is_in_time;

/// How long somebody may take.
pub(crate) const LIFE: Duration = Duration::from_secs(10 * 60);

/// The place of what the add-in's program calls itself.
const fn agent(tenant: TenantId, pairing: PairingId) -> Column {
    Column { tenant: tenant.into_bytes(), row: pairing.into_bytes(), name: "pairings.agent" }
}

/// Whether its time is not over.
fn counts(row: &Pairing, now: Timestamp) -> bool {
    is_in_time(now, row.expires_at, LIFE)
}
