//! TLS 1.2 and 1.3 by rustls: with a certificate from files, or a self-signed one for the first days.

use std::{fs, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path, sync::Arc};

use anyhow::{Context as _, anyhow};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use url::Url;

use crate::config::{Config, TlsConfig};

/// The TLS configuration; makes the self-signed certificate if there is none yet.
pub(super) fn server_config(tls: &TlsConfig, config: &Config) -> anyhow::Result<Arc<ServerConfig>> {
    let (certificate, key) = match tls {
        TlsConfig::Files { certificate, key } => (certificate.clone(), key.clone()),
        TlsConfig::SelfSigned => {
            let (certificate, key) = (config.data_dir.join("tls.crt"), config.data_dir.join("tls.key"));
            if !certificate.exists() || !key.exists() {
                make_self_signed(config, &certificate, &key)?;
            }
            (certificate, key)
        }
    };
    let chain = CertificateDer::pem_file_iter(&certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| anyhow!("tls.certificate {}: {error}", certificate.display()))?;
    let key =
        PrivateKeyDer::from_pem_file(&key).map_err(|error| anyhow!("tls.key {}: {error}", key.display()))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .context("tls: the certificate and the key do not fit together")?;
    Ok(Arc::new(server))
}

fn make_self_signed(config: &Config, certificate: &Path, key: &Path) -> anyhow::Result<()> {
    let host = Url::parse(config.base_url.as_str())?.host_str().map(str::to_owned);
    let host = host.context("base_url has no host")?;
    let made = rcgen::generate_simple_self_signed(vec![host])?;
    write(key, made.signing_key.serialize_pem().as_bytes(), 0o600)?;
    write(certificate, made.cert.pem().as_bytes(), 0o644)?;
    tracing::warn!(certificate = %certificate.display(), "made a self-signed certificate; browsers will warn of it");
    Ok(())
}

fn write(path: &Path, contents: &[u8], mode: u32) -> anyhow::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(path)?;
    Ok(file.write_all(contents)?)
}
