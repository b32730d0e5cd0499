//! Removing a tenant: what there is of it, taking it away, and the record that is left.

use sealpost_domain::{TenantId, TenantSlug, Timestamp};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// What is left of a tenant that was removed, or is being removed.
    pub struct TenantRemoval {
        /// Which.
        pub tenant_id: TenantId,
        /// Its short name. Another tenant may have it since.
        pub slug: TenantSlug,
        /// Its name.
        pub name: String,
        /// Its container.
        pub container: String,
        /// When it was terminated.
        pub terminated_at: Timestamp,
        /// When its removal began.
        pub began_at: Timestamp,
        /// How many rows each table had of it then: a JSON object.
        pub row_counts: String,
        /// How many keys of expiry days it had then.
        pub epoch_keys: u64,
        /// The last entries of its log, and its last checkpoint: JSON.
        pub log_end: String,
        /// When nothing was left; `None` while something may be.
        pub removed_at: Option<Timestamp>,
        /// The certificate of it, signed.
        pub certificate: Option<String>,
    }
}

macro_rules! columns {
    () => {
        "tenant_id, slug, name, container, terminated_at, began_at, row_counts, epoch_keys, log_end, removed_at, \
         certificate"
    };
}

statements! {
    DUE = "SELECT id AS value FROM tenants WHERE terminated_at <= $1 ORDER BY id";
    UNFINISHED = "SELECT tenant_id AS value FROM tenant_removals WHERE certificate IS NULL ORDER BY tenant_id";
    BEGIN = "UPDATE tenants SET removal_began_at = $2, tenant_key = $3, licence = NULL WHERE id = $1";
    INSERT = ["INSERT INTO tenant_removals (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"];
    BY_TENANT = ["SELECT ", columns!(), " FROM tenant_removals WHERE tenant_id = $1"];
    BY_SLUG = ["SELECT ", columns!(), " FROM tenant_removals WHERE slug = $1 ORDER BY began_at DESC LIMIT 1"];
    FINISH = "UPDATE tenant_removals SET removed_at = $2 WHERE tenant_id = $1";
    END_OF_LOG = "UPDATE tenant_removals SET log_end = $2 WHERE tenant_id = $1 AND log_end = ''";
    CERTIFY = "UPDATE tenant_removals SET certificate = $2 WHERE tenant_id = $1 AND certificate IS NULL";
    TENANT = "DELETE FROM tenants WHERE id = $1";
}

impl Conn {
    /// The tenants that were terminated at `at` or before, and those whose removal was not finished.
    pub async fn tenants_to_remove(&mut self, at: Timestamp) -> Result<Vec<TenantId>, DbError> {
        let mut tenants: Vec<TenantId> = self.all(&DUE, binds![at]).await?;
        for begun in self.all(&UNFINISHED, binds![]).await? {
            if !tenants.contains(&begun) {
                tenants.push(begun);
            }
        }
        Ok(tenants)
    }

    /// The record of a tenant's removal.
    pub async fn tenant_removal(&mut self, tenant: TenantId) -> Result<Option<TenantRemoval>, DbError> {
        self.optional(&BY_TENANT, binds![tenant]).await
    }

    /// That of the tenant which had this short name last.
    pub async fn tenant_removal_by_slug(
        &mut self,
        slug: &TenantSlug,
    ) -> Result<Option<TenantRemoval>, DbError> {
        self.optional(&BY_SLUG, binds![slug]).await
    }
}

impl Tx {
    /// The point of no return: what the tenant's own data are sealed with is overwritten, and there is a record.
    pub async fn begin_tenant_removal(&mut self, r: &TenantRemoval) -> Result<(), DbError> {
        let nothing: &[u8] = &[];
        self.execute(&BEGIN, binds![r.tenant_id, r.began_at, nothing]).await?;
        let row = binds![
            r.tenant_id,
            &r.slug,
            &r.name,
            &r.container,
            r.terminated_at,
            r.began_at,
            &r.row_counts,
            r.epoch_keys,
            &r.log_end,
            r.removed_at,
            r.certificate.as_ref(),
        ];
        self.execute(&INSERT, row).await.map(drop)
    }

    /// Removes the tenant's own row; nothing may refer to it any more. From then on it is removed.
    pub async fn finish_tenant_removal(&mut self, tenant: TenantId, at: Timestamp) -> Result<(), DbError> {
        self.execute(&TENANT, binds![tenant]).await?;
        self.execute(&FINISH, binds![tenant, at]).await.map(drop)
    }

    /// Writes down where its log ended, unless that was done.
    pub async fn note_end_of_log(&mut self, tenant: TenantId, end: &str) -> Result<bool, DbError> {
        self.changes(&END_OF_LOG, binds![tenant, end]).await
    }

    /// Keeps the certificate. `false`, and the first one stays, if there is one.
    pub async fn certify_tenant_removal(
        &mut self,
        tenant: TenantId,
        certificate: &str,
    ) -> Result<bool, DbError> {
        self.changes(&CERTIFY, binds![tenant, certificate]).await
    }
}
