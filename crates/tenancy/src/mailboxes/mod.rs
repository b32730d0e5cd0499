//! Shared mailboxes, and who may send for them.

mod delegate;
mod import;
mod keep;

pub use import::{BadLine, Imported};
pub use keep::{DelegateView, MailboxView};

use sealpost_auth::ManageGrant;
use sealpost_db::{AuditEvent, Tx};
use sealpost_domain::{MailboxId, Timestamp, UserId};
use serde_json::{Value, json};

use crate::TenancyError;

/// What happened to a mailbox, for the log.
#[derive(Debug, Clone, Copy)]
enum Event {
    Created(MailboxId),
    Delegated(MailboxId, UserId),
    Removed(MailboxId),
    Undelegated(MailboxId, UserId),
}

impl Event {
    fn parts(self) -> (&'static str, Value) {
        match self {
            Self::Created(mailbox) => ("mailbox.created", json!({ "mailbox": mailbox })),
            Self::Delegated(mailbox, user) => {
                ("mailbox.delegated", json!({ "mailbox": mailbox, "user": user }))
            }
            Self::Removed(mailbox) => ("mailbox.removed", json!({ "mailbox": mailbox })),
            Self::Undelegated(mailbox, user) => {
                ("mailbox.undelegated", json!({ "mailbox": mailbox, "user": user }))
            }
        }
    }
}

/// Writes into the tenant's log, in the transaction of the effect. Call it last: it locks the log.
async fn record(
    tx: &mut Tx,
    grant: &ManageGrant,
    at: Timestamp,
    events: &[Event],
) -> Result<(), TenancyError> {
    let parts: Vec<_> = events
        .iter()
        .map(|event| {
            let (kind, mut payload) = event.parts();
            payload["by"] = grant.actor().to_json();
            (kind, payload)
        })
        .collect();
    let entries: Vec<_> = parts
        .iter()
        .map(|(kind, payload)| AuditEvent { at, kind, transfer_id: None, payload, sealed: None })
        .collect();
    tx.append_audit(grant.tenant(), &entries).await?;
    Ok(())
}
