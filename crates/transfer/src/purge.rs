//! Purging: keys first, blobs next, rows last, and a record of it.
//!
//! Every step can be repeated. Once the first is committed the transfer is unreadable for good, whatever happens to the
//! others; a crash or a failing store only delays them.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use sealpost_auth::SenderSession;
use sealpost_blob::Container;
use sealpost_db::{DueTransfer, Purge, PurgeDay, PurgeReason, Transfer};
use sealpost_domain::{TenantId, Timestamp, TransferId, TransferState, UploadId, UploadRequestId, UserId};
use tokio::time::{Instant, sleep};

use crate::{Service, TransferError, audit::Event, place::Place, service::container};

/// Transfers purged together: their rows share two transactions.
const BATCH: u64 = 100;
/// After a batch of what is due, a purge rests so many times as long as that took. Without rest it takes half of the
/// throughput of an upload beside it.
const REST: u32 = 3;
/// The longest rest, after a batch that had to wait for a store.
const LONGEST_REST: Duration = Duration::from_secs(1);

/// What a run of purging did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PurgeCounts {
    /// Transfers of which nothing is left.
    pub purged: u64,
    /// Transfers whose blobs could not be removed yet; they are unreadable, and tried again.
    pub postponed: u64,
}

/// A transfer of which no object is left, and the prefixes under which they lay.
type Removed<'a> = (&'a Transfer, Vec<UploadId>);

/// One run over transfers that are to be purged.
struct Run {
    /// Read once: a clock that jumps ahead in the middle of a run makes no more of it due.
    now: Timestamp,
    containers: HashMap<TenantId, Container>,
    /// Whose container failed. It is left alone for the rest of the run, or a store that answers with a timeout each time
    /// would hold up all other tenants.
    failing: HashSet<TenantId>,
}

impl Run {
    fn at(now: Timestamp) -> Self {
        Self { now, containers: HashMap::new(), failing: HashSet::new() }
    }
}

/// Why a transfer is purged.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cause {
    /// It comes in, and nothing has come since then.
    Abandoned(Timestamp),
    /// It goes with a mail that was never sent, and nobody has gone on with it since then.
    Discarded(Timestamp),
    /// Its time is over.
    Due,
    /// Somebody wants it, whatever its state.
    Wanted(UserId),
}

impl Cause {
    /// Whether it is one for the row as it stands now: what was due when it was looked for may have got another end since,
    /// by a node whose clock lags.
    fn holds(self, row: &Transfer, now: Timestamp) -> bool {
        matches!(self, Self::Wanted(_) | Self::Abandoned(_) | Self::Discarded(_))
            || row.purge_started_at.is_some()
            || row.expires_at <= now
    }

    const fn by(self) -> Option<UserId> {
        match self {
            Self::Abandoned(_) | Self::Discarded(_) | Self::Due => None,
            Self::Wanted(by) => Some(by),
        }
    }
}

impl Service {
    /// Purges one of the sender's transfers now.
    ///
    /// # Errors
    /// [`TransferError::NotFound`], [`TransferError::Gone`]; [`TransferError::Unavailable`] if the blob store fails, when
    /// the transfer is unreadable already and the rest follows by itself.
    pub async fn purge_now(&self, session: &SenderSession, id: TransferId) -> Result<(), TransferError> {
        session.require_send()?;
        let row = self.seen(session, id).await?;
        self.purge_one(row.tenant_id, id, Cause::Wanted(session.user())).await
    }

    pub(crate) async fn purge_one(
        &self,
        tenant: TenantId,
        id: TransferId,
        cause: Cause,
    ) -> Result<(), TransferError> {
        let mut run = Run::at(self.now());
        let started = self.start_purge(&[(tenant, id)], cause, run.now).await?;
        for transfer in &started {
            let removed = self.remove_blobs(tenant, &[transfer], &mut run).await?;
            self.finish_purge(&removed).await?;
        }
        Ok(())
    }

    /// Purges everything whose time is over, and rests between batches so that uploads meanwhile lose little. Memory stays the same however much that is.
    ///
    /// # Errors
    /// Those of the database; a failing blob store, or a row that cannot be read, postpones only what it fails for.
    pub async fn purge_expired(&self) -> Result<PurgeCounts, TransferError> {
        let mut counts = PurgeCounts::default();
        let mut run = Run::at(self.now());
        // Page after page: what cannot be removed yet does not stand in the way of what comes behind it.
        let mut last = None;
        loop {
            let begun = Instant::now();
            let mut due = self.db().read().await?.due_for_purge(run.now, last.as_ref(), BATCH).await?;
            let done = match self.purge_batch(&due, &mut run).await {
                Err(TransferError::Internal(_)) => self.purge_singly(&due, &mut run).await?,
                done => done?,
            };
            counts.purged += done.purged;
            counts.postponed += done.postponed;
            last = due.pop();
            if last.is_none() {
                return Ok(counts);
            }
            sleep((begun.elapsed() * REST).min(LONGEST_REST)).await;
        }
    }

