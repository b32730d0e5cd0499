//! Typed messages, templates and transports.
//!
//! A [`Mail`] says what happened to whom; [`Mailer::send`] words it in the reader's language, makes a MIME message
//! of it and hands that to a [`Transport`]. Text that people have written enters a mail as data only: escaped in
//! HTML, and in one line everywhere, so that it can neither add a header nor pose as our own words.

mod error;
mod letter;
mod line;
mod mailer;
mod message;
mod plain;
mod report;
mod sms;
mod templates;
mod transport;

pub use error::{MailError, SetupError};
pub use letter::{Letter, MessageId};
pub use mailer::Mailer;
pub use message::{
    AbuseReported, AbuseTold, AccountChange, AccountChanged, AccountLocked, AdminTransferLocked, Branding,
    DownloadReceipt, ExpiryReminder, ForwardingFails, IncidentNotice, LinkCode, Mail, Message, NewSignIn,
    PasswordReset, RecoveryTold, Refusal, ReportRow, RequestCode, Requester, SubmissionReceipt,
    TransferLocked, TransferNotice, TransferRefused, UploadRequest, UsageReport, UserWarned,
};
pub use sealpost_domain::Language;
pub use sms::{DirectoryGateway, HttpGateway, HttpGatewayOptions, MemoryGateway, Sms, SmsGateway, SmsSender};
pub use transport::{
    DirectoryTransport, MemoryTransport, Security, SmtpCredentials, SmtpOptions, SmtpTransport, Transport,
};
