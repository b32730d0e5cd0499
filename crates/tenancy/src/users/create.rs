//! A new user.

use sealpost_auth::{ManageGrant, UserColumns};
use sealpost_db::User;
use sealpost_domain::{EmailAddress, Role, UserId};
use sealpost_sealed::random_bytes;
use serde_json::json;

use super::{UserView, view::SecondFactorView};
use crate::{Tenancy, TenancyError};

/// Longest name in bytes.
pub(super) const MAX_NAME_BYTES: usize = 256;

impl Tenancy {
    /// Makes a user.
    ///
    /// # Errors
    /// [`TenancyError::AlreadyExists`] for an address that is taken, [`TenancyError::Forbidden`] for an owner or admin
    /// whom an admin would make, [`TenancyError::Invalid`].
    pub async fn create_user(
        &self,
        grant: &ManageGrant,
        email: &EmailAddress,
        name: &str,
        role: Role,
    ) -> Result<UserView, TenancyError> {
        grant.require_over(role)?;
        check_name(name)?;
        let now = self.clock.now();
        let (tenant, key) = (grant.tenant(), grant.tenant_key());
        let id = UserId::new(now, random_bytes(&*self.random));
        let (address, name) = UserColumns::of(tenant, id).seal(key, email.as_str(), name, &*self.random);
        let user = User {
            id,
            tenant_id: tenant,
            address,
            address_hmac: UserColumns::address_hmac(key, email),
            name,
            role,
            created_at: now,
            disabled_at: None,
            seat_at: (grant.policy().seats_automatic && role != Role::Auditor).then_some(now),
            sending_suspended_at: None,
        };
        let mut tx = self.db.write().await?;
        tx.insert_user(&user).await?;
        grant.record(&mut tx, now, "user.created", json!({ "user": id, "role": role })).await?;
        tx.commit().await?;
        Ok(UserView::open(&user, SecondFactorView::default(), key)?)
    }
}

/// A name is one line that reads in one direction; it may be empty.
pub(crate) fn check_name(name: &str) -> Result<(), TenancyError> {
    let strange = |c: char| c.is_control() || sealpost_domain::is_deceptive(c);
    if name.len() > MAX_NAME_BYTES || name.chars().any(strange) {
        return Err(TenancyError::Invalid("a name is one line of at most 256 bytes, read in one direction"));
    }
    Ok(())
}
