//! The client for vaults that are asked over HTTPS.

use std::time::Duration;

use reqwest::{Certificate, Client, redirect};

use crate::VaultError;

const CONNECTING: Duration = Duration::from_secs(3);
/// Less than a call of a vault may take: there has to be time for signing in.
const ANSWERING: Duration = Duration::from_secs(6);

/// A client that trusts these certificates, too (PEM), and follows nobody elsewhere: it would show its token there.
///
/// # Errors
/// [`VaultError::Denied`] if `trust` holds no certificates.
pub(crate) fn client(trust: Option<&[u8]>) -> Result<Client, VaultError> {
    let mut client =
        Client::builder().connect_timeout(CONNECTING).timeout(ANSWERING).redirect(redirect::Policy::none());
    if let Some(pem) = trust {
        let roots = Certificate::from_pem_bundle(pem)
            .map_err(|error| VaultError::Denied(format!("vault.trust holds no certificates: {error}")))?;
        client = client.tls_certs_merge(roots);
    }
    client.build().map_err(|error| VaultError::Unavailable(error.into()))
}
