//! Showing oneself again at a provider, for dangerous acts. The session stays what it is, and whose it is.

use std::time::Duration;

use sealpost_db::IdentityProvider;
use sealpost_domain::{SignIn, Timestamp};
use sealpost_oidc::Identity;

use super::{ProviderChoice, flow::Flow, identify::subject_hmac, registration::Registered};
use crate::{AccountSession, Auth, AuthError};

/// How far the provider's clock may be from ours.
const SKEW: Duration = Duration::from_secs(60);

impl Auth {
    /// The providers at which a user can show himself again: where he has an account, and users can sign in now.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn own_providers(&self, session: &AccountSession) -> Result<Vec<ProviderChoice>, AuthError> {
        let mut conn = self.db.read().await?;
        let mut choices = Vec::new();
        if !session.policy().signins.contains(&SignIn::Oidc) {
            return Ok(choices);
        }
        for row in conn.identity_providers(session.tenant()).await? {
            let serves = row.enabled && row.for_users;
            if serves && !conn.user_identities(session.user(), row.id).await?.is_empty() {
                choices.push(ProviderChoice { id: row.id, label: row.label });
            }
        }
        Ok(choices)
    }

    /// Whether a user has an account at a provider of his tenant.
    pub(super) async fn has_account_at(
        &self,
        session: &AccountSession,
        provider: &IdentityProvider,
    ) -> Result<bool, AuthError> {
        if provider.tenant_id != session.tenant() {
            return Ok(false);
        }
        Ok(!self.db.read().await?.user_identities(session.user(), provider.id).await?.is_empty())
    }

    /// Steps up the session from which somebody went to his provider, if he comes back in it, with his own account, and has
    /// shown himself there meanwhile: what the provider remembers of him from before proves nothing.
    pub(super) async fn show_again(
        &self,
        registered: &Registered,
        flow: &Flow,
        identity: &Identity,
        session: Option<&AccountSession>,
    ) -> Result<(), AuthError> {
        let row = &registered.row;
        let Some(session) = session.filter(|session| flow.again == Some(session.session())) else {
            return Err(self.refuse_from(row, "session").await?);
        };
        if !is_fresh(identity.shown_at, flow.begun_at(), self.now()) {
            return Err(self.refuse_from(row, "auth_time").await?);
        }
        let subject = subject_hmac(&registered.key, row.id, &identity.subject.to_key());
        let known = self.db.read().await?.user_identity(row.id, &subject).await?;
        if known.is_none_or(|known| known.user_id != session.user()) {
            return Err(self.refuse_from(row, "another_account").await?);
        }
        self.prove(session, identity.second_factor).await
    }
}

/// Whether somebody has shown himself since he was sent there.
fn is_fresh(shown_at: Option<Timestamp>, begun_at: Timestamp, now: Timestamp) -> bool {
    shown_at.is_some_and(|shown| begun_at <= shown + SKEW && shown <= now + SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_shown_meanwhile_is_fresh_give_or_take_a_minute() {
        let at = |seconds: i64| Timestamp::from_unix_millis(seconds * 1_000);
        let (begun, now) = (at(10_000), at(10_300));
        for (shown, fresh) in [
            (None, false),
            (Some(0), false),
            (Some(9_939), false),
            (Some(9_940), true),
            (Some(10_100), true),
            (Some(10_360), true),
            (Some(10_361), false),
        ] {
            assert_eq!(is_fresh(shown.map(at), begun, now), fresh, "{shown:?}");
        }
    }
}
