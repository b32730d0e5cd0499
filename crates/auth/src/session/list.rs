//! The sessions of a user, as he sees them.

use std::time::Duration;

use sealpost_db::Session;
use sealpost_domain::{SessionId, SessionKind, SignIn, Timestamp};

use super::agent;
use crate::{AccountSession, Auth, AuthError};

/// A session as its user sees it.
#[derive(Debug, Clone)]
pub struct SessionView {
    /// Which.
    pub id: SessionId,
    /// What carries it.
    pub kind: SessionKind,
    /// How it began.
    pub method: SignIn,
    /// Whether a second factor was shown.
    pub second_factor: bool,
    /// What its caller calls itself: as it came, so never trust it.
    pub agent: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was used last, within a minute.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

impl Auth {
    /// The user's sessions that still count, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn own_sessions(&self, account: &AccountSession) -> Result<Vec<SessionView>, AuthError> {
        let rows = self.db.read().await?.sessions(account.tenant(), account.user()).await?;
        let idle = Duration::from_secs(account.policy().session_idle_seconds);
        let now = self.now();
        let lives = |row: &Session| now < row.expires_at && now < row.seen_at + idle;
        let view = |row: Session| {
            let agent = account.tenant_key().open_text(agent(account.tenant(), row.id), &row.agent);
            Ok(SessionView {
                id: row.id,
                kind: row.kind,
                method: row.method,
                second_factor: row.second_factor,
                agent: agent.map_err(|error| AuthError::Internal(error.into()))?,
                created_at: row.created_at,
                seen_at: row.seen_at,
                expires_at: row.expires_at,
                is_this: row.id == account.session(),
            })
        };
        rows.into_iter().filter(lives).map(view).collect()
    }
}
