//! What Azure's refusals mean for whoever asks the vault.

use std::{error::Error as _, time::Duration};

use azure_core::{Error, error::ErrorKind};
use sealpost_sealed::Error as SealedError;

use crate::{VaultError, remote::Throttled};

/// The longest that a caller waits because the vault wants him to.
const PATIENCE: Duration = Duration::from_secs(2);

/// After which moment a call is to be repeated; `None` if it is not worth waiting for.
pub(super) fn again_after(error: &Error) -> Option<Duration> {
    wanted(error).filter(|wait| *wait <= PATIENCE)
}

/// What the vault wants us to wait, if it says "too many", or "not now".
fn wanted(error: &Error) -> Option<Duration> {
    let ErrorKind::HttpResponse { status, raw_response, .. } = error.kind() else { return None };
    if !matches!(u16::from(*status), 429 | 503) {
        return None;
    }
    let headers = raw_response.as_ref()?.headers();
    let seconds = headers.iter().find(|(name, _)| name.as_str().eq_ignore_ascii_case("retry-after"));
    seconds?.1.as_str().parse().ok().map(Duration::from_secs)
}

pub(super) fn explain(error: Error, key: &str) -> VaultError {
    if let Some(after) = wanted(&error) {
        return VaultError::Unavailable(Throttled { after }.into());
    }
    let Some(status) = error.http_status().map(u16::from) else {
        return match error.kind() {
            ErrorKind::Credential => credential(error),
            _ => VaultError::Unavailable(error.into()),
        };
    };
    let words = error.to_string();
    match status {
        400 => VaultError::Refused(SealedError::Commitment),
        401 => VaultError::Denied(format!("{key}: the vault does not take our token: {words}")),
        // A version that was retired.
        403 if words.contains("KeyDisabled") || words.contains("disabled") => {
            VaultError::Missing { key: key.to_owned() }
        }
        403 => VaultError::Denied(format!(
            "{key}: the vault does not let us: give the identity the role \"Key Vault Crypto Service Encryption User\", or the \
             permissions get, list, wrapKey and unwrapKey (docs/keys.md), and look at the vault's firewall: {words}"
        )),
        404 | 409 if words.contains("deleted") => VaultError::Denied(format!(
            "{key} was deleted, and can be recovered as long as the vault keeps it: `az keyvault key recover`: {words}"
        )),
        404 => VaultError::Missing { key: key.to_owned() },
        409 => VaultError::Denied(format!("{key}: {words}")),
        _ => VaultError::Unavailable(error.into()),
    }
}

/// No token: because we are not who we say, or because nobody answers who could give one.
fn credential(error: Error) -> VaultError {
    let mut source = error.source();
    while let Some(inner) = source {
        let status = inner.downcast_ref::<Error>().and_then(Error::http_status).map(u16::from);
        if matches!(status, Some(400 | 401 | 403 | 404)) {
            return VaultError::Denied(format!(
                "Azure gives us no token (vault.credential): {error}: {inner}"
            ));
        }
        source = inner.source();
    }
    VaultError::Unavailable(error.into())
}
