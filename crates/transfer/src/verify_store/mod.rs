//! Whether what the files' manifests name is still in the store and in its copies, and putting it right from one another.
//!
//! A store that has acknowledged a part may lose it all the same. Once a day everything is looked for in the listings of the
//! containers themselves, those of copies as well; what a recipient could not read is opened whole, at once. A read mends nothing
//! by itself: it must not write, and what is missing once is asked for again and again.

mod copies;
mod heal;
mod parts;

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use bytes::Bytes;
use sealpost_blob::{BlobError, Container, ObjectKey, Role};
use sealpost_db::Transfer;
use sealpost_domain::{Job, TenantId, TransferId};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::{Service, TransferError, audit::Event, place::Place, service::container, stored::StoredPart};
use heal::Healed;
use parts::Expected;

/// Transfers looked at together.
const PAGE: u32 = 50;
/// After a page it rests as long as that took: nobody waits for it.
const LONGEST_REST: Duration = Duration::from_secs(1);

/// What a look through the files of a tenant has found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verified {
    /// Transfers that were looked at.
    pub transfers: u64,
    /// Parts that belong to their files.
    pub parts: u64,
    /// Parts that were lost or damaged, and are back from a copy.
    pub healed: u64,
    /// Parts that a copy had lost, and are back in it from the store; each copy's for itself.
    pub copies_healed: u64,
    /// Parts that are lost or damaged, and no copy has them.
    pub damaged: u64,
    /// Transfers that could not be looked at, or not to the end.
    pub failed: u64,
}

impl std::ops::AddAssign for Verified {
    fn add_assign(&mut self, other: Self) {
        self.transfers += other.transfers;
        self.parts += other.parts;
        self.healed += other.healed;
        self.copies_healed += other.copies_healed;
        self.damaged += other.damaged;
        self.failed += other.failed;
    }
}

/// A look at one transfer's files, and what it has found so far.
struct Look {
    place: Place,
    container: Container,
    counts: Verified,
    /// From where something was put back.
    healed_from: Option<Role>,
    /// What nobody has.
    lost: HashSet<ObjectKey>,
    /// How many parts were put into which copy.
    copies: BTreeMap<Role, u64>,
}

impl Look {
    fn new(place: Place, container: Container) -> Self {
        let counts = Verified { transfers: 1, ..Verified::default() };
        Self { place, container, counts, healed_from: None, lost: HashSet::new(), copies: BTreeMap::new() }
    }

    fn has_put_something(&self) -> bool {
        self.counts.healed + self.counts.copies_healed > 0
    }

    fn healings(&self) -> Vec<Event> {
        let here = self.healed_from.map(|from| Event::StoreHealed { from, parts: self.counts.healed });
        let there = self.copies.iter().map(|(copy, parts)| Event::CopyHealed { copy: *copy, parts: *parts });
        here.into_iter().chain(there).collect()
    }
}

