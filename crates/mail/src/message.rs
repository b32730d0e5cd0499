//! What there is to say, without its wording.

use std::fmt;

use sealpost_domain::{AbuseReason, EmailAddress, JobId, Timestamp, TransferId};

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
    /// How the tenant shows itself that it comes from.
    pub branding: Branding,
}

/// How a tenant shows itself in its mails. A picture comes with the mail: one from elsewhere would tell who opens it when and
/// where, and most programs show none. Empty is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Branding {
    /// What stands above.
    pub name: String,
    /// What stands below.
    pub footer: String,
    /// The logo that stands above in place of the name, as PNG. A few kilobytes at best: every mail carries it.
    pub logo: Option<Vec<u8>>,
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
    /// To an admin: too many wrong passwords for somebody's transfer.
    AdminTransferLocked(AdminTransferLocked),
    /// To the sender, or to an admin: the malware scanner keeps a transfer back.
    TransferRefused(TransferRefused),
    /// To a recipient: the code that he has asked for.
    LinkCode(LinkCode),
    /// To an uploader: the code that he has asked for.
    RequestCode(RequestCode),
    /// To an uploader: what he has sent in has arrived.
    SubmissionReceipt(SubmissionReceipt),
    /// To an admin: too many wrong passwords for somebody's account.
    AccountLocked(AccountLocked),
    /// To an outsider: a user asks him for files.
    UploadRequest(UploadRequest),
    /// To a user: the link with which he sets a new password.
    PasswordReset(PasswordReset),
    /// To a user: somebody has signed in.
    NewSignIn(NewSignIn),
    /// To a user: what guards his account has changed.
    AccountChanged(AccountChanged),
    /// To an admin, or the operator: a recipient has reported a transfer.
    AbuseReported(AbuseReported),
    /// To a user: his admins warn him.
    UserWarned(UserWarned),
    /// To an owner, admin or auditor: what was sent in a week or a month.
    UsageReport(UsageReport),
    /// To a tenant's contact: something has happened.
    IncidentNotice(IncidentNotice),
    /// To an admin: audit entries do not arrive where they are sent on to.
    ForwardingFails(ForwardingFails),
}

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
}

/// A user asks somebody for files.
#[derive(Clone, PartialEq, Eq)]
pub struct UploadRequest {
    /// Who asks; replies go there.
    pub requester: EmailAddress,
    /// His name; may be empty. Never shown without the address.
    pub requester_name: String,
    /// What it is about.
    pub title: String,
    /// What he has written; may be empty, and have several lines.
    pub text: String,
    /// Where files are sent in, `http` or `https`.
    pub link: String,
    /// Whether a code is asked for there.
    pub asks_code: bool,
    /// When the link ends.
    pub expires_at: Timestamp,
}

/// Without the link: whoever has it, uses it up.
impl fmt::Debug for UploadRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadRequest").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Who asks for files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requester {
    /// A user, by his request.
    Person {
        /// His address.
        address: EmailAddress,
        /// His name; may be empty. Never shown without the address.
        name: String,
    },
    /// An organisation, by a portal.
    Organisation(String),
}

/// What somebody has sent in has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmissionReceipt {
    /// Who has asked for it.
    pub requester: Requester,
    /// What it is called.
    pub title: Option<String>,
    /// The names of the files.
    pub file_names: Vec<String>,
    /// When it was sent.
    pub at: Timestamp,
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

/// Audit entries do not arrive where they are sent on to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForwardingFails {
    /// What people know the place by.
    pub label: String,
    /// Since when.
    pub since: Timestamp,
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

/// A code for somebody who sends files in.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestCode {
    /// The digits.
    pub code: String,
    /// Who asks for files.
    pub requester: Requester,
    /// How long the code counts.
    pub minutes: u64,
}

/// Without the code.
impl fmt::Debug for RequestCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestCode").field("minutes", &self.minutes).finish_non_exhaustive()
    }
}

/// An account is locked for a while because of wrong passwords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLocked {
    /// Whose.
    pub account: EmailAddress,
    /// When the last wrong password was tried.
    pub locked_at: Timestamp,
}

