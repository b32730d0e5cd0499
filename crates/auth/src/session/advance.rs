//! A session goes on: a sign-in gets further, or a credential is shown once more.

use sealpost_domain::SessionStage;
use serde_json::json;

use super::record;
use crate::{AccountSession, Auth, AuthError, PendingSession, token::SessionSecret};

impl Auth {
    /// Takes a sign-in further, after what it waited for was shown, and gives the session a new secret: who had got hold
    /// of the old one has nothing.
    ///
    /// # Errors
    /// [`AuthError::Unauthorized`] if the session has ended meanwhile.
    pub(crate) async fn advance_session(
        &self,
        session: &PendingSession,
        stage: SessionStage,
        second_factor: bool,
    ) -> Result<String, AuthError> {
        let secret = SessionSecret::generate(&*self.random);
        let now = self.now();
        let mut tx = self.db.write().await?;
        let hash = secret.hash();
        if !tx.advance_session(session.session(), stage, second_factor, now, hash.as_bytes()).await? {
            return Err(AuthError::Unauthorized);
        }
        let more = json!({ "session": session.session(), "stage": stage });
        record(&mut tx, (session.tenant(), session.user()), now, "session.advanced", more).await?;
        tx.commit().await?;
        Ok(secret.to_bearer_text())
    }

    /// Notes that a credential was shown again: dangerous acts are possible for a while.
    ///
    /// # Errors
    /// [`AuthError::Unauthorized`] if the session has ended meanwhile.
    pub(crate) async fn prove_session(
        &self,
        session: &AccountSession,
        second_factor: bool,
    ) -> Result<(), AuthError> {
        let now = self.now();
        let mut tx = self.db.write().await?;
        if !tx.set_session_proved(session.session(), now, second_factor).await? {
            return Err(AuthError::Unauthorized);
        }
        let more = json!({ "session": session.session() });
        record(&mut tx, (session.tenant(), session.user()), now, "session.stepped_up", more).await?;
        Ok(tx.commit().await?)
    }
}
