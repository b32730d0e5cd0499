//! A recipient says that something should not have been sent; an admin says that it was seen to.

use sealpost_auth::{ManageGrant, ReportGrant};
use sealpost_db::{AbuseReport, User};
use sealpost_domain::{AbuseReason, AbuseReportId, Job};
use sealpost_sealed::random_bytes;
use serde_json::json;

use crate::{Service, TransferError, audit::Event, place::Place};

/// Longest text in characters.
const MAX_CHARS: usize = 2_000;

impl Service {
    /// Takes a report, and queues the mails to all admins of the tenant and to the operator. Nothing is blocked by it: that
    /// is for people to decide.
    ///
    /// # Errors
    /// [`TransferError::NotFound`] if it was purged a moment ago, [`TransferError::Invalid`].
    pub async fn report_abuse(
        &self,
        grant: &ReportGrant,
        reason: AbuseReason,
        text: &str,
    ) -> Result<(), TransferError> {
        let text = text.trim();
        if text.chars().count() > MAX_CHARS {
            return Err(TransferError::Invalid("a report has at most 2000 characters"));
        }
        let (tenant, now) = (grant.tenant(), self.now());
        let row = self.db().read().await?.transfer(tenant, grant.transfer()).await?;
        let transfer = self.unlock(row.ok_or(TransferError::NotFound)?).await?;
        let place = Place { tenant, transfer: grant.transfer() };
        let id = AbuseReportId::new(now, random_bytes(self.random()));
        let report = AbuseReport {
            id,
            tenant_id: tenant,
            transfer_id: place.transfer,
            recipient_id: grant.recipient(),
            reason: reason.as_str().to_owned(),
            text: transfer.key.seal_column(place.abuse_report(id), text.as_bytes(), self.random()),
            created_at: now,
            settled_at: None,
            settled_by: None,
        };
        let mut tx = self.db().write().await?;
        // Locked first, as everywhere: nothing comes into a transfer that is being purged.
        let row = tx.transfer_for_update(tenant, place.transfer).await?;
        row.filter(|row| row.purge_started_at.is_none()).ok_or(TransferError::NotFound)?;
        tx.insert_abuse_report(&report).await?;
        for admin in tx.users(tenant).await?.into_iter().filter(User::administers) {
            let job = Job::NotifyAbuse { tenant, report: id, to: Some(admin.id) };
            self.enqueue(&mut tx, &job, now).await?;
        }
        self.enqueue(&mut tx, &Job::NotifyAbuse { tenant, report: id, to: None }, now).await?;
        let event = Event::AbuseReported { recipient: grant.recipient(), report: id, reason };
        event.record(&mut tx, place, now).await?;
        Ok(tx.commit().await?)
    }

    /// Notes that somebody has seen to a report.
    ///
    /// # Errors
    /// [`TransferError::NotFound`] if there is none, or it was settled before.
    pub async fn settle_abuse_report(
        &self,
        grant: &ManageGrant,
        id: AbuseReportId,
    ) -> Result<(), TransferError> {
        let (tenant, now) = (grant.tenant(), self.now());
        let by = grant.actor().user();
        let mut tx = self.db().write().await?;
        if !tx.set_abuse_report_settled(tenant, id, now, by).await? {
            return Err(TransferError::NotFound);
        }
        grant.record(&mut tx, now, "abuse.settled", json!({ "report": id })).await?;
        Ok(tx.commit().await?)
    }
}
