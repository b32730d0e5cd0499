//! Asking for the use of the recovery key.

use sealpost_auth::{AdminSession, SteppedUp};
use sealpost_db::Recovery;
use sealpost_domain::{
    RecoveryId, RecoveryState, RecoveryStep, TransferEvent, TransferId, TransferState, is_deceptive,
};

use super::{RecoveryView, grant_of, place, state, view};
use crate::{Service, TransferError};

/// Longest reason in bytes.
const MAX_REASON_BYTES: usize = 500;

impl Service {
    /// Asks that a transfer may be opened with the recovery key.
    ///
    /// # Errors
    /// [`TransferError::NotFound`]; [`TransferError::NotReady`] unless it was sent, is there, and is sealed to a recovery key;
    /// [`TransferError::Exists`] while somebody's wish for it counts; [`TransferError::Invalid`] for a reason that is none.
    pub async fn request_recovery(
        &self,
        admin: &SteppedUp<AdminSession>,
        transfer: TransferId,
        reason: &str,
    ) -> Result<RecoveryView, TransferError> {
        let reason = reason.trim();
        let strange = |c: char| c.is_control() || is_deceptive(c);
        if reason.is_empty() || reason.len() > MAX_REASON_BYTES || reason.chars().any(strange) {
            return Err(TransferError::Invalid("a reason is one line of 1 to 500 bytes"));
        }
        let (grant, by) = grant_of(admin);
        let (tenant, key, now) = (grant.tenant(), grant.tenant_key(), self.now());
        let id: RecoveryId = self.new_id(RecoveryId::new);
        let row = Recovery {
            id,
            tenant_id: tenant,
            transfer_id: transfer,
            requested_by: by,
            reason: key.seal_column(place(tenant, id), reason.as_bytes(), self.random()),
            created_at: now,
            decided_by: None,
            decided_at: None,
            approved: false,
        };
        let mut tx = self.db().write().await?;
        let found = tx.transfer_for_update(tenant, transfer).await?.ok_or(TransferError::NotFound)?;
        require_there(found.state.at(now, found.expires_at))?;
        if !tx.content_keys(transfer).await?.iter().any(|key| key.recovery) {
            return Err(TransferError::NotReady("it is not sealed to a recovery key"));
        }
        let others = tx.recoveries_of_transfer(transfer).await?;
        let counts = [RecoveryState::Pending, RecoveryState::Approved];
        if others.iter().any(|other| counts.contains(&state(other, now))) {
            return Err(TransferError::Exists);
        }
        tx.insert_recovery(&row).await?;
        self.record_recovery(&mut tx, &row, (RecoveryStep::Requested, by)).await?;
        tx.commit().await?;
        view(&row, key, now)
    }
}

/// Fails unless the transfer was sent and is there. One that is blocked may be opened: somebody has to be able to see why.
pub(super) fn require_there(state: TransferState) -> Result<(), TransferError> {
    let is_there = matches!(state, TransferState::Sealed | TransferState::Available | TransferState::Blocked);
    if is_there {
        Ok(())
    } else {
        Err(state.after(TransferEvent::Block).err().map_or(TransferError::NotFound, Into::into))
    }
}
