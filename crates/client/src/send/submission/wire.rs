//! JSON of requests as an outsider sees them, and the calls that take and give it.

use std::fmt;

use reqwest::Method;
use sealpost_domain::{TenantId, TransferId};
use sealpost_sealed::{ContentKeyContext, PublicKey};
use serde::{Deserialize, Serialize};

use super::RequestLink;
use crate::{
    Error, Events, Secret, Server,
    backoff::Backoff,
    wire::{ContentKeyFor, RecoveryKeyTold, TransferFile},
};

/// What a request asks for, as far as sending in needs it.
#[derive(Deserialize)]
pub(crate) struct OpenedRequest {
    pub(super) requester: Requester,
    pub(super) asks_code: bool,
    #[serde(default)]
    pub(crate) sealing: Option<SubmissionSealing>,
}

/// Who asks.
#[derive(Deserialize)]
pub(super) struct Requester {
    pub(super) email: String,
}

/// To whose key it is to be sealed.
#[derive(Deserialize)]
pub(crate) struct SubmissionSealing {
    tenant: TenantId,
    pub(crate) receiver: Receiver,
    #[serde(default)]
    recovery: Option<RecoveryKeyTold>,
}

/// Whose key it is.
#[derive(Deserialize)]
pub(crate) struct Receiver {
    public_key: String,
}

/// To which keys a content key is sealed.
#[derive(Clone, Copy)]
pub(super) struct SealTo {
    pub(super) receiver: PublicKey,
    /// The recovery key of the receiver's organisation, if it has one.
    pub(super) recovery: Option<PublicKey>,
}

/// What is sent in, as far as it has come.
#[derive(Deserialize)]
pub(super) struct Submission {
    pub(super) id: TransferId,
    #[serde(default)]
    pub(super) sent_at: Option<String>,
    pub(super) files: Vec<TransferFile>,
    #[serde(default)]
    sealing: Option<SubmissionSealing>,
}

/// Who sends in.
#[derive(Serialize)]
pub(super) struct Beginning<'a> {
    pub(super) token: &'a str,
    pub(super) name: &'a str,
    pub(super) email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) challenge: Option<&'a str>,
}

/// The right to send in.
#[derive(Deserialize)]
pub(super) struct BegunSubmission {
    pub(super) submission_id: TransferId,
    pub(super) grant: Secret,
}

/// A code is on its way.
#[derive(Deserialize)]
pub(super) struct CodeSent {
    pub(super) challenge: Secret,
}

/// What was sealed of what is sent in.
#[derive(Serialize)]
pub(crate) struct NewSubmissionSealing {
    pub(super) content_key_to: Vec<ContentKeyFor>,
    pub(super) contents: String,
}

#[derive(Serialize)]
struct Asking<'a> {
    token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
}

impl fmt::Debug for NewSubmissionSealing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSubmissionSealing").finish_non_exhaustive()
    }
}

impl Receiver {
    /// The key, of which the fingerprint is made here.
    pub(crate) fn key(&self, server: &Server) -> Result<PublicKey, Error> {
        self.public_key.parse().map_err(|_| server.protocol("a public key that is none"))
    }
}

impl SubmissionSealing {
    /// The keys that count now.
    pub(super) fn to(&self, server: &Server) -> Result<SealTo, Error> {
        let recovery = self.recovery.as_ref().map(RecoveryKeyTold::key).transpose()?;
        Ok(SealTo { receiver: self.receiver.key(server)?, recovery })
    }
}

impl Submission {
    /// Where its content key belongs; `None` if the service seals, or it was sent.
    pub(super) fn place(&self) -> Option<ContentKeyContext> {
        let sealing = self.sealing.as_ref()?;
        Some(ContentKeyContext { tenant: sealing.tenant.into_bytes(), transfer: self.id.into_bytes() })
    }

    /// The keys that count now; `None` if the service seals.
    pub(super) fn to(&self, server: &Server) -> Result<Option<SealTo>, Error> {
        self.sealing.as_ref().map(|sealing| sealing.to(server)).transpose()
    }
}

impl Server {
    /// What a request asks for. Changes nothing.
    pub(crate) async fn open_request(
        &self,
        link: &RequestLink,
        events: &dyn Events,
    ) -> Result<OpenedRequest, Error> {
        let asking = Asking { token: link.token.expose(), email: None };
        self.call(Method::POST, "api/v1/requests/open", Some(&asking), events).await
    }

    /// Has the service send an uploader a code.
    pub(super) async fn send_upload_code(
        &self,
        link: &RequestLink,
        email: &str,
        events: &dyn Events,
    ) -> Result<CodeSent, Error> {
        let asking = Asking { token: link.token.expose(), email: Some(email) };
        self.call(Method::POST, "api/v1/requests/code", Some(&asking), events).await
    }

    /// Takes one of the request's uses; the same one with the same key.
    pub(super) async fn begin_submission(
        &self,
        beginning: &Beginning<'_>,
        key: &Secret,
        events: &dyn Events,
    ) -> Result<BegunSubmission, Error> {
        let mut backoff = Backoff::new(self.retry());
        loop {
            let request = self.request(Method::POST, "api/v1/requests/begin").timeout(self.retry().stall);
            match self.once(request.header("Idempotency-Key", key.expose()).json(beginning)).await {
                Ok(response) => return self.read(response).await,
                Err(error) => self.pause(&mut backoff, error, events).await?,
            }
        }
    }

    pub(super) async fn submission(&self, id: TransferId, events: &dyn Events) -> Result<Submission, Error> {
        self.call(Method::GET, &format!("api/v1/submissions/{id}"), None::<&()>, events).await
    }

    pub(super) async fn seal_submission(
        &self,
        id: TransferId,
        sealing: &NewSubmissionSealing,
        events: &dyn Events,
    ) -> Result<(), Error> {
        self.tell(Method::PUT, &format!("api/v1/submissions/{id}/sealing"), sealing, events).await
    }

    /// Hands it over; asked again it answers the same and mails nobody twice.
    pub(super) async fn hand_over(&self, id: TransferId, events: &dyn Events) -> Result<Submission, Error> {
        let nothing = serde_json::json!({});
        self.call(Method::POST, &format!("api/v1/submissions/{id}/send"), Some(&nothing), events).await
    }
}
