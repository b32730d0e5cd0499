//! Looking for blocked files: in what is about to go out, and in what has gone out before one was blocked.

use std::collections::HashSet;

use sealpost_db::{BlockedFile, SuspectFile, Tenant, Tx};
use sealpost_domain::{BlockedFileId, TenantId, TransferId, TransferState, rules::Inspection};
use sealpost_sealed::{ContentKey, TenantKey};

use super::digest::Readable;
use crate::{Service, TransferError, audit::Event, place::Place, unlock::Unlocked};

/// Files that are looked up at a time.
const PAGE: u32 = 100;

/// What a search has come to.
#[derive(Default)]
struct Search {
    found: HashSet<TransferId>,
    unreadable: u64,
}

impl Service {
    /// Whether a transfer that waits for its release holds a blocked file.
    pub(crate) async fn holds_blocked_file(
        &self,
        transfer: &Unlocked,
        content_key: &ContentKey,
        container: &str,
        key: &TenantKey,
    ) -> Result<bool, TransferError> {
        let from = Readable { transfer, content_key, container };
        let suspects = self.db().read().await?.suspect_files(transfer.place.transfer).await?;
        for suspect in suspects {
            let digest = match known(&suspect) {
                Some(digest) => digest,
                None => self.note_digest(&from, suspect.id, key).await?,
            };
            if self.db().read().await?.is_blocked_file(transfer.place.tenant, &digest).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether it is still so that it holds none, in the transaction that releases it: a file may have been blocked since its
    /// files were read. `false` if one of them has to be read first.
    pub(crate) async fn still_holds_none(tx: &mut Tx, place: Place) -> Result<bool, TransferError> {
        for suspect in tx.suspect_files(place.transfer).await? {
            let Some(digest) = known(&suspect) else { return Ok(false) };
            if tx.is_blocked_file(place.tenant, &digest).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Compares what a tenant has sent with a file that was blocked since, and blocks every transfer that holds it. Nothing
    /// is read twice: an attempt that broke off goes on with what it knows.
    ///
    /// # Errors
    /// Those of the stores: try again.
    pub async fn find_blocked_file(&self, tenant: TenantId, id: BlockedFileId) -> Result<(), TransferError> {
        let mut conn = self.db().read().await?;
        let found = conn.blocked_file(tenant, id).await?.zip(conn.tenant(tenant).await?);
        drop(conn);
        let Some((blocked, tenant_row)) = found else { return Ok(()) };
        let key = self.keys().tenant_key(tenant, &tenant_row.tenant_key).await?;
        let (mut search, mut after) = (Search::default(), None);
        loop {
            let mut conn = self.db().read().await?;
            let page = conn.suspect_files_after(tenant, blocked.length, after, PAGE).await?;
            drop(conn);
            let Some(last) = page.last() else { break };
            after = Some((last.length, last.id));
            for suspect in &page {
                if search.found.contains(&suspect.transfer_id) {
                    continue;
                }
                match self.compare(suspect, (&tenant_row, &key), &blocked).await? {
                    Some(true) => {
                        self.block_listed(tenant, suspect.transfer_id).await?;
                        search.found.insert(suspect.transfer_id);
                    }
                    Some(false) => {}
                    None => search.unreadable += 1,
                }
            }
        }
        let mut tx = self.db().write().await?;
        let found = search.found.len() as u64;
        tx.set_blocked_file_searched(id, self.now(), found, search.unreadable).await?;
        Ok(tx.commit().await?)
    }

    /// Whether a file is the blocked one; `None` if the service cannot read it.
    async fn compare(
        &self,
        suspect: &SuspectFile,
        (tenant, key): (&Tenant, &TenantKey),
        blocked: &BlockedFile,
    ) -> Result<Option<bool>, TransferError> {
        if let Some(digest) = known(suspect) {
            return Ok(Some(digest == blocked.digest));
        }
        let Some(row) = self.db().read().await?.transfer(tenant.id, suspect.transfer_id).await? else {
            return Ok(Some(false));
        };
        let transfer = match self.unlock(row).await {
            Ok(transfer) => transfer,
            Err(TransferError::NotFound) => return Ok(Some(false)), // purged meanwhile
            Err(error) => return Err(error),
        };
        let Some(content_key) = transfer.content_key()? else { return Ok(None) };
        let from = Readable { transfer: &transfer, content_key: &content_key, container: &tenant.container };
        match self.note_digest(&from, suspect.id, key).await {
            Ok(digest) => Ok(Some(digest == blocked.digest)),
            Err(TransferError::NotFound) => Ok(Some(false)),
            // Nobody else gets it either, and others are looked for.
            Err(TransferError::Damaged) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// One transaction: the state, the log, and the mails. What is not released yet finds the list by itself.
    async fn block_listed(&self, tenant: TenantId, id: TransferId) -> Result<(), TransferError> {
        let now = self.now();
        let mut tx = self.db().write().await?;
        let Some(row) = tx.transfer_for_update(tenant, id).await? else { return Ok(()) };
        let state = row.state.at(now, row.expires_at);
        let is_out = matches!(state, TransferState::Available | TransferState::Blocked);
        let inspection = row.inspection.as_deref().and_then(|word| word.parse().ok());
        let is_kept_back = inspection.is_some_and(Inspection::is_kept_back);
        if !is_out || is_kept_back || !tx.set_listed(id, now).await? {
            return Ok(());
        }
        self.tell_of_refusal(&mut tx, &row, now).await?;
        let event = Event::Inspected { inspection: Inspection::Listed, finding: None };
        event.record(&mut tx, Place { tenant, transfer: id }, now).await?;
        Ok(tx.commit().await?)
    }
}

fn known(suspect: &SuspectFile) -> Option<[u8; 32]> {
    suspect.digest.as_deref().and_then(|digest| digest.try_into().ok())
}
