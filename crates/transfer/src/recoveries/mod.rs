//! Use of a tenant's recovery key: one admin asks for it, another one allows it, and everybody whom it concerns is told.

mod decide;
mod list;
mod material;
mod request;

use sealpost_auth::{AdminSession, ManageGrant};
use sealpost_db::{AuditEvent, Recovery, Tx};
use sealpost_domain::{
    Job, RECOVERY_DECIDED_WITHIN, RECOVERY_FETCHED_WITHIN, RecoveryId, RecoveryState, RecoveryStep, TenantId,
    Timestamp, TransferId, UserId,
};
use sealpost_sealed::{Column, TenantKey};
use serde_json::json;

pub use material::RecoveryMaterial;

use crate::{Service, TransferError};

/// Somebody's wish to open a transfer with the recovery key.
#[derive(Debug, Clone)]
pub struct RecoveryView {
    /// Which.
    pub id: RecoveryId,
    /// What is to be opened.
    pub transfer: TransferId,
    /// How it stands.
    pub state: RecoveryState,
    /// Who asks.
    pub requested_by: UserId,
    /// What for.
    pub reason: String,
    /// When he has asked.
    pub created_at: Timestamp,
    /// Until when somebody else may decide.
    pub decide_until: Timestamp,
    /// Who has decided.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Until when what is sealed to the key may be fetched; `None` unless that was allowed.
    pub fetch_until: Option<Timestamp>,
}

/// Where the reason stands.
const fn place(tenant: TenantId, id: RecoveryId) -> Column {
    Column { tenant: tenant.into_bytes(), row: id.into_bytes(), name: "recoveries.reason" }
}

fn state(row: &Recovery, now: Timestamp) -> RecoveryState {
    RecoveryState::at(now, row.created_at, row.decided_at.map(|at| (at, row.approved)))
}

fn view(row: &Recovery, key: &TenantKey, now: Timestamp) -> Result<RecoveryView, TransferError> {
    let allowed_at = row.decided_at.filter(|_| row.approved);
    Ok(RecoveryView {
        id: row.id,
        transfer: row.transfer_id,
        state: state(row, now),
        requested_by: row.requested_by,
        reason: key.open_text(place(row.tenant_id, row.id), &row.reason)?,
        created_at: row.created_at,
        decide_until: row.created_at + RECOVERY_DECIDED_WITHIN,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
        fetch_until: allowed_at.map(|at| at + RECOVERY_FETCHED_WITHIN),
    })
}

/// The right over the tenant's belongings, and whose it is.
fn grant_of(admin: &AdminSession) -> (ManageGrant, UserId) {
    (admin.manage(), admin.user())
}

impl Service {
    /// Writes a step into the log, and queues mails to all owners and to whoever has sent the transfer.
    async fn record_recovery(
        &self,
        tx: &mut Tx,
        row: &Recovery,
        (step, by): (RecoveryStep, UserId),
    ) -> Result<(), TransferError> {
        let (tenant, now) = (row.tenant_id, self.now());
        let mut told = tx.owners_for_update(tenant).await?;
        let sender = tx.transfer(tenant, row.transfer_id).await?.map(|transfer| transfer.sender_id);
        told.extend(sender.filter(|sender| !told.contains(sender)));
        for to in told {
            let (recovery, about) = (Some(row.id), row.transfer_id.to_string());
            self.enqueue(tx, &Job::NotifyRecovery { tenant, to, by, step, recovery, about }, now).await?;
        }
        let kind = match step {
            RecoveryStep::Approved => "recovery.approved",
            RecoveryStep::Fetched => "recovery.fetched",
            RecoveryStep::Refused => "recovery.refused",
            _ => "recovery.requested",
        };
        let payload = json!({ "recovery": row.id, "by": by });
        let event =
            AuditEvent { at: now, kind, transfer_id: Some(row.transfer_id), payload: &payload, sealed: None };
        tx.append_audit(tenant, &[event]).await?;
        Ok(())
    }
}
