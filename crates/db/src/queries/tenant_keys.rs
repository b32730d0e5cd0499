//! Which version of the root key wraps tenants' keys, and wrapping them anew.

use sealpost_domain::TenantId;

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    keyring::WrappedCount,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A tenant's key.
    pub struct WrappedTenantKey {
        /// Whose.
        pub id: TenantId,
        /// The key, wrapped.
        pub tenant_key: Vec<u8>,
    }
}

// The key of a tenant that is being removed is empty.
statements! {
    COUNTS = "SELECT substr(tenant_key, 1, CAST(CAST($1 AS BIGINT) AS INTEGER)) AS prefix, COUNT(*) AS number, \
        MIN(created_at) AS oldest_at FROM tenants WHERE length(tenant_key) > 0 GROUP BY 1 ORDER BY 1";
    OTHERS = "SELECT id, tenant_key FROM tenants WHERE length(tenant_key) > 0 \
        AND substr(tenant_key, 1, CAST(CAST($2 AS BIGINT) AS INTEGER)) <> $1 AND id > $3 ORDER BY id LIMIT $4";
    REPLACE = "UPDATE tenants SET tenant_key = $3 WHERE id = $1 AND tenant_key = $2";
}

impl Conn {
    /// Tenants' keys by their first `length` bytes.
    pub async fn count_tenant_keys_by_prefix(&mut self, length: u64) -> Result<Vec<WrappedCount>, DbError> {
        self.all(&COUNTS, binds![length]).await
    }

    /// Tenants' keys that do not begin with `prefix`, in the order of tenants and behind `after`, at most `limit`.
    pub async fn tenant_keys_not_under(
        &mut self,
        prefix: &[u8],
        after: TenantId,
        limit: u64,
    ) -> Result<Vec<WrappedTenantKey>, DbError> {
        self.all(&OTHERS, binds![prefix, prefix.len() as u64, after, limit]).await
    }
}

impl Tx {
    /// Puts `fresh` in the place of what was read. `false`, and nothing is changed, if that is not there any more.
    pub async fn replace_tenant_key(
        &mut self,
        read: &WrappedTenantKey,
        fresh: &[u8],
    ) -> Result<bool, DbError> {
        self.changes(&REPLACE, binds![read.id, &read.tenant_key, fresh]).await
    }
}
