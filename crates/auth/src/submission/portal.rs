//! What the address of a portal leads to. Asking changes nothing, so link scanners may ask.

use std::ops::Deref;

use sealpost_db::{KnownPortal, Portal};
use sealpost_domain::{PortalName, SubmissionSource, TenantSlug};

use super::{
    Entrance, Hindrance,
    entrance::{Bounds, opened_user, or_unavailable},
};
use crate::{Auth, AuthError, SenderSession};

/// Proof that a portal takes something now.
#[derive(Debug, Clone)]
pub struct PortalPage {
    entrance: Entrance,
    row: Portal,
}

impl Deref for PortalPage {
    type Target = Entrance;

    fn deref(&self) -> &Entrance {
        &self.entrance
    }
}

impl PortalPage {
    /// The portal.
    pub const fn row(&self) -> &Portal {
        &self.row
    }
}

impl Auth {
    /// What the address of a portal leads to, by the tenant's short name and its own.
    ///
    /// # Errors
    /// [`AuthError::LinkUnavailable`], the same for portals that are unknown or switched off, and for those of whose owner
    /// could not send himself now; [`AuthError::Suspended`] for what would be available otherwise.
    pub async fn portal_page(&self, tenant: &str, name: &str) -> Result<PortalPage, AuthError> {
        let tenant: TenantSlug = tenant.parse().map_err(|_| AuthError::LinkUnavailable)?;
        let name: PortalName = name.parse().map_err(|_| AuthError::LinkUnavailable)?;
        let found = self.db.read().await?.portal_by_name(&tenant, &name).await?;
        let known = found.filter(|known| known.portal.enabled).ok_or(AuthError::LinkUnavailable)?;
        let (row, address, name) =
            (known.portal.clone(), known.user_address.clone(), known.user_name.clone());
        let session = or_unavailable(self.session_of_portal(known).await?, AuthError::LinkUnavailable)?;
        let (owner, owner_name) = opened_user(&session, (&address, &name))?;
        let entrance = Entrance {
            source: SubmissionSource::Portal(row.id),
            session,
            owner,
            owner_name,
            asks_code: row.asks_code,
            proved: false,
            bound: None,
            ends: None,
        };
        Ok(PortalPage { entrance, row })
    }

    /// Why nothing can be sent in to the owner of a portal now, if that is so: what admins are told, and outsiders are not.
    ///
    /// # Errors
    /// Those of the database and the vault.
    pub async fn portal_hindrance(&self, known: KnownPortal) -> Result<Option<Hindrance>, AuthError> {
        Ok(self.session_of_portal(known).await?.err())
    }

    /// The session of a portal's owner, or why he could not send himself now.
    pub(super) async fn session_of_portal(
        &self,
        known: KnownPortal,
    ) -> Result<Result<SenderSession, Hindrance>, AuthError> {
        let KnownPortal { portal, user, .. } = known;
        let bounds = Bounds { max_files: portal.max_files, max_bytes: portal.max_bytes, kinds: portal.kinds };
        self.session_of_owner(user, bounds).await
    }
}
