//! Mailboxes are added, listed and taken away.

use sealpost_auth::{MailboxColumns, ManageGrant, SenderSession, UserColumns};
use sealpost_db::{Mailbox, Tx};
use sealpost_domain::{EmailAddress, MailboxId, TenantId, Timestamp, UserId};
use sealpost_sealed::{TenantKey, random_bytes};

use super::{Event, record};
use crate::{Tenancy, TenancyError, users::check_name};

/// A shared mailbox.
#[derive(Debug, Clone)]
pub struct MailboxView {
    /// Which.
    pub id: MailboxId,
    /// Its address.
    pub email: String,
    /// Its name, which recipients see.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
}

/// Somebody who may send for a mailbox.
#[derive(Debug, Clone)]
pub struct DelegateView {
    /// Who.
    pub user: UserId,
    /// His address.
    pub email: String,
    /// Since when.
    pub since: Timestamp,
}

impl Tenancy {
    /// Adds a mailbox. One that was taken away before is itself again; nobody may send for it by that.
    ///
    /// # Errors
    /// [`TenancyError::AlreadyExists`] for an address that a mailbox has, or a user who may sign in: whoever sends for it
    /// would send in his name. [`TenancyError::Invalid`] for a name that cannot be.
    pub async fn create_mailbox(
        &self,
        grant: &ManageGrant,
        email: &EmailAddress,
        name: &str,
    ) -> Result<MailboxView, TenancyError> {
        check_name(name)?;
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let mailbox = self.put_mailbox(&mut tx, grant, email, name, now).await?;
        record(&mut tx, grant, now, &[Event::Created(mailbox.id)]).await?;
        tx.commit().await?;
        MailboxView::open(&mailbox, grant.tenant_key())
    }

    /// The tenant's mailboxes, oldest first.
    ///
    /// # Errors
    /// [`TenancyError::Damaged`] if a row was changed.
    pub async fn mailboxes(&self, grant: &ManageGrant) -> Result<Vec<MailboxView>, TenancyError> {
        let rows = self.db.read().await?.mailboxes(grant.tenant()).await?;
        rows.iter().map(|row| MailboxView::open(row, grant.tenant_key())).collect()
    }

    /// The mailboxes that the caller may send for.
    ///
    /// # Errors
    /// [`TenancyError::Damaged`] if a row was changed.
    pub async fn own_mailboxes(&self, session: &SenderSession) -> Result<Vec<MailboxView>, TenancyError> {
        let rows = self.db.read().await?.mailboxes_of_user(session.tenant(), session.user()).await?;
        rows.iter().map(|row| MailboxView::open(row, session.tenant_key())).collect()
    }

    /// Who may send for a mailbox.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn delegates(
        &self,
        grant: &ManageGrant,
        mailbox: MailboxId,
    ) -> Result<Vec<DelegateView>, TenancyError> {
        let mut conn = self.db.read().await?;
        conn.mailbox(grant.tenant(), mailbox).await?.ok_or(TenancyError::NotFound)?;
        let mut views = Vec::new();
        for delegation in conn.delegates(mailbox).await? {
            let Some(user) = conn.user(grant.tenant(), delegation.user_id).await? else {
                continue;
            };
            let columns = UserColumns::of(user.tenant_id, user.id);
            let (email, _) = columns.open(grant.tenant_key(), &user.address, &user.name)?;
            views.push(DelegateView { user: user.id, email, since: delegation.created_at });
        }
        Ok(views)
    }

    /// Takes a mailbox away. Nobody sends for it any more; what was sent for it keeps its name.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn remove_mailbox(&self, grant: &ManageGrant, id: MailboxId) -> Result<(), TenancyError> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        if !tx.remove_mailbox(grant.tenant(), id, now).await? {
            return Err(TenancyError::NotFound);
        }
        record(&mut tx, grant, now, &[Event::Removed(id)]).await?;
        Ok(tx.commit().await?)
    }

    /// The row of a mailbox that was added or came back.
    pub(super) async fn put_mailbox(
        &self,
        tx: &mut Tx,
        grant: &ManageGrant,
        email: &EmailAddress,
        name: &str,
        now: Timestamp,
    ) -> Result<Mailbox, TenancyError> {
        let (tenant, key) = (grant.tenant(), grant.tenant_key());
        let user = tx.user_by_address(tenant, &UserColumns::address_hmac(key, email)).await?;
        if user.is_some_and(|user| user.disabled_at.is_none()) {
            return Err(TenancyError::AlreadyExists);
        }
        let hmac = MailboxColumns::address_hmac(key, email);
        let known = tx.mailbox_by_address(tenant, &hmac).await?;
        let id = known.as_ref().map_or_else(|| self.new_mailbox_id(now), |known| known.id);
        let mailbox = self.sealed_mailbox((tenant, key), id, email, name, now);
        match known {
            None => tx.insert_mailbox(&mailbox).await?,
            Some(_) if tx.revive_mailbox(&mailbox).await? => {}
            Some(_) => return Err(TenancyError::AlreadyExists),
        }
        Ok(mailbox)
    }

    fn new_mailbox_id(&self, now: Timestamp) -> MailboxId {
        MailboxId::new(now, random_bytes(&*self.random))
    }

    fn sealed_mailbox(
        &self,
        (tenant, key): (TenantId, &TenantKey),
        id: MailboxId,
        email: &EmailAddress,
        name: &str,
        now: Timestamp,
    ) -> Mailbox {
        let (address, name) = MailboxColumns::of(tenant, id).seal(key, email.as_str(), name, &*self.random);
        Mailbox {
            id,
            tenant_id: tenant,
            address,
            address_hmac: MailboxColumns::address_hmac(key, email),
            name,
            created_at: now,
            removed_at: None,
        }
    }
}

impl MailboxView {
    fn open(row: &Mailbox, key: &TenantKey) -> Result<Self, TenancyError> {
        let (email, name) = MailboxColumns::of(row.tenant_id, row.id).open(key, &row.address, &row.name)?;
        Ok(Self { id: row.id, email, name, created_at: row.created_at })
    }
}
