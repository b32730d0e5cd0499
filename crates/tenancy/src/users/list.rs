//! Finding users.

use sealpost_auth::{ManageGrant, UserColumns};
use sealpost_db::{Conn, User};
use sealpost_domain::{EmailAddress, UserId};

use super::{UserView, view::SecondFactorView};
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
        let mut conn = self.db.read().await?;
        let mut rows = conn.users_after(grant.tenant(), after, limit + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().map(|row| row.id).filter(|_| more);
        Ok(UserPage { users: views(&mut conn, grant, &rows).await?, next })
    }

    /// The tenant's user with this id.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn user(&self, grant: &ManageGrant, id: UserId) -> Result<UserView, TenancyError> {
        let mut conn = self.db.read().await?;
        let row = conn.user(grant.tenant(), id).await?;
        view(&mut conn, grant, row).await
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
        let mut conn = self.db.read().await?;
        let row = conn.user_by_address(grant.tenant(), &hmac).await?;
        view(&mut conn, grant, row).await
    }
}

/// A user who was looked for.
async fn view(conn: &mut Conn, grant: &ManageGrant, row: Option<User>) -> Result<UserView, TenancyError> {
    views(conn, grant, row.as_slice()).await?.pop().ok_or(TenancyError::NotFound)
}

/// A page of users. What they have beside their passwords is asked for all of them at once.
async fn views(conn: &mut Conn, grant: &ManageGrant, rows: &[User]) -> Result<Vec<UserView>, TenancyError> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return Ok(Vec::new());
    };
    let factors = conn.second_factors(grant.tenant(), first.id, last.id).await?;
    let of = |user: UserId| {
        let found = factors.binary_search_by_key(&user, |factors| factors.user_id);
        found.map_or_else(|_| SecondFactorView::default(), |place| (&factors[place]).into())
    };
    rows.iter().map(|row| Ok(UserView::open(row, of(row.id), grant.tenant_key())?)).collect()
}
