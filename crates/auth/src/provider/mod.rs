//! Signing in at other people's identity providers: of users, and of recipients whose link asks for their account.

mod addin;
mod begin;
mod finish;
pub(crate) mod flow;
mod identify;
mod manage;
mod recipient;
mod registration;
mod return_to;
mod step_up;

pub use addin::{AddinClient, AddinSignIn};
pub use begin::{BeginSignIn, BegunSignIn};
pub use finish::{CameBack, FinishedSignIn};
pub use flow::CallbackPath;
pub use manage::{
    IdentityLink, IdentityProviderChange, IdentityProviderView, NewIdentityProvider, ProviderChoice,
};
pub use return_to::{NoReturn, ReturnTo};

use sealpost_db::IdentityProvider;
use sealpost_domain::IdentityProviderId;
use serde_json::json;

use crate::{Auth, AuthError};

impl Auth {
    /// Writes into the tenant's log that somebody was refused who came from a provider.
    async fn refuse_from(
        &self,
        provider: &IdentityProvider,
        reason: &'static str,
    ) -> Result<AuthError, AuthError> {
        let payload = json!({ "provider": provider.id, "reason": reason });
        let entry = self.sign_in_entry(provider.tenant_id, "session.refused", payload).await?;
        let mut tx = self.db.write().await?;
        entry.append(&mut tx, provider.tenant_id, self.now()).await?;
        tx.commit().await?;
        Ok(AuthError::CredentialsWrong)
    }

    /// A provider at which somebody may sign in now: it is enabled, and its tenant is not suspended.
    async fn open_provider(&self, id: IdentityProviderId) -> Result<Option<Registered>, AuthError> {
        let row = self.db.read().await?.any_identity_provider(id).await?;
        match row {
            Some(row) => self.registered(row).await,
            None => Ok(None),
        }
    }
}

use registration::Registered;
