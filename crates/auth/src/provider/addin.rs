//! The add-in shows an access token of its user's directory, once, for a session.

use sealpost_db::{IdentityProvider, Tenant};
use sealpost_domain::{AddinId, ProviderKind, SessionStage, SignIn};
use sealpost_oidc::{AccessTokenRules, Kind, presented};

use super::registration::Registered;
use crate::{Auth, AuthError, Authenticated, LimitKey};

/// What an administrator of the directory has to expose, and the add-in asks for: `api://…/Transfers.Send`.
const SCOPE: &str = "Transfers.Send";

/// What somebody needs to sign in who opens the add-in.
#[derive(Debug, Clone)]
pub struct AddinSignIn {
    /// Whose add-in it is.
    pub tenant: Tenant,
    /// By which application its people get tokens of their directory; `None` if the tenant takes none.
    pub entra: Option<AddinClient>,
    /// Whether anybody can be signed in now: nobody while the tenant is suspended.
    pub open: bool,
}

/// An application of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddinClient {
    /// Its id.
    pub client_id: String,
    /// Where tokens are asked for: the directory's own address.
    pub authority: String,
    /// What is asked for.
    pub scope: String,
}

impl Auth {
    /// How the people of an add-in's tenant sign in; `None` for an add-in that nobody has.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn addin_sign_in_ways(&self, addin: AddinId) -> Result<Option<AddinSignIn>, AuthError> {
        let Some(tenant) = self.tenant_of_addin(addin).await? else {
            return Ok(None);
        };
        let open = tenant.suspended_at.is_none();
        let providers = self.db.read().await?.identity_providers(tenant.id).await?;
        let takes = open && tenant.policy.signins.contains(&SignIn::Entra);
        let entra = providers.iter().filter(|_| takes).find_map(client);
        Ok(Some(AddinSignIn { tenant, entra, open }))
    }

    /// The tenant whose add-in has this id.
    pub(crate) async fn tenant_of_addin(&self, addin: AddinId) -> Result<Option<Tenant>, AuthError> {
        let mut conn = self.db.read().await?;
        let Some(addin) = conn.addin(addin).await? else {
            return Ok(None);
        };
        // That of a tenant that is being removed is gone.
        let tenant = conn.tenant(addin.tenant_id).await?;
        Ok(tenant.filter(|tenant| !tenant.tenant_key.is_empty()))
    }

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

/// The application of a provider whose tokens are taken.
fn client(row: &IdentityProvider) -> Option<AddinClient> {
    let takes = row.for_addin && row.enabled && row.kind == ProviderKind::Entra;
    let directory = row.entra_tenant.filter(|_| takes)?;
    Some(AddinClient {
        client_id: row.client_id.clone(),
        authority: format!("{}/{directory}", row.issuer.trim_end_matches('/')),
        scope: format!("api://{}/{SCOPE}", row.client_id),
    })
}
