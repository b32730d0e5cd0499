//! The calls that are plain JSON: transfers of a sender, links of a recipient.

use reqwest::Method;
use sealpost_domain::{TransferId, UploadId};
use serde::Serialize;

use crate::{
    Error, Events, Secret, Server,
    wire::{NewTransfer, OpenedLink, SentTransfer, Transfer, VerifiedLink},
};

#[derive(Serialize)]
struct Token<'a> {
    token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
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
        let body = Token { token: token.expose(), password: None };
        self.call(Method::POST, "api/v1/links/open", Some(&body), events).await
    }

    /// Shows what a link asks for; answers with a grant and the list of files. With an `earlier` grant as well, it goes on
    /// with the visit of that.
    pub(crate) async fn verify_link(
        &self,
        token: &Secret,
        password: Option<&Secret>,
        earlier: Option<&Secret>,
        events: &dyn Events,
    ) -> Result<VerifiedLink, Error> {
        let body = Token { token: token.expose(), password: password.map(Secret::expose) };
        let server = earlier.map_or_else(|| self.clone(), |grant| self.with_token(grant.clone()));
        server.call(Method::POST, "api/v1/links/verify", Some(&body), events).await
    }
}

fn absent_is_fine(outcome: Result<(), Error>) -> Result<(), Error> {
    outcome.or_else(|error| if error.is_gone() { Ok(()) } else { Err(error) })
}
