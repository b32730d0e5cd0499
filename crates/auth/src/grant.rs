//! The grants: rights as values.

use std::sync::Arc;

use sealpost_domain::{
    Policy, RecipientId, Role, Scope, Scopes, TenantId, Timestamp, TransferId, UserId, VisitId,
};
use sealpost_sealed::{PasswordKey, PasswordParameters, Random, TenantKey};

use crate::{AuthError, password_pool::PasswordPool};

/// Proof that a user of a tenant is calling, with what he may do.
#[derive(Debug, Clone)]
pub struct SenderSession {
    pub(crate) tenant: TenantId,
    pub(crate) user: UserId,
    pub(crate) role: Role,
    pub(crate) scopes: Scopes,
    pub(crate) policy: Arc<Policy>,
    pub(crate) container: Arc<str>,
    pub(crate) tenant_key: Arc<TenantKey>,
    pub(crate) passwords: PasswordPool,
}

impl SenderSession {
    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The user.
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// The tenant's rules.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The name of the tenant's container.
    pub fn container(&self) -> &str {
        &self.container
    }

    /// The key of the tenant's own data.
    pub fn tenant_key(&self) -> &TenantKey {
        &self.tenant_key
    }

    /// Whether transfers of this sender may be seen: the user's own, and all of them to admins.
    pub fn sees(&self, tenant: TenantId, sender: UserId) -> bool {
        self.tenant == tenant && (self.user == sender || self.sees_all())
    }

    /// Whether all transfers of the tenant may be seen.
    pub fn sees_all(&self) -> bool {
        matches!(self.role, Role::Owner | Role::Admin) && self.scopes.contains(Scope::Admin)
    }

    /// Fails unless the token may be used to send, and to change what was sent.
    ///
    /// # Errors
    /// [`AuthError::Forbidden`].
    pub fn require_send(&self) -> Result<(), AuthError> {
        let role = matches!(self.role, Role::Owner | Role::Admin | Role::Sender);
        let scope = self.scopes.contains(Scope::Send) || self.sees_all();
        if role && scope { Ok(()) } else { Err(AuthError::Forbidden) }
    }

    /// Fails unless the token may be used to read.
    ///
    /// # Errors
    /// [`AuthError::Forbidden`].
    pub fn require_read(&self) -> Result<(), AuthError> {
        let scope = self.scopes.contains(Scope::Read) || self.scopes.contains(Scope::Send) || self.sees_all();
        if scope { Ok(()) } else { Err(AuthError::Forbidden) }
    }

    /// The key that a new password becomes, with the parameters to make it again.
    ///
    /// # Errors
    /// [`AuthError::Busy`].
    pub async fn new_password_key(
        &self,
        password: &str,
        random: &dyn Random,
    ) -> Result<(PasswordKey, PasswordParameters), AuthError> {
        let parameters = PasswordParameters::generate(random);
        let key = self.passwords.derive(password, parameters.clone()).await?;
        Ok((key, parameters))
    }

    /// The right to upload files to the user's transfers.
    ///
    /// # Errors
    /// [`AuthError::Forbidden`] if the token may not be used to send.
    pub fn upload_grant(&self) -> Result<UploadGrant, AuthError> {
        self.require_send()?;
        Ok(UploadGrant { session: self.clone() })
    }
}

/// The right to upload files to transfers of one sender.
#[derive(Debug, Clone)]
pub struct UploadGrant {
    session: SenderSession,
}

impl UploadGrant {
    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.session.tenant
    }

    /// The tenant's rules.
    pub fn policy(&self) -> &Policy {
        self.session.policy()
    }

    /// The name of the tenant's container.
    pub fn container(&self) -> &str {
        self.session.container()
    }

    /// Whether files may be added to transfers of this sender.
    pub fn fills(&self, tenant: TenantId, sender: UserId) -> bool {
        self.session.sees(tenant, sender)
    }
}

/// The right to see what a delivery holds.
#[derive(Debug, Clone)]
pub struct ReadGrant {
    pub(crate) tenant: TenantId,
    pub(crate) transfer: TransferId,
    pub(crate) recipient: RecipientId,
    pub(crate) password_key: Option<PasswordKey>,
}

impl ReadGrant {
    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The transfer.
    pub const fn transfer(&self) -> TransferId {
        self.transfer
    }

    /// The recipient.
    pub const fn recipient(&self) -> RecipientId {
        self.recipient
    }

    /// What opens a content key that was locked with a password.
    pub const fn password_key(&self) -> Option<&PasswordKey> {
        self.password_key.as_ref()
    }
}

/// The right to fetch what a delivery holds: a recipient has shown what was asked of him.
#[derive(Debug, Clone)]
pub struct DownloadGrant {
    pub(crate) read: ReadGrant,
    pub(crate) visit: VisitId,
    pub(crate) expires_at: Timestamp,
}

impl DownloadGrant {
    /// The right to see what there is to fetch.
    pub const fn read(&self) -> &ReadGrant {
        &self.read
    }

    /// The recipient.
    pub const fn recipient(&self) -> RecipientId {
        self.read.recipient
    }

    /// The visit that downloads are counted by.
    pub const fn visit(&self) -> VisitId {
        self.visit
    }
}
