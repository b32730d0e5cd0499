//! What there is to say, without its wording.

mod account;
mod recovery;
mod report;
mod request;
mod transfer;

use sealpost_domain::{EmailAddress, JobId, Language, Timestamp};

pub use account::{AccountChange, AccountChanged, AccountLocked, NewSignIn, PasswordReset, UserWarned};
pub use recovery::RecoveryTold;
pub use report::{AbuseReported, AbuseTold, ForwardingFails, IncidentNotice, ReportRow, UsageReport};
pub use request::{RequestCode, Requester, SubmissionReceipt, UploadRequest};
pub use transfer::{
    AdminTransferLocked, DownloadReceipt, ExpiryReminder, LinkCode, Refusal, TransferLocked, TransferNotice,
    TransferRefused,
};

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
    /// To an owner, or to a sender whose transfer it is about: something is done with the tenant's recovery key.
    RecoveryTold(RecoveryTold),
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
