//! The use cases of sending and receiving, one file a verb.
//!
//! Every use case takes a grant that only `sealpost-auth` can make, so that an unauthorised call does not
//! compile. State change, audit entry and queued job are committed in one transaction. Bytes go from the
//! caller's stream into sealed parts and back without ever lying on a disk in the clear.
#![warn(missing_docs)]

mod abuse;
mod append;
mod audit;
mod block;
mod blocked_files;
mod branding;
mod certificate;
mod chosen;
mod content;
mod create;
mod data_subject;
mod devices;
mod download;
mod error;
mod export;
mod extend;
mod get;
mod hits;
mod inspect;
mod intake;
mod join;
mod judge;
mod link;
mod list;
mod log;
mod log_rules;
mod mail;
mod metadata;
mod notify;
mod open;
mod part_writer;
mod place;
mod portals;
mod protect;
mod purge;
mod reader;
mod reconcile;
mod record;
mod recoveries;
mod refused_entry;
mod release;
mod remove;
mod replicate;
mod requests;
mod restore;
mod revise;
mod rewrap;
mod scan;
mod seal;
mod send;
mod send_out;
mod service;
mod stored;
mod submissions;
mod sweep;
mod take;
mod take_over;
mod terminate;
mod unlock;
mod upload;
mod verify;
mod verify_store;
mod view;
mod writing;
mod zero_knowledge;
mod zip;

pub use abuse::{AbuseNotice, AbuseReportPage, AbuseReportView};
pub use append::Append;
pub use blocked_files::{Blocked, BlockedFileView, NewBlockedFile};
pub use branding::TenantBranding;
pub use chosen::{Chosen, Marks, NotMarks};
pub use content::ContentNotice;
pub use create::{NewRecipient, NewTransfer};
pub use data_subject::Erased;
pub use devices::DeviceView;
pub use download::Download;
pub use error::TransferError;
pub use export::TransferExport;
pub use inspect::FileRefusal;
pub use intake::{Checksum, ChecksumAlgorithm};
pub use judge::Refusal;
pub use list::ListFilter;
pub use log::{LogFilter, LogPage, LoggedFile, LoggedRecipient, LoggedTransfer};
pub use log_rules::LoggedRule;
pub use mail::{Led, MailLinkView, SentWithMail};
pub use metadata::UploadMetadata;
pub use notify::{
    CodeNotice, DownloadReceipt, LockNotice, Notification, RefusalNotice, Requester, SubmissionCodeNotice,
    SubmissionReceipt, UploadRequestNotice,
};
pub use open::{Delivery, DeliveryFile};
pub use portals::{PortalChoice, PortalOpening, PortalWish};
pub use protect::{GeneratedPassword, NewPassword};
pub use purge::PurgeCounts;
pub use reconcile::Reconciled;
pub use recoveries::{RecoveryMaterial, RecoveryView};
pub use replicate::{CopyStatus, Replicated};
pub use requests::{NewUploadRequest, RequestOpening, RequestPage, RequestView};
pub use restore::{Restored, Restoring};
pub use revise::Revision;
pub use send::{RecipientLink, Sent};
pub use service::{Limits, Service, ServiceParts};
pub use submissions::{SubmissionView, TakenFiles};
pub use upload::{NewUpload, UploadKind, UploadStatus};
pub use verify::{ContainerLooked, Finding, PurgeProof};
pub use verify_store::Verified;
pub use view::{
    DownloadView, FileView, InspectionView, RecipientState, RecipientView, SubmittedBy, TransferPage,
    TransferSummary, TransferView, UploadView,
};
pub use zero_knowledge::{
    ContentKeyFor, ContentKeyOf, DeliverySealedTo, DeliverySealing, DraftSealing, FileSealing, ModeRefusal,
    ModeRules, SealedSubmissionParts, SenderSealing, Stated, SubmissionSealing,
};
