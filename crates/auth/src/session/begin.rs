//! A session begins.

use std::{fmt, time::Duration};

use sealpost_db::{Session, Tenant};
use sealpost_domain::{PairingId, SessionId, SessionKind, SessionStage, SignIn, TenantId, Timestamp, UserId};
use sealpost_sealed::random_bytes;
use serde_json::json;

use super::{agent, record};
use crate::{Auth, AuthError, token::SessionSecret};

/// Longest name of a caller that is kept, in bytes.
const MAX_AGENT_BYTES: usize = 256;
/// Sessions that a user has at once of each kind: more than anybody has browsers, and few enough to be listed.
const MOST: u64 = 50;

/// Proof that somebody has shown who he is. Made in this crate only, where credentials are checked.
#[derive(Debug, Clone, Copy)]
pub struct Authenticated {
    pub(crate) tenant: TenantId,
    pub(crate) user: UserId,
    pub(crate) method: SignIn,
    /// Whether a second factor was part of it.
    pub(crate) second_factor: bool,
    /// What is left to be done before the session is good for anything.
    pub(crate) stage: SessionStage,
}

impl Authenticated {
    /// Somebody of whom no credential was checked: for the tests of other crates, which turn the feature `danger` on.
    #[cfg(feature = "danger")]
    pub const fn danger_without_credential(tenant: TenantId, user: UserId, method: SignIn) -> Self {
        Self { tenant, user, method, second_factor: true, stage: SessionStage::Full }
    }
}

/// A session that has begun. Its secret is shown once and not stored.
#[derive(Clone)]
pub struct NewSession {
    /// Which.
    pub id: SessionId,
    /// The secret.
    pub bearer: String,
    /// How far the sign-in has got.
    pub stage: SessionStage,
    /// From when on it is worth nothing, however much it is used.
    pub expires_at: Timestamp,
}

impl fmt::Debug for NewSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSession").field("id", &self.id).field("stage", &self.stage).finish_non_exhaustive()
    }
}

impl Auth {
    /// Begins a session. `caller` is what calls itself so (`User-Agent`), for the list of sessions. If the user has too many
    /// of the kind then, the one ends that was unused the longest.
    ///
    /// # Errors
    /// [`AuthError::CredentialsWrong`] if the tenant does not allow this way to sign in, or is suspended, or the user was
    /// disabled: what was shown is not looked at then.
    pub async fn begin_session(
        &self,
        who: Authenticated,
        kind: SessionKind,
        caller: &str,
    ) -> Result<NewSession, AuthError> {
        self.begin(who, kind, caller, None).await
    }

    /// The same for the add-in that was confirmed on a page. Of two who use the same pairing at once, one gets a session.
    ///
    /// # Errors
    /// [`AuthError::PairingOver`] if it is not confirmed, or was used; those of [`Self::begin_session`].
    pub(crate) async fn begin_paired_session(
        &self,
        who: Authenticated,
        pairing: PairingId,
        caller: &str,
    ) -> Result<NewSession, AuthError> {
        self.begin(who, SessionKind::Addin, caller, Some(pairing)).await
    }

    async fn begin(
        &self,
        who: Authenticated,
        kind: SessionKind,
        caller: &str,
        pairing: Option<PairingId>,
    ) -> Result<NewSession, AuthError> {
        let tenant = self.tenant_of(who).await?;
        let key = self.keys.tenant_key(tenant.id, &tenant.tenant_key).await?;
        let now = self.now();
        let id = SessionId::new(now, random_bytes(&*self.random));
        let secret = SessionSecret::generate(&*self.random);
        let lifetime = match kind {
            SessionKind::Addin => tenant.policy.addin_session_seconds,
            SessionKind::Browser => tenant.policy.session_max_seconds,
        };
        let session = Session {
            id,
            tenant_id: who.tenant,
            user_id: who.user,
            token_hash: *secret.hash().as_bytes(),
            kind,
            stage: who.stage,
            method: who.method,
            second_factor: who.second_factor,
            agent: key.seal_column(agent(who.tenant, id), shortened(caller).as_bytes(), &*self.random),
            created_at: now,
            seen_at: now,
            proved_at: now,
            expires_at: now + Duration::from_secs(lifetime),
        };
        let mut begun = json!({ "user": who.user, "session": id, "method": who.method, "kind": kind, "stage": who.stage });
        if let Some(pairing) = pairing {
            begun["pairing"] = json!(pairing);
        }
        let entry = self.sign_in_entry(who.tenant, "session.begun", begun).await?;
        let mut tx = self.db.write().await?;
        if let Some(pairing) = pairing
            && !tx.use_pairing(pairing).await?
        {
            return Err(AuthError::PairingOver);
        }
        tx.insert_session(&session).await?;
        entry.append(&mut tx, who.tenant, now).await?;
        // After the entry: whoever writes into the same log waits, so that of many at once each sees those before it.
        for ended in tx.delete_surplus_sessions(&session, MOST).await? {
            let more = json!({ "session": ended, "reason": "too_many" });
            record(&mut tx, (who.tenant, who.user), now, "session.ended", more).await?;
        }
        tx.commit().await?;
        Ok(NewSession {
            id,
            bearer: secret.to_bearer_text(),
            stage: super::check::stage(&tenant.policy, &session),
            expires_at: session.expires_at,
        })
    }

    /// The tenant, if this user may sign in to it in this way now.
    async fn tenant_of(&self, who: Authenticated) -> Result<Tenant, AuthError> {
        let mut conn = self.db.read().await?;
        let tenant = conn.tenant(who.tenant).await?;
        let user = conn.user(who.tenant, who.user).await?;
        let allowed = tenant.zip(user).filter(|(tenant, user)| {
            tenant.suspended_at.is_none()
                && user.disabled_at.is_none()
                && tenant.policy.signins.contains(&who.method)
        });
        allowed.map(|(tenant, _)| tenant).ok_or(AuthError::CredentialsWrong)
    }
}

fn shortened(caller: &str) -> &str {
    &caller[..caller.floor_char_boundary(MAX_AGENT_BYTES)]
}
