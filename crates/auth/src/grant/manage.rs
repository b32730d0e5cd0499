//! What somebody may do who keeps a tenant's users and belongings: an admin, or the operator at the machine.

use std::{ops::Deref, sync::Arc};

use sealpost_db::{AuditEvent, DbError, Tenant, Tx};
use sealpost_domain::{Policy, Role, TenantId, Timestamp, UserId};
use sealpost_sealed::TenantKey;
use serde_json::{Value, json};

use crate::{AdminSession, Auth, AuthError, OwnerSession};

/// Who did something to a tenant: what its log says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Whoever runs the service, at the machine itself.
    Operator,
    /// A user of the tenant.
    User(UserId),
}

impl Actor {
    /// As the log has it: the user's id, or `"operator"`.
    pub fn to_json(self) -> Value {
        match self {
            Self::Operator => json!("operator"),
            Self::User(id) => json!(id),
        }
    }

    /// The user; nobody for the operator.
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::Operator => None,
            Self::User(id) => Some(id),
        }
    }
}

/// The right to keep a tenant's users and belongings.
#[derive(Debug, Clone)]
pub struct ManageGrant {
    pub(crate) tenant: TenantId,
    pub(crate) tenant_key: Arc<TenantKey>,
    pub(crate) policy: Policy,
    pub(crate) actor: Actor,
    /// Whether it is good for owners and admins, too.
    pub(crate) appoints: bool,
}

impl ManageGrant {
    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The key of the tenant's own data.
    pub fn tenant_key(&self) -> &TenantKey {
        &self.tenant_key
    }

    /// The tenant's rules.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Who it is.
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// Writes into the tenant's log what was done, and by whom, in the transaction of the effect. Call it last: it locks
    /// the log.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record(
        &self,
        tx: &mut Tx,
        at: Timestamp,
        kind: &str,
        mut payload: Value,
    ) -> Result<(), DbError> {
        payload["by"] = self.actor.to_json();
        let event = AuditEvent { at, kind, transfer_id: None, payload: &payload, sealed: None };
        tx.append_audit(self.tenant, &[event]).await.map(drop)
    }

    /// Fails unless users of this role may be made and changed: who is owner or admin is for owners to say.
    ///
    /// # Errors
    /// [`AuthError::Forbidden`].
    pub fn require_over(&self, role: Role) -> Result<(), AuthError> {
        if self.appoints || !role.is_admin() { Ok(()) } else { Err(AuthError::Forbidden) }
    }
}

/// The operator's right over a tenant: that of an owner, and what becomes of the tenant as a whole.
#[derive(Debug, Clone)]
pub struct OperatorGrant(ManageGrant);

impl Deref for OperatorGrant {
    type Target = ManageGrant;

    fn deref(&self) -> &ManageGrant {
        &self.0
    }
}

impl AdminSession {
    /// The right to keep the tenant's users and belongings.
    pub fn manage(&self) -> ManageGrant {
        ManageGrant {
            tenant: self.tenant(),
            tenant_key: Arc::clone(&self.caller.tenant_key),
            policy: self.policy().clone(),
            actor: Actor::User(self.user()),
            appoints: self.role() == Role::Owner,
        }
    }
}

impl OwnerSession {
    /// The right to keep the tenant's users and belongings.
    pub fn manage(&self) -> ManageGrant {
        ManageGrant {
            tenant: self.tenant(),
            tenant_key: Arc::clone(&self.caller.tenant_key),
            policy: self.policy().clone(),
            actor: Actor::User(self.user()),
            appoints: true,
        }
    }
}

impl Auth {
    /// The operator's right over a tenant. Whoever can call this has the database, the vault and the keyring before him;
    /// for commands at the machine only, never for what comes over the network.
    ///
    /// # Errors
    /// [`AuthError::Unavailable`] if the tenant's key cannot be had.
    pub async fn danger_operator(&self, tenant: &Tenant) -> Result<OperatorGrant, AuthError> {
        Ok(OperatorGrant(ManageGrant {
            tenant: tenant.id,
            tenant_key: self.keys.tenant_key(tenant.id, &tenant.tenant_key).await?,
            policy: tenant.policy.clone(),
            actor: Actor::Operator,
            appoints: true,
        }))
    }
}
