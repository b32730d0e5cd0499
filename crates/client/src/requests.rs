//! Upload requests: to ask for files, to see what was asked for, and to close it.

use std::{fmt, time::Duration};

use reqwest::Method;
use sealpost_domain::{Clock, EmailAddress, TransferMode, UploadRequestId, rules::FileKind};
use sealpost_sealed::PublicKey;

use crate::{
    Error, RequestLink, Server,
    send::{WhoSeals, rfc3339, seals_what_comes_in},
    wire::{NewUploadRequest, UploadRequest, UploadRequestPage},
};

/// Requests in an answer.
const PAGE: u32 = 200;

/// What is asked for.
#[derive(Clone)]
pub struct RequestOrder {
    /// What it is about: one line.
    pub title: String,
    /// What the uploader reads.
    pub message: Option<String>,
    /// Who alone may use it.
    pub email: Option<EmailAddress>,
    /// Whether the service mails him the link.
    pub notify: bool,
    /// Whether an uploader must show by a code that his address is his.
    pub asks_code: bool,
    /// How often it may be used; once if absent.
    pub max_uses: Option<u64>,
    /// Most files of each use.
    pub max_files: Option<u64>,
    /// Most bytes of each use.
    pub max_bytes: Option<u64>,
    /// Kinds of files that it takes; whatever the tenant lets pass if absent.
    pub kinds: Option<Vec<FileKind>>,
    /// How long it can be used; as the tenant has it if absent.
    pub expires_in: Option<Duration>,
    /// Who seals what comes in; sealed by the uploader it is to the key pair of who asks.
    pub seals: WhoSeals,
}

/// A request that was made.
#[derive(Debug, Clone)]
pub struct Asked {
    /// As the service has it.
    pub request: UploadRequest,
    /// The fingerprint of the key that uploaders are told, if they seal.
    pub sealed_to: Option<String>,
}

/// Without anybody's words or address.
impl fmt::Debug for RequestOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestOrder").field("max_uses", &self.max_uses).finish_non_exhaustive()
    }
}

impl Server {
    /// Asks for files. Called twice it asks twice.
    ///
    /// # Errors
    /// What the server refuses, and connections that break: then nobody knows whether it was asked. Before it asks: those of the
    /// policy, [`Error::NoKeyPair`], [`Error::KindsUnseen`]. [`Error::AnotherKey`] if uploaders are told another key than the
    /// user's own: the request is closed then.
    pub async fn create_request(&self, order: &RequestOrder, clock: &dyn Clock) -> Result<Asked, Error> {
        let seals = seals_what_comes_in(self, order.seals, &()).await?;
        if seals && order.kinds.is_some() {
            return Err(Error::KindsUnseen);
        }
        let own = if seals { self.own_key(&()).await? } else { None };
        let new = NewUploadRequest {
            title: &order.title,
            message: order.message.as_deref(),
            email: order.email.as_ref().map(EmailAddress::as_str),
            notify: order.notify,
            asks_code: order.asks_code,
            max_uses: order.max_uses,
            max_files: order.max_files,
            max_bytes: order.max_bytes,
            kinds: order.kinds.as_deref(),
            expires_at: order.expires_in.map(|life| rfc3339(clock.now() + life)),
            mode: seals.then_some(TransferMode::ZeroKnowledge),
        };
        let request: UploadRequest = self.call(Method::POST, "api/v1/requests", Some(&new), &()).await?;
        if !seals {
            return Ok(Asked { request, sealed_to: None });
        }
        let told = self.told_key(&request).await?;
        if own.is_some_and(|own| own != told) {
            self.close_request(request.id).await?;
            let own = own.map(|own| own.fingerprint().to_string()).unwrap_or_default();
            return Err(Error::AnotherKey { told: told.fingerprint().to_string(), expected: own });
        }
        Ok(Asked { request, sealed_to: Some(told.fingerprint().to_string()) })
    }

    /// The key that whoever opens the request is told.
    async fn told_key(&self, request: &UploadRequest) -> Result<PublicKey, Error> {
        let link: RequestLink = request.url.as_deref().unwrap_or_default().parse()?;
        let opened = self.open_request(&link, &()).await?;
        let sealing = opened.sealing.ok_or_else(|| self.protocol("a sealed request without a key"))?;
        sealing.receiver.key(self)
    }

    /// All that the user has asked for, newest first; of an admin, all of the tenant.
    ///
    /// # Errors
    /// As for [`Self::create_request`].
    pub async fn requests(&self) -> Result<Vec<UploadRequest>, Error> {
        let mut all = Vec::new();
        let mut path = format!("api/v1/requests?limit={PAGE}");
        loop {
            let page: UploadRequestPage = self.call(Method::GET, &path, None::<&()>, &()).await?;
            all.extend(page.requests);
            match page.next {
                Some(next) => path = format!("api/v1/requests?limit={PAGE}&before={next}"),
                None => return Ok(all),
            }
        }
    }

    /// Closes a request: it takes nothing any more.
    ///
    /// # Errors
    /// As for [`Self::create_request`].
    pub async fn close_request(&self, id: UploadRequestId) -> Result<UploadRequest, Error> {
        self.call(Method::POST, &format!("api/v1/requests/{id}/close"), None::<&()>, &()).await
    }
}
