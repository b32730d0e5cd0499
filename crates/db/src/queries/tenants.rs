//! Tenants.

use sealpost_domain::{Policy, TenantId, TenantSlug, Timestamp};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A customer organisation.
    pub struct Tenant {
        /// Its id.
        pub id: TenantId,
        /// Its short name, in commands and addresses; unique.
        pub slug: TenantSlug,
        /// Its name.
        pub name: String,
        /// Its blob container; unique.
        pub container: String,
        /// Its rules.
        pub policy: Policy,
        /// Its key, wrapped by the vault's root key.
        pub tenant_key: Vec<u8>,
        /// When it was made.
        pub created_at: Timestamp,
        /// Since when it is suspended: its users can do nothing, its recipients fetch nothing.
        pub suspended_at: Option<Timestamp>,
    }
}

macro_rules! columns {
    () => {
        "id, slug, name, container, policy, tenant_key, created_at, suspended_at"
    };
}

statements! {
    INSERT = ["INSERT INTO tenants (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"];
    INSERT_HEAD = "INSERT INTO audit_heads (tenant_id, seq, hash) VALUES ($1, $2, $3)";
    BY_ID = ["SELECT ", columns!(), " FROM tenants WHERE id = $1"];
    BY_SLUG = ["SELECT ", columns!(), " FROM tenants WHERE slug = $1"];
    ALL = ["SELECT ", columns!(), " FROM tenants ORDER BY slug"];
    FOR_UPDATE = locking concat!("SELECT ", columns!(), " FROM tenants WHERE id = $1");
}

impl Conn {
    /// The tenant with this id.
    pub async fn tenant(&mut self, id: TenantId) -> Result<Option<Tenant>, DbError> {
        self.optional(&BY_ID, binds![id]).await
    }

    /// The tenant with this short name.
    pub async fn tenant_by_slug(&mut self, slug: &TenantSlug) -> Result<Option<Tenant>, DbError> {
        self.optional(&BY_SLUG, binds![slug]).await
    }

    /// All tenants by short name.
    pub async fn tenants(&mut self) -> Result<Vec<Tenant>, DbError> {
        self.all(&ALL, &[]).await
    }
}

impl Tx {
    /// Adds a tenant with an empty audit log. [`DbError::AlreadyExists`] if its short name or container is
    /// taken.
    pub async fn insert_tenant(&mut self, t: &Tenant) -> Result<(), DbError> {
        let row = binds![
            t.id,
            &t.slug,
            &t.name,
            &t.container,
            &t.policy,
            &t.tenant_key,
            t.created_at,
            t.suspended_at
        ];
        self.execute(&INSERT, row).await?;
        let start = super::audit::ChainPoint::START;
        self.execute(&INSERT_HEAD, binds![t.id, start.seq, &start.hash]).await.map(drop)
    }

    /// The tenant with this id. Until the transaction ends nobody else changes it.
    pub async fn tenant_for_update(&mut self, id: TenantId) -> Result<Option<Tenant>, DbError> {
        self.optional(&FOR_UPDATE, binds![id]).await
    }
}
