//! The policy that counts, and those that did.

use sealpost_auth::TenantReader;
use sealpost_db::Conn;
use sealpost_domain::{PolicyDocument, Timestamp, UserId};
use sealpost_policy::open_document;

use crate::{Tenancy, TenancyError};

/// A version of a tenant's policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyView {
    /// Its number.
    pub version: u64,
    /// What it says.
    pub document: PolicyDocument,
    /// Who made it; nobody for the operator.
    pub made_by: Option<UserId>,
    /// When it was made.
    pub made_at: Timestamp,
}

impl Tenancy {
    /// The tenant's policy as it counts now.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`], [`TenancyError::Policies`] if the stored one cannot be read.
    pub async fn policy(&self, reader: &TenantReader) -> Result<PolicyView, TenancyError> {
        let mut conn = self.db.read().await?;
        current(&mut conn, reader).await
    }

    /// A version of the tenant's policy that is kept.
    ///
    /// # Errors
    /// [`TenancyError::NotFound`], [`TenancyError::Policies`] if it cannot be read.
    pub async fn policy_version(
        &self,
        reader: &TenantReader,
        version: u64,
    ) -> Result<PolicyView, TenancyError> {
        let mut conn = self.db.read().await?;
        stored(&mut conn, reader, version).await?.ok_or(TenancyError::NotFound)
    }
}

/// The policy that counts in what `conn` sees.
pub(crate) async fn current(conn: &mut Conn, reader: &TenantReader) -> Result<PolicyView, TenancyError> {
    let row = conn.current_policy(reader.tenant()).await?.ok_or(TenancyError::NotFound)?;
    if let Some(mut view) = stored(conn, reader, row.policy_version).await? {
        view.document.settings = row.policy;
        return Ok(view);
    }
    if row.policy_version > 0 {
        return Err(TenancyError::Policies(sealpost_policy::PolicyStoreError::Damaged));
    }
    let document = PolicyDocument::of(row.policy);
    Ok(PolicyView { version: 0, document, made_by: None, made_at: row.created_at })
}

/// A version that is kept.
pub(super) async fn stored(
    conn: &mut Conn,
    reader: &TenantReader,
    version: u64,
) -> Result<Option<PolicyView>, TenancyError> {
    let tenant = reader.tenant();
    let Some(row) = conn.policy_version(tenant, version).await? else {
        return Ok(None);
    };
    let document = open_document(reader.tenant_key(), (tenant, version), &row.document)?;
    Ok(Some(PolicyView { version, document, made_by: row.made_by, made_at: row.made_at }))
}
