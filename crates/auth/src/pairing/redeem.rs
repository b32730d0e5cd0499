//! The add-in asks what has become of its wish.

use std::time::Duration;

use sealpost_db::{Pairing, Session};
use sealpost_domain::{PairingState, SessionStage};

use super::{PAIRING_INTERVAL, agent, counts};
use crate::{Auth, AuthError, Authenticated, NewSession, token::PairingSecret};

/// As much sooner than it was told the add-in may ask: its clock and its way here are not exact.
const EARLY: Duration = Duration::from_secs(1);

impl Auth {
    /// The session of an add-in that was confirmed. There is one, for whoever asks first.
    ///
    /// # Errors
    /// [`AuthError::PairingPending`] if nobody has said anything yet; [`AuthError::PairingOver`], whatever the reason;
    /// [`AuthError::TooMany`] if it asks sooner than it was told.
    pub async fn redeem_pairing(&self, device_code: &str) -> Result<NewSession, AuthError> {
        let secret = PairingSecret::parse(device_code).map_err(|_| AuthError::PairingOver)?;
        let row = self.db.read().await?.pairing_by_device(secret.hash().as_bytes()).await?;
        let row = row.filter(|row| counts(row, self.now())).ok_or(AuthError::PairingOver)?;
        match row.state {
            PairingState::Waiting => Err(self.still_waits(&row).await?),
            PairingState::Confirmed => self.begin_confirmed(&row).await,
            PairingState::Refused | PairingState::Used => Err(AuthError::PairingOver),
        }
    }

    async fn still_waits(&self, row: &Pairing) -> Result<AuthError, AuthError> {
        let now = self.now();
        let mut tx = self.db.write().await?;
        let in_turn = tx.poll_pairing(row.id, now, now - (PAIRING_INTERVAL - EARLY)).await?;
        tx.commit().await?;
        let seconds = u16::try_from(PAIRING_INTERVAL.as_secs()).unwrap_or(u16::MAX);
        Ok(if in_turn { AuthError::PairingPending } else { AuthError::TooMany(seconds) })
    }

    /// It is as good as the session in which it was confirmed, and nothing if that has ended since.
    async fn begin_confirmed(&self, row: &Pairing) -> Result<NewSession, AuthError> {
        let by = self.confirming(row).await?.ok_or(AuthError::PairingOver)?;
        let tenant = self.db.read().await?.tenant(row.tenant_id).await?.ok_or(AuthError::PairingOver)?;
        let key = self.keys.tenant_key(tenant.id, &tenant.tenant_key).await?;
        let caller = key.open_text(agent(row.tenant_id, row.id), &row.agent);
        let caller = caller.map_err(|error| AuthError::Internal(error.into()))?;
        let who = Authenticated {
            tenant: row.tenant_id,
            user: by.user_id,
            method: by.method,
            second_factor: by.second_factor,
            stage: SessionStage::Full,
        };
        match self.begin_paired_session(who, row.id, &caller).await {
            // Disabled or suspended since: there is nothing that the add-in could show again.
            Err(AuthError::CredentialsWrong) => Err(AuthError::PairingOver),
            begun => begun,
        }
    }

    async fn confirming(&self, row: &Pairing) -> Result<Option<Session>, AuthError> {
        let Some((user, session)) = row.user_id.zip(row.session_id) else {
            return Ok(None);
        };
        let sessions = self.db.read().await?.sessions(row.tenant_id, user).await?;
        Ok(sessions.into_iter().find(|known| known.id == session && known.stage == SessionStage::Full))
    }
}
