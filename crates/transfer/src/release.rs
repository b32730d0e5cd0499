//! What was sent is looked into before anybody is told of it: whether it holds a file that nobody may send, and what the
//! malware scanner says. Then it is released, or kept back.
//!
//! What waits is `sealed`: it has its links, which open nothing yet, and the service keeps the content key until the scanner
//! has seen the files, also if a password protects them from then on.

use std::sync::Arc;

use sealpost_db::{Inspected, Transfer, Tx, User};
use sealpost_domain::{
    Job, TenantId, Timestamp, TransferEvent, TransferId, TransferState, rules::Inspection,
};
use sealpost_policy::Rules;
use sealpost_sealed::{ContentKey, TenantKey};

use crate::{Service, TransferError, audit::Event, unlock::Unlocked};

/// What was found in a transfer.
pub(crate) struct Found {
    /// `None` if nobody but the list was to be asked, which has none of its files.
    pub(crate) inspection: Option<Inspection>,
    /// The scanner's name for what it has found.
    pub(crate) finding: Option<String>,
}

/// A transfer that waits, with what it takes to read its files.
pub(crate) struct Waiting {
    pub(crate) transfer: Unlocked,
    pub(crate) content_key: ContentKey,
    pub(crate) container: String,
    pub(crate) tenant_key: Arc<TenantKey>,
    pub(crate) rules: Arc<Rules>,
}

impl Found {
    /// This, without the scanner having a name for it.
    pub(crate) const fn nameless(inspection: Inspection) -> Self {
        Self { inspection: Some(inspection), finding: None }
    }
}

impl Service {
    /// Compares the files of a transfer with those that nobody may send, shows them to the malware scanner if it is to be
    /// asked, and releases or blocks the transfer. Files that it has seen already are not shown again, so that an attempt
    /// goes on where the one before has ended.
    ///
    /// # Errors
    /// [`TransferError::Scanner`] while nothing is heard of it and the tenant's rules let the transfer wait: try again.
    pub async fn release_transfer(&self, tenant: TenantId, id: TransferId) -> Result<(), TransferError> {
        loop {
            let Some(waiting) = self.waiting(tenant, id).await? else {
                return Ok(());
            };
            let found = self.look_into(&waiting).await?;
            if self.settle(&waiting.transfer, &found).await? {
                return Ok(());
            }
        }
    }

    async fn look_into(&self, waiting: &Waiting) -> Result<Found, TransferError> {
        let Waiting { transfer, content_key, container, tenant_key, .. } = waiting;
        if self.holds_blocked_file(transfer, content_key, container, tenant_key).await? {
            Ok(Found::nameless(Inspection::Listed))
        } else if transfer.row.inspection.is_none() {
            Ok(Found { inspection: None, finding: None })
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

    /// One transaction: the state, the log, and the mails to whoever is to be told. `false` if a file was blocked meanwhile,
    /// so that the files have to be looked into once more.
    async fn settle(&self, transfer: &Unlocked, found: &Found) -> Result<bool, TransferError> {
        let (place, now) = (transfer.place, self.now());
        let mut tx = self.db().write().await?;
        let row = tx.transfer_for_update(place.tenant, place.transfer).await?;
        let row = row.filter(|row| row.state.at(now, row.expires_at) == TransferState::Sealed);
        let Some(row) = row else { return Ok(true) };
        let released = found.inspection.is_none_or(Inspection::is_released);
        if released && !Self::still_holds_none(&mut tx, place).await? {
            return Ok(false);
        }
        let event = if released { TransferEvent::Release } else { TransferEvent::Refuse };
        let recipients = tx.recipients_of_transfer(place.transfer).await?;
        let readable = recipients
            .iter()
            .any(|recipient| !recipient.protection.unwrap_or(row.protection).needs_password());
        let inspected = Inspected {
            state: row.state.after(event)?,
            inspection: found.inspection,
            at: now,
            finding: found.finding.as_deref(),
            keep_content_key: readable,
        };
        tx.set_inspected(place.transfer, &inspected).await?;
        if released {
            self.tell_untold(&mut tx, &row, &recipients, now).await?;
        } else {
            self.tell_of_refusal(&mut tx, &row, now).await?;
        }
        if let Some(inspection) = found.inspection {
            let event = Event::Inspected { inspection, finding: found.finding.clone() };
            event.record(&mut tx, place, now).await?;
        }
        tx.commit().await?;
        if !released {
            self.metrics().transfer_blocked();
        }
        Ok(true)
    }

    /// The sender is told, and every other admin of the tenant.
    pub(crate) async fn tell_of_refusal(
        &self,
        tx: &mut Tx,
        row: &Transfer,
        now: Timestamp,
    ) -> Result<(), TransferError> {
        let (tenant, transfer) = (row.tenant_id, row.id);
        self.enqueue(tx, &Job::NotifyRefusal { tenant, transfer, to: row.sender_id }, now).await?;
        for admin in tx.users(tenant).await?.into_iter().filter(User::administers) {
            if admin.id != row.sender_id {
                self.enqueue(tx, &Job::NotifyRefusal { tenant, transfer, to: admin.id }, now).await?;
            }
        }
        Ok(())
    }
}
