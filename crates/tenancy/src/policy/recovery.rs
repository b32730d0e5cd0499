//! Another recovery key for a tenant, or none any more: who may say so, and who is told.

use sealpost_auth::{Actor, ManageGrant};
use sealpost_db::Tx;
use sealpost_domain::{Job, Policy, RecoveryKey, RecoveryStep, Role, TenantId, Timestamp, UserId};
use sealpost_sealed::{ContentKey, ContentKeyContext, PublicKey, Random};
use serde_json::json;

use crate::{Tenancy, TenancyError};

/// Another recovery key, or none any more.
pub(super) struct RecoveryChange {
    by: UserId,
    step: RecoveryStep,
    /// Of the key that counts from now on, or else of the one that did.
    fingerprint: String,
}

impl RecoveryChange {
    /// What is to be changed of the key; `None`: nothing.
    ///
    /// # Errors
    /// [`TenancyError::Forbidden`] unless an owner does it himself: whoever has the other half can read what the service cannot,
    /// also whoever runs it. [`TenancyError::Invalid`] for a key to which nothing can be sealed.
    pub(super) fn of(
        grant: &ManageGrant,
        before: &Policy,
        after: &Policy,
        random: &dyn Random,
    ) -> Result<Option<Self>, TenancyError> {
        if before.recovery == after.recovery {
            return Ok(None);
        }
        grant.require_over(Role::Owner)?;
        let Actor::User(by) = grant.actor() else {
            return Err(TenancyError::Forbidden);
        };
        let step = if after.recovery.is_some() { RecoveryStep::KeySet } else { RecoveryStep::KeyRemoved };
        let key =
            after.recovery.as_ref().or(before.recovery.as_ref()).map(|key| read(key, random)).transpose()?;
        let fingerprint = key.map(|key| key.fingerprint().to_string()).unwrap_or_default();
        Ok(Some(Self { by, step, fingerprint }))
    }

    /// Writes it into the tenant's log.
    pub(super) async fn record(
        &self,
        tx: &mut Tx,
        grant: &ManageGrant,
        now: Timestamp,
    ) -> Result<(), TenancyError> {
        let kind = match self.step {
            RecoveryStep::KeyRemoved => "recovery_key.removed",
            _ => "recovery_key.set",
        };
        Ok(grant.record(tx, now, kind, json!({ "fingerprint": self.fingerprint })).await?)
    }
}

/// The key, if something can be sealed to it: there are a few to which nothing can.
fn read(key: &RecoveryKey, random: &dyn Random) -> Result<PublicKey, TenancyError> {
    const UNFIT: TenancyError = TenancyError::Invalid("recovery: nothing can be sealed to this public key");
    let key: PublicKey = key.public_key.parse().map_err(|_| UNFIT)?;
    let nowhere = ContentKeyContext { tenant: [0; 16], transfer: [0; 16] };
    key.seal_content_key(&ContentKey::generate(random), nowhere, random).map_err(|_| UNFIT)?;
    Ok(key)
}

impl Tenancy {
    /// Queues a mail to each owner.
    pub(super) async fn tell_owners(
        &self,
        tx: &mut Tx,
        tenant: TenantId,
        change: &RecoveryChange,
    ) -> Result<(), TenancyError> {
        let now = self.clock.now();
        for to in tx.owners_for_update(tenant).await? {
            let about = change.fingerprint.clone();
            let job =
                Job::NotifyRecovery { tenant, to, by: change.by, step: change.step, recovery: None, about };
            self.enqueue(tx, &job, now).await?;
        }
        Ok(())
    }
}
