//! Taking no more than the replica keeps up with, where that is wanted.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sealpost_blob::Role;
use sealpost_domain::Timestamp;

use crate::{Service, TransferError};

/// How long an answer of the database counts: nobody asks it for every part.
const KNOWN_FOR: Duration = Duration::from_secs(5);

/// Since when replicas are behind, and when that was asked.
#[derive(Debug, Default)]
pub(crate) struct Behind(Mutex<Option<(Timestamp, Option<Timestamp>)>>);

impl Behind {
    fn known(&self, now: Timestamp) -> Option<Option<Timestamp>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (asked_at, since) = (*known)?;
        (asked_at <= now && now < asked_at + KNOWN_FOR).then_some(since)
    }

    fn note(&self, now: Timestamp, since: Option<Timestamp>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, since));
    }
}

impl Service {
    /// Asked before bytes are taken in.
    ///
    /// # Errors
    /// [`TransferError::ReplicaBehind`] while something waits to be copied to a replica for longer than
    /// [`Limits::replica_lag`](crate::Limits::replica_lag).
    pub(crate) async fn check_replica_keeps_up(&self) -> Result<(), TransferError> {
        let Some(longest) = self.limits().replica_lag else { return Ok(()) };
        let now = self.now();
        let since = match self.behind().known(now) {
            Some(since) => since,
            None => {
                let since = self.db().read().await?.replication_behind_since(Role::Replica.as_str()).await?;
                self.behind().note(now, since);
                since
            }
        };
        if since.is_some_and(|since| since + longest < now) {
            return Err(TransferError::ReplicaBehind);
        }
        Ok(())
    }
}
