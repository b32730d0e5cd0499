//! The calls that are plain JSON: transfers of a sender, links of a recipient.

use reqwest::Method;
use sealpost_domain::{TransferId, UploadId};
use serde::{Serialize, Serializer};

use crate::{
    Error, Events, Secret, Server,
    wire::{NewTransfer, OpenedLink, SentCode, SentTransfer, Transfer, Verified},
};

#[derive(Serialize)]
struct Token<'a> {
    token: &'a str,
    #[serde(flatten)]
    shown: &'a Shown,
}

/// What a recipient shows beside his link.
#[derive(Clone, Default)]
pub(crate) struct Shown {
    pub(crate) password: Option<Secret>,
    /// Digits, and the challenge that they were asked for with.
    pub(crate) code: Option<(Secret, Secret)>,
    /// Of a code that was shown.
    pub(crate) proof: Option<Secret>,
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (code, challenge) = self.code.as_ref().map(|(code, challenge)| (code, challenge)).unzip();
        let fields = [
            ("password", self.password.as_ref()),
            ("code", code),
            ("challenge", challenge),
            ("proof", self.proof.as_ref()),
        ];
        let shown = fields.into_iter().filter_map(|(name, secret)| Some((name, secret?.expose())));
        serializer.collect_map(shown)
    }
}

#[derive(Serialize)]
struct Empty {}

impl Server {
    pub(crate) async fn create_transfer(
        &self,
        new: &NewTransfer<'_>,
        events: &dyn Events,
    ) -> Result<Transfer, Error> {
        self.call(Method::POST, "api/v1/transfers", Some(new), events).await
    }

    pub(crate) async fn transfer(&self, id: TransferId, events: &dyn Events) -> Result<Transfer, Error> {
        self.call(Method::GET, &format!("api/v1/transfers/{id}"), None::<&()>, events).await
    }

    /// Sends; asked again it answers the same and mails nobody twice.
    pub(crate) async fn send_transfer(
        &self,
        id: TransferId,
        events: &dyn Events,
    ) -> Result<SentTransfer, Error> {
        self.call(Method::POST, &format!("api/v1/transfers/{id}/send"), Some(&Empty {}), events).await
    }

    /// Purges; one that is not there any more is purged already.
    pub(crate) async fn purge_transfer(&self, id: TransferId, events: &dyn Events) -> Result<(), Error> {
        absent_is_fine(self.delete(&format!("api/v1/transfers/{id}"), events).await)
    }

    /// Removes an upload, or the file that it has become.
    pub(crate) async fn remove_upload(&self, id: UploadId, events: &dyn Events) -> Result<(), Error> {
        absent_is_fine(self.delete(&format!("api/v1/uploads/{id}"), events).await)
    }

    /// What a link asks for. Changes nothing.
    pub(crate) async fn open_link(&self, token: &Secret, events: &dyn Events) -> Result<OpenedLink, Error> {
        let body = Token { token: token.expose(), shown: &Shown::default() };
        self.call(Method::POST, "api/v1/links/open", Some(&body), events).await
    }

    /// Has the service send the recipient a code.
    pub(crate) async fn send_code(&self, token: &Secret, events: &dyn Events) -> Result<SentCode, Error> {
        let body = Token { token: token.expose(), shown: &Shown::default() };
        self.call(Method::POST, "api/v1/links/code", Some(&body), events).await
    }

    /// Shows what a link asks for; answers with a grant and the list of files, or a proof of the code. With an `earlier`
    /// grant as well, it goes on with the visit of that.
    pub(crate) async fn verify_link(
        &self,
        token: &Secret,
        shown: &Shown,
        earlier: Option<&Secret>,
        events: &dyn Events,
    ) -> Result<Verified, Error> {
        let body = Token { token: token.expose(), shown };
        let server = earlier.map_or_else(|| self.clone(), |grant| self.with_token(grant.clone()));
        server.call(Method::POST, "api/v1/links/verify", Some(&body), events).await
    }
}

fn absent_is_fine(outcome: Result<(), Error>) -> Result<(), Error> {
    outcome.or_else(|error| if error.is_gone() { Ok(()) } else { Err(error) })
}
