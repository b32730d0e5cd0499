//! From the service's half of the secret to a grant: with the link's second part and the password, none of which is sent.

use data_encoding::BASE64URL_NOPAD;
use sealpost_sealed::{Access, ContentKeyContext, PasswordKey, PasswordParameters, ServerHalf};

use crate::{
    AskPassword, Error, Events, Link, Secret, Server,
    access::password_key,
    api::Shown,
    fetch::visit::MAX_ATTEMPTS,
    wire::{HalfTold, LinkSealing, OpenedLink, Verified, VerifiedLink},
};

/// What can be shown again when a grant's time is over.
pub(crate) struct Way {
    /// That a code was shown.
    proof: Option<Secret>,
    password: Option<PasswordKey>,
}

/// Asks for the password, if there is one, and proves that one can open what is sealed. Gives the grant, what can be shown again,
/// and what opens the delivery.
///
/// # Errors
/// [`Error::PasswordNeeded`]; [`Error::PasswordTooCheap`], before anybody is asked for it; `wrong_proof` of the service for a
/// link or password that is another's.
pub(crate) async fn prove(
    (server, link, opened): (&Server, &Link, &OpenedLink),
    mut half: HalfTold,
    ask: &dyn AskPassword,
    earlier: Option<&Secret>,
    events: &dyn Events,
) -> Result<(Way, VerifiedLink, Access), Error> {
    let mut way = Way { proof: half.proof.take(), password: None };
    let Some(parameters) = half.sealing.parameters(server)? else {
        let (verified, access) = way.show(server, link, opened, half, earlier, events).await?;
        return Ok((way, verified, access));
    };
    // The proof is shown to the service: with costs of its choice, whoever has the whole link could try passwords on it.
    if parameters.are_outdated() {
        return Err(Error::PasswordTooCheap);
    }
    let mut refusal = Error::PasswordNeeded;
    for attempt in 1..=MAX_ATTEMPTS {
        let Some(password) = ask.password(attempt).await else {
            break;
        };
        // Nobody has an empty one: it is not worth a guess.
        if password.is_empty() {
            continue;
        }
        way.password = Some(password_key(&password, &parameters).await?);
        match way.show(server, link, opened, half.clone(), earlier, events).await {
            Ok((verified, access)) => return Ok((way, verified, access)),
            Err(error) if error.is_code("wrong_proof") => refusal = error,
            Err(error) => return Err(error),
        }
    }
    Err(refusal)
}

impl Way {
    /// Goes the way again; gives another grant for the same visit.
    pub(crate) async fn again(
        &self,
        server: &Server,
        link: &Link,
        opened: &OpenedLink,
        earlier: Option<&Secret>,
        events: &dyn Events,
    ) -> Result<VerifiedLink, Error> {
        let half = self.half(server, link, opened, earlier, events).await?;
        self.show(server, link, opened, half, earlier, events).await.map(|(verified, _)| verified)
    }

    /// Shows the proof. A ticket whose time is over, as somebody has looked for the password for long, is replaced once.
    async fn show(
        &self,
        server: &Server,
        link: &Link,
        opened: &OpenedLink,
        half: HalfTold,
        earlier: Option<&Secret>,
        events: &dyn Events,
    ) -> Result<(VerifiedLink, Access), Error> {
        match self.show_once(server, link, &half, earlier, events).await {
            Err(error) if error.problem().is_some_and(|problem| problem.status == 401) => {
                let half = self.half(server, link, opened, earlier, events).await?;
                self.show_once(server, link, &half, earlier, events).await
            }
            shown => shown,
        }
    }

    async fn show_once(
        &self,
        server: &Server,
        link: &Link,
        half: &HalfTold,
        earlier: Option<&Secret>,
        events: &dyn Events,
    ) -> Result<(VerifiedLink, Access), Error> {
        let access = half.sealing.access(server, link, self.password.as_ref())?;
        let proof = Secret::from(BASE64URL_NOPAD.encode(access.proof.expose_secret()));
        let verified = server.prove_link(&link.token, &half.ticket, proof.expose(), earlier, events).await?;
        Ok((verified, access))
    }

    /// Passes the protection once more.
    async fn half(
        &self,
        server: &Server,
        link: &Link,
        opened: &OpenedLink,
        earlier: Option<&Secret>,
        events: &dyn Events,
    ) -> Result<HalfTold, Error> {
        let shown = Shown { proof: self.proof.clone(), ..Shown::default() };
        match server.verify_link(&link.token, opened.delivery_id, &shown, earlier, events).await? {
            Verified::Half(half) => Ok(half),
            _ => Err(server.protocol("another mode than before")),
        }
    }
}

impl LinkSealing {
    /// Salt and costs of the password's key.
    fn parameters(&self, server: &Server) -> Result<Option<PasswordParameters>, Error> {
        let Some(text) = &self.password_parameters else {
            return Ok(None);
        };
        let read = BASE64URL_NOPAD.decode(text.as_bytes()).ok();
        let read = read.and_then(|bytes| PasswordParameters::decode(&bytes).ok());
        read.map(Some).ok_or_else(|| server.protocol("password parameters that cannot be read"))
    }

    pub(crate) fn place(&self) -> ContentKeyContext {
        ContentKeyContext { tenant: self.tenant.into_bytes(), transfer: self.transfer.into_bytes() }
    }

    fn access(&self, server: &Server, link: &Link, password: Option<&PasswordKey>) -> Result<Access, Error> {
        let half = BASE64URL_NOPAD.decode(self.server_half.expose().as_bytes()).ok();
        let half = half.and_then(|bytes| ServerHalf::from_secret(&bytes).ok());
        let half = half.ok_or_else(|| server.protocol("a half of the secret that is none"))?;
        Ok(Access::derive(link.fragment()?, &half, password, self.place()))
    }
}
