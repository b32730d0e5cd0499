//! What Outlook knows tenants' add-ins by.

use sealpost_domain::{AddinId, TenantId, Timestamp};
use uuid::Uuid;

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// A tenant's add-in.
    pub struct Addin {
        /// Its tenant.
        pub tenant_id: TenantId,
        /// Its id, in the XML manifest and in addresses; unique.
        pub addin_id: AddinId,
        /// Its id in the unified manifest; unique.
        pub app_id: Uuid,
        /// How often its manifests have changed since they were made first.
        pub revision: u64,
        /// SHA-256 of what they say, versions apart; none before they were made.
        pub rendering: Option<Vec<u8>>,
        /// When they have changed last.
        pub changed_at: Timestamp,
    }
}

macro_rules! columns {
    () => {
        "tenant_id, addin_id, app_id, revision, rendering, changed_at"
    };
}

statements! {
    /// Whoever is second leaves the first one's ids.
    INSERT = ["INSERT INTO addins (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id) DO NOTHING"];
    BY_ID = ["SELECT ", columns!(), " FROM addins WHERE addin_id = $1"];
    OF_TENANT = ["SELECT ", columns!(), " FROM addins WHERE tenant_id = $1"];
    OF_TENANT_LOCKED = locking concat!("SELECT ", columns!(), " FROM addins WHERE tenant_id = $1");
    SET_RENDERING = "UPDATE addins SET revision = $2, rendering = $3, changed_at = $4 WHERE tenant_id = $1";
}

impl Conn {
    /// The add-in with this id.
    pub async fn addin(&mut self, id: AddinId) -> Result<Option<Addin>, DbError> {
        self.optional(&BY_ID, binds![id]).await
    }

    /// The tenant's add-in; none before somebody needed it.
    pub async fn addin_of_tenant(&mut self, tenant: TenantId) -> Result<Option<Addin>, DbError> {
        self.optional(&OF_TENANT, binds![tenant]).await
    }
}

impl Tx {
    /// Gives a tenant an add-in, unless it has one: that stays what it is.
    pub async fn insert_addin(&mut self, addin: &Addin) -> Result<(), DbError> {
        let Addin { tenant_id, addin_id, app_id, revision, rendering, changed_at } = addin;
        let row = binds![*tenant_id, *addin_id, *app_id, *revision, rendering.as_ref(), *changed_at];
        self.execute(&INSERT, row).await?;
        Ok(())
    }

    /// The tenant's add-in, which nobody else changes until the transaction is over.
    pub async fn addin_for_update(&mut self, tenant: TenantId) -> Result<Option<Addin>, DbError> {
        self.optional(&OF_TENANT_LOCKED, binds![tenant]).await
    }

    /// Notes that the manifests have changed.
    pub async fn set_addin_rendering(
        &mut self,
        tenant: TenantId,
        revision: u64,
        rendering: &[u8; 32],
        at: Timestamp,
    ) -> Result<(), DbError> {
        self.execute(&SET_RENDERING, binds![tenant, revision, rendering, at]).await?;
        Ok(())
    }
}
