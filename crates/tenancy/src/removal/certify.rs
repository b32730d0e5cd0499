//! The last step: looking whether anything is left, in every store, and signing that there is not.

use futures_util::TryStreamExt as _;
use sealpost_blob::{BlobError, Container};
use sealpost_certificate::{
    Certificate, Checked, FORMAT, Named, SignedCertificate, Statement, StoreChecked, TenantRemoved,
};
use sealpost_domain::TenantId;

use super::begin::LogEnd;
use crate::{Tenancy, TenancyError};

impl Tenancy {
    /// Looks into all stores for something of a tenant that was removed.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn look_for_removed(
        &self,
        tenant: TenantId,
        container: &Container,
    ) -> Result<Vec<StoreChecked>, TenancyError> {
        let copies = self.blobs.copies(container);
        let places = std::iter::once(("container", container))
            .chain(copies.iter().map(|copy| (copy.role.title(), &copy.container)));
        let mut stores = Vec::new();
        for (store, place) in places {
            let objects: Result<Vec<_>, _> = self.blobs.list(place, None).try_collect().await;
            let left = match objects {
                Err(BlobError::NotFound) => 0,
                objects => 1 + objects?.len() as u64,
            };
            stores.push(found(store, "the container itself", left));
        }
        let mut conn = self.db.read().await?;
        let mut rows = conn.rows_of_tenant(tenant).await?;
        let row = conn.tenant(tenant).await?;
        drop(conn);
        let tables: Vec<_> = rows.iter().map(|table| table.table_name.clone()).collect();
        let jobs = rows.pop().map_or(0, |jobs| jobs.row_count);
        let rows = rows.iter().map(|table| table.row_count).sum::<u64>() + u64::from(row.is_some());
        let keys = self.keys.count_epochs_of(tenant, 1).await?;
        stores.extend([
            found("database", &format!("tenants {}", tables[..tables.len() - 1].join(" ")), rows),
            found("jobs", "its id", jobs),
            found("keyring", "keys of its days", keys),
        ]);
        Ok(stores)
    }

    /// Signs the certificate of a removal, unless that was done.
    pub(super) async fn certify_removal(&self, tenant: TenantId) -> Result<(), TenancyError> {
        let record = self.db.read().await?.tenant_removal(tenant).await?.ok_or(TenancyError::NotFound)?;
        let (Some(removed_at), None) = (record.removed_at, &record.certificate) else {
            return Ok(());
        };
        let corrupt = || TenancyError::Corrupt("tenant_removals");
        let container: Container = record.container.parse().map_err(|_| corrupt())?;
        let at = self.clock.now();
        let stores = self.look_for_removed(tenant, &container).await?;
        if let Some(left) = stores.iter().find(|store| store.left > 0) {
            tracing::error!(%tenant, store = left.store, left = left.left, "something of a removed tenant is left");
            return Err(TenancyError::Invalid("something of it is left"));
        }
        let end: LogEnd = serde_json::from_str(&record.log_end).map_err(|_| corrupt())?;
        let certificate = Certificate {
            format: FORMAT.to_owned(),
            issued_at: at,
            tenant: Named { id: tenant, slug: record.slug.to_string(), name: record.name },
            about: Statement::Tenant(TenantRemoved {
                terminated_at: record.terminated_at,
                began_at: record.began_at,
                removed_at,
                container: record.container,
                rows: serde_json::from_str(&record.row_counts).map_err(|_| corrupt())?,
                epoch_keys: record.epoch_keys,
            }),
            entries: end.entries,
            checkpoint: end.checkpoint,
            checked: Some(Checked { at, stores }),
        };
        let (key, signer) = self.keys.certificate_key(tenant).await?;
        let signed = SignedCertificate::sign(&certificate, &key, &signer).map_err(|_| corrupt())?;
        let mut tx = self.db.write().await?;
        tx.certify_tenant_removal(tenant, &signed.to_text()).await?;
        Ok(tx.commit().await?)
    }
}

fn found(store: &str, looked_for: &str, left: u64) -> StoreChecked {
    StoreChecked { store: store.to_owned(), looked_for: looked_for.to_owned(), left }
}
