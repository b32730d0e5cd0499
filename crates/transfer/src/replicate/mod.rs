//! Copying what is stored to the stores that are to have copies of it: the parts of files, and a metadata record of each
//! transfer and tenant.
//!
//! What has changed is written down by the database itself. Everything here can be repeated: what a store has is looked up
//! there, and what lacks is copied. A purge always wins. It takes a transfer's keys first and removes objects from all stores
//! then; whoever puts one there afterwards looks at the row after it, and removes it again. If he dies before that, the
//! row that says he was at work outlives the transfer, and whoever takes it over removes what he has left.

mod behind;
mod pace;
mod parts;
mod record;
mod status;
mod targets;

use std::time::Duration;

use futures_util::future;
use sealpost_blob::Container;
use sealpost_db::{ReplicationDue, Transfer};
use sealpost_domain::{TenantId, Timestamp, TransferId, UploadId};
use uuid::Uuid;

use crate::{Service, TransferError, service::container};

pub(crate) use behind::Behind;
pub(crate) use pace::Pace;
pub(crate) use record::{ContentRow, RECORD_SEQUENCE, RecordContent};
pub use status::CopyStatus;
pub(crate) use targets::store_name;

/// Transfers that are copied at a time.
const AT_ONCE: usize = 4;
/// How long one is worked on before others have their turn.
const SLICE: Duration = Duration::from_secs(10 * 60);
/// How long a run goes on while there is something to do: well within a job's time.
const RUN: Duration = Duration::from_secs(40 * 60);
/// How long somebody who copies is not heard of before another takes over. Renewed with every window.
const LEASE: Duration = Duration::from_secs(5 * 60);
/// Changes that are taken over together.
const CHANGES: u64 = 1_000;
/// The first and longest wait after a failure.
const WAIT: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(10 * 60));
/// How long what is about to be purged is left alone.
const UNTIL_PURGED: Duration = Duration::from_secs(60);

/// What a run of copying did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Replicated {
    /// Records that were written: of transfers and tenants.
    pub records: u64,
    /// Parts that were copied.
    pub parts: u64,
    /// Their stored bytes.
    pub bytes: u64,
    /// Transfers and tenants that could not be copied; they are tried again.
    pub failed: u64,
}

/// What was claimed, where it is and where its copy is.
struct Work<'a> {
    due: &'a ReplicationDue,
    claim: Uuid,
    container: Container,
    copy: Container,
    /// When others have their turn.
    until: Timestamp,
}

/// How far a copy has come.
enum Reached {
    /// It has all that it was behind with.
    Whole,
    /// It is to be gone on with then.
    Later(Timestamp),
    /// Somebody else has taken over.
    TakenOver,
}

/// Whether something is to be copied on.
enum Wanted {
    Yes(Box<Transfer>),
    /// Its time is over, or its purge has begun.
    NotNow,
    Gone,
    TakenOver,
}

impl Service {
    /// Copies what has changed since it was copied last, at most for some time, and no faster than
    /// [`Limits::copy_rate`](crate::Limits::copy_rate).
    ///
    /// # Errors
    /// Those of the database. A store that fails, or a part that is lost, delays only what it belongs to.
    pub async fn replicate(&self) -> Result<Replicated, TransferError> {
        if !self.note_copy_targets().await? {
            return Ok(Replicated::default());
        }
        let until = self.now() + RUN;
        let workers = (0..AT_ONCE).map(|_| self.replicate_until(until));
        let mut all = Replicated::default();
        for done in future::join_all(workers).await {
            let done = done?;
            all.records += done.records;
            all.parts += done.parts;
            all.bytes += done.bytes;
            all.failed += done.failed;
        }
        Ok(all)
    }

    /// One after the other, until nothing is due or the time is over.
    async fn replicate_until(&self, until: Timestamp) -> Result<Replicated, TransferError> {
        let mut counts = Replicated::default();
        while self.now() < until {
            // A write, even of nothing, would stand in line with the uploads.
            if !self.db().read().await?.replication_waits(self.now()).await? {
                break;
            }
            let (claim, now) = (self.new_id(|at, random| UploadId::new(at, random).as_uuid()), self.now());
            let mut tx = self.db().write().await?;
            tx.take_replication_changes(now, CHANGES).await?;
            let due = tx.claim_replication(claim, now, now + LEASE, 1).await?.pop();
            tx.commit().await?;
            match due {
                Some(due) => self.copy_due(&due, claim, &mut counts).await?,
                // Somebody else was faster, or there was nothing but changes to be taken over.
                None => continue,
            }
        }
        Ok(counts)
    }

    /// Copies what was claimed, and notes what has come of it.
    async fn copy_due(
        &self,
        due: &ReplicationDue,
        claim: Uuid,
        counts: &mut Replicated,
    ) -> Result<(), TransferError> {
        let reached = self.copy_claimed(due, claim, counts).await;
        let now = self.now();
        let mut tx = self.db().write().await?;
        // Locked, so that it does not go between this look and what follows of it.
        let is_gone = match due.transfer() {
            Some(id) => tx.transfer_for_update(due.tenant_id, id).await?.is_none(),
            None => false,
        };
        match reached {
            Ok(Reached::Whole) => tx.finish_replication(due, claim, now).await?,
            // What was purged meanwhile is looked after at once: its proof waits for that.
            Ok(Reached::Later(next)) => {
                let next = if is_gone { now } else { next };
                tx.pause_replication(due, claim, next).await?
            }
            Ok(Reached::TakenOver) => return Ok(()),
            Err(error) => {
                note(due, &error);
                counts.failed += 1;
                if matches!(error, TransferError::PartsLost(_)) {
                    tx.note_lost_replication(due, now).await?;
                }
                let wait = WAIT.0.saturating_mul(1 << due.attempts.min(10)).min(WAIT.1);
                tx.fail_replication(due, claim, now + wait, &error.to_string()).await?
            }
        };
        Ok(tx.commit().await?)
    }

