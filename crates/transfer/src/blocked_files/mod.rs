//! Files that nobody in a tenant may send, by their SHA-256, wherever they turn up.
//!
//! Nothing is hashed unless it has to be: a file is compared only if its length is that of a blocked one, or the length of
//! one of those is not known. What was hashed once is remembered as an HMAC under the tenant key, so that later entries find
//! it also where a password has shut the service out since.

mod block;
mod digest;
mod find;

use sealpost_domain::{BlockedFileId, TenantId};
use sealpost_sealed::Column;

pub use block::{Blocked, BlockedFileView, NewBlockedFile};

const fn place(tenant: TenantId, id: BlockedFileId, name: &'static str) -> Column {
    Column { tenant: tenant.into_bytes(), row: id.into_bytes(), name }
}
