//! What is asked of what was sent before anybody is told of it: whether it holds a file that nobody may send, and what the
//! malware scanner says.
//!
//! What waits is `sealed`: it has its links, which open nothing yet, and the service keeps the content key until the scanner
//! has seen the files, also if a password protects them from then on.

use std::sync::Arc;

use bytes::Bytes;
use sealpost_db::{FileEntry, Scanned, Tx};
use sealpost_domain::{
    Job, Role, TenantId, Timestamp, TransferEvent, TransferId, TransferState,
    rules::{ScanFailure, ScanState, ScanTooBig},
};
use sealpost_inspect::{Pieces, ScanError, Verdict};
use sealpost_policy::Rules;
use sealpost_sealed::{ContentKey, TenantKey};

use crate::{Service, TransferError, audit::Event, reader::FileReader, service::container, unlock::Unlocked};

/// Words for what was said of a file.
const CLEAN: &str = "clean";
const TOO_BIG: &str = "too_big";
const INFECTED: &str = "infected";

/// What a scanner says of a transfer.
struct Spoken {
    /// `None` if it was not asked.
    scan: Option<ScanState>,
    finding: Option<String>,
}

/// A transfer that waits, with what it takes to read its files.
struct Waiting {
    transfer: Unlocked,
    content_key: ContentKey,
    container: String,
    tenant_key: Arc<TenantKey>,
    rules: Arc<Rules>,
}

impl Pieces for FileReader {
    type Error = TransferError;

    async fn next(&mut self) -> Result<Option<Bytes>, TransferError> {
        Self::next(self).await
    }
}

impl Service {
    /// Compares the files of a transfer with those that nobody may send, shows them to the malware scanner if it is to be
    /// asked, and releases or blocks the transfer. Files that it has seen already are
    /// not shown again, so that an attempt goes on where the one before has ended.
    ///
    /// # Errors
    /// [`TransferError::Scanner`] while nothing is heard of it and the tenant's rules let the transfer wait: try again.
    pub async fn scan_transfer(&self, tenant: TenantId, id: TransferId) -> Result<(), TransferError> {
        loop {
            let Some(waiting) = self.waiting(tenant, id).await? else {
                return Ok(());
            };
            let spoken = self.look_into(&waiting).await?;
            if self.settle_scan(&waiting.transfer, &spoken).await? {
                return Ok(());
            }
        }
    }

    async fn look_into(&self, waiting: &Waiting) -> Result<Spoken, TransferError> {
        let Waiting { transfer, content_key, container, tenant_key, .. } = waiting;
        if self.holds_blocked_file(transfer, content_key, container, tenant_key).await? {
            Ok(Spoken { scan: Some(ScanState::Listed), finding: None })
        } else if transfer.row.scan.is_none() {
            Ok(Spoken { scan: None, finding: None }) // nothing but the list was to be asked
        } else {
            self.ask_scanner(waiting).await
        }
    }

    async fn waiting(&self, tenant: TenantId, id: TransferId) -> Result<Option<Waiting>, TransferError> {
        let mut conn = self.db().read().await?;
        let row = conn.transfer(tenant, id).await?;
        let row = row.filter(|row| row.state.at(self.now(), row.expires_at) == TransferState::Sealed);
        let Some((row, tenant_row)) = row.zip(conn.tenant(tenant).await?) else {
            return Ok(None);
        };
        let tenant_key = self.keys().tenant_key(tenant, &tenant_row.tenant_key).await?;
        let rules = self.policies().current(&mut conn, tenant, &tenant_key).await?;
        drop(conn);
        let transfer = self.unlock(row).await?;
        let content_key = transfer.content_key()?.ok_or(TransferError::Damaged)?;
        Ok(Some(Waiting { transfer, content_key, container: tenant_row.container, tenant_key, rules }))
    }

