//! What use cases write into the tenant's log: ids, numbers and words, no personal data.

use sealpost_auth::{Actor, LogEntry, PersonalKey};
use sealpost_blob::Role;
use sealpost_db::{AuditEvent, PurgeReason, Transfer, Tx};
use sealpost_domain::{
    AbuseReason, AbuseReportId, FileId, MailboxId, RecipientId, SubmissionSource, Timestamp, TransferMode,
    UserId, rules::Inspection,
};
use sealpost_sealed::{Random, TransferKey};
use serde_json::{Value, json};

use crate::{Stated, TransferError, place::Place};

/// What is said of somebody, by its name in the log.
pub(crate) type Said = (&'static str, String);

/// Who does something to a transfer that is being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// Whoever sends it in.
    Uploader,
    /// Its sender, or an admin.
    User(UserId),
}

impl By {
    /// Who makes this transfer: the user, unless it comes in.
    pub(crate) fn of(row: &Transfer, user: UserId) -> Self {
        if row.source().is_some() { Self::Uploader } else { Self::User(user) }
    }

    /// As the log has it.
    pub(crate) fn to_json(self) -> Value {
        match self {
            Self::Uploader => json!("uploader"),
            Self::User(id) => json!(id),
        }
    }
}

/// Something that happened to a transfer.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    AbuseReported {
        recipient: RecipientId,
        report: AbuseReportId,
        reason: AbuseReason,
    },
    Blocked {
        by: UserId,
    },
    CopyHealed {
        copy: Role,
        parts: u64,
    },
    Created {
        by: UserId,
        mailbox: Option<MailboxId>,
        mode: TransferMode,
    },
    Damaged {
        recipient: RecipientId,
        file: FileId,
    },
    DevicesForgotten {
        by: UserId,
        recipient: RecipientId,
        devices: u64,
    },
    Downloaded {
        recipient: RecipientId,
        file: FileId,
        times: u64,
    },
    Extended {
        by: UserId,
        from: Timestamp,
        to: Timestamp,
    },
    FileRemoved {
        by: By,
        file: FileId,
        bytes: u64,
        complete: bool,
    },
    FileStated {
        by: UserId,
        file: FileId,
        /// Sealed bytes.
        bytes: u64,
        stated: Stated,
    },
    LinksShown {
        by: UserId,
    },
    MailLinkMade {
        by: UserId,
    },
    PurgeStarted {
        reason: PurgeReason,
        by: Option<UserId>,
    },
    Purged {
        files: u64,
        objects: u64,
        bytes: u64,
        recipients: u64,
    },
    RecipientAdded {
        by: UserId,
        recipient: RecipientId,
    },
    RecipientBlocked {
        by: UserId,
        recipient: RecipientId,
    },
    RecipientErased {
        by: Actor,
        recipient: RecipientId,
    },
    RecipientLinkShown {
        by: UserId,
        recipient: RecipientId,
    },
    RecipientNotified {
        recipient: RecipientId,
    },
    RecipientReminded {
        recipient: RecipientId,
    },
    RecipientRemoved {
        by: UserId,
        recipient: RecipientId,
    },
    RecipientResent {
        by: UserId,
        recipient: RecipientId,
    },
    RecipientUnblocked {
        by: UserId,
        recipient: RecipientId,
    },
    RecipientUnreachable {
        recipient: RecipientId,
    },
    Revised {
        by: UserId,
        /// What became different, in words of the request.
        changed: Vec<&'static str>,
    },
    Inspected {
        inspection: Inspection,
        finding: Option<String>,
    },
    Sent {
        by: By,
        mailbox: Option<MailboxId>,
        source: Option<SubmissionSource>,
        files: u64,
        bytes: u64,
        recipients: u64,
    },
    StoreDamaged {
        parts: u64,
    },
    StoreHealed {
        from: Role,
        parts: u64,
    },
    SubmissionBegun {
        source: SubmissionSource,
        proved: bool,
    },
    Unblocked {
        by: UserId,
    },
    UploadAbandoned {
        file: FileId,
        bytes: u64,
    },
}

impl Event {
    /// Appends the event to the tenant's chain, in the transaction of its effect. Call it last: it locks the chain.
    pub(crate) async fn record(self, tx: &mut Tx, place: Place, at: Timestamp) -> Result<(), TransferError> {
        Self::record_all(tx, vec![(place, self)], at).await
    }

    /// The entry that it becomes, with what it says of people.
    pub(crate) fn with(
        self,
        place: Place,
        key: &TransferKey,
        values: &[Said],
        random: &dyn Random,
    ) -> LogEntry {
        self.with_nobody(place).with(place.tenant, PersonalKey::Transfer(key), values, random)
    }

    /// The entry that it becomes.
    pub(crate) fn with_nobody(self, place: Place) -> LogEntry {
        let (kind, payload) = self.parts();
        LogEntry::new(kind, payload).about(place.transfer)
    }

    /// Appends events of many transfers. Call it last: it locks the chains of their tenants, in the order of the tenants'
    /// ids, so that two who do it at once wait for one another and never each for the other.
    pub(crate) async fn record_all(
        tx: &mut Tx,
        mut events: Vec<(Place, Self)>,
        at: Timestamp,
    ) -> Result<(), TransferError> {
        events.sort_by_key(|(place, _)| place.tenant);
        for of_tenant in events.chunk_by(|(a, _), (b, _)| a.tenant == b.tenant) {
            let parts: Vec<_> =
                of_tenant.iter().map(|(place, event)| (place.transfer, event.clone().parts())).collect();
            let entries: Vec<_> = parts
                .iter()
                .map(|(transfer, (kind, payload))| AuditEvent {
                    at,
                    kind,
                    transfer_id: Some(*transfer),
                    payload,
                    sealed: None,
                })
                .collect();
            tx.append_audit(of_tenant[0].0.tenant, &entries).await?;
        }
        Ok(())
    }

