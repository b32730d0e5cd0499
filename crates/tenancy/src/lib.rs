//! The use cases of running a tenant. Admins call them over HTTP, operators from the command line.
#![warn(missing_docs)]

mod addin;
mod audit;
mod bootstrap;
mod branding;
mod create_tenant;
mod directory;
mod error;
mod export;
mod forwarding;
mod incidents;
mod licence;
mod lifecycle;
mod mailboxes;
mod policy;
mod portals;
mod removal;
mod reports;
mod retention;
mod root_key;
mod seats;
mod service;
mod support;
mod users;

pub use addin::{AddinManifest, AddinState, AddinView, EventPolicy, EventTransfer};
pub use audit::{
    AuditBreak, AuditEntryView, AuditExport, AuditFilter, AuditPage, ExportLine, ExportRange, FORMAT,
    FileError, FileVerifier, LogVerifier, SignedLogs, Verified, log_origin,
};
pub use bootstrap::{Bootstrap, BootstrapState};
pub use branding::{LOGO_MAX_BYTES, LogoError, LogoKind, LogoView};
pub use directory::{Directory, DirectoryError, Expected, Resource, ResourceType};
pub use error::TenancyError;
pub use export::{ExportEntry, TenantExport};
pub use forwarding::{
    ForwardingChange, ForwardingNotice, ForwardingSecret, ForwardingTest, ForwardingView, NewForwarding,
};
pub use incidents::{Given, IncidentContactView, IncidentMail, IncidentPage, IncidentText, IncidentView};
pub use licence::LicenceStatus;
pub use mailboxes::{BadLine, DelegateView, Imported, MailboxView};
pub use policy::{
    AddressExplanation, BadRuleLine, ContentExplanation, ContentQuestion, ContentRuleExplanation,
    Explanation, FileExplanation, FileQuestion, ImportedRules, PolicyPage, PolicyQuestion, PolicyVersionView,
    PolicyView, RuleImport,
};
pub use portals::{NewPortal, PortalChange, PortalChoiceView, PortalChoiceWish, PortalOwner, PortalView};
pub use removal::{EXPORT_TIME, Removals};
pub use reports::{
    Department, REPORT_MAX_DAYS, RefusingRule, Report, ReportMail, ReportNumbers, ReportStanding,
};
pub use retention::{
    DestroyedDay, EpochsView, RETENTION_COUNT_MAX, RetentionFinding, RetentionJob, RetentionPolicy,
    RetentionReport, RetentionStanding, TransfersView, VaultView,
};
pub use sealpost_db::{PurgeDay, StoreCheck, TransferEnd, UnfinishedUploads};
pub use sealpost_forward::{Destination, Forwarder, Syslog, Webhook};
pub use seats::SeatView;
pub use service::Tenancy;
pub use support::{SUPPORT_MAX_HOURS, SupportGrantView};
pub use users::{SecondFactorView, UserChange, UserPage, UserView, WarningNotice, WarningView};
