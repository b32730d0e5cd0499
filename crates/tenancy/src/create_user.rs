//! A new user, and finding the ones that there are.

use sealpost_auth::UserColumns;
use sealpost_db::{Tenant, User};
use sealpost_domain::{EmailAddress, Role, TenantId, UserId};
use sealpost_sealed::random_bytes;

use crate::{Tenancy, TenancyError};

/// A user as an operator sees him.
#[derive(Debug, Clone)]
pub struct UserView {
    /// Which.
    pub id: UserId,
    /// His address.
    pub email: String,
    /// His name.
    pub name: String,
    /// What he is.
    pub role: Role,
    /// Whether he may do nothing.
    pub disabled: bool,
}

impl Tenancy {
    /// Makes a user.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`] without such a tenant, [`TenancyError::AlreadyExists`] for an address that is taken.
    pub async fn create_user(
        &self,
        tenant: TenantId,
        email: &EmailAddress,
        name: &str,
        role: Role,
    ) -> Result<UserId, TenancyError> {
        let row = self.db.read().await?.tenant(tenant).await?.ok_or(TenancyError::NotFound)?;
        let key = self.keys.tenant_key(tenant, &row.tenant_key).await?;
        let now = self.clock.now();
        let id = UserId::new(now, random_bytes(&*self.random));
        let (address, name) = UserColumns::of(tenant, id).seal(&key, email.as_str(), name, &*self.random);
        let user = User {
            id,
            tenant_id: tenant,
            address,
            address_hmac: UserColumns::address_hmac(&key, email),
            name,
            role,
            created_at: now,
            disabled_at: None,
            seat_at: row.policy.seats_automatic.then_some(now),
        };
        let mut tx = self.db.write().await?;
        tx.insert_user(&user).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The tenant's users, oldest first.
    ///
    /// # Errors
    /// [`TenancyError::Damaged`] if a row was changed.
    pub async fn users(&self, tenant: &Tenant) -> Result<Vec<UserView>, TenancyError> {
        let key = self.keys.tenant_key(tenant.id, &tenant.tenant_key).await?;
        let rows = self.db.read().await?.users(tenant.id).await?;
        let view = |row: User| {
            let (email, name) = UserColumns::of(tenant.id, row.id).open(&key, &row.address, &row.name)?;
            Ok(UserView { id: row.id, email, name, role: row.role, disabled: row.disabled_at.is_some() })
        };
        rows.into_iter().map(view).collect()
    }

    /// The tenant's user with this address.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn user(&self, tenant: &Tenant, email: &EmailAddress) -> Result<UserId, TenancyError> {
        let key = self.keys.tenant_key(tenant.id, &tenant.tenant_key).await?;
        let hmac = UserColumns::address_hmac(&key, email);
        let row = self.db.read().await?.user_by_address(tenant.id, &hmac).await?;
        row.map(|row| row.id).ok_or(TenancyError::NotFound)
    }
}
