//! Finding users.

use sealpost_auth::{ManageGrant, UserColumns};
use sealpost_domain::{EmailAddress, UserId};

use super::UserView;
use crate::{Tenancy, TenancyError};

/// A page of users, oldest first.
#[derive(Debug, Clone)]
pub struct UserPage {
    /// The users.
    pub users: Vec<UserView>,
    /// After whom the next page begins; `None` on the last one.
    pub next: Option<UserId>,
}

impl Tenancy {
    /// At most `limit` users of the tenant, oldest first, beginning after `after`.
    ///
    /// # Errors
    /// [`TenancyError::Damaged`] if a row was changed.
    pub async fn users(
        &self,
        grant: &ManageGrant,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<UserPage, TenancyError> {
        let mut rows = self.db.read().await?.users_after(grant.tenant(), after, limit + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().map(|row| row.id).filter(|_| more);
        let open = |row| UserView::open(row, grant.tenant_key());
        Ok(UserPage { users: rows.iter().map(open).collect::<Result<_, _>>()?, next })
    }

    /// The tenant's user with this id.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn user(&self, grant: &ManageGrant, id: UserId) -> Result<UserView, TenancyError> {
        let row = self.db.read().await?.user(grant.tenant(), id).await?;
        Ok(UserView::open(&row.ok_or(TenancyError::NotFound)?, grant.tenant_key())?)
    }

    /// The tenant's user with this address.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn user_by_address(
        &self,
        grant: &ManageGrant,
        email: &EmailAddress,
    ) -> Result<UserView, TenancyError> {
        let hmac = UserColumns::address_hmac(grant.tenant_key(), email);
        let row = self.db.read().await?.user_by_address(grant.tenant(), &hmac).await?;
        Ok(UserView::open(&row.ok_or(TenancyError::NotFound)?, grant.tenant_key())?)
    }
}
