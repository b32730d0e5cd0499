//! Deletion certificates: what the service says, and signs, of what it has removed. As JSON they are verified offline, as
//! PDF they are for people; the PDF carries the JSON along. `docs/certificates.md` specifies both.
//!
//! Nothing here looks anything up: what a certificate says comes from whoever has looked.
#![warn(missing_docs)]

mod page;
mod pdf;
mod signed;
mod statement;
mod words;

pub use page::to_pdf;
pub use signed::{CertificateError, FORMAT, SignedCertificate};
pub use statement::{
    Certificate, Checked, EpochKey, LogEntryRef, Named, Statement, StoreChecked, TenantRemoved,
    TransferPurged,
};
