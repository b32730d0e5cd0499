//! Nobody changes the policy so that he could not change it back.

use sealpost_auth::{Actor, ManageGrant};
use sealpost_db::Tx;
use sealpost_domain::{Policy, ProviderKind, SignIn};

use crate::TenancyError;

/// Fails if whoever asks could not sign in under these settings. The operator needs no sign-in.
pub(super) async fn check_lockout(
    tx: &mut Tx,
    grant: &ManageGrant,
    settings: &Policy,
) -> Result<(), TenancyError> {
    let Actor::User(user) = grant.actor() else {
        return Ok(());
    };
    let same = |one: &Policy, other: &Policy| {
        one.signins == other.signins && one.second_factor_required == other.second_factor_required
    };
    if same(grant.policy(), settings) {
        return Ok(());
    }
    let account = tx.account(grant.tenant(), user).await?.ok_or(TenancyError::NotFound)?;
    let providers = tx.identity_providers(grant.tenant()).await?;
    let has_provider = |kind| {
        providers.iter().any(|provider| provider.enabled && provider.for_users && provider.kind == kind)
    };
    let can = settings.signins.iter().any(|method| match method {
        SignIn::Password => account.password.is_some(),
        SignIn::Passkey => account.passkeys > 0,
        SignIn::Oidc => has_provider(ProviderKind::Oidc),
        SignIn::Entra => has_provider(ProviderKind::Entra),
    });
    if can {
        Ok(())
    } else {
        Err(TenancyError::Invalid(
            "signins would lock you out: you can sign in in none of these ways; set another one up first",
        ))
    }
}
