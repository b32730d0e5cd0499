//! Putting a part back from a copy.

use sealpost_blob::{BlobError, Container, Role};
use sealpost_domain::TenantId;

use crate::{Service, TransferError, stored::StoredPart};

/// What has become of a part that was lost.
pub(super) enum Healed {
    /// It is back, from this copy.
    From(Role),
    /// No copy has it.
    Not,
}

impl Service {
    /// Puts a part back under the same key. Nothing is put that does not open; what is `there` and does not is deleted first,
    /// when it is known that it can be put back.
    pub(super) async fn heal(
        &self,
        container: &Container,
        tenant: TenantId,
        part: &StoredPart,
        there: bool,
    ) -> Result<Healed, TransferError> {
        let mut away = None;
        for copy in self.blobs().copies(container) {
            let object = match self.blobs().get(&copy.container, &part.key, 0..part.size).await {
                Ok(object) => object,
                Err(error) if error.is_transient() => {
                    away = Some(error);
                    continue;
                }
                Err(_) => continue,
            };
            if !part.is_whole(tenant, &object) {
                continue;
            }
            if there {
                self.blobs().delete(container, &part.key).await?;
            }
            return match self.blobs().put(container, &part.key, vec![object]).await {
                // Somebody else was faster.
                Ok(()) | Err(BlobError::AlreadyExists) => Ok(Healed::From(copy.role)),
                Err(error) => Err(error.into()),
            };
        }
        // It may have it.
        away.map_or(Ok(Healed::Not), |error| Err(error.into()))
    }
}