    async fn ask_scanner(&self, waiting: &Waiting) -> Result<Spoken, TransferError> {
        let rules = waiting.rules.scan();
        let not_inspected = Spoken { scan: Some(ScanState::NotInspected), finding: None };
        if !rules.applies(self.scanner().is_some()) {
            return Ok(not_inspected);
        }
        let mut too_big = false;
        for entry in self.db().read().await?.file_entries(waiting.transfer.row.id).await? {
            let word = match entry.scan.as_deref() {
                Some(word) => word.to_owned(),
                None => match self.scan_file(waiting, &entry).await {
                    Ok(Verdict::Clean) => self.note_file(&entry, waiting, CLEAN).await?,
                    Ok(Verdict::TooBig) => self.note_file(&entry, waiting, TOO_BIG).await?,
                    Ok(Verdict::Infected(finding)) => {
                        self.note_file(&entry, waiting, INFECTED).await?;
                        return Ok(Spoken { scan: Some(ScanState::Infected), finding: Some(finding) });
                    }
                    Err(TransferError::Scanner(why)) if rules.on_failure == ScanFailure::Pass => {
                        tracing::warn!(
                            error = &*why as &dyn std::error::Error,
                            "a transfer goes out uninspected"
                        );
                        return Ok(not_inspected);
                    }
                    Err(error) => return Err(error),
                },
            };
            too_big |= word != CLEAN;
        }
        let scan = match (too_big, rules.too_big) {
            (false, _) => ScanState::Clean,
            (true, ScanTooBig::Pass) => ScanState::NotInspected,
            (true, ScanTooBig::Block) => ScanState::Refused,
        };
        Ok(Spoken { scan: Some(scan), finding: None })
    }

    async fn scan_file(&self, waiting: &Waiting, entry: &FileEntry) -> Result<Verdict, TransferError> {
        let scanner = self.scanner().ok_or_else(|| TransferError::Scanner("there is none".into()))?;
        let (transfer, place) = (&waiting.transfer, waiting.transfer.place);
        let row = self.db().read().await?.file(place.transfer, entry.id).await?;
        let manifest = transfer.manifest(&waiting.content_key, &row.ok_or(TransferError::NotFound)?)?;
        let length = manifest.length();
        let container = container(&waiting.container)?;
        let whole = 0..length;
        let mut reader =
            FileReader::new(self.shared_blobs(), container, place.tenant, Arc::new(manifest), whole);
        scanner.scan(length, &mut reader).await.map_err(|error| match error {
            ScanError::Source(error) => error,
            error => TransferError::Scanner(error.to_string().into()),
        })
    }

    async fn note_file(
        &self,
        entry: &FileEntry,
        waiting: &Waiting,
        word: &str,
    ) -> Result<String, TransferError> {
        let mut tx = self.db().write().await?;
        tx.set_file_scan(waiting.transfer.row.id, entry.id, word).await?;
        tx.commit().await?;
        Ok(word.to_owned())
    }

    /// One transaction: the state, the log, and the mails to whoever is to be told. `false` if a file was blocked meanwhile,
    /// so that the files have to be looked into once more.
    async fn settle_scan(&self, transfer: &Unlocked, spoken: &Spoken) -> Result<bool, TransferError> {
        let (place, now) = (transfer.place, self.now());
        let mut tx = self.db().write().await?;
        let row = tx.transfer_for_update(place.tenant, place.transfer).await?;
        let row = row.filter(|row| row.state.at(now, row.expires_at) == TransferState::Sealed);
        let Some(row) = row else { return Ok(true) };
        let released = spoken.scan.is_none_or(ScanState::is_released);
        if released && !Self::still_holds_none(&mut tx, place).await? {
            return Ok(false);
        }
        let event = if released { TransferEvent::Release } else { TransferEvent::Refuse };
        let recipients = tx.recipients_of_transfer(place.transfer).await?;
        let readable = recipients
            .iter()
            .any(|recipient| !recipient.protection.unwrap_or(row.protection).needs_password());
        let scanned = Scanned {
            state: row.state.after(event)?,
            scan: spoken.scan,
            at: now,
            finding: spoken.finding.as_deref(),
            keep_content_key: readable,
        };
        tx.set_scanned(place.transfer, &scanned).await?;
        if released {
            self.tell_untold(&mut tx, &recipients, now).await?;
        } else {
            self.tell_of_scan(&mut tx, &row, now).await?;
        }
        if let Some(scan) = spoken.scan {
            let event = Event::Scanned { scan, finding: spoken.finding.clone() };
            event.record(&mut tx, place, now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The sender is told, and every other admin of the tenant.
    pub(crate) async fn tell_of_scan(
        &self,
        tx: &mut Tx,
        row: &sealpost_db::Transfer,
        now: Timestamp,
    ) -> Result<(), TransferError> {
        let (tenant, transfer) = (row.tenant_id, row.id);
        self.enqueue(tx, &Job::NotifyScan { tenant, transfer, to: row.sender_id }, now).await?;
        for user in tx.users(tenant).await? {
            let is_admin = matches!(user.role, Role::Owner | Role::Admin) && user.disabled_at.is_none();
            if is_admin && user.id != row.sender_id {
                self.enqueue(tx, &Job::NotifyScan { tenant, transfer, to: user.id }, now).await?;
            }
        }
        Ok(())
    }
}
