//! What a sender and his admins are told of a transfer that was kept back for what is in it.

use sealpost_auth::UserColumns;
use sealpost_domain::{EmailAddress, TenantId, Timestamp, TransferId, UserId, rules::Inspection};

use crate::{Service, TransferError, get::subject};

/// What somebody is told of a transfer that was blocked for what is in it.
#[derive(Debug, Clone)]
pub struct RefusalNotice {
    /// Who is told.
    pub to: EmailAddress,
    /// Who has sent it, if somebody else is told.
    pub sender: Option<EmailAddress>,
    /// Whether he has sent it in from outside.
    pub came_in: bool,
    /// Which transfer.
    pub transfer_id: TransferId,
    /// Its subject, if there is one; to its sender only.
    pub subject: Option<String>,
    /// Why it was blocked.
    pub why: Inspection,
    /// The scanner's name for what it has found; `None` if it could not look, or was not asked.
    pub finding: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl Service {
    /// What to tell somebody of a transfer that was blocked for what is in it; `None` if it is gone, or he is no business
    /// of his any more.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn refusal_notice(
        &self,
        tenant: TenantId,
        transfer: TransferId,
        to: UserId,
    ) -> Result<Option<RefusalNotice>, TransferError> {
        let recipients = self.db().read().await?.recipients_of_transfer(transfer).await?;
        let Some(any) = recipients.first() else {
            return Ok(None);
        };
        let Some(delivery) = self.known(tenant, any.id).await? else {
            return Ok(None);
        };
        let row = &delivery.transfer.row;
        let state = row.inspection.as_deref().and_then(|word| word.parse::<Inspection>().ok());
        let Some((why, at)) = state.filter(|state| state.is_kept_back()).zip(row.inspection_since) else {
            return Ok(None);
        };
        let is_sender = to == row.sender_id;
        let mut conn = self.db().read().await?;
        let user = conn
            .user(tenant, to)
            .await?
            .filter(|user| user.administers() || (is_sender && user.disabled_at.is_none()));
        let Some((user, tenant_row)) = user.zip(conn.tenant(tenant).await?) else {
            return Ok(None);
        };
        drop(conn);
        let key = self.keys().tenant_key(tenant, &tenant_row.tenant_key).await?;
        let (address, _) = UserColumns::of(tenant, to).open(&key, &user.address, &user.name)?;
        let sender = self.sender(&delivery.tenant, &delivery.transfer).await?;
        let is_own = is_sender && sender.proved.is_none();
        Ok(Some(RefusalNotice {
            to: address.parse().map_err(TransferError::internal)?,
            sender: (!is_own).then_some(sender.address),
            came_in: sender.proved.is_some(),
            transfer_id: transfer,
            subject: if is_sender { subject(&delivery.transfer)? } else { None },
            why,
            finding: row.inspection_finding.clone(),
            at,
        }))
    }
}
