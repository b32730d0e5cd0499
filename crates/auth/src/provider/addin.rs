//! The add-in shows an access token of its user's directory, once, for a session.

use sealpost_domain::{SessionStage, SignIn};
use sealpost_oidc::{AccessTokenRules, Kind, presented};

use super::registration::Registered;
use crate::{Auth, AuthError, Authenticated, LimitKey};

/// What an administrator of the directory has to expose, and the add-in asks for: `api://…/Transfers.Send`.
const SCOPE: &str = "Transfers.Send";

impl Auth {
    /// Who an access token of Microsoft Entra speaks for.
    ///
    /// # Errors
    /// [`AuthError::CredentialsWrong`], whatever is wrong; [`AuthError::Unavailable`] if Entra's keys cannot be had;
    /// [`AuthError::TooMany`].
    pub async fn addin_sign_in(&self, token: &str) -> Result<Authenticated, AuthError> {
        // Nothing of it is believed: it only says by whose rules it is to be checked.
        let claimed = presented(token).map_err(|_| AuthError::CredentialsWrong)?;
        let row =
            self.db.read().await?.identity_provider_of_addin(claimed.tenant, &claimed.client_id).await?;
        let registered = match row {
            Some(row) => self.registered(row).await?,
            None => None,
        };
        let registered = registered.ok_or(AuthError::CredentialsWrong)?;
        self.limits.count([LimitKey::tenant("addin.token", registered.tenant.id)]).await?;
        let identity = match self.check_access_token(&registered, token).await? {
            Ok(identity) => identity,
            Err(error) => return Err(self.refused(&registered, error).await?),
        };
        let user = match self.user_of(&registered, &identity).await? {
            Ok(user) => user,
            Err(reason) => return Err(self.refuse_from(&registered.row, reason).await?),
        };
        Ok(Authenticated {
            tenant: registered.tenant.id,
            user,
            method: SignIn::Entra,
            second_factor: identity.second_factor,
            stage: SessionStage::Full,
        })
    }

    async fn check_access_token(
        &self,
        registered: &Registered,
        token: &str,
    ) -> Result<Result<sealpost_oidc::Identity, sealpost_oidc::OidcError>, AuthError> {
        let provider = &registered.provider;
        let Kind::Entra { tenant } = provider.kind else {
            return Err(AuthError::Internal("a provider for the add-in is not of Entra".into()));
        };
        let rules = AccessTokenRules {
            authority: &provider.issuer,
            tenant,
            client_id: &provider.client_id,
            scope: SCOPE,
            // The add-in is registered as this service is: it is the same application.
            authorized_parties: &[&provider.client_id],
        };
        Ok(self.oidc.verify_access_token(rules, token, self.now()).await)
    }
}
