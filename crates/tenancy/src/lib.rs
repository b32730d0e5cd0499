//! The use cases of running a tenant: for now, making tenants and users. Operators call them from the command line.
#![warn(missing_docs)]

use std::sync::Arc;

use sealpost_auth::UserColumns;
use sealpost_blob::{BlobError, BlobStore, Container};
use sealpost_db::{Db, DbError, Tenant, User};
use sealpost_domain::{Clock, EmailAddress, Policy, Role, TenantId, TenantSlug, UserId};
use sealpost_keys::{Keys, KeysError};
use sealpost_sealed::{Random, random_bytes};

/// Why a tenant or user could not be made or listed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TenancyError {
    /// The short name or the address is taken.
    #[error("it exists already")]
    AlreadyExists,
    /// The blob store's.
    #[error("blob store: {0}")]
    Blob(#[from] BlobError),
    /// What is stored does not open.
    #[error("a sealed column does not open")]
    Damaged(#[from] sealpost_sealed::Error),
    /// The database's.
    #[error("database: {0}")]
    Db(#[source] DbError),
    /// The vault's or the keyring's.
    #[error("keys: {0}")]
    Keys(#[from] KeysError),
    /// There is no such tenant or user.
    #[error("not found")]
    NotFound,
}

impl From<DbError> for TenancyError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::AlreadyExists(_) => Self::AlreadyExists,
            error => Self::Db(error),
        }
    }
}

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

/// Runs tenants.
#[derive(Debug, Clone)]
pub struct Tenancy {
    db: Db,
    blobs: Arc<dyn BlobStore>,
    keys: Arc<Keys>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Tenancy {
    /// The use cases on these stores.
    pub fn new(
        db: Db,
        blobs: Arc<dyn BlobStore>,
        keys: Arc<Keys>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self { db, blobs, keys, clock, random }
    }

    /// Makes a tenant with his key and his container.
    ///
    /// # Errors
    /// [`TenancyError::AlreadyExists`] for a short name that is taken.
    pub async fn create_tenant(
        &self,
        slug: TenantSlug,
        name: String,
        policy: Policy,
    ) -> Result<Tenant, TenancyError> {
        let now = self.clock.now();
        let id = TenantId::new(now, random_bytes(&*self.random));
        let (_, tenant_key) = self.keys.new_tenant_key(id).await?;
        let container = Container::of_tenant(id);
        let tenant = Tenant {
            id,
            slug,
            name,
            container: container.as_str().to_owned(),
            policy,
            tenant_key,
            created_at: now,
        };
        let mut tx = self.db.write().await?;
        tx.insert_tenant(&tenant).await?;
        // Before the row counts: a tenant without a container could be sent to and would lose it.
        self.blobs.create_container(&container).await?;
        tx.commit().await?;
        Ok(tenant)
    }

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
        };
        let mut tx = self.db.write().await?;
        tx.insert_user(&user).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// All tenants by short name.
    ///
    /// # Errors
    /// The database's.
    pub async fn tenants(&self) -> Result<Vec<Tenant>, TenancyError> {
        Ok(self.db.read().await?.tenants().await?)
    }

    /// The tenant with this short name.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`].
    pub async fn tenant(&self, slug: &TenantSlug) -> Result<Tenant, TenancyError> {
        self.db.read().await?.tenant_by_slug(slug).await?.ok_or(TenancyError::NotFound)
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
