//! A portal's sealed columns.

use std::net::IpAddr;

use sealpost_domain::{PortalId, TenantId, UserId};
use sealpost_sealed::{Column, TenantKey};

use crate::limits::neighbourhood;

/// The places of what is known of a portal, under the tenant key. Both sides of sealing and opening use it, so that they
/// cannot differ.
#[derive(Debug, Clone, Copy)]
pub struct PortalColumns {
    tenant: TenantId,
    portal: PortalId,
}

impl PortalColumns {
    /// The columns of this portal's row.
    pub const fn of(tenant: TenantId, portal: PortalId) -> Self {
        Self { tenant, portal }
    }

    /// What it is about.
    pub const fn title(self) -> Column {
        self.place("portals.title")
    }

    /// What the uploader reads.
    pub const fn text(self) -> Column {
        self.place("portals.text")
    }

    /// What the uploader sees of somebody whom he may choose. It is bound to the user: nobody's label stands beside another.
    pub const fn label(self, user: UserId) -> Column {
        Column { tenant: self.tenant.into_bytes(), row: user.into_bytes(), name: "portal_recipients.label" }
    }

    /// What drafts from one network are counted by: who has the database alone learns no network from it.
    pub fn network_hmac(self, key: &TenantKey, network: IpAddr) -> [u8; 32] {
        let mut value = self.portal.into_bytes().to_vec();
        value.extend_from_slice(&neighbourhood(network));
        key.lookup_hmac("transfers.uploader_network", &value)
    }

    const fn place(self, name: &'static str) -> Column {
        Column { tenant: self.tenant.into_bytes(), row: self.portal.into_bytes(), name }
    }
}
