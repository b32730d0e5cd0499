//! A user who is calling.

use sealpost_domain::{Policy, Role, TenantId, Timestamp, UserId};

use crate::row::rows;

rows! {
    /// A user, and what every request of his needs to know of his tenant.
    ///
    /// Whether he may do anything is the caller's to say: compare `disabled_at`, `sending_suspended_at` and `suspended_at`.
    pub struct ActingUser {
        /// Who he is.
        pub user_id: UserId,
        /// What he is.
        pub role: Role,
        /// Since when he may do nothing.
        pub disabled_at: Option<Timestamp>,
        /// Since when he may not send.
        pub sending_suspended_at: Option<Timestamp>,
        /// His tenant.
        pub tenant_id: TenantId,
        /// Its blob container.
        pub container: String,
        /// Its rules.
        pub policy: Policy,
        /// Its key, wrapped by the vault's root key.
        pub tenant_key: Vec<u8>,
        /// Since when it is suspended.
        pub suspended_at: Option<Timestamp>,
    }
}

/// The columns of an [`ActingUser`], of `users u` and `tenants t`.
macro_rules! acting_user {
    () => {
        "u.id AS user_id, u.role, u.disabled_at, u.sending_suspended_at, t.id AS tenant_id, t.container, t.policy, t.tenant_key, t.suspended_at"
    };
}
pub(super) use acting_user;
