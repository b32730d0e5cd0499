//! Somebody who has signed in on a page says whether the add-in is his.

use std::time::Duration;

use sealpost_db::Pairing;
use sealpost_domain::{PairingState, SessionKind, Timestamp};
use serde_json::json;

use super::{agent, code::UserCode, counts};
use crate::{AccountSession, Auth, AuthError, LimitKey, Rate, session::record};

/// Codes that one account may show.
const CODES: (u32, Duration) = (20, Duration::from_secs(15 * 60));

/// What somebody is shown before he says anything.
#[derive(Debug, Clone)]
pub struct PairingView {
    /// What he compares: `BCDF-GHJK`.
    pub user_code: String,
    /// What the add-in's program calls itself: as it came, so never trust it.
    pub agent: String,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// Whether it was begun in another network than the one he is in. `false` if one of them is not known.
    pub from_elsewhere: bool,
}

impl Auth {
    /// What waits under a code to be confirmed.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] for a code that was never given; [`AuthError::Forbidden`] for one of another tenant's add-in;
    /// [`AuthError::PairingOver`]; [`AuthError::TooMany`].
    pub async fn pairing(&self, account: &AccountSession, code: &str) -> Result<PairingView, AuthError> {
        let (code, row) = self.waiting(account, code).await?;
        let agent = account.tenant_key().open_text(agent(row.tenant_id, row.id), &row.agent);
        let here = self.pairing_network_hmac().await?;
        Ok(PairingView {
            user_code: code.to_text(),
            agent: agent.map_err(|error| AuthError::Internal(error.into()))?,
            begun_at: row.created_at,
            from_elsewhere: here.zip(row.network_hmac).is_some_and(|(here, there)| here != there),
        })
    }

    /// Confirms that the add-in is to be signed in as whoever says so.
    ///
    /// # Errors
    /// Those of [`Self::pairing`].
    pub async fn confirm_pairing(&self, account: &AccountSession, code: &str) -> Result<(), AuthError> {
        let (_, row) = self.waiting(account, code).await?;
        let who = (account.tenant(), account.user());
        let mut tx = self.db.write().await?;
        if !tx.confirm_pairing(row.id, who.1, account.session()).await? {
            return Err(AuthError::PairingOver);
        }
        let more = json!({ "pairing": row.id, "session": account.session() });
        record(&mut tx, who, self.now(), "pairing.confirmed", more).await?;
        Ok(tx.commit().await?)
    }

    /// Refuses it, for whoever it was.
    ///
    /// # Errors
    /// Those of [`Self::pairing`].
    pub async fn refuse_pairing(&self, account: &AccountSession, code: &str) -> Result<(), AuthError> {
        let (_, row) = self.waiting(account, code).await?;
        let who = (account.tenant(), account.user());
        let mut tx = self.db.write().await?;
        if !tx.refuse_pairing(row.id, who.1).await? {
            return Err(AuthError::PairingOver);
        }
        record(&mut tx, who, self.now(), "pairing.refused", json!({ "pairing": row.id })).await?;
        Ok(tx.commit().await?)
    }

    async fn waiting(&self, account: &AccountSession, code: &str) -> Result<(UserCode, Pairing), AuthError> {
        // The add-in's own session makes no further ones: it would never end.
        if account.kind() != SessionKind::Browser {
            return Err(AuthError::Unauthorized);
        }
        let limit = LimitKey::account("pairing.code", account.tenant(), account.user());
        self.limits.count([limit.at(Rate::new(CODES.0, CODES.1))]).await?;
        let code = UserCode::typed(code).ok_or(AuthError::NotFound)?;
        let hmac = self.pairing_code_hmac(&code).await?;
        let row = self.db.read().await?.pairing_by_code(&hmac).await?.ok_or(AuthError::NotFound)?;
        if row.tenant_id != account.tenant() {
            return Err(AuthError::Forbidden);
        }
        if row.state != PairingState::Waiting || !counts(&row, self.now()) {
            return Err(AuthError::PairingOver);
        }
        Ok((code, row))
    }
}
