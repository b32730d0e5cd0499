//! Sealpost's words as types: ids, addresses, names, the transfer state machine, policy, time.
//!
//! Floor 0: no I/O, no async, no clock of its own and no randomness of its own; both are arguments.
//! Whatever comes from outside becomes one of these types at the edge or is refused there, so that no
//! other crate has to ask whether an address, a file name or a time is well formed.
#![warn(missing_docs)]

mod abuse;
mod account;
mod addin;
mod address;
mod audit;
mod canonical;
mod host;
mod id;
mod job;
mod key_owner;
mod language;
mod licence;
mod mode;
mod name;
mod phone;
mod policy;
mod portal;
mod protection;
mod provider;
mod recovery;
mod role;
pub mod rules;
mod session;
mod state;
mod submission;
mod time;
mod words;

pub use abuse::AbuseReason;
pub use account::AccountChange;
pub use addin::AddinId;
pub use address::{AddressError, EmailAddress};
pub use audit::AUDIT_KINDS;
pub use canonical::{NotInteger, canonical_json};
pub use host::is_loopback;
pub use id::{
    AbuseReportId, ApiClientId, ApiTokenId, BlockedFileId, CodeId, DeviceId, FileId, ForwardingTargetId,
    GroupId, IdentityProviderId, IncidentContactId, IncidentId, JobId, KeyPairId, LicenceId, MailboxId,
    PairingId, ParseIdError, PasskeyId, PasswordResetId, PortalId, RecipientId, RecoveryId, SessionId,
    SupportGrantId, TenantId, TransferId, UploadId, UploadRequestId, UserId, VisitId, WarningId,
};
pub use job::Job;
pub use key_owner::KeyOwner;
pub use language::{Language, UnknownLanguage};
pub use licence::{
    Feature, LICENCE_CUSTOMER_MAX, Licence, LicenceError, LicenceKeyId, LicenceState, LicensedTenant,
};
pub use mode::{TransferMode, ZeroKnowledge};
pub use name::{FileName, FileNameError, MediaType, TenantSlug, TenantSlugError, is_deceptive};
pub use phone::{PhoneError, PhoneNumber};
pub use policy::{
    AddinLevel, AddinLinks, AddinSettings, AddinSettingsError, Branding, BrandingError, Colour, ColourError,
    Contacts, DocumentError, MailHost, MailHostError, Policy, PolicyDifference, PolicyDocument, PolicyError,
    PolicyWarning, RecoveryKey, Replies, ReportSchedule, ReportSettings, RetentionError, SendMode,
    SenderChoice, Support, SupportError, WebLink, WebLinkError,
};
pub use portal::{PortalName, PortalNameError};
pub use protection::{CodeChannel, Protection, UnknownProtection};
pub use provider::{DomainError, MailDomains, ProviderKind};
pub use recovery::{RECOVERY_DECIDED_WITHIN, RECOVERY_FETCHED_WITHIN, RecoveryState, RecoveryStep};
pub use role::{Role, Scope, Scopes};
pub use session::{PairingState, SessionKind, SessionStage, SignIn};
pub use state::{StateError, TransferEvent, TransferState};
pub use submission::{SubmissionSource, is_message, is_title};
pub use time::{Clock, Epoch, ManualClock, SystemClock, Timestamp};
pub use words::UnknownWord;
