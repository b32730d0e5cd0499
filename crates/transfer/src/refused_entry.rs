//! What the log says of what the tenant's rules did not let be sent.

use sealpost_db::{AuditEvent, Tx};
use sealpost_domain::{TenantId, Timestamp, TransferId, TransferMode, rules::TypeRule};
use serde_json::{Value, json};

use crate::{TransferError, audit::By};

/// Something that the tenant's rules did not let be sent.
pub(crate) struct RefusedEntry<'a> {
    pub(crate) by: By,
    /// `None`: it did not even become a draft.
    pub(crate) transfer: Option<TransferId>,
    /// The policy's number.
    pub(crate) version: u64,
    pub(crate) what: RefusedWhat<'a>,
}

/// What it was. Rules go by their numbers in that version of the policy: their names are for people.
pub(crate) enum RefusedWhat<'a> {
    /// What is written requires more of recipients.
    Content { rules: &'a [usize] },
    /// A file, without its name; perhaps for something inside of it.
    File { rule: TypeRule, inside: bool },
    /// The mode that was chosen, for these rules about addresses and kinds of files.
    Mode { mode: TransferMode, rules: &'a [usize], kinds: &'a [&'static str] },
    /// So many recipients.
    Recipients { rules: &'a [usize], recipients: usize },
}

impl RefusedEntry<'_> {
    /// Appends it to the tenant's chain, and gives its number there. Call it last: it locks the chain.
    pub(crate) async fn record(
        self,
        tx: &mut Tx,
        tenant: TenantId,
        at: Timestamp,
    ) -> Result<u64, TransferError> {
        let (kind, mut payload) = self.what.parts();
        payload["by"] = self.by.to_json();
        payload["policy_version"] = json!(self.version);
        let event = AuditEvent { at, kind, transfer_id: self.transfer, payload: &payload, sealed: None };
        Ok(tx.append_audit(tenant, &[event]).await?.seq)
    }
}

impl RefusedWhat<'_> {
    fn parts(self) -> (&'static str, Value) {
        match self {
            Self::Content { rules } => ("content.refused", json!({ "rules": rules })),
            Self::File { rule, inside } => {
                ("file.refused", json!({ "rule": rule.as_str(), "inside": inside }))
            }
            Self::Mode { mode, rules, kinds } => {
                ("mode.refused", json!({ "mode": mode.as_str(), "rules": rules, "kinds": kinds }))
            }
            Self::Recipients { rules, recipients } => {
                ("recipients.refused", json!({ "rules": rules, "recipients": recipients }))
            }
        }
    }
}
