//! A recipient's visit: what he has shown, and the grant that he got for it.

use std::path::Path;

use async_trait::async_trait;
use sealpost_domain::RecipientId;
use tokio::sync::Mutex;

use super::keepsake::Keepsake;
use crate::{
    Error, Events, Link, Secret, Server,
    wire::{Delivery, Protection, VerifiedLink},
};

/// Wrong passwords after which asking again ends; the service counts too, and locks the link at its own number.
const MAX_ATTEMPTS: u32 = 3;

/// Asks the person for the password.
#[async_trait]
pub trait AskPassword: Send + Sync {
    /// The password; `None` if there is none to give. `attempt` starts at 1 and counts up after a wrong one.
    async fn password(&self, attempt: u32) -> Option<Secret>;
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
    password: Option<Secret>,
    delivery: RecipientId,
    keepsake: Keepsake,
    grant: Mutex<Grant>,
    events: &'a dyn Events,
}

/// What downloads are asked for with; renewed when its time is over.
#[derive(Clone)]
pub(crate) struct Grant {
    pub(crate) secret: Secret,
    generation: u64,
}

impl<'a> Visit<'a> {
    /// Opens the link and shows what it asks for; goes on with the visit that an earlier call has left in `directory`.
    pub(crate) async fn open(
        server: &'a Server,
        link: &'a Link,
        directory: &Path,
        ask: &dyn AskPassword,
        events: &'a dyn Events,
    ) -> Result<(Self, Delivery), Error> {
        let opened = server.open_link(&link.token, events).await?;
        let keepsake = Keepsake::new(directory, opened.delivery_id);
        let earlier = keepsake.read();
        let earlier = earlier.as_ref();
        let (password, verified) = match opened.protection {
            Protection::None => (None, server.verify_link(&link.token, None, earlier, events).await?),
            Protection::Password => with_password(server, link, ask, earlier, events).await?,
            Protection::Unknown => {
                return Err(server.protocol("the link asks for something that needs a browser"));
            }
        };
        let VerifiedLink { grant, delivery } = verified;
        let grant = Mutex::new(Grant { secret: grant, generation: 0 });
        Ok((Self { server, link, password, delivery: delivery.id, keepsake, grant, events }, delivery))
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
        self.delivery
    }

    pub(crate) async fn grant(&self) -> Grant {
        self.grant.lock().await.clone()
    }

    /// Shows again what the link asks for, unless another download has done so since `refused` was used.
    pub(crate) async fn renew(&self, refused: &Grant) -> Result<(), Error> {
        let mut grant = self.grant.lock().await;
        if grant.generation == refused.generation {
            let (token, password) = (&self.link.token, self.password.as_ref());
            let verified = self.server.verify_link(token, password, Some(&grant.secret), self.events).await?;
            *grant = Grant { secret: verified.grant, generation: grant.generation + 1 };
        }
        Ok(())
    }
}

async fn with_password(
    server: &Server,
    link: &Link,
    ask: &dyn AskPassword,
    earlier: Option<&Secret>,
    events: &dyn Events,
) -> Result<(Option<Secret>, VerifiedLink), Error> {
    let mut refusal = Error::PasswordNeeded;
    for attempt in 1..=MAX_ATTEMPTS {
        let Some(password) = ask.password(attempt).await else {
            break;
        };
        match server.verify_link(&link.token, Some(&password), earlier, events).await {
            Ok(verified) => return Ok((Some(password), verified)),
            Err(error) if error.is_code("wrong_password") => refusal = error,
            Err(error) => return Err(error),
        }
    }
    Err(refusal)
}
