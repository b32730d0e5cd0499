//! Upload requests: a user hands out a link, and outsiders send files in.
//!
//! What comes in is a transfer like any other: its sender, in the tenant, is whoever has asked (his keys, his room, his
//! policy), and its only recipient is his address. Who has sent it in stands beside it, and is who mails and pages name. So it
//! is sealed, looked into, logged and purged as all others are.

mod abandon;
mod begin;
mod close;
mod create;
mod list;
mod notify;
mod open;
mod send;
mod submission;

use sealpost_auth::{RequestColumns, SenderSession, Uploader};
use sealpost_db::UploadRequest;
use sealpost_domain::{EmailAddress, Policy, Protection};
use sealpost_sealed::TenantKey;
use serde::{Deserialize, Serialize};

pub use begin::BegunSubmission;
pub use create::NewUploadRequest;
pub use list::{RequestPage, RequestView};
pub use open::RequestOpening;
pub use submission::SubmissionView;

use crate::{Service, TransferError, judge::Asked, protect::has_provider};

/// An uploader as he is sealed.
#[derive(Serialize, Deserialize)]
struct Said<'a> {
    name: std::borrow::Cow<'a, str>,
    email: std::borrow::Cow<'a, str>,
    proved: bool,
}

/// What is sealed of somebody who sends in.
pub(crate) fn uploader_bytes(uploader: &Uploader) -> Vec<u8> {
    let said = Said {
        name: uploader.name.as_str().into(),
        email: uploader.address.as_str().into(),
        proved: uploader.proved,
    };
    serde_json::to_vec(&said).expect("texts and truths become JSON")
}

/// Who that is.
pub(crate) fn open_uploader(bytes: &[u8]) -> Result<Uploader, TransferError> {
    let said: Said<'_> = serde_json::from_slice(bytes).map_err(TransferError::internal)?;
    Ok(Uploader {
        name: said.name.into_owned(),
        address: said.email.parse().map_err(TransferError::internal)?,
        proved: said.proved,
    })
}

/// What a request's user has written.
pub(crate) struct Texts {
    pub(crate) title: String,
    pub(crate) message: Option<String>,
    pub(crate) address: Option<EmailAddress>,
}

/// Opens what stands in a request's row.
pub(crate) fn texts(key: &TenantKey, row: &UploadRequest) -> Result<Texts, TransferError> {
    let columns = RequestColumns::of(row.tenant_id, row.id);
    let message = row.message.as_ref().map(|sealed| key.open_text(columns.message(), sealed));
    let address = row.address.as_ref().map(|sealed| key.open_text(columns.address(), sealed));
    Ok(Texts {
        title: key.open_text(columns.title(), &row.title)?,
        message: message.transpose()?,
        address: address
            .transpose()?
            .map(|text| text.parse())
            .transpose()
            .map_err(TransferError::internal)?,
    })
}

impl Service {
    /// What whoever has asked for files has to show to get them: the first that is allowed and for which nothing is missing.
    /// A password or a telephone number is.
    async fn protection_of_submission(
        &self,
        session: &SenderSession,
        asked: &Asked,
    ) -> Result<Protection, TransferError> {
        let policy: &Policy = session.policy();
        let allowed = match asked {
            Asked::BySettings => &policy.protections,
            Asked::ByRule(named) => named,
        };
        for wanted in allowed.iter().filter(|wanted| !wanted.needs_password() && !wanted.needs_phone()) {
            if *wanted != Protection::Account
                || has_provider(&mut self.db().read().await?, session.tenant()).await?
            {
                return Ok(*wanted);
            }
        }
        Err(TransferError::NotReady(
            "files cannot come in: the organisation's rules want a password or a telephone number",
        ))
    }
}
