//! What outsiders send in, by an upload request or by a portal.
//!
//! What comes in is a transfer like any other: its sender, in the tenant, is whoever has asked for it or owns the portal (his
//! keys, his room, his policy). Who has sent it in stands beside it, and is who mails and pages name. So it is sealed, looked
//! into, logged and purged as all others are.

mod abandon;
mod draft;
mod send;
mod taken;
mod view;

use std::borrow::Cow;

use sealpost_auth::{SenderSession, Uploader};
use sealpost_domain::{Policy, Protection, is_message, is_title};
use serde::{Deserialize, Serialize};

pub(crate) use draft::Draft;
pub use taken::TakenFiles;
pub use view::SubmissionView;

use crate::{Service, TransferError, judge::Asked, protect::has_provider};

/// An uploader as he is sealed.
#[derive(Serialize, Deserialize)]
struct Said<'a> {
    name: Cow<'a, str>,
    email: Cow<'a, str>,
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

/// Fails unless it is a title, or a subject.
pub(crate) fn check_title(title: &str) -> Result<(), TransferError> {
    if is_title(title) {
        return Ok(());
    }
    Err(TransferError::Invalid("a title is one line of 1 to 200 characters, read in one direction"))
}

/// Fails unless it is a message.
pub(crate) fn check_message(message: &str) -> Result<(), TransferError> {
    if is_message(message) {
        return Ok(());
    }
    Err(TransferError::Invalid("a message has at most 16384 bytes, read in one direction"))
}

impl Service {
    /// What somebody has to show to get what is sent in to him: the first that is allowed and for which nothing is missing.
    /// A password or a telephone number is.
    pub(crate) async fn protection_of_submission(
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
