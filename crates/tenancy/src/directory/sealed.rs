//! What is stored of a directory's words: sealed, with a keyed hash beside it where it is looked up by.

use sealpost_auth::UserColumns;
use sealpost_domain::{GroupId, TenantId, UserId};
use sealpost_scim::User;
use sealpost_sealed::{Column, Error, TenantKey};
use serde::{Deserialize, Serialize};

/// What a directory says about a user.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stored {
    /// Without `active`: whether he may do anything stands in his row.
    pub(super) user: User,
    /// Whether `active` was taken out.
    #[serde(default)]
    pub(super) active_unassigned: bool,
}

impl Stored {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts and truths always become JSON")
    }

    /// [`Error::Text`] if these are no words of a directory.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(bytes).map_err(|_| Error::Text)
    }
}

pub(super) const fn user_column(tenant: TenantId, user: UserId) -> Column {
    UserColumns::of(tenant, user).directory()
}

pub(super) const fn group_name_column(tenant: TenantId, group: GroupId) -> Column {
    Column { tenant: tenant.into_bytes(), row: group.into_bytes(), name: "groups.name" }
}

/// A group's name.
pub(crate) fn group_name(key: &TenantKey, row: &sealpost_db::Group) -> Result<String, Error> {
    key.open_text(group_name_column(row.tenant_id, row.id), &row.name)
}

pub(super) const fn group_id_column(tenant: TenantId, group: GroupId) -> Column {
    Column { tenant: tenant.into_bytes(), row: group.into_bytes(), name: "groups.external_id" }
}

/// Upper and lower case are one, as when filters compare.
pub(super) fn user_name_hmac(key: &TenantKey, name: &str) -> [u8; 32] {
    key.lookup_hmac("users.user_name", name.to_lowercase().as_bytes())
}

pub(super) fn user_id_hmac(key: &TenantKey, id: &str) -> [u8; 32] {
    key.lookup_hmac("users.external_id", id.as_bytes())
}

pub(super) fn group_name_hmac(key: &TenantKey, name: &str) -> [u8; 32] {
    key.lookup_hmac("groups.name", name.to_lowercase().as_bytes())
}

pub(super) fn group_id_hmac(key: &TenantKey, id: &str) -> [u8; 32] {
    key.lookup_hmac("groups.external_id", id.as_bytes())
}
