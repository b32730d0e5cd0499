use sealpost_domain::{
    PortalId, SubmissionSource, TransferState as State, UploadRequestId,
    rules::{self, ContentLevel, FileKind},
};
use sealpost_transfer::{
    ContentNotice, DraftSealing, FileView, InspectionView, Stated, SubmittedBy as SubmittedByView,
    TransferSummary as SummaryView, TransferView, UploadView,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Base64Url, Protection, Recipient, Time, TransferMode};

/// A transfer with all that belongs to it, as its sender sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Transfer {
    id: Uuid,
    state: TransferState,
    /// Who seals it.
    mode: TransferMode,
    /// What the sender's program needs to know to seal it. For its sender, as long as it is a draft whose mode is
    /// `zero_knowledge`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sealing: Option<TransferSealing>,
    /// Absent if the sender's program has sealed it, as the message is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    subject: Option<String>,
    /// Absent once the transfer was sent with a password: the service can no longer read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message: Option<String>,
    /// Whether there is a password for recipients.
    password_protected: bool,
    /// What recipients must show, unless something else is said of one.
    protection: Protection,
    /// The password that was made up. In the answers to creating and changing only: it is stored nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    generated_password: Option<String>,
    /// What the tenant's rules have found in what is written. In the answers to creating, changing and sending only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    notices: Vec<Notice>,
    /// Whether too many wrong passwords have locked it.
    locked: bool,
    /// Most downloads of each recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    max_downloads: Option<u64>,
    /// The shared mailbox in whose name it is sent; absent if it is the sender's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Email)]
    send_as: Option<String>,
    /// Whether it goes with a mail, which tells its recipients in our place. Absent if it does not.
    #[serde(skip_serializing_if = "is_not")]
    #[schema(required = false)]
    in_mail: bool,
    created_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sent_at: Option<Time>,
    expires_at: Time,
    /// When it was blocked, while it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    blocked_at: Option<Time>,
    /// What the malware scanner has said; absent if nobody was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    inspection: Option<Inspection>,
    /// Files, unfinished uploads included.
    file_count: u64,
    /// Bytes, those declared for unfinished uploads included.
    byte_count: u64,
    /// The finished files.
    files: Vec<TransferFile>,
    /// The unfinished uploads.
    uploads: Vec<Upload>,
    recipients: Vec<Recipient>,
    /// How many recipients were removed at their own wish: nothing else is known of them any more. Absent if none was.
    #[serde(skip_serializing_if = "none")]
    #[schema(required = false)]
    recipients_removed_at_own_wish: u64,
    /// How it has come in from outside, by an upload request or a portal; absent if the user has sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    submission: Option<SubmittedBy>,
    /// Whether recipients may answer with files.
    allow_reply: bool,
    /// The transfer that it answers, which may be gone; absent if it answers none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reply_to: Option<Uuid>,
}

/// What a sender's program needs to know to seal a draft.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransferSealing {
    tenant: Uuid,
    /// The service's half of the secret: 32 bytes.
    server_half: Base64Url,
}

impl From<DraftSealing> for TransferSealing {
    fn from(sealing: DraftSealing) -> Self {
        Self {
            tenant: sealing.tenant.as_uuid(),
            server_half: Base64Url(sealing.half.expose_secret().to_vec()),
        }
    }
}

/// How a transfer has come in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubmittedBy {
    /// By which upload request, if it is one; it may be gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    request_id: Option<Uuid>,
    /// By which portal, if it is one; it may be gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    portal_id: Option<Uuid>,
    /// From whom. Absent only while its key cannot be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    uploader: Option<Uploader>,
}

/// Who has sent something in, by his own words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Uploader {
    email: String,
    name: String,
    /// Whether he has shown that the address is his.
    proved: bool,
}

/// Whether there is nothing to say.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn none(count: &u64) -> bool {
    *count == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_not(truth: &bool) -> bool {
    !*truth
}

/// What a rule has found in what is written.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Notice {
    /// What the rule is called.
    rule: String,
    /// `notify`, `automatic` or `mandatory`.
    #[schema(value_type = String)]
    level: ContentLevel,
    /// What the sender is told.
    text: String,
}

