//! Allowing, or refusing, the use of the recovery key.

use sealpost_auth::{AdminSession, SteppedUp};
use sealpost_domain::{RecoveryId, RecoveryState, RecoveryStep};

use super::{RecoveryView, grant_of, state, view};
use crate::{Service, TransferError};

impl Service {
    /// Allows what another one has asked for.
    ///
    /// # Errors
    /// [`TransferError::NotFound`]; [`TransferError::Forbidden`] for whoever has asked; [`TransferError::NotReady`] once it was
    /// decided, or its time is over.
    pub async fn approve_recovery(
        &self,
        admin: &SteppedUp<AdminSession>,
        id: RecoveryId,
    ) -> Result<RecoveryView, TransferError> {
        self.decide_recovery(admin, id, true).await
    }

    /// Refuses what somebody has asked for, perhaps oneself.
    ///
    /// # Errors
    /// As [`Self::approve_recovery`], but for the one who has asked.
    pub async fn refuse_recovery(
        &self,
        admin: &SteppedUp<AdminSession>,
        id: RecoveryId,
    ) -> Result<RecoveryView, TransferError> {
        self.decide_recovery(admin, id, false).await
    }

    async fn decide_recovery(
        &self,
        admin: &SteppedUp<AdminSession>,
        id: RecoveryId,
        approve: bool,
    ) -> Result<RecoveryView, TransferError> {
        let (grant, by) = grant_of(admin);
        let (tenant, now) = (grant.tenant(), self.now());
        let mut tx = self.db().write().await?;
        let row = tx.recovery(tenant, id).await?.ok_or(TransferError::NotFound)?;
        if approve && row.requested_by == by {
            return Err(TransferError::Forbidden);
        }
        let step = match (state(&row, now), approve) {
            (RecoveryState::Pending, true) => RecoveryStep::Approved,
            (RecoveryState::Pending, false) => RecoveryStep::Refused,
            (RecoveryState::Over, _) => return Err(TransferError::NotReady("its time is over: ask anew")),
            _ => return Err(TransferError::NotReady("somebody has decided already")),
        };
        if !tx.decide_recovery((tenant, id), by, now, approve).await? {
            return Err(TransferError::NotReady("somebody has decided already"));
        }
        self.record_recovery(&mut tx, &row, (step, by)).await?;
        let row = tx.recovery(tenant, id).await?.ok_or(TransferError::NotFound)?;
        tx.commit().await?;
        view(&row, grant.tenant_key(), now)
    }
}