    fn parts(self) -> (&'static str, Value) {
        match self {
            Self::AbuseReported { recipient, report, reason } => (
                "abuse.reported",
                json!({ "recipient": recipient, "report": report, "reason": reason.as_str() }),
            ),
            Self::Blocked { by } => ("transfer.blocked", json!({ "by": by })),
            Self::CopyHealed { copy, parts } => {
                ("copy.healed", json!({ "by": "service", "parts": parts, "copy": copy.as_str() }))
            }
            Self::Created { by, mailbox, mode } => {
                ("transfer.created", in_name_of(mailbox, json!({ "by": by, "mode": mode.as_str() })))
            }
            Self::Damaged { recipient, file } => {
                ("file.damaged", json!({ "recipient": recipient, "file": file }))
            }
            Self::DevicesForgotten { by, recipient, devices } => {
                ("device.forgotten", json!({ "by": by, "recipient": recipient, "devices": devices }))
            }
            Self::Downloaded { recipient, file, times } => {
                ("file.downloaded", json!({ "recipient": recipient, "file": file, "times": times }))
            }
            Self::Extended { by, from, to } => {
                ("transfer.extended", json!({ "by": by, "from": from, "to": to }))
            }
            Self::FileRemoved { by, file, bytes, complete } => {
                let by = by.to_json();
                ("file.removed", json!({ "by": by, "file": file, "bytes": bytes, "complete": complete }))
            }
            Self::FileStated { by, file, bytes, stated } => (
                "file.stated",
                json!({
                    "by": by,
                    "file": file,
                    "bytes": bytes,
                    "kinds": stated.kinds,
                    "policy_version": stated.policy_version,
                }),
            ),
            Self::LinksShown { by } => ("links.shown", json!({ "by": by })),
            Self::MailLinkMade { by } => ("transfer.mail_link_made", json!({ "by": by })),
            Self::PurgeStarted { reason, by: None } => {
                ("transfer.purge_started", json!({ "reason": reason.as_str() }))
            }
            Self::PurgeStarted { reason, by: Some(by) } => {
                ("transfer.purge_started", json!({ "reason": reason.as_str(), "by": by }))
            }
            Self::Purged { files, objects, bytes, recipients } => (
                "transfer.purged",
                json!({ "files": files, "objects": objects, "bytes": bytes, "recipients": recipients }),
            ),
            Self::RecipientAdded { by, recipient } => {
                ("recipient.added", json!({ "by": by, "recipient": recipient }))
            }
            Self::RecipientErased { by, recipient } => {
                ("recipient.erased", json!({ "by": by.to_json(), "recipient": recipient }))
            }
            Self::RecipientBlocked { by, recipient } => {
                ("recipient.blocked", json!({ "by": by, "recipient": recipient }))
            }
            Self::RecipientLinkShown { by, recipient } => {
                ("recipient.link_shown", json!({ "by": by, "recipient": recipient }))
            }
            Self::RecipientNotified { recipient } => {
                ("recipient.notified", json!({ "by": "service", "recipient": recipient }))
            }
            Self::RecipientReminded { recipient } => {
                ("recipient.reminded", json!({ "by": "service", "recipient": recipient }))
            }
            Self::RecipientRemoved { by, recipient } => {
                ("recipient.removed", json!({ "by": by, "recipient": recipient }))
            }
            Self::RecipientResent { by, recipient } => {
                ("recipient.resent", json!({ "by": by, "recipient": recipient }))
            }
            Self::RecipientUnreachable { recipient } => {
                ("recipient.unreachable", json!({ "by": "service", "recipient": recipient }))
            }
            Self::RecipientUnblocked { by, recipient } => {
                ("recipient.unblocked", json!({ "by": by, "recipient": recipient }))
            }
            Self::Revised { by, changed } => ("transfer.revised", json!({ "by": by, "changed": changed })),
            Self::Sent { by, mailbox, source, files, bytes, recipients } => {
                let by = by.to_json();
                let mut payload =
                    json!({ "by": by, "files": files, "bytes": bytes, "recipients": recipients });
                if let Some(source) = source {
                    payload[source.word()] = json!(source.as_uuid());
                }
                ("transfer.sent", in_name_of(mailbox, payload))
            }
            Self::StoreDamaged { parts } => ("store.damaged", json!({ "by": "service", "parts": parts })),
            Self::StoreHealed { from, parts } => {
                ("store.healed", json!({ "by": "service", "parts": parts, "from": from.as_str() }))
            }
            Self::SubmissionBegun { source, proved } => (
                "submission.begun",
                json!({ "by": "uploader", source.word(): source.as_uuid(), "proved": proved }),
            ),
            Self::Inspected { inspection, finding } => {
                ("transfer.inspected", json!({ "inspection": inspection.as_str(), "finding": finding }))
            }
            Self::Unblocked { by } => ("transfer.unblocked", json!({ "by": by })),
            Self::UploadAbandoned { file, bytes } => {
                ("upload.abandoned", json!({ "by": "service", "file": file, "bytes": bytes }))
            }
        }
    }
}

/// The user is named in any case: a mailbox sends nothing by itself.
fn in_name_of(mailbox: Option<MailboxId>, mut payload: Value) -> Value {
    if let Some(mailbox) = mailbox {
        payload["mailbox"] = json!(mailbox);
    }
    payload
}
