//! Sessions end: signing out, here or everywhere.

use sealpost_domain::{SessionId, UserId};
use serde_json::json;

use super::record;
use crate::{AccountSession, Auth, AuthError, ManageGrant, PendingSession};

impl Auth {
    /// Signs out.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end_session(&self, session: &PendingSession) -> Result<(), AuthError> {
        let who = (session.tenant(), session.user());
        let mut tx = self.db.write().await?;
        if tx.delete_session(who.0, who.1, session.session()).await? {
            let more = json!({ "session": session.session(), "by": who.1 });
            record(&mut tx, who, self.now(), "session.ended", more).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Ends another session of the same user.
    ///
    /// # Errors
    /// [`AuthError::NotFound`].
    pub async fn end_own_session(&self, account: &AccountSession, id: SessionId) -> Result<(), AuthError> {
        let who = (account.tenant(), account.user());
        let mut tx = self.db.write().await?;
        if !tx.delete_session(who.0, who.1, id).await? {
            return Err(AuthError::NotFound);
        }
        record(&mut tx, who, self.now(), "session.ended", json!({ "session": id, "by": who.1 })).await?;
        Ok(tx.commit().await?)
    }

    /// Signs out everywhere, the calling session too or all but it, and says how many sessions that were.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end_own_sessions(
        &self,
        account: &AccountSession,
        keep_this: bool,
    ) -> Result<u64, AuthError> {
        let who = (account.tenant(), account.user());
        let kept = keep_this.then_some(account.session());
        let mut tx = self.db.write().await?;
        let ended = tx.delete_sessions(who.0, who.1, kept).await?;
        record(&mut tx, who, self.now(), "session.ended_all", json!({ "sessions": ended, "by": who.1 }))
            .await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// Signs a user of the tenant out everywhere, and says how many sessions that were.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] without such a user.
    pub async fn end_sessions_of(&self, grant: &ManageGrant, user: UserId) -> Result<u64, AuthError> {
        let mut tx = self.db.write().await?;
        tx.user(grant.tenant(), user).await?.ok_or(AuthError::NotFound)?;
        let ended = tx.delete_sessions(grant.tenant(), user, None).await?;
        let more = json!({ "sessions": ended, "by": grant.actor().to_json() });
        record(&mut tx, (grant.tenant(), user), self.now(), "session.ended_all", more).await?;
        tx.commit().await?;
        Ok(ended)
    }
}