impl Service {
    /// Has all tenants' files looked for, tenant by tenant.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn verify_stores(&self) -> Result<(), TransferError> {
        let now = self.now();
        for tenant in self.db().read().await?.tenants().await? {
            let mut tx = self.db().write().await?;
            self.enqueue(&mut tx, &Job::VerifyStore { tenant: tenant.id, after: None }, now).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Looks for the files of a tenant's transfers behind `after`, in the order of their ids, for at most `time`; what is then
    /// left is the matter of a job that goes on there.
    ///
    /// # Errors
    /// Those of the database. A transfer that fails keeps no other from being looked at.
    pub async fn verify_store(
        &self,
        tenant: TenantId,
        after: Option<TransferId>,
        time: Duration,
    ) -> Result<Verified, TransferError> {
        let begun = Instant::now();
        let (mut counts, mut last) = (Verified::default(), after);
        loop {
            let page_begun = Instant::now();
            let page = self.db().read().await?.transfers_to_verify(tenant, last, PAGE).await?;
            if page.is_empty() {
                return Ok(counts);
            }
            for row in page {
                let id = row.id;
                match self.verify_files(row, false).await {
                    Ok(found) => counts += found,
                    Err(error) => {
                        let error = &error as &dyn std::error::Error;
                        tracing::error!(%tenant, transfer = %id, error, "its files cannot be looked for");
                        counts.failed += 1;
                    }
                }
                last = Some(id);
                if begun.elapsed() >= time {
                    let mut tx = self.db().write().await?;
                    self.enqueue(&mut tx, &Job::VerifyStore { tenant, after: last }, self.now()).await?;
                    tx.commit().await?;
                    return Ok(counts);
                }
            }
            sleep(page_begun.elapsed().min(LONGEST_REST)).await;
        }
    }

    /// Reads and opens all that belongs to a transfer's files.
    ///
    /// # Errors
    /// [`TransferError::Unavailable`] if that cannot be done now, or a copy that may have what is lost does not answer.
    pub async fn verify_transfer(&self, tenant: TenantId, id: TransferId) -> Result<Verified, TransferError> {
        match self.db().read().await?.transfer(tenant, id).await? {
            Some(row) if row.purge_started_at.is_none() => match self.verify_files(row, true).await {
                // What says which parts there are does not open itself, and no copy of a part mends that.
                Err(TransferError::Damaged) => {
                    tracing::error!(%tenant, transfer = %id, "a manifest does not open");
                    Ok(Verified { transfers: 1, failed: 1, ..Verified::default() })
                }
                found => found,
            },
            _ => Ok(Verified::default()),
        }
    }

    /// Looks for all parts; with `whole`, it opens those that are there. Then in the copies, which it opens nothing of.
    async fn verify_files(&self, row: Transfer, whole: bool) -> Result<Verified, TransferError> {
        let place = Place { tenant: row.tenant_id, transfer: row.id };
        let container = container(&self.container_name(place.tenant).await?)?;
        // Nothing is copied any more of what is blocked, or about to be purged.
        let is_copied = row.blocked_at.is_none() && row.expires_at > self.now();
        let Some(expected) = self.expected_parts(&container, row).await? else {
            return Ok(Verified::default());
        };
        let Expected { parts, there, unknown } = expected;
        let mut look = Look::new(place, container);
        look.counts.parts = parts.len() as u64 + unknown;
        look.counts.damaged = unknown;
        for part in &parts {
            let is_there = there.get(&part.key).copied();
            if is_there == Some(part.size) && !(whole && self.whole(&look, part).await?.is_none()) {
                continue;
            }
            self.mend(&mut look, part, is_there.is_some()).await?;
        }
        if is_copied {
            self.verify_copies(&mut look, &parts).await?;
        }
        if look.has_put_something() && self.was_purged_meanwhile(place).await? {
            let prefixes: Vec<_> = parts.iter().map(|part| part.key.upload).collect();
            self.blobs().delete_prefixes(&look.container, &prefixes).await?;
            return Ok(Verified::default());
        }
        self.note_findings(&look).await?;
        Ok(look.counts)
    }

    /// Puts a part back from a copy, and notes what has come of it.
    async fn mend(&self, look: &mut Look, part: &StoredPart, is_there: bool) -> Result<(), TransferError> {
        let transfer = look.place.transfer;
        match self.heal(&look.container, look.place.tenant, part, is_there).await? {
            Healed::From(role) => {
                tracing::warn!(%transfer, object = %part.key, %role, "a lost part is back");
                look.healed_from = Some(role);
                look.counts.healed += 1;
            }
            Healed::Not => {
                tracing::error!(%transfer, object = %part.key, "a part is lost, and no copy has it");
                look.lost.insert(part.key);
                look.counts.damaged += 1;
            }
        }
        Ok(())
    }

    /// A purge that came to its end while something was put back has not seen it.
    async fn was_purged_meanwhile(&self, place: Place) -> Result<bool, TransferError> {
        let row = self.db().read().await?.transfer(place.tenant, place.transfer).await?;
        Ok(row.is_none_or(|row| row.purge_started_at.is_some()))
    }

    /// That something is lost is said once, and not every day.
    async fn note_findings(&self, look: &Look) -> Result<(), TransferError> {
        let (place, damaged) = (look.place, look.counts.damaged);
        let mut events = look.healings();
        if events.is_empty() && damaged == 0 {
            return Ok(());
        }
        let mut tx = self.db().write().await?;
        let Some(row) = tx.transfer_for_update(place.tenant, place.transfer).await? else { return Ok(()) };
        if row.purge_started_at.is_some() {
            return Ok(());
        }
        if damaged > 0 {
            let log = tx.audit_of_transfer(place.tenant, place.transfer).await?;
            let said = log.iter().rev().find(|entry| entry.kind.starts_with("store."));
            let is_said = said.is_some_and(|entry| {
                let payload: serde_json::Value = serde_json::from_str(&entry.payload).unwrap_or_default();
                entry.kind == "store.damaged" && payload["parts"] == json!(damaged)
            });
            if !is_said || look.healed_from.is_some() {
                events.push(Event::StoreDamaged { parts: damaged });
            }
        }
        let now = self.now();
        Event::record_all(&mut tx, events.into_iter().map(|event| (place, event)).collect(), now).await?;
        Ok(tx.commit().await?)
    }

    /// A part as the container has it; `None` if that is not there, or something else than was sealed.
    async fn whole(&self, look: &Look, part: &StoredPart) -> Result<Option<Bytes>, TransferError> {
        match self.blobs().get(&look.container, &part.key, 0..part.size).await {
            // It was listed a moment ago.
            Err(BlobError::NotFound | BlobError::Truncated { .. }) => Ok(None),
            object => Ok(Some(object?).filter(|object| part.is_whole(look.place.tenant, object))),
        }
    }
}