    /// One after the other: what cannot be purged keeps nothing else from it.
    async fn purge_singly(&self, due: &[DueTransfer], run: &mut Run) -> Result<PurgeCounts, TransferError> {
        let mut counts = PurgeCounts::default();
        for transfer in due {
            match self.purge_batch(std::slice::from_ref(transfer), run).await {
                Ok(done) => {
                    counts.purged += done.purged;
                    counts.postponed += done.postponed;
                }
                Err(error @ TransferError::Internal(_)) => {
                    counts.postponed += 1;
                    tracing::error!(transfer = %transfer.id, error = &error as &dyn std::error::Error, "cannot be purged");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(counts)
    }

    /// Takes the keys of all of them, also where nothing else can be removed now.
    async fn purge_batch(&self, due: &[DueTransfer], run: &mut Run) -> Result<PurgeCounts, TransferError> {
        let ids: Vec<_> = due.iter().map(|due| (due.tenant_id, due.id)).collect();
        let started = self.start_purge(&ids, Cause::Due, run.now).await?;
        let removed = self.remove_all_blobs(&started, run).await;
        self.finish_purge(&removed).await?;
        let purged = removed.len() as u64;
        Ok(PurgeCounts { purged, postponed: started.len() as u64 - purged })
    }

    /// Step 1: state and keys. Gives the transfers that are still there, and still due if that is why.
    async fn start_purge(
        &self,
        due: &[(TenantId, TransferId)],
        cause: Cause,
        now: Timestamp,
    ) -> Result<Vec<Transfer>, TransferError> {
        let mut started = Vec::with_capacity(due.len());
        if due.is_empty() {
            return Ok(started);
        }
        // In one order, here and wherever else many are locked, so that nobody waits for who waits for him.
        let mut in_order = due.to_vec();
        in_order.sort_unstable_by_key(|&(_, id)| id);
        let mut tx = self.db().write().await?;
        let (mut events, mut slots) = (Vec::new(), Vec::<UploadRequestId>::new());
        for (tenant, id) in in_order {
            let Some(row) = tx.transfer_for_update(tenant, id).await? else {
                continue;
            };
            if !cause.holds(&row, now) {
                continue;
            }
            let is_left = match cause {
                Cause::Abandoned(before) => tx.is_idle_submission(id, before).await?,
                Cause::Discarded(before) => tx.is_idle_mail_draft(tenant, id, before).await?,
                Cause::Due | Cause::Wanted(_) => true,
            };
            if !is_left {
                continue; // somebody has gone on with it
            }
            if tx.start_purge(id, now).await? {
                // What nobody has answered by says what it was about, and to whom it went.
                tx.remove_unused_replies(id).await?;
                tx.forget_audit_values(tenant, id).await?;
                if row.state == TransferState::Draft {
                    // A part that comes from now on would be stored behind the back of what removes them.
                    tx.fence_off_uploads(id).await?;
                    slots.extend(row.request_id);
                }
                events.push((place(&row), Event::PurgeStarted { reason: reason(&row, now), by: cause.by() }));
            }
            started.push(row);
        }
        // What was never sent has not used its request. In one order, so that two purges never wait for each other.
        slots.sort_unstable();
        for request in slots {
            tx.give_request_slot_back(request).await?;
        }
        Event::record_all(&mut tx, events, now).await?;
        tx.commit().await?;
        Ok(started)
    }

    /// Step 2 for many: those of one container together, and one by one where that fails. Gives the prefixes of those that
    /// were removed.
    async fn remove_all_blobs<'a>(&self, started: &'a [Transfer], run: &mut Run) -> Vec<Removed<'a>> {
        let mut by_tenant: BTreeMap<TenantId, Vec<&Transfer>> = BTreeMap::new();
        for transfer in started {
            by_tenant.entry(transfer.tenant_id).or_default().push(transfer);
        }
        let mut groups: Vec<_> = by_tenant.into_iter().collect();
        let mut removed = Vec::with_capacity(started.len());
        while let Some((tenant, group)) = groups.pop() {
            if run.failing.contains(&tenant) {
                continue;
            }
            match self.remove_blobs(tenant, &group, run).await {
                Ok(done) => removed.extend(done),
                // What is wrong with one object or row is not wrong with the container.
                Err(TransferError::Internal(_)) if group.len() > 1 => {
                    groups.extend(group.into_iter().map(|transfer| (tenant, vec![transfer])));
                }
                Err(error) => {
                    let transfers = group.len();
                    tracing::warn!(%tenant, transfers, error = &error as &dyn std::error::Error, "purge postponed");
                    if !matches!(error, TransferError::Internal(_)) {
                        run.failing.insert(tenant);
                    }
                }
            }
        }
        removed
    }

    /// Step 2: everything under the prefixes of the uploads of a tenant's transfers, in the container and its copies, and
    /// their records there. Gives the prefixes.
    async fn remove_blobs<'a>(
        &self,
        tenant: TenantId,
        transfers: &[&'a Transfer],
        run: &mut Run,
    ) -> Result<Vec<Removed<'a>>, TransferError> {
        let container = match run.containers.get(&tenant) {
            Some(known) => known.clone(),
            None => {
                let named = container(&self.container_name(tenant).await?)?;
                run.containers.insert(tenant, named.clone());
                named
            }
        };
        let mut conn = self.db().read().await?;
        let mut removed = Vec::with_capacity(transfers.len());
        for transfer in transfers {
            let files = conn.file_entries(transfer.id).await?;
            let mut prefixes: Vec<UploadId> = files.into_iter().map(|file| file.id.into()).collect();
            prefixes.extend(conn.upload_ids(transfer.id).await?);
            removed.push((*transfer, prefixes));
        }
        drop(conn);
        let mut all: Vec<UploadId> = removed.iter().flat_map(|(_, prefixes)| prefixes).copied().collect();
        if !self.blobs().copies(&container).is_empty() {
            all.extend(transfers.iter().map(|transfer| record_prefix(transfer.id)));
        }
        self.blobs().delete_prefixes(&container, &all).await?;
        Ok(removed)
    }

