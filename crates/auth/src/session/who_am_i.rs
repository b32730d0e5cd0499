//! Who has signed in.

use std::time::Duration;

use sealpost_db::Session;
use sealpost_domain::{Role, SessionStage, TenantId, TenantSlug, Timestamp, UserId};

use crate::{Auth, AuthError, PendingSession, UserColumns};

/// A session, whose it is, and how far it has got.
#[derive(Debug, Clone)]
pub struct WhoAmI {
    /// The session.
    pub session: Session,
    /// How far it has got by the rules as they are now.
    pub stage: SessionStage,
    /// Until when dangerous acts are possible.
    pub stepped_up_until: Timestamp,
    /// Who has signed in.
    pub user: UserId,
    /// His address.
    pub email: String,
    /// His name; may be empty.
    pub name: String,
    /// What he is.
    pub role: Role,
    /// Where he has signed in.
    pub tenant: TenantId,
    /// The tenant's short name.
    pub tenant_slug: TenantSlug,
    /// The tenant's name.
    pub tenant_name: String,
}

impl Auth {
    /// Who has signed in.
    ///
    /// # Errors
    /// [`AuthError::Unauthorized`] if the session has ended meanwhile.
    pub async fn who_am_i(&self, pending: &PendingSession) -> Result<WhoAmI, AuthError> {
        let (tenant, user) = (pending.tenant(), pending.user());
        let mut conn = self.db.read().await?;
        let sessions = conn.sessions(tenant, user).await?;
        let session = sessions.into_iter().find(|session| session.id == pending.session());
        let session = session.ok_or(AuthError::Unauthorized)?;
        let tenant_row = conn.tenant(tenant).await?.ok_or(AuthError::Unauthorized)?;
        let row = conn.user(tenant, user).await?.ok_or(AuthError::Unauthorized)?;
        let opened = UserColumns::of(tenant, user).open(pending.tenant_key(), &row.address, &row.name);
        let (email, name) = opened.map_err(|error| AuthError::Internal(error.into()))?;
        let lasts = Duration::from_secs(pending.policy().step_up_seconds);
        Ok(WhoAmI {
            stage: pending.stage(),
            stepped_up_until: session.proved_at + lasts,
            session,
            user,
            email,
            name,
            role: row.role,
            tenant,
            tenant_slug: tenant_row.slug,
            tenant_name: tenant_row.name,
        })
    }
}
