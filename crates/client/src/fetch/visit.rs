//! A recipient's visit: what he has shown, and the grant that he got for it.

use async_trait::async_trait;
use sealpost_domain::RecipientId;
use tokio::sync::Mutex;

use super::{
    FetchOptions,
    keepsake::Keepsake,
    sealed::{self, Way},
};
use crate::{
    Error, Events, Link, Secret, Server,
    api::Shown,
    wire::{Delivery, Needed, OpenedLink, Verified, VerifiedLink},
};

/// Wrong passwords after which asking again ends; the service counts too, and locks the link at its own number.
pub(super) const MAX_ATTEMPTS: u32 = 3;

/// Asks the person for what the link wants.
#[async_trait]
pub trait AskPassword: Send + Sync {
    /// The password; `None` if there is none to give. `attempt` starts at 1 and counts up after a wrong one.
    async fn password(&self, attempt: u32) -> Option<Secret>;

    /// The code that was sent to where `hint` says; `None` if there is none to give, as nobody is there to read it.
    async fn code(&self, hint: &str, attempt: u32) -> Option<Secret> {
        let _ = (hint, attempt);
        None
    }

    /// The passphrase of one's own private key of this fingerprint; `None` if there is none to give.
    async fn passphrase(&self, fingerprint: &str, attempt: u32) -> Option<Secret> {
        let _ = (fingerprint, attempt);
        None
    }
}

/// Nobody is there to ask.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoPassword;

#[async_trait]
impl AskPassword for NoPassword {
    async fn password(&self, _: u32) -> Option<Secret> {
        None
    }
}

/// An opened link.
pub(crate) struct Visit<'a> {
    server: &'a Server,
    link: &'a Link,
    opened: OpenedLink,
    again: Again,
    keepsake: Keepsake,
    grant: Mutex<Grant>,
    events: &'a dyn Events,
}

/// What is shown when a grant's time is over.
enum Again {
    Link(Shown),
    /// What its sender has sealed takes a proof besides.
    Proof(Way),
}

/// What downloads are asked for with; renewed when its time is over.
#[derive(Clone)]
pub(crate) struct Grant {
    pub(crate) secret: Secret,
    generation: u64,
}

impl<'a> Visit<'a> {
    /// Opens the link and shows what it asks for; goes on with the visit that an earlier call has left in its directory.
    pub(crate) async fn open(
        server: &'a Server,
        link: &'a Link,
        options: &FetchOptions,
        ask: &dyn AskPassword,
        events: &'a dyn Events,
    ) -> Result<(Self, Delivery), Error> {
        let opened = server.open_link(&link.token, events).await?;
        if opened.is_sealed_by_sender() && !opened.is_sealed_to_key() {
            // Before a code is sent, or anything counts as a guess.
            link.fragment()?;
        } else if link.has_second_part() {
            // The service would be shown code or password for something else.
            return Err(Error::SecondPartUnused);
        }
        let keepsake = Keepsake::new(&options.directory, opened.delivery_id);
        let earlier = keepsake.read();
        let earlier = earlier.as_ref();
        let (again, verified) = match show(server, link, &opened, ask, earlier, events).await? {
            (shown, Verified::Link(mut verified)) => {
                let keeper = options.key_keeper.as_ref();
                sealed::receive(&opened, link, &mut verified.delivery, keeper, ask, events).await?;
                (Again::Link(shown), *verified)
            }
            // It asks for a password that nobody was given.
            (_, Verified::Half(_)) if opened.is_sealed_to_key() => return Err(Error::NotSealedBySender),
            (_, Verified::Half(half)) => {
                let place = half.sealing.place();
                let (way, mut verified, access) =
                    sealed::prove((server, link, &opened), half, ask, earlier, events).await?;
                verified.delivery.open(&access, place)?;
                (Again::Proof(way), verified)
            }
            (_, Verified::Proof { .. }) => return Err(Error::PasswordNeeded),
        };
        let VerifiedLink { grant, delivery } = verified;
        if delivery.id != opened.delivery_id {
            return Err(server.protocol("another delivery than the link's"));
        }
        let grant = Mutex::new(Grant { secret: grant, generation: 0 });
        Ok((Self { server, link, opened, again, keepsake, grant, events }, delivery))
    }

    /// Leaves the grant where a later call looks for it.
    pub(crate) async fn keep(&self) -> Result<(), Error> {
        self.keepsake.write(&self.grant.lock().await.secret)
    }

    /// Everything was fetched: there is nothing to come back for.
    pub(crate) fn end(&self) -> Result<(), Error> {
        self.keepsake.remove()
    }

