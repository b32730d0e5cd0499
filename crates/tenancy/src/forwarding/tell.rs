//! What admins are told of a target that fails.

use sealpost_auth::UserColumns;
use sealpost_db::User;
use sealpost_domain::{EmailAddress, ForwardingTargetId, TenantId, Timestamp, UserId};

use crate::{Tenancy, TenancyError};

/// What an admin is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForwardingNotice {
    /// Who is told.
    pub to: EmailAddress,
    /// What people know the target by.
    pub label: String,
    /// Since when it fails.
    pub since: Timestamp,
}

impl Tenancy {
    /// What to tell an admin of a target that fails; `None` if there is nothing to tell any more, or nobody.
    ///
    /// # Errors
    /// Those of the database and of the keys.
    pub async fn forwarding_notice(
        &self,
        tenant: TenantId,
        target: ForwardingTargetId,
        admin: UserId,
    ) -> Result<Option<ForwardingNotice>, TenancyError> {
        let mut conn = self.db.read().await?;
        let target = conn.forwarding_target(tenant, target).await?;
        let Some((target, since)) = target.and_then(|row| row.failing_since.map(|since| (row, since))) else {
            return Ok(None);
        };
        let user = conn.user(tenant, admin).await?.filter(User::administers);
        let Some((user, row)) = user.zip(conn.tenant(tenant).await?) else {
            return Ok(None);
        };
        drop(conn);
        let key = self.keys.tenant_key(tenant, &row.tenant_key).await?;
        let (address, _) = UserColumns::of(tenant, admin).open(&key, &user.address, &user.name)?;
        let to = address.parse().map_err(|_| TenancyError::Corrupt("users"))?;
        Ok(Some(ForwardingNotice { to, label: target.label, since }))
    }
}
