//! Certificates and keys as owners paste them.

use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};

use crate::ForwardError;

/// Longest text.
const MAX_BYTES: usize = 64 * 1024;

/// All certificates of a text, at least one.
pub(crate) fn certificates(text: &str) -> Result<Vec<CertificateDer<'static>>, ForwardError> {
    const WRONG: ForwardError = ForwardError::Invalid("certificates are text in PEM, at most 64 KiB");
    if text.len() > MAX_BYTES {
        return Err(WRONG);
    }
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    read.ok().filter(|certificates| !certificates.is_empty()).ok_or(WRONG)
}

/// The key of a text.
pub(crate) fn key(text: &str) -> Result<PrivateKeyDer<'static>, ForwardError> {
    let read = PrivateKeyDer::from_pem_slice(text.as_bytes()).ok().filter(|_| text.len() <= MAX_BYTES);
    read.ok_or(ForwardError::Invalid("client_key is a private key in PEM, without a password"))
}
