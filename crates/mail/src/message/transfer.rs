//! What is sent: to recipients and senders.

use std::fmt;

use sealpost_domain::{EmailAddress, Timestamp, TransferId};

/// Files are waiting for a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferNotice {
    /// Who sends the files; replies go there.
    pub sender: EmailAddress,
    /// The sender's name; may be empty. Never shown without the address.
    pub sender_name: String,
    /// Whether the sender has sent it in from outside, and has not shown that the address is his.
    pub unproved: bool,
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
    /// Whether the sender's program has sealed it: the link lacks its second part, which the sender gives.
    pub sealed_by_sender: bool,
    /// Whether the uploader's program has sealed it to a key of the recipient's, or of a team of his.
    pub sealed_to_key: bool,
}

/// A transfer that a recipient has not fetched ends soon. The fields mean what they mean in [`TransferNotice`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiryReminder {
    /// Who sent the files; replies go there.
    pub sender: EmailAddress,
    /// The sender's name; may be empty. Never shown without the address.
    pub sender_name: String,
    /// Whether the sender has sent it in from outside, and has not shown that the address is his.
    pub unproved: bool,
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
    /// Whether the sender's program has sealed it: the link lacks its second part, which the sender gives.
    pub sealed_by_sender: bool,
    /// Whether the uploader's program has sealed it to a key of the recipient's, or of a team of his.
    pub sealed_to_key: bool,
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

/// A transfer of another was locked because of wrong passwords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminTransferLocked {
    /// Which transfer.
    pub transfer: TransferId,
    /// Who has sent it.
    pub sender: EmailAddress,
    /// When the last wrong password was tried.
    pub locked_at: Timestamp,
}

/// Why a transfer was kept back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The malware scanner has found this.
    Found(String),
    /// A file is on the tenant's list of those that nobody may send.
    Listed,
    /// A file was too big for the malware scanner.
    TooBig,
}

/// A transfer was kept back for what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferRefused {
    /// Which transfer.
    pub transfer: TransferId,
    /// Who has sent it, if somebody else is told.
    pub sender: Option<EmailAddress>,
    /// Whether he has sent it in from outside: then he is told nothing.
    pub came_in: bool,
    /// The sender's own subject; to himself only.
    pub subject: Option<String>,
    /// Why.
    pub why: Refusal,
    /// When.
    pub at: Timestamp,
}

/// A code for a link, by e-mail or SMS. Neither holds a link: who has one of both has not the other.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkCode {
    /// The digits.
    pub code: String,
    /// Who has sent the files.
    pub sender: EmailAddress,
    /// The sender's name; may be empty. Never shown without the address.
    pub sender_name: String,
    /// How long the code counts.
    pub minutes: u64,
}

/// Without the code.
impl fmt::Debug for LinkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkCode").field("minutes", &self.minutes).finish_non_exhaustive()
    }
}
