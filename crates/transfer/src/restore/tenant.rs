//! A tenant, of his record.

use sealpost_blob::{Container, ObjectKey};
use sealpost_db::{AuditEvent, RECORD_SCHEMA, RecordRow};
use sealpost_domain::{TenantId, UploadId};
use sealpost_sealed::RecordHeader;
use serde_json::{Value, json};

use super::{Records, Site};
use crate::{
    Service, TransferError,
    replicate::{ContentRow, RecordContent},
    service::container,
};

impl Service {
    /// His rows, and a container for his objects; `None` if there is no record of him that opens.
    pub(super) async fn restore_tenant(
        &self,
        tenant: TenantId,
        copy: Container,
        records: &Records,
    ) -> Result<Option<Site>, TransferError> {
        let of_tenant = records.get(&UploadId::from(tenant.as_uuid()));
        let mut latest: Option<RecordContent> = None;
        for (key, size) in of_tenant.into_iter().flatten() {
            let object = self.blobs().get(&copy, key, 0..*size).await?;
            let found = self.open_tenant_record(tenant, &object).await?;
            latest = Some(later(latest, found));
        }
        let Some(record) = latest else { return Ok(None) };
        let named = record.field("tenants", "container").ok_or(TransferError::Damaged)?;
        let site = Site { tenant, copy, container: container(named)? };
        self.blobs().create_container(&site.container).await?;
        let (from, at) = (site.copy.to_string(), self.now());
        let payload = json!({ "by": "operator", "from": from, "made_at": record.made_at });
        let mut tx = self.db().write().await?;
        let is_new = tx.tenant(tenant).await?.is_none();
        for row in record.rows.into_iter().map(ContentRow::into_row) {
            tx.restore_row(&row).await?;
        }
        if is_new {
            tx.begin_log(tenant).await?;
            let event = AuditEvent {
                at,
                kind: "backup.restored",
                transfer_id: None,
                payload: &payload,
                sealed: None,
            };
            tx.append_audit(tenant, &[event]).await?;
        }
        tx.commit().await?;
        Ok(Some(site))
    }

    async fn open_tenant_record(
        &self,
        tenant: TenantId,
        object: &[u8],
    ) -> Result<RecordContent, TransferError> {
        let (RecordHeader::Tenant(wrapped), _) = RecordHeader::read(object)? else {
            return Err(TransferError::Damaged);
        };
        let key = self.keys().tenant_key(tenant, wrapped).await?;
        RecordContent::read(&key.open_record(tenant.into_bytes(), object)?)
    }
}

/// Of two records of one thing, that which was made later.
pub(super) fn later(one: Option<RecordContent>, other: RecordContent) -> RecordContent {
    match one {
        Some(one) if one.made_at >= other.made_at => one,
        _ => other,
    }
}

impl RecordContent {
    /// What was opened.
    ///
    /// [`TransferError::NotReady`] if its rows are of another schema than this release's.
    pub(super) fn read(opened: &[u8]) -> Result<Self, TransferError> {
        let content: Self = serde_json::from_slice(opened).map_err(TransferError::internal)?;
        if content.schema != RECORD_SCHEMA {
            let (made, ours) = (content.schema, RECORD_SCHEMA);
            tracing::error!(made, ours, "a record was made by a release with another schema");
            return Err(TransferError::NotReady(
                "records were made by another release: restore with that one, and upgrade then",
            ));
        }
        Ok(content)
    }

    /// A text of the first row of a table.
    pub(super) fn field(&self, table: &str, column: &str) -> Option<&str> {
        self.value(table, column)?.as_str()
    }

    /// A number of the first row of a table.
    pub(super) fn number(&self, table: &str, column: &str) -> Option<i64> {
        self.value(table, column)?.as_i64()
    }

    fn value(&self, table: &str, column: &str) -> Option<&Value> {
        self.rows.iter().find(|row| row.table == table)?.row.get(column)
    }
}

impl ContentRow {
    pub(super) fn into_row(self) -> RecordRow {
        RecordRow { table_name: self.table, content: self.row.to_string() }
    }
}

/// What a record says, by its object's key.
pub(super) type Found = (ObjectKey, u64);
