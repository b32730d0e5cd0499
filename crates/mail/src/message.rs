//! What there is to say, without its wording.

use sealpost_domain::{EmailAddress, JobId, Timestamp, TransferId};

use crate::Language;

/// One message to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The job that sends it. Becomes the `Message-ID`: a job that is run twice sends the same message twice, and
    /// mail clients show it once.
    pub id: JobId,
    /// Who gets it.
    pub to: EmailAddress,
    /// The language of its wording.
    pub language: Language,
    /// The `Date` header. The job's creation, so that every attempt makes the same bytes.
    pub date: Timestamp,
    /// What it says.
    pub message: Message,
}

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// To a recipient: files are waiting.
    TransferNotice(TransferNotice),
    /// To a recipient who has not fetched: it ends soon.
    ExpiryReminder(ExpiryReminder),
    /// To the sender: a recipient has fetched.
    DownloadReceipt(DownloadReceipt),
    /// To the sender: too many wrong passwords.
    TransferLocked(TransferLocked),
}

/// Files are waiting for a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferNotice {
    /// Who sends the files; replies go there.
    pub sender: EmailAddress,
    /// The sender's name; may be empty. Never shown without the address.
    pub sender_name: String,
    /// The sender's own subject.
    pub subject: Option<String>,
    /// The recipient's personal link, `http` or `https`.
    pub link: String,
    /// Files in the transfer.
    pub file_count: u64,
    /// Bytes in all files.
    pub byte_count: u64,
    /// When the files are gone.
    pub expires_at: Timestamp,
    /// Whether the link asks for a password.
    pub password_needed: bool,
}

/// A transfer that a recipient has not fetched ends soon. The fields mean what they mean in [`TransferNotice`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiryReminder {
    /// Who sent the files; replies go there.
    pub sender: EmailAddress,
    /// The sender's name; may be empty. Never shown without the address.
    pub sender_name: String,
    /// The sender's own subject.
    pub subject: Option<String>,
    /// The recipient's personal link, `http` or `https`.
    pub link: String,
    /// Files in the transfer.
    pub file_count: u64,
    /// Bytes in all files.
    pub byte_count: u64,
    /// When the files are gone.
    pub expires_at: Timestamp,
    /// Whether the link asks for a password.
    pub password_needed: bool,
}

/// A recipient has fetched files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadReceipt {
    /// Who has fetched.
    pub recipient: EmailAddress,
    /// The sender's own subject.
    pub subject: Option<String>,
    /// How many files have been fetched.
    pub file_count: u64,
    /// Their names; empty where the service cannot read them (password).
    pub file_names: Vec<String>,
    /// When the first of them was.
    pub downloaded_at: Timestamp,
}

/// A transfer was locked because of wrong passwords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferLocked {
    /// Which transfer.
    pub transfer: TransferId,
    /// The sender's own subject.
    pub subject: Option<String>,
    /// When the last wrong password was tried.
    pub locked_at: Timestamp,
}
