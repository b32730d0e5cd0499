//! A recipient signs in to show that he is the one whom a link was sent to. Nobody becomes a user by it, and no session
//! begins: all that comes of it is a proof for this one link.

use sealpost_domain::{EmailAddress, Protection, TenantId};
use sealpost_oidc::Identity;

use super::registration::Registered;
use crate::{Auth, AuthError, Proven, link::protection, proof::ShownAccount};

impl Auth {
    /// Whether a link of this tenant, that is available now, asks its recipient for an account.
    pub(super) async fn asks_for_account(&self, tenant: TenantId, token: &str) -> Result<bool, AuthError> {
        match self.delivery(token).await {
            Ok(delivery) => {
                Ok(delivery.transfer.tenant_id == tenant && protection(&delivery) == Protection::Account)
            }
            Err(AuthError::LinkUnavailable | AuthError::Suspended) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// What a recipient has proved by his sign-in; `None` if it was not his, or did not come to its end.
    pub(super) async fn proven_by(
        &self,
        registered: &Registered,
        token: &str,
        identity: Result<Identity, AuthError>,
    ) -> Result<Option<Proven>, AuthError> {
        let proven = match identity {
            Ok(identity) => {
                let address = vouched_for(registered, &identity);
                self.prove_account(token, &ShownAccount { tenant: registered.tenant.id, address }).await
            }
            Err(error) => Err(error),
        };
        match proven {
            Ok(proven) => Ok(Some(proven)),
            Err(AuthError::AccountNeeded | AuthError::CredentialsWrong) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The address that the provider vouches for. Recipients are outsiders: where no domains are named, whoever runs the tenant
/// has trusted the provider for all of them.
fn vouched_for(registered: &Registered, identity: &Identity) -> Option<EmailAddress> {
    let address: EmailAddress = identity.verified_email.as_deref()?.parse().ok()?;
    let domains = &registered.row.domains;
    (domains.as_slice().is_empty() || domains.contain(&address)).then_some(address)
}
