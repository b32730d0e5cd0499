//! Who may send for a mailbox, and who no more.

use sealpost_auth::ManageGrant;
use sealpost_domain::{MailboxId, UserId};

use super::{Event, record};
use crate::{Tenancy, TenancyError};

impl Tenancy {
    /// Lets a user send for a mailbox. It changes nothing if he may already.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`] without such a mailbox or user.
    pub async fn delegate(
        &self,
        grant: &ManageGrant,
        mailbox: MailboxId,
        user: UserId,
    ) -> Result<(), TenancyError> {
        let (tenant, now) = (grant.tenant(), self.clock.now());
        let mut tx = self.db.write().await?;
        tx.mailbox(tenant, mailbox).await?.ok_or(TenancyError::NotFound)?;
        tx.user(tenant, user).await?.ok_or(TenancyError::NotFound)?;
        if tx.delegate(tenant, mailbox, user, now).await? {
            record(&mut tx, grant, now, &[Event::Delegated(mailbox, user)]).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Takes that away again: at once, also from what he has begun and not sent.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`] if he may not, or there is no such mailbox.
    pub async fn undelegate(
        &self,
        grant: &ManageGrant,
        mailbox: MailboxId,
        user: UserId,
    ) -> Result<(), TenancyError> {
        let (tenant, now) = (grant.tenant(), self.clock.now());
        let mut tx = self.db.write().await?;
        tx.mailbox(tenant, mailbox).await?.ok_or(TenancyError::NotFound)?;
        if !tx.undelegate(mailbox, user).await? {
            return Err(TenancyError::NotFound);
        }
        record(&mut tx, grant, now, &[Event::Undelegated(mailbox, user)]).await?;
        Ok(tx.commit().await?)
    }
}