    pub(crate) const fn delivery(&self) -> RecipientId {
        self.opened.delivery_id
    }

    pub(crate) async fn grant(&self) -> Grant {
        self.grant.lock().await.clone()
    }

    /// Shows again what the link asks for, unless another download has done so since `refused` was used.
    pub(crate) async fn renew(&self, refused: &Grant) -> Result<(), Error> {
        let mut grant = self.grant.lock().await;
        if grant.generation == refused.generation {
            let verified = self.shown_again(&grant.secret).await?;
            *grant = Grant { secret: verified.grant, generation: grant.generation + 1 };
        }
        Ok(())
    }

    async fn shown_again(&self, earlier: &Secret) -> Result<VerifiedLink, Error> {
        let Self { server, link, opened, events, .. } = self;
        let earlier = Some(earlier);
        match &self.again {
            Again::Proof(way) => way.again(server, link, opened, earlier, *events).await,
            Again::Link(shown) => {
                let verified =
                    server.verify_link(&link.token, opened.delivery_id, shown, earlier, *events).await?;
                let Verified::Link(verified) = verified else { return Err(Error::PasswordNeeded) };
                Ok(*verified)
            }
        }
    }
}

/// Shows one thing after the other, as the link asks for them. What is kept of it is what can be shown again.
async fn show(
    server: &Server,
    link: &Link,
    opened: &OpenedLink,
    ask: &dyn AskPassword,
    earlier: Option<&Secret>,
    events: &dyn Events,
) -> Result<(Shown, Verified), Error> {
    let mut shown = Shown::default();
    let mut next = opened.needed;
    // A service of before there were codes says it in one word.
    if next.is_none() && opened.protection == "password" {
        next = Some(Needed::Password);
    }
    if next == Some(Needed::Code) {
        match with_code(server, link, opened, ask, earlier, events).await? {
            Verified::Proof { proof } => shown.proof = Some(proof),
            verified => return Ok((shown, verified)),
        }
        next = Some(Needed::Password);
    }
    // The password of what its sender has sealed is shown to nobody.
    if opened.is_sealed_by_sender() && next == Some(Needed::Password) {
        return Err(Error::NotSealedBySender);
    }
    match next {
        None | Some(Needed::Proof) => {
            let verified =
                server.verify_link(&link.token, opened.delivery_id, &shown, earlier, events).await?;
            Ok((shown, verified))
        }
        Some(Needed::Password) => with_password(server, link, opened, shown, ask, earlier, events).await,
        Some(Needed::Account) => Err(Error::AccountNeeded),
        Some(Needed::Code | Needed::Unknown) => {
            Err(server.protocol("the link asks for something that needs a browser"))
        }
    }
}

async fn with_code(
    server: &Server,
    link: &Link,
    opened: &OpenedLink,
    ask: &dyn AskPassword,
    earlier: Option<&Secret>,
    events: &dyn Events,
) -> Result<Verified, Error> {
    let sent = server.send_code(&link.token, events).await?;
    let mut refusal = Error::CodeNeeded;
    for attempt in 1..=MAX_ATTEMPTS {
        let Some(code) = ask.code(&sent.hint, attempt).await else {
            break;
        };
        let shown = Shown { code: Some((code, sent.challenge.clone())), ..Shown::default() };
        match server.verify_link(&link.token, opened.delivery_id, &shown, earlier, events).await {
            Ok(verified) => return Ok(verified),
            Err(error) if error.is_code("wrong_code") => refusal = error,
            Err(error) => return Err(error),
        }
    }
    Err(refusal)
}

async fn with_password(
    server: &Server,
    link: &Link,
    opened: &OpenedLink,
    shown: Shown,
    ask: &dyn AskPassword,
    earlier: Option<&Secret>,
    events: &dyn Events,
) -> Result<(Shown, Verified), Error> {
    let mut refusal = Error::PasswordNeeded;
    for attempt in 1..=MAX_ATTEMPTS {
        let Some(password) = ask.password(attempt).await else {
            break;
        };
        let shown = Shown { password: Some(password), ..shown.clone() };
        match server.verify_link(&link.token, opened.delivery_id, &shown, earlier, events).await {
            Ok(Verified::Proof { .. }) => return Err(Error::PasswordNeeded),
            Ok(verified) => return Ok((shown, verified)),
            Err(error) if error.is_code("wrong_password") => refusal = error,
            Err(error) => return Err(error),
        }
    }
    Err(refusal)
}
