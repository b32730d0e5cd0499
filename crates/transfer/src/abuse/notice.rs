//! What admins and the operator are told of a report.

use sealpost_auth::UserColumns;
use sealpost_db::User;
use sealpost_domain::{AbuseReason, AbuseReportId, EmailAddress, TenantId, Timestamp, TransferId, UserId};

use crate::{Service, TransferError};

/// What somebody is told of a report.
#[derive(Debug, Clone)]
pub struct AbuseNotice {
    /// The tenant's name.
    pub tenant: String,
    /// Which transfer.
    pub transfer_id: TransferId,
    /// Why it was reported.
    pub reason: AbuseReason,
    /// When.
    pub at: Timestamp,
    /// What only the tenant's admins are told; the operator gets no name and no word of it.
    pub inside: Option<AbuseInside>,
}

/// What a tenant's admin is told.
#[derive(Debug, Clone)]
pub struct AbuseInside {
    /// The admin.
    pub to: EmailAddress,
    /// Who has sent the transfer.
    pub sender: EmailAddress,
    /// Whose link it was.
    pub recipient: EmailAddress,
    /// What he says; may be empty.
    pub text: String,
}

impl Service {
    /// What to tell an admin of a report, or the operator if `to` is nobody; `None` if it is gone with its transfer, or he is
    /// no admin any more.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn abuse_notice(
        &self,
        tenant: TenantId,
        report: AbuseReportId,
        to: Option<UserId>,
    ) -> Result<Option<AbuseNotice>, TransferError> {
        let mut conn = self.db().read().await?;
        let found = conn.abuse_report(tenant, report).await?.zip(conn.tenant(tenant).await?);
        drop(conn);
        let Some((row, tenant_row)) = found else { return Ok(None) };
        let Some(view) = self.abuse_report(&row).await? else { return Ok(None) };
        let inside = match to {
            None => None,
            Some(admin) => {
                let key = self.keys().tenant_key(tenant, &tenant_row.tenant_key).await?;
                let mut conn = self.db().read().await?;
                let admin = conn.user(tenant, admin).await?.filter(User::administers);
                let Some((admin, sender)) = admin.zip(conn.user(tenant, view.sender_id).await?) else {
                    return Ok(None);
                };
                drop(conn);
                let address = |user: &User| {
                    let columns = UserColumns::of(tenant, user.id);
                    let (address, _) = columns.open(&key, &user.address, &user.name)?;
                    address.parse().map_err(TransferError::internal)
                };
                Some(AbuseInside {
                    to: address(&admin)?,
                    sender: match view.uploader {
                        Some(uploader) => uploader,
                        None => address(&sender)?,
                    },
                    recipient: view.recipient,
                    text: view.text,
                })
            }
        };
        Ok(Some(AbuseNotice {
            tenant: tenant_row.name,
            transfer_id: view.transfer_id,
            reason: view.reason,
            at: view.created_at,
            inside,
        }))
    }
}
