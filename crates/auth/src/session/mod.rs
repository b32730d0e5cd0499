//! Sessions of people who have signed in: opaque, stored hashed, ended by deleting their row.

mod advance;
mod begin;
mod check;
mod end;
mod list;
mod who_am_i;

pub use begin::{Authenticated, NewSession};
pub use list::SessionView;
pub use who_am_i::WhoAmI;

use sealpost_db::{AuditEvent, Tx};
use sealpost_domain::{SessionId, TenantId, Timestamp, UserId};
use sealpost_sealed::Column;
use serde_json::{Value, json};

use crate::AuthError;

/// The place of what a session's caller called itself.
const fn agent(tenant: TenantId, session: SessionId) -> Column {
    Column { tenant: tenant.into_bytes(), row: session.into_bytes(), name: "sessions.agent" }
}

/// Writes about a user's sign-in into his tenant's log; `more` are further facts, none of them personal.
pub(crate) async fn record(
    tx: &mut Tx,
    (tenant, user): (TenantId, UserId),
    at: Timestamp,
    kind: &str,
    more: Value,
) -> Result<(), AuthError> {
    let mut payload = json!({ "user": user });
    if let (Value::Object(payload), Value::Object(more)) = (&mut payload, more) {
        payload.extend(more);
    }
    tx.append_audit(tenant, &[AuditEvent { at, kind, transfer_id: None, payload: &payload, sealed: None }])
        .await?;
    Ok(())
}
