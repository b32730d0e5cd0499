//! Whether a session counts.

use std::time::Duration;

use sealpost_db::{Session, SessionOwner};
use sealpost_domain::{Policy, SessionKind, SessionStage, SignIn, Timestamp};

use crate::{
    Auth, AuthError,
    caller::{Caller, Carrier, SEEN_EVERY, SessionFacts},
    token::SessionSecret,
};

impl Auth {
    /// The user whose session this is.
    pub(crate) async fn caller_of_session(
        &self,
        secret: &SessionSecret,
        carrier: Carrier,
    ) -> Result<Caller, AuthError> {
        let found = self.db.read().await?.session_by_hash(secret.hash().as_bytes()).await?;
        let now = self.now();
        let owner = found.filter(|owner| counts(owner, carrier, now)).ok_or(AuthError::Unauthorized)?;
        let session = &owner.session;
        if now.since(session.seen_at) >= SEEN_EVERY {
            self.note_seen(session, now).await;
        }
        let facts = SessionFacts {
            id: session.id,
            kind: session.kind,
            stage: stage(&owner.user.policy, session),
            proved_at: session.proved_at,
        };
        let scopes = owner.user.role.scopes();
        Ok(Caller { session: Some(facts), ..self.acting(owner.user, scopes).await? })
    }

    /// A database that cannot write now is no reason to turn a reader away: the session ends a little earlier then.
    async fn note_seen(&self, session: &Session, now: Timestamp) {
        let noted = async {
            let mut tx = self.db.write().await?;
            tx.set_session_seen(session.id, now).await?;
            tx.commit().await
        };
        if let Err(error) = noted.await {
            tracing::debug!(error = &error as &dyn std::error::Error, "a session's use was not noted");
        }
    }
}

fn counts(owner: &SessionOwner, carrier: Carrier, now: Timestamp) -> bool {
    let SessionOwner { session, user } = owner;
    let idle = Duration::from_secs(user.policy.session_idle_seconds);
    // What a browser sends by itself must never be the add-in's: it runs inside pages of others.
    let carried = carrier == Carrier::Bearer || session.kind == SessionKind::Browser;
    carried
        && now < session.expires_at
        && now < session.seen_at + idle
        && user.disabled_at.is_none()
        && user.policy.signins.contains(&session.method)
}

/// How far a session has got, by the rules as they are now: a tenant that begins to ask for a second factor asks
/// everybody who is signed in with a password alone.
pub(super) fn stage(policy: &Policy, session: &Session) -> SessionStage {
    let alone = session.method == SignIn::Password && !session.second_factor;
    if session.stage == SessionStage::Full && alone && policy.second_factor_required {
        SessionStage::SecondFactor
    } else {
        session.stage
    }
}