/// Somebody wants a new password for an account.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordReset {
    /// Whose.
    pub account: EmailAddress,
    /// Where it is set, `http` or `https`.
    pub link: String,
    /// How long the link counts.
    pub minutes: u64,
}

/// Without the link: whoever has it, sets the password.
impl fmt::Debug for PasswordReset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordReset").field("minutes", &self.minutes).finish_non_exhaustive()
    }
}

/// Somebody has signed in to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSignIn {
    /// Whose.
    pub account: EmailAddress,
    /// When.
    pub at: Timestamp,
    /// What the browser says it is; may be empty.
    pub agent: String,
}

/// A recipient has reported a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbuseReported {
    /// The tenant's name.
    pub tenant: String,
    /// Which transfer.
    pub transfer: TransferId,
    /// Why.
    pub reason: AbuseReason,
    /// When.
    pub at: Timestamp,
    /// What only the tenant's admins are told.
    pub told: Option<AbuseTold>,
}

/// What a tenant's admins are told of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbuseTold {
    /// Who has sent the transfer.
    pub sender: EmailAddress,
    /// Whose link it was.
    pub recipient: EmailAddress,
    /// What he says; may be empty, and have several lines.
    pub text: String,
}

/// A user is warned by those who run his tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserWarned {
    /// What they say; may have several lines.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

/// What guards an account has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountChanged {
    /// Whose.
    pub account: EmailAddress,
    /// What.
    pub change: AccountChange,
    /// When.
    pub at: Timestamp,
}

/// How much a tenant has sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageReport {
    /// The first day.
    pub from: Timestamp,
    /// The last day.
    pub to: Timestamp,
    /// Numbers by day.
    pub days: Vec<(Timestamp, ReportRow)>,
    /// Numbers by department; `None` for all who are in none that is shown.
    pub departments: Vec<(Option<String>, ReportRow)>,
    /// Names of rules, with how often they have refused something; `None` for one that is no more.
    pub rules: Vec<(Option<String>, u64)>,
    /// Numbers of all together.
    pub total: ReportRow,
    /// Users who are not disabled.
    pub people: u64,
    /// Those of them who have a seat.
    pub seats: u64,
    /// Those of them who have a second factor.
    pub second_factors: u64,
    /// What transfers hold.
    pub stored_bytes: u64,
    /// Where its reader signs in, `http` or `https`.
    pub link: String,
}

/// A row of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportRow {
    /// Transfers that were sent.
    pub transfers: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Their recipients.
    pub recipients: u64,
    /// What rules refused.
    pub refused: u64,
    /// Transfers that were blocked.
    pub blocked: u64,
}

/// What the operator has to say of an incident.
#[derive(Clone, PartialEq, Eq)]
pub struct IncidentNotice {
    /// What it is about, in one line.
    pub subject: String,
    /// Plain lines.
    pub text: String,
    /// Where it is acknowledged, `http` or `https`.
    pub link: String,
    /// Whether its reader was told before.
    pub reminder: bool,
}

/// Without the link: whoever has it, acknowledges the notice.
impl fmt::Debug for IncidentNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IncidentNotice").field("reminder", &self.reminder).finish_non_exhaustive()
    }
}

/// What was changed of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountChange {
    /// A passkey more.
    PasskeyAdded,
    /// A passkey less.
    PasskeyRemoved,
    /// Another password.
    Password,
    /// New recovery codes in place of the old.
    RecoveryCodes,
    /// An app that shows codes was set up.
    SecondFactorAdded,
    /// It was taken away.
    SecondFactorRemoved,
}

impl AccountChange {
    /// Every change.
    pub const ALL: [Self; 6] = [
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::Password,
        Self::RecoveryCodes,
        Self::SecondFactorAdded,
        Self::SecondFactorRemoved,
    ];

    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::Password => "password",
            Self::RecoveryCodes => "recovery_codes",
            Self::SecondFactorAdded => "second_factor_added",
            Self::SecondFactorRemoved => "second_factor_removed",
        }
    }
}
