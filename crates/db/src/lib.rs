//! Every query, on SQLite and PostgreSQL.
//!
//! [`Db`] is either engine. [`Db::read`] gives a [`Conn`], on which everything that only reads is a method;
//! [`Db::write`] gives a [`Tx`], which reads too and on which everything that changes rows is a method. What
//! a `Tx` has done lasts once [`Tx::commit`] has returned; a `Tx` that is dropped has done nothing.
//!
//! There is one SQL text for both engines; the few that differ (row locks) stand beside each other. Rows
//! carry the domain's types. Keys, names, addresses and messages are bytes here: this crate can neither seal
//! nor open them.
//!
//! [`Keyring`] is the other database: wrapped epoch keys and service secrets, apart from everything backed
//! up.

mod conn;
mod db;
mod error;
mod keyring;
mod migrate;
mod options;
mod pool;
mod queries;
mod row;
mod sql;
mod sqlite;
mod value;
mod waits;

pub use conn::{Conn, Tx};
pub use db::Db;
pub use error::DbError;
pub use keyring::{Keyring, TenantEpoch, WrappedCount, WrappedEpoch, WrappedSecret};
pub use options::{DbOptions, DbOptionsError, Engine};
pub use queries::{
    abuse_reports::AbuseReport,
    accounts::{Account, SecondFactors},
    acting_user::ActingUser,
    addins::Addin,
    api_clients::{AccessToken, AccessTokenOwner, ApiClient, ClientOwner},
    audit::{AuditEntry, AuditEvent, AuditSearch, ChainBreak, ChainPoint, verify_chain},
    audit_trees::{AuditCheckpoint, AuditTree},
    blocked_files::{BlockedFile, SuspectFile},
    codes::LinkCode,
    content_keys::ContentKeyTo,
    data_subjects::{AddressedIn, UserEntry},
    deliveries::{Delivery, Link},
    devices::RememberedDevice,
    directory::{DirectoryUser, Membership},
    downloads::Download,
    files::{File, FileEntry},
    forwarding::{ForwardingDue, ForwardingFailure, ForwardingTarget},
    groups::{Group, UserGroup},
    identity_providers::IdentityProvider,
    incidents::{Incident, IncidentContact},
    jobs::{Job, NewJob},
    key_pairs::{KeyPair, KeyPairMember, KeyPairPasskey},
    licences::{Licensing, SeatPlace},
    lifecycle::Lifecycle,
    logos::Logo,
    mail_links::{KnownMailLink, MailLink},
    mailboxes::{Delegation, Mailbox},
    pairings::Pairing,
    parts::Part,
    passkeys::Passkey,
    password_resets::PasswordReset,
    policies::{CurrentPolicy, PolicyVersion, PolicyVersionEntry},
    portals::{KnownPortal, Portal, PortalLabel, PortalRecipient},
    purges::{Purge, PurgeReason},
    recipients::{NewRecipient, Recipient, ReminderDue, RevisedRecipient},
    records::{RECORD_SCHEMA, RecordRow, TENANT_RECORD, TRANSFER_RECORD},
    recoveries::Recovery,
    remains::{KEPT_OF_TRANSFERS, Remains},
    removals::TenantRemoval,
    removed_uploads::RemovedUpload,
    replication::{ReplicationDue, ReplicationStatus, ReplicationTarget},
    report_rules::{CountedRule, RuleDay, RuleRefusal},
    reports::{
        CountedDay, CountedDepartment, CountedEntry, CountedUser, ReportCounts, ReportDay, ReportProgress,
        Standing, StoredBytes,
    },
    request_codes::RequestCode,
    retention::{JobRun, PurgeDay, StoreCheck, TransferEnd, UnfinishedUploads},
    rule_hits::{NewRuleHit, RuleHit},
    sealings::{SealedWords, StatedFile, TransferSealing},
    sessions::{Session, SessionOwner},
    support::{SupportGrant, SupportToken, SupportVisit},
    tenant_keys::WrappedTenantKey,
    tenant_rows::KEPT_OF_TENANTS,
    tenants::Tenant,
    tokens::{ApiToken, TokenOwner},
    transfer_log::{TransferFilter, TransferLogPage},
    transfers::{
        BegunWith, DueTransfer, Inspected, NewSubmission, NewTransfer, RevisedTransfer, Transfer,
        TransferSummary, TransferTotals,
    },
    upload_requests::{BegunDraft, IdleSubmission, KnownRequest, SubmittedIn, UploadRequest},
    uploads::{Advance, Claim, ExpiredUpload, NewUpload, Upload, UploadState},
    user_identities::UserIdentity,
    users::User,
    visits::Visit,
    warnings::Warning,
    watched::QueuedKind,
};
pub use waits::Connections;
