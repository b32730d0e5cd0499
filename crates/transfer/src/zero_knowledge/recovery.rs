//! To which recovery key what is sent has to be sealed besides.

use sealpost_db::{Conn, ContentKeyTo, Transfer, Tx};
use sealpost_domain::{Policy, TenantId};
use sealpost_sealed::PublicKey;

use super::ContentKeyFor;
use crate::{TransferError, unlock::Unlocked};

/// The recovery key that a policy has.
pub(crate) fn of_policy(policy: &Policy) -> Result<Option<PublicKey>, TransferError> {
    policy.recovery.as_ref().map(|key| Ok(key.public_key.parse()?)).transpose()
}

/// The recovery key that counts now.
pub(crate) async fn current(conn: &mut Conn, tenant: TenantId) -> Result<Option<PublicKey>, TransferError> {
    let row = conn.current_policy(tenant).await?.ok_or(TransferError::NotFound)?;
    of_policy(&row.policy)
}

/// Fails unless the content key is sealed to the recovery key that counts now if there is one, and to no other.
pub(super) async fn sealed_for_recovery(tx: &mut Tx, row: &Transfer) -> Result<(), TransferError> {
    let key = current(tx, row.tenant_id).await?;
    let sealed = tx.content_keys(row.id).await?.into_iter().find(|key| key.recovery);
    match (key, sealed) {
        (None, None) => Ok(()),
        (Some(key), Some(sealed)) if sealed.public_key == *key.as_bytes() => Ok(()),
        (Some(_), None) => {
            Err(TransferError::NotSealedYet("the content key has to be sealed to the recovery key, too"))
        }
        _ => Err(TransferError::KeyChanged),
    }
}

impl Unlocked {
    /// The row of a content key that a program has sealed to a public key.
    pub(super) fn content_key_to(
        &self,
        key: &PublicKey,
        recovery: bool,
        to: &ContentKeyFor,
        random: &dyn sealpost_sealed::Random,
    ) -> ContentKeyTo {
        ContentKeyTo {
            transfer_id: self.row.id,
            public_key: *key.as_bytes(),
            tenant_id: self.row.tenant_id,
            recovery,
            content_key: self.key.seal_column(self.place.content_key_to(), to.content_key(), random),
        }
    }
}
