//! What a sender sees of his transfers.

use sealpost_auth::Uploader;
use sealpost_domain::{
    EmailAddress, FileId, FileName, MediaType, PhoneNumber, Protection, RecipientId, SubmissionSource,
    Timestamp, TransferId, TransferMode, TransferState, UploadId,
    rules::{FileKind, Inspection},
};

use crate::{ContentNotice, DraftSealing, GeneratedPassword, Stated};

/// A transfer with all that belongs to it.
#[derive(Debug, Clone)]
pub struct TransferView {
    /// Which.
    pub id: TransferId,
    /// Its state as it counts now.
    pub state: TransferState,
    /// Who seals what it holds.
    pub mode: TransferMode,
    /// What its sender's program needs to know to seal it, as long as it is a draft.
    pub sealing: Option<DraftSealing>,
    /// The subject, if there is one, and its sender's program has not sealed it.
    pub subject: Option<String>,
    /// The message; unreadable for the service once sent with a password.
    pub message: Option<String>,
    /// Whether there is a password for recipients.
    pub password_protected: bool,
    /// What recipients have to show, unless something else is said of one.
    pub protection: Protection,
    /// The password that was made up; in the answer to the creation only.
    pub generated_password: Option<GeneratedPassword>,
    /// What rules have found in what is written; in the answers to creating and sending only.
    pub notices: Vec<ContentNotice>,
    /// Whether too many wrong passwords have locked it.
    pub locked: bool,
    /// Most downloads a recipient.
    pub max_downloads: Option<u64>,
    /// Whether it goes with a mail, which tells its recipients.
    pub in_mail: bool,
    /// The shared mailbox in whose name it is sent.
    pub send_as: Option<EmailAddress>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was blocked, while it is.
    pub blocked_at: Option<Timestamp>,
    /// What the malware scanner has said; `None` if nobody was asked.
    pub inspection: Option<InspectionView>,
    /// Files, unfinished uploads included.
    pub file_count: u64,
    /// Plaintext bytes, those declared for unfinished uploads included, or stored as long as nothing is declared.
    pub byte_count: u64,
    /// The finished files, in the order of their upload.
    pub files: Vec<FileView>,
    /// The unfinished uploads.
    pub uploads: Vec<UploadView>,
    /// The recipients, in the order in which they were added.
    pub recipients: Vec<RecipientView>,
    /// How many were removed at their own wish: nothing else is known of them any more.
    pub erased_recipients: u64,
    /// By what it has come in, and from whom; `None` if a user has sent it.
    pub submission: Option<SubmittedBy>,
    /// Whether recipients may answer with files.
    pub allow_reply: bool,
    /// The transfer that it answers, which may be gone.
    pub reply_to: Option<TransferId>,
}

/// How a transfer has come in.
#[derive(Debug, Clone)]
pub struct SubmittedBy {
    /// By what; it may be gone.
    pub source: SubmissionSource,
    /// From whom; `None` while no key can be opened.
    pub uploader: Option<Uploader>,
}

/// What the malware scanner has said of a transfer.
#[derive(Debug, Clone)]
pub struct InspectionView {
    /// What.
    pub state: Inspection,
    /// Since when.
    pub since: Timestamp,
    /// Its name for what it has found.
    pub finding: Option<String>,
}

/// A transfer in a list.
#[derive(Debug, Clone)]
pub struct TransferSummary {
    /// Which.
    pub id: TransferId,
    /// Its state as it counts now.
    pub state: TransferState,
    /// Who seals what it holds; unknown once it is purged.
    pub mode: Option<TransferMode>,
    /// The subject, if there is one.
    pub subject: Option<String>,
    /// Whether recipients need a password; unknown once it is purged.
    pub password_protected: Option<bool>,
    /// When it was created; once it is purged, by its id.
    pub created_at: Timestamp,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When nothing was left of it.
    pub purged_at: Option<Timestamp>,
    /// Files, unfinished uploads included.
    pub file_count: u64,
    /// Their plaintext bytes.
    pub byte_count: u64,
    /// How many recipients.
    pub recipient_count: u64,
    /// How many of them have downloaded something; unknown once it is purged.
    pub downloaded_count: Option<u64>,
    /// By what it has come in; `None` if a user has sent it.
    pub source: Option<SubmissionSource>,
    /// Who has sent it in, if it has come in and its key is at hand.
    pub uploader: Option<Uploader>,
    /// The transfer that it answers, which may be gone.
    pub reply_to: Option<TransferId>,
    /// Whether it goes with a mail; not known any more once it is purged.
    pub in_mail: bool,
}

/// A page of transfers, newest first.
#[derive(Debug, Clone)]
pub struct TransferPage {
    /// The transfers.
    pub transfers: Vec<TransferSummary>,
    /// What to ask for next, if there are more.
    pub next: Option<TransferId>,
}

/// A finished file.
#[derive(Debug, Clone)]
pub struct FileView {
    /// Which.
    pub id: FileId,
    /// Its name; unreadable for the service once sent with a password, or if the sender's program has sealed it, as the next two
    /// are.
    pub name: Option<FileName>,
    /// What the sender's browser said it is.
    pub media_type: Option<MediaType>,
    /// CRC-32 (ISO-HDLC, as in ZIP) of the plaintext.
    pub crc32: Option<u32>,
    /// Plaintext bytes.
    pub size: u64,
    /// What it is, whatever it is called; `None` if nobody has looked.
    pub kind: Option<FileKind>,
    /// What the sender's program states it to be, which has sealed it; `None` if it states nothing.
    pub stated: Option<Stated>,
    /// What the malware scanner has said of it: `clean`, `infected`, `too_big`; `None` if nothing yet.
    pub scan: Option<String>,
}

/// An unfinished upload.
#[derive(Debug, Clone)]
pub struct UploadView {
    /// Which.
    pub id: UploadId,
    /// Declared plaintext bytes, unless deferred.
    pub size: Option<u64>,
    /// Plaintext bytes stored.
    pub received: u64,
}

/// How far a recipient has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecipientState {
    /// His access was taken away.
    Blocked,
    /// He has fetched at least one file.
    Downloaded,
    /// He has been told: by us, or by the mail that it goes with.
    Notified,
    /// He has opened the link and shown what was asked of him.
    Opened,
    /// He has not been told yet.
    Pending,
}

/// One addressed person.
#[derive(Debug, Clone)]
pub struct RecipientView {
    /// Which.
    pub id: RecipientId,
    /// His address; `None` only in the answer to what has taken effect while no key could be opened.
    pub email: Option<EmailAddress>,
    /// What he has to show.
    pub protection: Protection,
    /// Where codes are sent by SMS.
    pub phone: Option<PhoneNumber>,
    /// The password of his own that was made up; in the answer to his being added only.
    pub generated_password: Option<GeneratedPassword>,
    /// How far he has come.
    pub state: RecipientState,
    /// When the notification was handed to the mail server.
    pub notified_at: Option<Timestamp>,
    /// When he first opened the link.
    pub opened_at: Option<Timestamp>,
    /// When he first had a whole file.
    pub downloaded_at: Option<Timestamp>,
    /// When his access was taken away, while it is.
    pub blocked_at: Option<Timestamp>,
    /// Which files he has had whole, and when.
    pub downloads: Vec<DownloadView>,
}

/// That a recipient has had a file whole.
#[derive(Debug, Clone)]
pub struct DownloadView {
    /// Which file.
    pub file_id: FileId,
    /// First time.
    pub first_at: Timestamp,
    /// Last time.
    pub last_at: Timestamp,
    /// How many times.
    pub times: u64,
}
