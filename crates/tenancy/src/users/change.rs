//! A user becomes another: his name, his role, whether he may do anything, whether he may send.

use sealpost_auth::{Actor, ManageGrant, UserColumns};
use sealpost_db::{Tx, User};
use sealpost_domain::{Role, Timestamp, UserId};
use serde_json::{Value, json};

use super::{UserView, create::check_name};
use crate::{Tenancy, TenancyError};

/// What becomes different of a user; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    /// His name.
    pub name: Option<String>,
    /// What he is.
    pub role: Option<Role>,
    /// Whether he may do nothing.
    pub disabled: Option<bool>,
    /// Whether he may not send.
    pub sending_suspended: Option<bool>,
}

impl Tenancy {
    /// Changes a user. Whoever is disabled, or becomes another, is signed out everywhere, and his tokens count no more
    /// while he is disabled.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`]; [`TenancyError::Forbidden`] for owners and admins, unless an owner changes them, and
    /// for one's own role; [`TenancyError::LastOwner`]; [`TenancyError::Invalid`].
    pub async fn change_user(
        &self,
        grant: &ManageGrant,
        id: UserId,
        change: UserChange,
    ) -> Result<UserView, TenancyError> {
        change.name.as_deref().map_or(Ok(()), check_name)?;
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let owners = tx.owners_for_update(grant.tenant()).await?;
        let row = tx.user(grant.tenant(), id).await?.ok_or(TenancyError::NotFound)?;
        check(grant, &row, &change, &owners)?;
        let done = self.apply(&mut tx, grant, &row, &change, now).await?;
        if done != json!({}) {
            let mut payload = done;
            payload["user"] = json!(id);
            grant.record(&mut tx, now, "user.changed", payload).await?;
            tx.commit().await?;
        }
        self.user(grant, id).await
    }

    /// Makes the changes that are any, and says which.
    async fn apply(
        &self,
        tx: &mut Tx,
        grant: &ManageGrant,
        row: &User,
        change: &UserChange,
        now: Timestamp,
    ) -> Result<Value, TenancyError> {
        let (tenant, id) = (grant.tenant(), row.id);
        let mut done = json!({});
        if let Some(name) = &change.name {
            let sealed = UserColumns::of(tenant, id).seal_name(grant.tenant_key(), name, &*self.random);
            tx.set_user_name(tenant, id, &sealed).await?;
            done["name"] = json!(true);
        }
        if let Some(role) = change.role.filter(|role| *role != row.role) {
            tx.set_user_role(tenant, id, role).await?;
            done["role"] = json!({ "from": row.role, "to": role });
        }
        if let Some(disabled) = change.disabled.filter(|disabled| *disabled != row.disabled_at.is_some()) {
            tx.set_user_disabled(tenant, id, disabled.then_some(now)).await?;
            done["disabled"] = json!(disabled);
        }
        let was_suspended = row.sending_suspended_at.is_some();
        if let Some(suspended) = change.sending_suspended.filter(|suspended| *suspended != was_suspended) {
            tx.set_user_sending_suspended(tenant, id, suspended.then_some(now)).await?;
            done["sending_suspended"] = json!(suspended);
        }
        if done.get("role").is_some() || done.get("disabled") == Some(&json!(true)) {
            tx.delete_sessions(tenant, id, None).await?;
        }
        Ok(done)
    }
}

fn check(
    grant: &ManageGrant,
    row: &User,
    change: &UserChange,
    owners: &[UserId],
) -> Result<(), TenancyError> {
    grant.require_over(row.role)?;
    change.role.map_or(Ok(()), |role| grant.require_over(role))?;
    let loses_role = change.role.is_some_and(|role| role != row.role);
    let is_disabled = change.disabled == Some(true);
    if grant.actor() == Actor::User(row.id) && (loses_role || is_disabled) {
        return Err(TenancyError::Forbidden);
    }
    // A tenant without an owner would be nobody's: only the operator could help it.
    if owners == [row.id] && (loses_role || is_disabled) {
        return Err(TenancyError::LastOwner);
    }
    Ok(())
}
