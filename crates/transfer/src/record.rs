//! What is written down about a recipient's visit: its place, its downloads, and damage that it came upon.

use std::time::Duration;

use sealpost_auth::{DownloadGrant, network_value};
use sealpost_db::Visit;
use sealpost_domain::{FileId, Job, Timestamp, VisitId};

use sealpost_sealed::TransferKey;

use crate::{
    Service, TransferError,
    audit::{Event, Said},
    place::Place,
    unlock::Unlocked,
};

/// How long a visit keeps its place after its last request without having had a last byte: the time in which a
/// download that was dropped can be resumed before somebody else gets the place.
const VISIT_LEASE: Duration = Duration::from_secs(60 * 60);
/// How long the mail to the sender waits, so that one mail tells of many files.
const RECEIPT_DELAY: Duration = Duration::from_secs(60);

impl Service {
    /// Takes a place for the visit, or keeps the one that it has. Downloads without a limit need none.
    ///
    /// This happens on a request that carries a grant, so that no link scanner can use anything up; it is counted for
    /// good when a last byte was delivered.
    pub(crate) async fn start_visit(
        &self,
        grant: &DownloadGrant,
        transfer: &Unlocked,
    ) -> Result<(), TransferError> {
        let Some(most) = transfer.row.max_downloads else {
            return Ok(());
        };
        let now = self.now();
        let leased_until = now + VISIT_LEASE;
        let mut tx = self.db().write().await?;
        let row = tx.transfer_for_update(transfer.place.tenant, transfer.place.transfer).await?;
        if row.is_none_or(|row| !row.state.at(now, row.expires_at).is_readable()) {
            return Err(TransferError::NotFound); // blocked or purged since it was looked up
        }
        let taken = match tx.visit(grant.visit()).await? {
            Some(visit) if holds_place(&visit, now) => {
                tx.renew_visit(visit.id, leased_until).await?;
                true
            }
            // Its place may have gone to somebody else meanwhile: it has to ask again.
            Some(_) if tx.visits_taken(grant.recipient(), now).await? >= most => false,
            Some(visit) => tx.renew_visit(visit.id, leased_until).await?,
            None => {
                let visit = Visit {
                    id: grant.visit(),
                    tenant_id: transfer.place.tenant,
                    transfer_id: transfer.place.transfer,
                    recipient_id: grant.recipient(),
                    started_at: now,
                    leased_until,
                    completed_at: None,
                };
                tx.start_visit(&visit, Some(most)).await?
            }
        };
        tx.commit().await?;
        if taken { Ok(()) } else { Err(TransferError::DownloadsUsedUp) }
    }

    /// Whether the visit has a place of its own among the downloads that are counted: it may fetch again when none is
    /// left for others.
    ///
    /// # Errors
    /// [`TransferError`] if the database cannot be read.
    pub async fn has_place(&self, visit: VisitId) -> Result<bool, TransferError> {
        let visit = self.db().read().await?.visit(visit).await?;
        Ok(visit.is_some_and(|visit| holds_place(&visit, self.now())))
    }

    /// The last byte of a file was handed over.
    pub(crate) async fn record_download(
        &self,
        grant: &DownloadGrant,
        file: FileId,
    ) -> Result<(), TransferError> {
        let (read, now) = (grant.read(), self.now());
        let place = Place { tenant: read.tenant(), transfer: read.transfer() };
        let whom = self.whom(grant).await;
        let mut tx = self.db().write().await?;
        // Locked first, as everywhere. Purged while it was being read, it has nothing left to note it in.
        let row = tx.transfer_for_update(place.tenant, place.transfer).await?;
        if row.is_none_or(|row| row.purge_started_at.is_some()) {
            return Ok(());
        }
        let times = tx.record_download(place.transfer, read.recipient(), file, now).await?;
        tx.set_opened(read.recipient(), now).await?;
        tx.set_downloaded(read.recipient(), now).await?;
        tx.complete_visit(grant.visit(), now).await?;
        if times == 1 {
            let job = Job::NotifySender { tenant: place.tenant, recipient: read.recipient() };
            self.enqueue(&mut tx, &job, now + RECEIPT_DELAY).await?;
        }
        let event = Event::Downloaded { recipient: read.recipient(), file, times };
        let entry = match &whom {
            Ok((key, values)) => event.with(place, key, values, self.random()),
            // The download counts, whether it can be said now whose it was or not.
            Err(_) => event.with_nobody(place),
        };
        entry.append(&mut tx, place.tenant, now).await?;
        Ok(tx.commit().await?)
    }

    /// Who fetches and where he comes from, and what that is sealed with.
    async fn whom(&self, grant: &DownloadGrant) -> Result<(TransferKey, Vec<Said>), TransferError> {
        let read = grant.read();
        let mut conn = self.db().read().await?;
        let row = conn.transfer(read.tenant(), read.transfer()).await?.ok_or(TransferError::NotFound)?;
        let recipient = conn.recipient(row.id, read.recipient()).await?.ok_or(TransferError::NotFound)?;
        drop(conn);
        let transfer = self.unlock(row).await?;
        let address = transfer.key.open_text(transfer.place.address(recipient.id), &recipient.address)?;
        let values = [("address", address)].into_iter().chain(network_value(grant.network()));
        Ok((transfer.key, values.collect()))
    }

    /// Notes that stored bytes do not open any more, and gives the error back.
    pub(crate) async fn record_damage(
        &self,
        grant: &DownloadGrant,
        file: FileId,
        error: TransferError,
    ) -> TransferError {
        if !matches!(error, TransferError::Damaged) {
            return error;
        }
        let read = grant.read();
        let place = Place { tenant: read.tenant(), transfer: read.transfer() };
        let recorded = async {
            let mut tx = self.db().write().await?;
            // Purged while it was being read, it is gone and not damaged.
            let row = tx.transfer_for_update(place.tenant, place.transfer).await?;
            if row.is_none_or(|row| row.purge_started_at.is_some()) {
                return Ok(());
            }
            tracing::error!(transfer = %place.transfer, %file, "a stored file does not open");
            let event = Event::Damaged { recipient: read.recipient(), file };
            event.record(&mut tx, place, self.now()).await?;
            // Whoever comes again finds it whole, if a copy has it.
            let job = Job::VerifyTransfer { tenant: place.tenant, transfer: place.transfer };
            self.enqueue(&mut tx, &job, self.now()).await?;
            Ok::<_, TransferError>(tx.commit().await?)
        };
        if let Err(failed) = recorded.await {
            tracing::error!(
                error = &failed as &dyn std::error::Error,
                "the damage could not be written to the log"
            );
        }
        error
    }
}

fn holds_place(visit: &Visit, now: Timestamp) -> bool {
    visit.completed_at.is_some() || visit.leased_until > now
}