    async fn copy_claimed(
        &self,
        due: &ReplicationDue,
        claim: Uuid,
        counts: &mut Replicated,
    ) -> Result<Reached, TransferError> {
        let Some(work) = self.work(due, claim).await? else { return Ok(Reached::Whole) };
        let Some(transfer) = due.transfer() else {
            return self.write_tenant_record(&work, counts).await;
        };
        match self.still_wanted(&work).await? {
            // Its day is over, or its tenant is being removed: nothing of it opens anywhere.
            Wanted::Yes(row) if !self.has_key(&row).await? => Ok(Reached::Whole),
            Wanted::Yes(row) => {
                let lost = if due.parts && row.blocked_at.is_none() {
                    match self.copy_parts(&work, &row, counts).await? {
                        parts::Copied::All { lost } => lost,
                        parts::Copied::Stopped(reached) => return Ok(reached),
                    }
                } else {
                    0
                };
                let reached = self.write_transfer_record(&work, transfer, counts).await?;
                if lost > 0 { Err(TransferError::PartsLost(lost)) } else { Ok(reached) }
            }
            stopped => self.stop(&work, stopped).await,
        }
    }

    async fn has_key(&self, row: &Transfer) -> Result<bool, TransferError> {
        Ok(self.keys().existing_epoch_key(row.tenant_id, row.epoch).await?.is_some())
    }

    /// Where it is and where its copy is to be; `None` if it is to have none, or its tenant is gone.
    async fn work<'a>(
        &self,
        due: &'a ReplicationDue,
        claim: Uuid,
    ) -> Result<Option<Work<'a>>, TransferError> {
        let name = match self.container_name(due.tenant_id).await {
            Err(TransferError::NotFound) => return Ok(None),
            name => name?,
        };
        let container = container(&name)?;
        let copies = self.blobs().copies(&container);
        let copy = copies.into_iter().find(|copy| store_name(&copy.container) == due.store);
        let until = self.now() + SLICE;
        Ok(copy.map(|copy| Work { due, claim, container, copy: copy.container, until }))
    }

    /// Asked before and after anything is put into a copy: says that somebody is still at work, and whether he is to be.
    async fn still_wanted(&self, work: &Work<'_>) -> Result<Wanted, TransferError> {
        let now = self.now();
        let id: TransferId = work.due.subject_id.into();
        let mut tx = self.db().write().await?;
        let ours = tx.renew_replication(work.due, work.claim, now + LEASE).await?;
        let row = tx.transfer(work.due.tenant_id, id).await?;
        tx.commit().await?;
        Ok(match row {
            _ if !ours => Wanted::TakenOver,
            None => Wanted::Gone,
            Some(row) if row.purge_started_at.is_some() || row.expires_at <= now => Wanted::NotNow,
            Some(row) => Wanted::Yes(Box::new(row)),
        })
    }

    /// Takes away what may have been put there behind the back of a purge.
    async fn stop(&self, work: &Work<'_>, wanted: Wanted) -> Result<Reached, TransferError> {
        let id: TransferId = work.due.subject_id.into();
        match wanted {
            Wanted::Yes(_) | Wanted::TakenOver => Ok(Reached::TakenOver),
            Wanted::Gone => {
                let purged = self.db().read().await?.purge_of_any_tenant(id).await?;
                let mut prefixes = purged.map(|purge| purge.prefixes).unwrap_or_default();
                prefixes.push(id.as_uuid().into());
                self.clear_copy(&work.copy, &prefixes).await?;
                Ok(Reached::Whole)
            }
            Wanted::NotNow => {
                let mut conn = self.db().read().await?;
                let begun = conn.transfer(work.due.tenant_id, id).await?;
                if begun.is_some_and(|row| row.purge_started_at.is_some()) {
                    let mut prefixes = conn.file_prefixes(id).await?;
                    prefixes.push(id.as_uuid().into());
                    drop(conn);
                    self.clear_copy(&work.copy, &prefixes).await?;
                }
                Ok(Reached::Later(self.now() + UNTIL_PURGED))
            }
        }
    }

    async fn clear_copy(&self, copy: &Container, prefixes: &[UploadId]) -> Result<(), TransferError> {
        match self.blobs().delete_prefixes(copy, prefixes).await {
            // A copy that was never begun has nothing.
            Ok(_) | Err(sealpost_blob::BlobError::NotFound) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes the container of a copy, unless its tenant is being removed: his containers are, too, and not to come back.
    async fn make_copy_container(&self, tenant: TenantId, copy: &Container) -> Result<(), TransferError> {
        if !self.stays(tenant).await? {
            return Err(TransferError::NotFound);
        }
        Ok(self.blobs().create_container(copy).await?)
    }

    /// Whether the tenant is there and is not being removed.
    async fn stays(&self, tenant: TenantId) -> Result<bool, TransferError> {
        let lifecycle = self.db().read().await?.lifecycle(tenant).await?;
        Ok(lifecycle.is_some_and(|lifecycle| lifecycle.removal_began_at.is_none()))
    }
}

fn note(due: &ReplicationDue, error: &TransferError) {
    let (tenant, subject, store) = (due.tenant_id, due.subject_id, &due.store);
    let error = error as &dyn std::error::Error;
    tracing::warn!(%tenant, %subject, store, error, "not copied yet");
}
