//! Somebody comes back from his provider.

use sealpost_domain::SessionStage;
use sealpost_domain::SignIn;
use sealpost_oidc::{Identity, OidcError, Redemption};

use super::{
    CallbackPath, ReturnTo,
    begin::{redirect_uri, serves, unreachable},
    flow::{Flow, State},
    registration::Registered,
};
use crate::{AccountSession, Auth, AuthError, Authenticated, LimitKey, Proven};

/// With what somebody comes back: all of it comes from outside.
#[derive(Debug, Clone, Copy)]
pub struct CameBack<'a> {
    /// By which address.
    pub via: CallbackPath,
    /// `state`
    pub state: Option<&'a str>,
    /// `code`
    pub code: Option<&'a str>,
    /// `iss`
    pub issuer: Option<&'a str>,
    /// The cookie from the beginning.
    pub cookie: Option<&'a str>,
    /// Who is signed in in this browser, if somebody is.
    pub session: Option<&'a AccountSession>,
    /// Where this service is reached, without a slash at its end.
    pub base_url: &'a str,
}

/// A sign-in that is finished.
#[derive(Debug, Clone)]
pub enum FinishedSignIn {
    /// That of a user.
    User {
        /// Who it is.
        who: Authenticated,
        /// Where he goes now.
        return_to: ReturnTo,
    },
    /// That of a user who was signed in and has shown himself again. His session goes on.
    Again {
        /// Where he goes now.
        return_to: ReturnTo,
    },
    /// That of a recipient: he goes back to his link's page.
    Recipient {
        /// The last part of the link's address.
        token: String,
        /// That he is the one whom it was sent to; `None` if nothing shows that.
        proven: Option<Proven>,
    },
}

impl Auth {
    /// Finds out who has come back.
    ///
    /// # Errors
    /// [`AuthError::CredentialsWrong`], whatever is wrong; [`AuthError::Unavailable`] if the provider does not answer;
    /// [`AuthError::LinkUnavailable`] if a recipient's link is no longer there; [`AuthError::TooMany`].
    pub async fn finish_sign_in(&self, back: CameBack<'_>) -> Result<FinishedSignIn, AuthError> {
        let (registered, flow) = self.flow_of(back).await?;
        let identity = self.identity(&registered, &flow, back).await;
        if let Some(token) = flow.return_to.link() {
            let proven = self.proven_by(&registered, token, identity).await?;
            return Ok(FinishedSignIn::Recipient { token: token.to_owned(), proven });
        }
        let identity = identity?;
        if flow.again.is_some() {
            self.show_again(&registered, &flow, &identity, back.session).await?;
            return Ok(FinishedSignIn::Again { return_to: flow.return_to });
        }
        let user = match self.user_of(&registered, &identity).await? {
            Ok(user) => user,
            Err(reason) => return Err(self.refuse_from(&registered.row, reason).await?),
        };
        let who = Authenticated {
            tenant: registered.tenant.id,
            user,
            method: SignIn::Oidc,
            second_factor: identity.second_factor,
            stage: SessionStage::Full,
        };
        Ok(FinishedSignIn::User { who, return_to: flow.return_to })
    }

    /// The sign-in that somebody comes back from. It is used up then, whatever comes of it.
    async fn flow_of(&self, back: CameBack<'_>) -> Result<(Registered, Flow), AuthError> {
        let key = self.keys.grant_key().await?;
        let state =
            back.state.and_then(|state| State::read(state, &key)).ok_or(AuthError::CredentialsWrong)?;
        let registered = self.open_provider(state.provider).await?.ok_or(AuthError::CredentialsWrong)?;
        self.limits.count([LimitKey::tenant("signin.finish", registered.tenant.id)]).await?;
        let flow = back.cookie.and_then(|cookie| Flow::from_cookie(cookie, &key));
        let flow = flow.filter(|flow| flow.is(&state, self.now()) && serves(&registered, &flow.return_to));
        let Some(flow) = flow.filter(|_| back.via.fits(&registered.row)) else {
            return Err(self.refuse_from(&registered.row, "state").await?);
        };
        let mut tx = self.db.write().await?;
        let first = tx.use_once(&flow.hash(), self.now(), flow.expires_at).await?;
        tx.commit().await?;
        if !first {
            return Err(self.refuse_from(&registered.row, "replayed").await?);
        }
        Ok((registered, flow))
    }

    /// Who it is, as the provider says.
    async fn identity(
        &self,
        registered: &Registered,
        flow: &Flow,
        back: CameBack<'_>,
    ) -> Result<Identity, AuthError> {
        let Some(code) = back.code else {
            return Err(self.refuse_from(&registered.row, "denied").await?);
        };
        let redirect_uri = redirect_uri(registered, back.base_url);
        let redemption = Redemption {
            code,
            issuer: back.issuer,
            redirect_uri: &redirect_uri,
            nonce: &flow.nonce(),
            verifier: &flow.verifier(),
        };
        match self.oidc.redeem(&registered.provider, redemption, self.now()).await {
            Ok(identity) => Ok(identity),
            Err(error) => Err(self.refused(registered, error).await?),
        }
    }

    /// What a fault of a provider, or of what it gives, comes to: it is written down, and the caller is told nothing of it.
    pub(super) async fn refused(
        &self,
        registered: &Registered,
        error: OidcError,
    ) -> Result<AuthError, AuthError> {
        let provider = registered.row.id;
        tracing::warn!(%provider, %error, "a sign-in at a provider failed");
        let reason = match &error {
            OidcError::Denied(_) => "denied",
            OidcError::Description(_) => "description",
            OidcError::Token(fault) => fault.as_str(),
            _ => return Ok(unreachable(error)),
        };
        self.refuse_from(&registered.row, reason).await
    }
}
