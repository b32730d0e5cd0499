//! What a recipient may do who has shown what was asked of him.

use std::net::IpAddr;

use sealpost_domain::{RecipientId, TenantId, Timestamp, TransferId, VisitId};
use sealpost_sealed::PasswordKey;

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
    /// Where it is shown from; no part of it.
    pub(crate) network: Option<IpAddr>,
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

    /// Where whoever shows it comes from, if that is known.
    pub const fn network(&self) -> Option<IpAddr> {
        self.network
    }

    /// The visit that downloads are counted by.
    pub const fn visit(&self) -> VisitId {
        self.visit
    }
}
