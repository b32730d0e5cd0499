//! TLS 1.2 and 1.3 by rustls: with a certificate from files, which are read again when they change, or a self-signed one
//! for the first days.

use std::{
    fmt, fs,
    io::Write as _,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use anyhow::{Context as _, anyhow};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use sealpost_metrics::Metrics;
use url::Url;

use crate::{
    certificate,
    config::{Config, TlsConfig},
};

/// The certificate that new connections get, and where it comes from.
pub(super) struct Certificates {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<CertifiedKey>>,
    /// How the files looked when they were read last, whether they could be used or not.
    seen: Mutex<Vec<Looks>>,
    metrics: Metrics,
}

/// What of a file changes when it is written or replaced: device, number, length, and both times in nanoseconds.
type Looks = Option<(u64, u64, u64, i128, i128)>;

impl Certificates {
    /// Reads the files; makes the self-signed certificate if there is none yet.
    pub(super) fn open(tls: &TlsConfig, config: &Config, metrics: Metrics) -> anyhow::Result<Arc<Self>> {
        let (certificate, key) = files(tls, config);
        if *tls == TlsConfig::SelfSigned && (!certificate.exists() || !key.exists()) {
            make_self_signed(config, &certificate, &key)?;
        }
        let seen = Mutex::new(look(&certificate, &key));
        let current = RwLock::new(Arc::new(load(&certificate, &key)?));
        let certificates = Self { certificate, key, current, seen, metrics };
        certificates.tell_end();
        Ok(Arc::new(certificates))
    }

    /// What the server works with: it asks for the certificate at every handshake.
    pub(super) fn server_config(self: &Arc<Self>) -> anyhow::Result<Arc<ServerConfig>> {
        let server = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<Self>::clone(self));
        Ok(Arc::new(server))
    }

    /// Takes the files as they are now if they have changed, or if `even_if_unchanged`. What cannot be used, such as a
    /// certificate whose key has not been written yet, is looked at again when it changes.
    pub(super) fn read_again(&self, even_if_unchanged: bool) {
        let now = look(&self.certificate, &self.key);
        let before =
            std::mem::replace(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner), now.clone());
        if now == before && !even_if_unchanged {
            return;
        }
        match load(&self.certificate, &self.key) {
            Ok(taken) => {
                let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
                let is_other = current.cert != taken.cert;
                *current = Arc::new(taken);
                drop(current);
                if is_other {
                    self.metrics.certificate_reloaded(true);
                    tracing::info!("a new certificate is used from now on");
                }
                self.tell_end();
            }
            Err(error) => {
                self.metrics.certificate_reloaded(false);
                tracing::error!(error = format!("{error:#}"), "the certificate of before is kept");
            }
        }
    }

    fn current(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn tell_end(&self) {
        if let Some(Ok(end)) = self.current().cert.first().map(certificate::ends_at) {
            self.metrics.certificate_ends_at(end);
        }
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificates").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

/// Where certificate and key lie.
pub(crate) fn files(tls: &TlsConfig, config: &Config) -> (PathBuf, PathBuf) {
    match tls {
        TlsConfig::Files { certificate, key } => (certificate.clone(), key.clone()),
        TlsConfig::SelfSigned => (config.data_dir.join("tls.crt"), config.data_dir.join("tls.key")),
    }
}

/// The pair, if both parts are there and fit together.
pub(crate) fn load(certificate: &Path, key: &Path) -> anyhow::Result<CertifiedKey> {
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| anyhow!("tls.certificate {}: {error}", certificate.display()))?;
    let key =
        PrivateKeyDer::from_pem_file(key).map_err(|error| anyhow!("tls.key {}: {error}", key.display()))?;
    anyhow::ensure!(!chain.is_empty(), "tls.certificate {}: there is none in it", certificate.display());
    CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider())
        .context("tls: the certificate and the key do not fit together")
}

fn look(certificate: &Path, key: &Path) -> Vec<Looks> {
    let nanos = |seconds: i64, nanos: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
    let looks = |path: &Path| {
        let file = fs::metadata(path).ok()?;
        let times = (nanos(file.mtime(), file.mtime_nsec()), nanos(file.ctime(), file.ctime_nsec()));
        Some((file.dev(), file.ino(), file.len(), times.0, times.1))
    };
    vec![looks(certificate), looks(key)]
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
