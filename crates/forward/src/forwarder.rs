//! Handing batches over.

use std::collections::BTreeMap;

use sealpost_domain::{TenantId, Timestamp};
use sealpost_reach::Reach;

use crate::{Batch, Destination, Event, ForwardError, syslog, tls, webhook};

/// Hands batches to destinations. Keeps no connection: what it has sent is over when it returns.
#[derive(Debug, Clone)]
pub struct Forwarder {
    reach: Reach,
    host: String,
}

/// On the internet only, and without a name.
impl Default for Forwarder {
    fn default() -> Self {
        Self::new(Reach::Public, "-")
    }
}

impl Forwarder {
    /// One that calls destinations where they may be, and says that it is `host`.
    pub fn new(reach: Reach, host: impl Into<String>) -> Self {
        Self { reach, host: host.into() }
    }

    /// Where destinations may be.
    pub const fn reach(&self) -> Reach {
        self.reach
    }

    /// Hands a batch over, and returns when the other side has it: syslog by that it has read to the end, webhooks by their
    /// answer.
    ///
    /// # Errors
    /// [`ForwardError`]: the other side may have none of it, some of it or, without having said so, all of it.
    pub async fn send(
        &self,
        destination: &Destination,
        batch: &Batch,
        now: Timestamp,
    ) -> Result<(), ForwardError> {
        destination.check(self.reach)?;
        match destination {
            Destination::Syslog(collector) => {
                let frames = batch.events.iter().map(|event| syslog::frame(batch.tenant, &self.host, event));
                tls::deliver(collector, self.reach, &frames.collect::<Vec<_>>().concat()).await
            }
            Destination::Webhook(hook) => webhook::deliver(hook, self.reach, batch, now).await,
        }
    }

    /// Sends one event that is in no log.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn test(
        &self,
        destination: &Destination,
        tenant: TenantId,
        id: String,
        now: Timestamp,
    ) -> Result<(), ForwardError> {
        let event = Event {
            seq: 0,
            at: now,
            kind: "forwarding.test".to_owned(),
            transfer: None,
            payload: "{}".to_owned(),
            prev_hash: [0; 32],
            hash: [0; 32],
            personal: BTreeMap::new(),
        };
        self.send(destination, &Batch { id, tenant, events: vec![event] }, now).await
    }
}
