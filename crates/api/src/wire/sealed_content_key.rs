use sealpost_transfer::{ContentKeyFor, TransferError};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Base64Url;

/// A content key that is sealed to a public key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SealedContentKey {
    /// Of the public key.
    fingerprint: String,
    /// 80 bytes.
    content_key: Base64Url,
}

impl SealedContentKey {
    /// What it says, if it can be that.
    pub(crate) fn read(self) -> Result<ContentKeyFor, TransferError> {
        ContentKeyFor::new(&self.fingerprint, self.content_key.0)
    }
}
