//! What somebody may do who sends.

use std::sync::Arc;

use sealpost_domain::{Policy, Scope, SubmissionSource, TenantId, TransferId, UserId, rules::FileKinds};
use sealpost_sealed::{PasswordKey, PasswordParameters, Random, TenantKey};

use crate::{AuthError, caller::Caller, password_pool::PasswordPool};

/// Proof that a user of a tenant is calling, with what he may do.
#[derive(Debug, Clone)]
pub struct SenderSession {
    pub(crate) caller: Arc<Caller>,
    pub(crate) passwords: PasswordPool,
}

impl SenderSession {
    /// The tenant.
    pub fn tenant(&self) -> TenantId {
        self.caller.tenant
    }

    /// The user.
    pub fn user(&self) -> UserId {
        self.caller.user
    }

    /// The tenant's rules.
    pub fn policy(&self) -> &Policy {
        &self.caller.policy
    }

    /// Kinds of files that may be added, if they are fewer than the tenant's rules let pass: those that a request or portal
    /// asks for.
    pub fn kinds(&self) -> Option<&FileKinds> {
        self.caller.kinds.as_ref()
    }

    /// The name of the tenant's container.
    pub fn container(&self) -> &str {
        &self.caller.container
    }

    /// The key of the tenant's own data.
    pub fn tenant_key(&self) -> &TenantKey {
        &self.caller.tenant_key
    }

    /// Whether transfers of this sender may be seen: the user's own, and all of them to admins.
    pub fn sees(&self, tenant: TenantId, sender: UserId) -> bool {
        self.tenant() == tenant && (self.user() == sender || self.sees_all())
    }

    /// Whether all transfers of the tenant may be seen.
    pub fn sees_all(&self) -> bool {
        self.caller.is_admin()
    }

    /// Fails unless the caller may send, and change what was sent.
    ///
    /// # Errors
    /// [`AuthError::Forbidden`].
    pub fn require_send(&self) -> Result<(), AuthError> {
        if self.caller.sends() { Ok(()) } else { Err(AuthError::Forbidden) }
    }

    /// Fails unless the caller may read.
    ///
    /// # Errors
    /// [`AuthError::Forbidden`].
    pub fn require_read(&self) -> Result<(), AuthError> {
        let scopes = &self.caller.scopes;
        let scope = scopes.contains(Scope::Read) || scopes.contains(Scope::Send) || self.sees_all();
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

    /// The right to the uploads of the user's transfers: to see how far they are, and to remove them. To add anything to
    /// them takes an [`AddGrant`](crate::AddGrant).
    ///
    /// # Errors
    /// [`AuthError::Forbidden`] if the token may not be used to send.
    pub fn upload_grant(&self) -> Result<UploadGrant, AuthError> {
        self.require_send()?;
        Ok(UploadGrant::of_sender(self.clone()))
    }
}

/// The right to the uploads of one sender, or to those of one transfer alone.
#[derive(Debug, Clone)]
pub struct UploadGrant {
    session: SenderSession,
    /// The one transfer that comes in, and by what; `None`: all that the session's user sends.
    only: Option<(TransferId, SubmissionSource)>,
}

impl UploadGrant {
    pub(super) const fn of_sender(session: SenderSession) -> Self {
        Self { session, only: None }
    }

    pub(super) const fn of_submission(
        session: SenderSession,
        transfer: TransferId,
        source: SubmissionSource,
    ) -> Self {
        Self { session, only: Some((transfer, source)) }
    }

    /// The tenant.
    pub fn tenant(&self) -> TenantId {
        self.session.tenant()
    }

    /// The tenant's rules.
    pub fn policy(&self) -> &Policy {
        self.session.policy()
    }

    /// The key of the tenant's own data.
    pub fn tenant_key(&self) -> &TenantKey {
        self.session.tenant_key()
    }

    /// As [`SenderSession::kinds`].
    pub fn kinds(&self) -> Option<&FileKinds> {
        self.session.kinds()
    }

    /// Who it is.
    pub fn user(&self) -> UserId {
        self.session.user()
    }

    /// The name of the tenant's container.
    pub fn container(&self) -> &str {
        self.session.container()
    }

    /// Whether the uploads of this transfer are meant, which is this sender's, or comes in to him by this source. What
    /// comes in is filled by its uploader alone.
    pub fn fills(
        &self,
        (tenant, sender): (TenantId, UserId),
        transfer: TransferId,
        source: Option<SubmissionSource>,
    ) -> bool {
        let meant = match self.only {
            Some(only) => source.is_some_and(|source| only == (transfer, source)),
            None => source.is_none(),
        };
        meant && self.session.sees(tenant, sender)
    }
}
