//! What a sender and his admins are told of a lock.

use sealpost_auth::UserColumns;
use sealpost_db::User;
use sealpost_domain::{EmailAddress, TenantId, Timestamp, TransferId, UserId};

use crate::{Service, TransferError, get::subject};

/// What a sender is told when too many wrong passwords have locked a transfer.
#[derive(Debug, Clone)]
pub struct LockNotice {
    /// The sender.
    pub to: EmailAddress,
    /// Which transfer.
    pub transfer_id: TransferId,
    /// Its subject, if there is one.
    pub subject: Option<String>,
    /// When it was locked.
    pub at: Timestamp,
}

impl Service {
    /// What to tell a sender of a locked transfer; `None` if it is not locked any more.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn lock_notice(
        &self,
        tenant: TenantId,
        transfer: TransferId,
    ) -> Result<Option<LockNotice>, TransferError> {
        let recipients = self.db().read().await?.recipients_of_transfer(transfer).await?;
        let Some(any) = recipients.first() else {
            return Ok(None);
        };
        let Some(delivery) = self.known(tenant, any.id).await? else {
            return Ok(None);
        };
        let Some(at) = delivery.transfer.row.locked_at else {
            return Ok(None);
        };
        let (to, _) = self.owner(&delivery.tenant, &delivery.transfer).await?;
        Ok(Some(LockNotice { to, transfer_id: transfer, subject: subject(&delivery.transfer)?, at }))
    }

    /// The sender of a locked transfer and an admin who is to be told; `None` if it is not locked any more, or he is no
    /// admin any more.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn admin_lock_notice(
        &self,
        tenant: TenantId,
        transfer: TransferId,
        admin: UserId,
    ) -> Result<Option<(LockNotice, EmailAddress)>, TransferError> {
        let Some(notice) = self.lock_notice(tenant, transfer).await? else {
            return Ok(None);
        };
        let mut conn = self.db().read().await?;
        let user = conn.user(tenant, admin).await?.filter(User::administers);
        let Some((user, row)) = user.zip(conn.tenant(tenant).await?) else {
            return Ok(None);
        };
        drop(conn);
        let key = self.keys().tenant_key(tenant, &row.tenant_key).await?;
        let (address, _) = UserColumns::of(tenant, admin).open(&key, &user.address, &user.name)?;
        Ok(Some((notice, address.parse().map_err(TransferError::internal)?)))
    }
}
