//! What the operator does with the root key, in the logs of all tenants: it opens what is everybody's.

use sealpost_db::AuditEvent;
use serde_json::{Value, json};

use crate::{Tenancy, TenancyError};

impl Tenancy {
    /// Writes into each tenant's log that a new version of the root key wraps from now on: `to` in place of `from`, as
    /// `sealpost keys status` calls them. The vault is no part of a transaction: a crash after it has rotated leaves entries out,
    /// and not the deed.
    ///
    /// # Errors
    /// Those of the database; what was written stays.
    pub async fn record_root_key_rotated(&self, from: &str, to: &str) -> Result<(), TenancyError> {
        self.record_everywhere("root_key.rotated", json!({ "by": "operator", "from": from, "to": to })).await
    }

    /// Writes into each tenant's log that a version of the root key is out of use.
    ///
    /// # Errors
    /// As [`Self::record_root_key_rotated`].
    pub async fn record_root_key_retired(&self, version: &str) -> Result<(), TenancyError> {
        self.record_everywhere("root_key.retired", json!({ "by": "operator", "version": version })).await
    }

    /// Each tenant's log by itself: nobody's is locked for as long as all of them take.
    async fn record_everywhere(&self, kind: &'static str, payload: Value) -> Result<(), TenancyError> {
        for tenant in self.db.read().await?.tenants().await? {
            let (at, mut tx) = (self.clock.now(), self.db.write().await?);
            // One that is being removed may have no log any more.
            if tx.audit_head(tenant.id).await?.is_none() {
                continue;
            }
            let event = AuditEvent { at, kind, transfer_id: None, payload: &payload, sealed: None };
            tx.append_audit(tenant.id, &[event]).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
