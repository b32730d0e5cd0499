//! Tenants' logos.

use sealpost_domain::{TenantId, Timestamp};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A tenant's logo.
    pub struct Logo {
        /// What it is: `png` or `svg`.
        pub kind: String,
        /// Another for every other content.
        pub tag: String,
        /// Its bytes.
        pub content: Vec<u8>,
    }
}

statements! {
    OF_TENANT = "SELECT kind, tag, content FROM logos WHERE tenant_id = $1";
    TAG = "SELECT tag AS value FROM logos WHERE tenant_id = $1";
    SET = "INSERT INTO logos (tenant_id, kind, tag, content, set_at) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (tenant_id) DO UPDATE SET kind = excluded.kind, tag = excluded.tag, content = excluded.content, \
        set_at = excluded.set_at";
    REMOVE = "DELETE FROM logos WHERE tenant_id = $1";
}

impl Conn {
    /// The tenant's logo.
    pub async fn logo(&mut self, tenant: TenantId) -> Result<Option<Logo>, DbError> {
        self.optional(&OF_TENANT, binds![tenant]).await
    }

    /// The tag of the tenant's logo.
    pub async fn logo_tag(&mut self, tenant: TenantId) -> Result<Option<String>, DbError> {
        self.optional(&TAG, binds![tenant]).await
    }
}

impl Tx {
    /// Gives the tenant this logo in place of the one before.
    pub async fn set_logo(&mut self, tenant: TenantId, logo: &Logo, at: Timestamp) -> Result<(), DbError> {
        let Logo { kind, tag, content } = logo;
        self.execute(&SET, binds![tenant, kind, tag, content, at]).await?;
        Ok(())
    }

    /// Takes the tenant's logo away. Says whether there was one.
    pub async fn remove_logo(&mut self, tenant: TenantId) -> Result<bool, DbError> {
        Ok(self.execute(&REMOVE, binds![tenant]).await? > 0)
    }
}