impl From<ContentNotice> for Notice {
    fn from(notice: ContentNotice) -> Self {
        Self { rule: notice.rule, level: notice.level, text: notice.text }
    }
}

/// What the malware scanner has said of a transfer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Inspection {
    state: InspectionState,
    /// Since when.
    since: Time,
    /// Its name for what it has found.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    finding: Option<String>,
}

/// What the malware scanner has said.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InspectionState {
    /// It has found nothing.
    Clean,
    /// It has found something: the transfer is blocked.
    Infected,
    /// A file of it is on the list of those that nobody in the tenant may send.
    Listed,
    /// It has not seen all of it; the tenant lets it go out.
    NotInspected,
    /// It has not seen all of it: the transfer is blocked.
    Refused,
    /// Nobody could look: the sender's program has sealed it.
    SealedBySender,
    /// It is asked, or will be when it answers again: the transfer is sealed.
    Waiting,
}

/// A transfer in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransferSummary {
    id: Uuid,
    state: TransferState,
    /// Who seals it; unknown once it is purged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    mode: Option<TransferMode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    subject: Option<String>,
    /// Unknown once it is purged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    password_protected: Option<bool>,
    created_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sent_at: Option<Time>,
    expires_at: Time,
    /// When nothing was left of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    purged_at: Option<Time>,
    file_count: u64,
    byte_count: u64,
    recipient_count: u64,
    /// Recipients who have had at least one file whole; unknown once it is purged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    downloaded_count: Option<u64>,
    /// By which upload request it has come in; absent if it has not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    request_id: Option<Uuid>,
    /// By which portal it has come in; absent if it has not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    portal_id: Option<Uuid>,
    /// From whom it has come in. Absent if it has not, or its key cannot be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    uploader: Option<Uploader>,
    /// The transfer that it answers, which may be gone; absent if it answers none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reply_to: Option<Uuid>,
    /// Whether it goes with a mail. Absent if it does not, and once it is purged.
    #[serde(skip_serializing_if = "is_not")]
    #[schema(required = false)]
    in_mail: bool,
}

/// Where a transfer stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TransferState {
    /// Files and recipients can still be added.
    Draft,
    /// Sent, not yet released.
    Sealed,
    /// Recipients can fetch it.
    Available,
    /// Taken back; can be given again.
    Blocked,
    /// Its time is over.
    Expired,
    /// Removed.
    Purged,
}

/// A finished file. Name, type and CRC-32 are null once the transfer was sent with a password, and if the sender's program seals it:
/// then `size` counts its sealed bytes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransferFile {
    id: Uuid,
    #[schema(required)]
    name: Option<String>,
    #[schema(required)]
    media_type: Option<String>,
    /// Bytes.
    size: u64,
    /// CRC-32 as in ZIP.
    #[schema(required, format = Int64, maximum = 4_294_967_295_u64)]
    crc32: Option<u32>,
    /// What it is, whatever it is called: a word of the rules about files; `null` if nobody has looked.
    #[schema(required, example = "pdf")]
    kind: Option<&'static str>,
    /// What the sender's program states it to be: words of the rules about files. It has sealed the file, and nobody here has looked;
    /// absent if it states nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, example = json!(["pdf"]))]
    stated_kinds: Vec<&'static str>,
    /// What the malware scanner has said of it: `clean`, `infected` or `too_big`; `null` if nothing yet.
    #[schema(required, example = "clean")]
    scan: Option<String>,
}

/// An unfinished upload.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Upload {
    id: Uuid,
    /// Declared bytes; absent while deferred.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    size: Option<u64>,
    /// Bytes that are stored.
    received: u64,
}

