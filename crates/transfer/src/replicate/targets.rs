//! Which stores are to have copies, as the configuration says.

use std::{collections::BTreeMap, time::Duration};

use sealpost_blob::{Container, Role, StoreName};
use sealpost_db::RECORD_SCHEMA;

use crate::{Service, TransferError, service::container};

/// How often it is noted that a store is still in the configuration.
const NOTED_EVERY: Duration = Duration::from_secs(60);
/// How long a store that is in no configuration any more still counts: while nodes are restarted with another one, those that
/// have the old one say otherwise.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(60 * 60);

/// The name of the store that a container is in.
pub(crate) fn store_name(container: &Container) -> &str {
    container.store().map_or(StoreName::DEFAULT, StoreName::as_str)
}

impl Service {
    /// Notes which stores are to have copies of tenants' containers. One that is new is behind with everything; so is one
    /// whose records are of an older schema. `false` if nodes of a later release are there: they write records that have more.
    pub(super) async fn note_copy_targets(&self) -> Result<bool, TransferError> {
        let now = self.now();
        let mut conn = self.db().read().await?;
        let known = conn.replication_targets().await?;
        let containers = conn.tenant_containers().await?;
        drop(conn);
        if known.iter().any(|target| target.schema > RECORD_SCHEMA) {
            return Ok(false);
        }
        let mut wanted: BTreeMap<String, Role> = BTreeMap::new();
        for name in &containers {
            for copy in self.blobs().copies(&container(name)?) {
                wanted.entry(store_name(&copy.container).to_owned()).or_insert(copy.role);
            }
        }
        for (store, role) in &wanted {
            let found = known.iter().find(|target| target.store == *store);
            let is_current = found.is_some_and(|found| found.schema == RECORD_SCHEMA);
            if is_current
                && found.is_some_and(|found| found.seen_at + NOTED_EVERY > now && found.seen_at <= now)
            {
                continue;
            }
            let mut tx = self.db().write().await?;
            tx.put_replication_target((store, role.as_str()), RECORD_SCHEMA, !is_current, now).await?;
            tx.commit().await?;
            if !is_current {
                tracing::info!(store, role = role.as_str(), "everything is to be copied");
            }
        }
        for gone in known.iter().filter(|target| !wanted.contains_key(&target.store)) {
            if gone.seen_at + FORGOTTEN_AFTER <= now {
                let mut tx = self.db().write().await?;
                tx.drop_replication_target(&gone.store).await?;
                tx.commit().await?;
                tracing::info!(store = gone.store, "is to have no copies any more");
            }
        }
        Ok(true)
    }
}
