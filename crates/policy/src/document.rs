//! A policy's document as it is stored: JSON, sealed under the tenant key, for rules name people.

use sealpost_domain::{PolicyDocument, TenantId};
use sealpost_sealed::{Column, Random, TenantKey};

use crate::PolicyStoreError;

/// Seals a version's document; `None` for one of more than [`PolicyDocument::MAX_BYTES`].
pub fn seal_document(
    key: &TenantKey,
    (tenant, version): (TenantId, u64),
    document: &PolicyDocument,
    random: &dyn Random,
) -> Option<Vec<u8>> {
    let json = serde_json::to_vec(document).expect("numbers, words, lists and objects become JSON");
    (json.len() <= PolicyDocument::MAX_BYTES).then(|| key.seal_column(place(tenant, version), &json, random))
}

/// Opens a version's document.
///
/// # Errors
/// [`PolicyStoreError::Damaged`].
pub fn open_document(
    key: &TenantKey,
    (tenant, version): (TenantId, u64),
    sealed: &[u8],
) -> Result<PolicyDocument, PolicyStoreError> {
    let json = key.open_column(place(tenant, version), sealed)?;
    serde_json::from_slice(&json).map_err(|_| PolicyStoreError::Damaged)
}

/// Rows go by their number.
const fn place(tenant: TenantId, version: u64) -> Column {
    Column {
        tenant: tenant.into_bytes(),
        row: (version as u128).to_be_bytes(),
        name: "policy_versions.document",
    }
}