impl From<TransferView> for Transfer {
    fn from(view: TransferView) -> Self {
        Self {
            id: view.id.as_uuid(),
            state: view.state.into(),
            mode: view.mode.into(),
            sealing: view.sealing.map(TransferSealing::from),
            subject: view.subject,
            message: view.message,
            password_protected: view.password_protected,
            protection: view.protection.into(),
            generated_password: view.generated_password.map(|password| password.expose().to_owned()),
            notices: view.notices.into_iter().map(Notice::from).collect(),
            locked: view.locked,
            max_downloads: view.max_downloads,
            send_as: view.send_as.map(|address| address.to_string()),
            in_mail: view.in_mail,
            created_at: view.created_at.into(),
            sent_at: view.sent_at.map(Time),
            expires_at: view.expires_at.into(),
            blocked_at: view.blocked_at.map(Time),
            inspection: view.inspection.map(Inspection::from),
            file_count: view.file_count,
            byte_count: view.byte_count,
            files: view.files.into_iter().map(TransferFile::from).collect(),
            uploads: view.uploads.into_iter().map(Upload::from).collect(),
            recipients: view.recipients.into_iter().map(Recipient::from).collect(),
            recipients_removed_at_own_wish: view.erased_recipients,
            submission: view.submission.map(SubmittedBy::from),
            allow_reply: view.allow_reply,
            reply_to: view.reply_to.map(|id| id.as_uuid()),
        }
    }
}

impl From<SummaryView> for TransferSummary {
    fn from(view: SummaryView) -> Self {
        Self {
            id: view.id.as_uuid(),
            state: view.state.into(),
            mode: view.mode.map(TransferMode::from),
            subject: view.subject,
            password_protected: view.password_protected,
            created_at: view.created_at.into(),
            sent_at: view.sent_at.map(Time),
            expires_at: view.expires_at.into(),
            purged_at: view.purged_at.map(Time),
            file_count: view.file_count,
            byte_count: view.byte_count,
            recipient_count: view.recipient_count,
            downloaded_count: view.downloaded_count,
            request_id: view.source.and_then(SubmissionSource::request).map(UploadRequestId::as_uuid),
            portal_id: view.source.and_then(SubmissionSource::portal).map(PortalId::as_uuid),
            uploader: view.uploader.map(Uploader::from),
            reply_to: view.reply_to.map(|id| id.as_uuid()),
            in_mail: view.in_mail,
        }
    }
}

impl From<SubmittedByView> for SubmittedBy {
    fn from(view: SubmittedByView) -> Self {
        Self {
            request_id: view.source.request().map(UploadRequestId::as_uuid),
            portal_id: view.source.portal().map(PortalId::as_uuid),
            uploader: view.uploader.map(Uploader::from),
        }
    }
}

impl From<sealpost_auth::Uploader> for Uploader {
    fn from(said: sealpost_auth::Uploader) -> Self {
        Self { email: said.address.into(), name: said.name, proved: said.proved }
    }
}

impl From<InspectionView> for Inspection {
    fn from(view: InspectionView) -> Self {
        let state = match view.state {
            rules::Inspection::Clean => InspectionState::Clean,
            rules::Inspection::Infected => InspectionState::Infected,
            rules::Inspection::Listed => InspectionState::Listed,
            rules::Inspection::NotInspected => InspectionState::NotInspected,
            rules::Inspection::Refused => InspectionState::Refused,
            rules::Inspection::SealedBySender => InspectionState::SealedBySender,
            rules::Inspection::Waiting => InspectionState::Waiting,
        };
        Self { state, since: view.since.into(), finding: view.finding }
    }
}

impl From<State> for TransferState {
    fn from(state: State) -> Self {
        match state {
            State::Draft => Self::Draft,
            State::Sealed => Self::Sealed,
            State::Available => Self::Available,
            State::Blocked => Self::Blocked,
            State::Expired => Self::Expired,
            State::Purged => Self::Purged,
        }
    }
}

/// The words of a statement.
pub(crate) fn stated_words(stated: Option<Stated>) -> Vec<&'static str> {
    stated.into_iter().flat_map(|stated| stated.kinds).map(FileKind::as_str).collect()
}

impl From<FileView> for TransferFile {
    fn from(view: FileView) -> Self {
        Self {
            id: view.id.as_uuid(),
            name: view.name.map(String::from),
            media_type: view.media_type.map(String::from),
            size: view.size,
            crc32: view.crc32,
            kind: view.kind.map(FileKind::as_str),
            stated_kinds: stated_words(view.stated),
            scan: view.scan,
        }
    }
}

impl From<UploadView> for Upload {
    fn from(view: UploadView) -> Self {
        Self { id: view.id.as_uuid(), size: view.size, received: view.received }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_spelled_as_everywhere_else() {
        for state in State::ALL {
            assert_eq!(serde_json::to_value(TransferState::from(state)).unwrap(), state.as_str());
        }
    }
}