    /// Step 3: rows out, record in.
    async fn finish_purge(&self, removed: &[Removed<'_>]) -> Result<(), TransferError> {
        if removed.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let mut tx = self.db().write().await?;
        let mut events = Vec::with_capacity(removed.len());
        let mut counted: BTreeMap<TenantId, PurgeDay> = BTreeMap::new();
        let (mut deleted, mut expired) = (0, 0);
        for (transfer, prefixes) in removed {
            let totals = tx.transfer_totals(transfer.id).await?;
            let purge = Purge {
                transfer_id: transfer.id,
                tenant_id: transfer.tenant_id,
                sender_id: transfer.sender_id,
                files: totals.files,
                objects: totals.objects,
                bytes: totals.bytes,
                recipients: totals.recipients,
                epoch: transfer.latest_epoch,
                prefixes: prefixes.clone(),
                reason: reason(transfer, transfer.purge_started_at.unwrap_or(now)),
                expires_at: transfer.expires_at,
                purged_at: now,
            };
            // Once more: something may have been written about it while it was being purged.
            tx.forget_audit_values(transfer.tenant_id, transfer.id).await?;
            if tx.delete_transfer(transfer.id).await? && tx.insert_purge(&purge).await? {
                let of_today = counted.entry(transfer.tenant_id).or_insert_with(|| none_purged(now));
                count(of_today, &purge);
                match purge.reason {
                    PurgeReason::Deleted => deleted += 1,
                    PurgeReason::Expired => expired += 1,
                }
                let Purge { files, objects, bytes, recipients, .. } = purge;
                events.push((place(transfer), Event::Purged { files, objects, bytes, recipients }));
            }
        }
        // In the order of tenants, so that two purges never wait for each other.
        for (tenant, of_today) in &counted {
            tx.count_purges(*tenant, of_today).await?;
        }
        Event::record_all(&mut tx, events, now).await?;
        tx.commit().await?;
        self.metrics().transfers_purged(PurgeReason::Deleted.as_str(), deleted);
        self.metrics().transfers_purged(PurgeReason::Expired.as_str(), expired);
        Ok(())
    }

    /// The name of a tenant's container.
    pub(crate) async fn container_name(&self, tenant: TenantId) -> Result<String, TransferError> {
        let row = self.db().read().await?.tenant(tenant).await?;
        Ok(row.ok_or(TransferError::NotFound)?.container)
    }
}

/// Where a transfer's metadata record lies in the copies of its container: it has none in the container itself.
pub(crate) fn record_prefix(transfer: TransferId) -> UploadId {
    transfer.as_uuid().into()
}

const fn place(row: &Transfer) -> Place {
    Place { tenant: row.tenant_id, transfer: row.id }
}

const fn none_purged(at: Timestamp) -> PurgeDay {
    PurgeDay { day: at.epoch(), expired: 0, deleted: 0, files: 0, bytes: 0, longest_delay: 0 }
}

fn count(day: &mut PurgeDay, purge: &Purge) {
    match purge.reason {
        PurgeReason::Deleted => day.deleted += 1,
        PurgeReason::Expired => {
            day.expired += 1;
            let delay = purge.purged_at.since(purge.expires_at).as_millis();
            day.longest_delay = day.longest_delay.max(u64::try_from(delay).unwrap_or(u64::MAX));
        }
    }
    day.files += purge.files;
    day.bytes = day.bytes.saturating_add(purge.bytes);
}

fn reason(row: &Transfer, at: Timestamp) -> PurgeReason {
    if row.expires_at <= at { PurgeReason::Expired } else { PurgeReason::Deleted }
}
