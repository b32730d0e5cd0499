//! `/api/v1/admin/transfers`: the log of transfers.

pub(crate) mod certificate;
pub(crate) mod export;
pub(crate) mod get;
pub(crate) mod list;

use sealpost_domain::{
    EmailAddress, PortalId, SubmissionSource, TransferId, TransferState, UploadRequestId, rules::FileKind,
};
use sealpost_transfer::{LogFilter, LoggedFile, LoggedRecipient, LoggedRule, LoggedTransfer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    error::ApiError,
    wire::{PageLimit, Protection, Time, TransferMode, stated_words},
};

/// Which transfers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogQuery {
    sender: Option<String>,
    recipient: Option<String>,
    kind: Option<String>,
    rule: Option<String>,
    request: Option<Uuid>,
    portal: Option<Uuid>,
    state: Option<String>,
    from: Option<Time>,
    to: Option<Time>,
    before: Option<Uuid>,
    limit: Option<PageLimit>,
    format: Option<String>,
}

impl LogQuery {
    fn filter(&self) -> Result<LogFilter, ApiError> {
        let address = |text: &Option<String>| {
            text.as_deref()
                .map(str::parse::<EmailAddress>)
                .transpose()
                .map_err(|error| ApiError::invalid(error.to_string()))
        };
        let state = self.state.as_deref().map(str::parse::<TransferState>).transpose();
        let kind = self.kind.as_deref().map(str::parse::<FileKind>).transpose();
        let source = match (self.request, self.portal) {
            (Some(_), Some(_)) => {
                return Err(ApiError::invalid(
                    "what comes in comes by a request or by a portal: not by both",
                ));
            }
            (Some(request), None) => Some(SubmissionSource::Request(request.into())),
            (None, portal) => portal.map(|portal| SubmissionSource::Portal(portal.into())),
        };
        Ok(LogFilter {
            kind: kind.map_err(|_| ApiError::invalid("kind is none of a file"))?,
            rule: self.rule.clone(),
            source,
            sender: address(&self.sender)?,
            recipient: address(&self.recipient)?,
            state: state.map_err(|_| ApiError::invalid("state is none of a transfer"))?,
            from: self.from.map(|time| time.0),
            to: self.to.map(|time| time.0),
            before: self.before.map(TransferId::from),
        })
    }
}

/// A transfer in the log.
#[derive(Serialize, ToSchema)]
pub(crate) struct TransferLogLine {
    id: Uuid,
    /// Where it stands.
    #[schema(examples("available"))]
    state: String,
    sender_id: Uuid,
    /// The sender's address, as long as he is a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sender: Option<String>,
    /// Who has sent it in, if it has come in from outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    uploader: Option<String>,
    /// By which upload request, if it has come in by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    request_id: Option<Uuid>,
    /// By which portal, if it has come in by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    portal_id: Option<Uuid>,
    /// Who seals it; unknown once it is purged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    mode: Option<TransferMode>,
    /// Absent if there is none, or the sender's program has sealed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    subject: Option<String>,
    /// What recipients have to show, unless something else is said of one; unknown once it is purged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    protection: Option<Protection>,
    created_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sent_at: Option<Time>,
    expires_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    blocked_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    purged_at: Option<Time>,
    file_count: u64,
    byte_count: u64,
    recipient_count: u64,
    /// How many recipients have had a file whole; unknown once it is purged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    downloaded_count: Option<u64>,
}

/// A recipient in the log.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogRecipient {
    id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    email: Option<String>,
    /// What he has to show.
    protection: Protection,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    notified_at: Option<Time>,
    /// When a mail server said that it does not deliver to him.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bounced_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    opened_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    downloaded_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    blocked_at: Option<Time>,
}

/// A finished file in the log. Its name is not in it.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogFile {
    id: Uuid,
    /// Bytes; sealed ones, if the sender's program has sealed it.
    size: u64,
    /// What it is: a word of the rules about files; absent if nobody has looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "pdf")]
    kind: Option<&'static str>,
    /// What the sender's program states it to be, which has sealed it: nobody has looked. Absent if it states nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, example = json!(["pdf"]))]
    stated_kinds: Vec<&'static str>,
}

impl From<LoggedFile> for LogFile {
    fn from(file: LoggedFile) -> Self {
        Self {
            id: file.id.as_uuid(),
            size: file.size,
            kind: file.kind.map(FileKind::as_str),
            stated_kinds: stated_words(file.stated),
        }
    }
}

/// A rule that a transfer has met.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogRule {
    /// What it is about: address, content or type.
    #[schema(example = "address")]
    kind: &'static str,
    /// What it is called; of rules about files the word of where they stand in the policy. Absent if nobody knows any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// What came of it: allowed, required, noticed, or denied, which was an attempt.
    #[schema(example = "allowed")]
    effect: &'static str,
    /// The policy's version in which it stood when it was met first.
    policy_version: u64,
    /// Its number there, counted from 1; rules about files have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    number: Option<u64>,
    /// When it was met first.
    at: Time,
}

impl From<LoggedRule> for LogRule {
    fn from(rule: LoggedRule) -> Self {
        Self {
            kind: rule.kind.as_str(),
            name: rule.name,
            effect: rule.effect.as_str(),
            policy_version: rule.policy_version,
            number: rule.number,
            at: rule.at.into(),
        }
    }
}

impl From<LoggedTransfer> for TransferLogLine {
    fn from(view: LoggedTransfer) -> Self {
        Self {
            id: view.id.as_uuid(),
            state: view.state.to_string(),
            sender_id: view.sender.as_uuid(),
            sender: view.sender_address,
            uploader: view.uploader.map(String::from),
            request_id: view.source.and_then(SubmissionSource::request).map(UploadRequestId::as_uuid),
            portal_id: view.source.and_then(SubmissionSource::portal).map(PortalId::as_uuid),
            mode: view.mode.map(TransferMode::from),
            subject: view.subject,
            protection: view.protection.map(Protection::from),
            created_at: view.created_at.into(),
            sent_at: view.sent_at.map(Time),
            expires_at: view.expires_at.into(),
            blocked_at: view.blocked_at.map(Time),
            purged_at: view.purged_at.map(Time),
            file_count: view.file_count,
            byte_count: view.byte_count,
            recipient_count: view.recipient_count,
            downloaded_count: view.downloaded_count,
        }
    }
}

impl From<LoggedRecipient> for LogRecipient {
    fn from(view: LoggedRecipient) -> Self {
        Self {
            id: view.id.as_uuid(),
            email: view.address,
            protection: view.protection.into(),
            notified_at: view.notified_at.map(Time),
            bounced_at: view.bounced_at.map(Time),
            opened_at: view.opened_at.map(Time),
            downloaded_at: view.downloaded_at.map(Time),
            blocked_at: view.blocked_at.map(Time),
        }
    }
}
