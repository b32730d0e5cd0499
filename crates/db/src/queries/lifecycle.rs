//! What has become of tenants: suspended, terminated.

use sealpost_domain::{TenantId, Timestamp};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// What has become of a tenant.
    pub struct Lifecycle {
        /// Since when it is suspended: its users can do nothing, its recipients fetch nothing.
        pub suspended_at: Option<Timestamp>,
        /// When the operator has ended it.
        pub terminated_at: Option<Timestamp>,
        /// When its removal began: there is no way back from then on.
        pub removal_began_at: Option<Timestamp>,
    }
}

statements! {
    OF_TENANT = "SELECT suspended_at, terminated_at, removal_began_at FROM tenants WHERE id = $1";
    LOCKED = locking "SELECT suspended_at, terminated_at, removal_began_at FROM tenants WHERE id = $1";
    SET = "UPDATE tenants SET suspended_at = $2, terminated_at = $3 WHERE id = $1";
}

impl Conn {
    /// What has become of the tenant.
    pub async fn lifecycle(&mut self, tenant: TenantId) -> Result<Option<Lifecycle>, DbError> {
        self.optional(&OF_TENANT, binds![tenant]).await
    }
}

impl Tx {
    /// What has become of the tenant. Until the transaction ends nobody else changes it.
    pub async fn lifecycle_for_update(&mut self, tenant: TenantId) -> Result<Option<Lifecycle>, DbError> {
        self.optional(&LOCKED, binds![tenant]).await
    }

    /// Makes it something else.
    pub async fn set_lifecycle(
        &mut self,
        tenant: TenantId,
        suspended_at: Option<Timestamp>,
        terminated_at: Option<Timestamp>,
    ) -> Result<(), DbError> {
        self.execute(&SET, binds![tenant, suspended_at, terminated_at]).await.map(drop)
    }
}
