//! Somebody is sent to his provider.

use std::fmt;

use sealpost_domain::{IdentityProviderId, SignIn, Timestamp};
use sealpost_oidc::{Authorization, OidcError};

use super::{CallbackPath, ReturnTo, flow::Flow, registration::Registered};
use crate::{AccountSession, Auth, AuthError, LimitKey};

/// A wish to sign in at a provider.
#[derive(Debug, Clone)]
pub struct BeginSignIn<'a> {
    /// Where.
    pub provider: IdentityProviderId,
    /// Where to go afterwards. A link's page makes it the sign-in of a recipient.
    pub return_to: ReturnTo,
    /// Whether he is to show himself anew, also if the provider knows his browser.
    pub anew: bool,
    /// Who has signed in before, and shows himself again for dangerous acts; none of it is a new sign-in then.
    pub again: Option<&'a AccountSession>,
    /// Where this service is reached, without a slash at its end.
    pub base_url: &'a str,
}

/// A sign-in that has begun: the browser goes to the provider, and keeps a cookie.
#[derive(Clone)]
pub struct BegunSignIn {
    /// Where the browser goes.
    pub url: String,
    /// What it keeps until it comes back.
    pub cookie: String,
    /// Until when it may come back.
    pub expires_at: Timestamp,
}

impl fmt::Debug for BegunSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BegunSignIn").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl Auth {
    /// Sends somebody to his provider.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] if he cannot sign in there, whatever the reason; [`AuthError::Unavailable`] if the provider
    /// does not answer; [`AuthError::TooMany`].
    pub async fn begin_sign_in(&self, wish: BeginSignIn<'_>) -> Result<BegunSignIn, AuthError> {
        let registered = self.open_provider(wish.provider).await?;
        let registered = registered.filter(|registered| serves(registered, &wish.return_to));
        let registered = registered.ok_or(AuthError::NotFound)?;
        if let Some(token) = wish.return_to.link()
            && !self.asks_for_account(registered.tenant.id, token).await?
        {
            return Err(AuthError::NotFound);
        }
        if let Some(session) = wish.again
            && (wish.return_to.link().is_some() || !self.has_account_at(session, &registered.row).await?)
        {
            return Err(AuthError::NotFound);
        }
        self.limits.count([LimitKey::tenant("signin.begin", registered.tenant.id)]).await?;
        let again = wish.again.map(AccountSession::session);
        let flow = Flow::begin(wish.provider, wish.return_to, again, self.now(), &*self.random);
        let key = self.keys.grant_key().await?;
        let redirect_uri = redirect_uri(&registered, wish.base_url);
        let request = Authorization {
            redirect_uri: &redirect_uri,
            state: &flow.to_state(&key, &*self.random),
            nonce: &flow.nonce(),
            verifier: &flow.verifier(),
            login_hint: None,
            anew: wish.anew || wish.again.is_some(),
        };
        let url = self.oidc.authorization_url(&registered.provider, request, self.now()).await;
        Ok(BegunSignIn {
            url: url.map_err(unreachable)?.into(),
            cookie: flow.to_cookie(&key, &*self.random),
            expires_at: flow.expires_at,
        })
    }
}

/// Whether a provider is for whoever goes there.
pub(super) fn serves(registered: &Registered, return_to: &ReturnTo) -> bool {
    match return_to.link() {
        Some(_) => registered.row.for_recipients,
        None => registered.row.for_users && registered.tenant.policy.signins.contains(&SignIn::Oidc),
    }
}

/// Where people come back from a provider.
pub(super) fn redirect_uri(registered: &Registered, base_url: &str) -> String {
    format!("{base_url}{}", CallbackPath::of(registered.row.kind, registered.row.id).path())
}

/// A provider that is down, or says of itself what cannot be.
pub(super) fn unreachable(error: OidcError) -> AuthError {
    AuthError::Unavailable(error.into())
}
