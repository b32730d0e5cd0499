//! What recipients have reported, as admins see it.

use sealpost_auth::ManageGrant;
use sealpost_db::AbuseReport;
use sealpost_domain::{AbuseReason, AbuseReportId, EmailAddress, RecipientId, Timestamp, TransferId, UserId};

use crate::{Service, TransferError};

/// What a recipient has reported.
#[derive(Debug, Clone)]
pub struct AbuseReportView {
    /// Which.
    pub id: AbuseReportId,
    /// Of which transfer.
    pub transfer_id: TransferId,
    /// Who has sent that.
    pub sender_id: UserId,
    /// Who has sent it in to him, if it has come in.
    pub uploader: Option<EmailAddress>,
    /// Whose link it was.
    pub recipient_id: RecipientId,
    /// His address.
    pub recipient: EmailAddress,
    /// Why.
    pub reason: AbuseReason,
    /// What he says; may be empty.
    pub text: String,
    /// When.
    pub created_at: Timestamp,
    /// When somebody had seen to it.
    pub settled_at: Option<Timestamp>,
    /// Who that was; `None` beside `settled_at`: the operator.
    pub settled_by: Option<UserId>,
}

/// A page of reports, newest first.
#[derive(Debug, Clone)]
pub struct AbuseReportPage {
    /// The reports.
    pub reports: Vec<AbuseReportView>,
    /// Before which the next page begins; `None` on the last one.
    pub next: Option<AbuseReportId>,
}

impl Service {
    /// At most `limit` reports, newest first, beginning before `before`. They are there as long as what they are about.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn abuse_reports(
        &self,
        grant: &ManageGrant,
        before: Option<AbuseReportId>,
        limit: u32,
    ) -> Result<AbuseReportPage, TransferError> {
        let mut rows = self.db().read().await?.abuse_reports(grant.tenant(), before, limit + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().map(|row| row.id).filter(|_| more);
        let mut reports = Vec::with_capacity(rows.len());
        for row in &rows {
            reports.extend(self.abuse_report(row).await?);
        }
        Ok(AbuseReportPage { reports, next })
    }

    /// A report as it can be read; `None` once its transfer is purged.
    pub(crate) async fn abuse_report(
        &self,
        row: &AbuseReport,
    ) -> Result<Option<AbuseReportView>, TransferError> {
        let mut conn = self.db().read().await?;
        let transfer = conn.transfer(row.tenant_id, row.transfer_id).await?;
        let recipient = conn.recipient(row.transfer_id, row.recipient_id).await?;
        drop(conn);
        let Some((transfer, recipient)) = transfer.zip(recipient) else { return Ok(None) };
        let transfer = match self.unlock(transfer).await {
            Ok(transfer) => transfer,
            Err(TransferError::NotFound) => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(Some(AbuseReportView {
            id: row.id,
            transfer_id: row.transfer_id,
            sender_id: transfer.row.sender_id,
            uploader: transfer.uploader()?.map(|uploader| uploader.address),
            recipient_id: row.recipient_id,
            recipient: transfer.address(&recipient)?,
            reason: row.reason.parse().map_err(TransferError::internal)?,
            text: transfer.key.open_text(transfer.place.abuse_report(row.id), &row.text)?,
            created_at: row.created_at,
            settled_at: row.settled_at,
            settled_by: row.settled_by,
        }))
    }
}
