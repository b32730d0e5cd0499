//! The calls that are plain JSON: transfers of a sender, links of a recipient.

use reqwest::{
    Method,
    header::{HeaderMap, SET_COOKIE},
};
use sealpost_domain::{FileId, RecipientId, TransferId, UploadId};
use serde::{Serialize, Serializer};

use crate::{
    Error, Events, Secret, Server,
    wire::{
        Inside, NewFileSealing, NewSealing, NewTransfer, OpenedLink, SentCode, SentTransfer, Transfer,
        Verified, VerifiedLink,
    },
};

/// What shows that one can open what a sender has sealed.
#[derive(Serialize)]
struct Shows<'a> {
    token: &'a str,
    ticket: &'a str,
    proof: &'a str,
}

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

    /// What is inside of a draft.
    pub(crate) async fn inside(&self, id: TransferId, events: &dyn Events) -> Result<Inside, Error> {
        self.call(Method::GET, &self.draft(id), None::<&()>, events).await
    }

    /// Sends; asked again it answers the same and mails nobody twice.
    pub(crate) async fn send_transfer(
        &self,
        id: TransferId,
        events: &dyn Events,
    ) -> Result<SentTransfer, Error> {
        self.call(Method::POST, &format!("api/v1/transfers/{id}/send"), Some(&Empty {}), events).await
    }

    /// Gives what was sealed of a draft; again it takes the place of what was there.
    pub(crate) async fn seal_transfer(
        &self,
        id: TransferId,
        sealing: &NewSealing,
        events: &dyn Events,
    ) -> Result<(), Error> {
        self.tell(Method::PUT, &format!("api/v1/transfers/{id}/sealing"), sealing, events).await
    }

    /// Gives what was sealed of a file of a draft, likewise.
    pub(crate) async fn seal_file(
        &self,
        id: TransferId,
        file: FileId,
        sealing: &NewFileSealing,
        events: &dyn Events,
    ) -> Result<(), Error> {
        self.tell(Method::PUT, &format!("{}/files/{file}/sealing", self.draft(id)), sealing, events).await
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

    /// Shows what a link asks for; answers with a grant and the list of files, or the service's half, or a proof of the code.
    /// With an `earlier` grant as well, it goes on with the visit of that.
    pub(crate) async fn verify_link(
        &self,
        token: &Secret,
        delivery: RecipientId,
        shown: &Shown,
        earlier: Option<&Secret>,
        events: &dyn Events,
    ) -> Result<Verified, Error> {
        let body = Token { token: token.expose(), shown };
        let server = self.going_on_with(earlier);
        let response = server.patiently(Method::POST, "api/v1/links/verify", Some(&body), events).await?;
        let proof = proof_cookie(response.headers(), delivery);
        let mut verified: Verified = self.read(response).await?;
        if let Verified::Half(half) = &mut verified {
            half.proof = proof;
        }
        Ok(verified)
    }

    /// Shows that one can open what its sender has sealed; otherwise as [`Self::verify_link`].
    pub(crate) async fn prove_link(
        &self,
        token: &Secret,
        ticket: &Secret,
        proof: &str,
        earlier: Option<&Secret>,
        events: &dyn Events,
    ) -> Result<VerifiedLink, Error> {
        let body = Shows { token: token.expose(), ticket: ticket.expose(), proof };
        let server = self.going_on_with(earlier);
        server.call(Method::POST, "api/v1/links/prove", Some(&body), events).await
    }

    fn going_on_with(&self, earlier: Option<&Secret>) -> Self {
        earlier.map_or_else(|| self.clone(), |grant| self.with_token(grant.clone()))
    }
}

/// That a code was shown: a cookie, which counts in the body of a later request as well.
fn proof_cookie(headers: &HeaderMap, delivery: RecipientId) -> Option<Secret> {
    let name = format!("proof-{}", delivery.as_uuid().as_simple());
    headers.get_all(SET_COOKIE).iter().find_map(|cookie| {
        let (key, rest) = cookie.to_str().ok()?.split_once('=')?;
        let value = rest.split(';').next().unwrap_or_default();
        (key.ends_with(&name) && !value.is_empty()).then(|| Secret::from(value))
    })
}

fn absent_is_fine(outcome: Result<(), Error>) -> Result<(), Error> {
    outcome.or_else(|error| if error.is_gone() { Ok(()) } else { Err(error) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_code_is_remembered_by_the_cookie_of_this_delivery() {
        let delivery = "0190a000-0000-7000-8000-00000000000d".parse().unwrap();
        let mut headers = HeaderMap::new();
        for cookie in [
            "sealpost-proof-0190a00000007000800000000000000e=other; Path=/",
            "__Host-sealpost-proof-0190a00000007000800000000000000d=mine; HttpOnly; Path=/; Max-Age=900",
        ] {
            headers.append(SET_COOKIE, cookie.parse().unwrap());
        }
        assert_eq!(proof_cookie(&headers, delivery), Some("mine".into()));
        headers.clear();
        assert_eq!(proof_cookie(&headers, delivery), None);
    }
}
