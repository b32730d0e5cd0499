//! The versions of tenants' policies.

use sealpost_domain::{Policy, TenantId, Timestamp, UserId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A version of a tenant's policy.
    pub struct PolicyVersion {
        /// The tenant.
        pub tenant_id: TenantId,
        /// Its number, from 0 without gaps; the oldest may be gone.
        pub version: u64,
        /// The whole document, sealed under the tenant key.
        pub document: Vec<u8>,
        /// What it changed: JSON, without personal data.
        pub difference: String,
        /// Who made it; nobody for the operator.
        pub made_by: Option<UserId>,
        /// When it was made.
        pub made_at: Timestamp,
        /// The version that it brought back.
        pub restored_from: Option<u64>,
    }

    /// A version, without what it says.
    pub struct PolicyVersionEntry {
        /// Its number.
        pub version: u64,
        /// What it changed: JSON, without personal data.
        pub difference: String,
        /// Who made it; nobody for the operator.
        pub made_by: Option<UserId>,
        /// When it was made.
        pub made_at: Timestamp,
        /// The version that it brought back.
        pub restored_from: Option<u64>,
    }

    /// The policy that counts now.
    pub struct CurrentPolicy {
        /// Its settings.
        pub policy: Policy,
        /// Its number; of 0 there may be no row.
        pub policy_version: u64,
        /// When the tenant was made: since when version 0 counts.
        pub created_at: Timestamp,
    }
}

macro_rules! columns {
    () => {
        "tenant_id, version, document, difference, made_by, made_at, restored_from"
    };
}

statements! {
    NUMBER = "SELECT policy_version AS value FROM tenants WHERE id = $1";
    CURRENT = "SELECT policy, policy_version, created_at FROM tenants WHERE id = $1";
    CURRENT_LOCKED = locking "SELECT policy, policy_version, created_at FROM tenants WHERE id = $1";
    VERSION = ["SELECT ", columns!(), " FROM policy_versions WHERE tenant_id = $1 AND version = $2"];
    BEFORE = "SELECT version, difference, made_by, made_at, restored_from FROM policy_versions \
        WHERE tenant_id = $1 AND version < $2 ORDER BY version DESC LIMIT $3";
    SET = "UPDATE tenants SET policy = $2, policy_version = $3 WHERE id = $1";
    INSERT = ["INSERT INTO policy_versions (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7)"];
    FORGET = "DELETE FROM policy_versions WHERE tenant_id = $1 AND version < $2";
}

impl Conn {
    /// The number of the policy that counts now; `None` if there is no such tenant.
    pub async fn policy_number(&mut self, tenant: TenantId) -> Result<Option<u64>, DbError> {
        self.optional(&NUMBER, binds![tenant]).await
    }

    /// The policy that counts now; `None` if there is no such tenant.
    pub async fn current_policy(&mut self, tenant: TenantId) -> Result<Option<CurrentPolicy>, DbError> {
        self.optional(&CURRENT, binds![tenant]).await
    }

    /// A version of the tenant's policy.
    pub async fn policy_version(
        &mut self,
        tenant: TenantId,
        version: u64,
    ) -> Result<Option<PolicyVersion>, DbError> {
        self.optional(&VERSION, binds![tenant, version]).await
    }

    /// Versions of the tenant's policy before number `before`, latest first, at most `limit`.
    pub async fn policy_versions_before(
        &mut self,
        tenant: TenantId,
        before: u64,
        limit: u64,
    ) -> Result<Vec<PolicyVersionEntry>, DbError> {
        self.all(&BEFORE, binds![tenant, before, limit]).await
    }
}

impl Tx {
    /// The policy that counts now. Until the transaction ends nobody else changes it.
    pub async fn current_policy_for_update(
        &mut self,
        tenant: TenantId,
    ) -> Result<Option<CurrentPolicy>, DbError> {
        self.optional(&CURRENT_LOCKED, binds![tenant]).await
    }

    /// Lets a version count from now on; its row, if it is not version 0, is [`Self::insert_policy_version`]'s. `false` if
    /// there is no such tenant.
    pub async fn set_policy(
        &mut self,
        tenant: TenantId,
        settings: &Policy,
        version: u64,
    ) -> Result<bool, DbError> {
        self.changes(&SET, binds![tenant, settings, version]).await
    }

    /// Keeps a version.
    pub async fn insert_policy_version(&mut self, v: &PolicyVersion) -> Result<(), DbError> {
        let row =
            binds![v.tenant_id, v.version, &v.document, &v.difference, v.made_by, v.made_at, v.restored_from];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Forgets the versions before number `before`.
    pub async fn forget_policy_versions(&mut self, tenant: TenantId, before: u64) -> Result<u64, DbError> {
        self.execute(&FORGET, binds![tenant, before]).await
    }
}
