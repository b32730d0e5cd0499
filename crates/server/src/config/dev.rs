//! The configuration of `serve --dev`: everything below one directory, plain HTTP on loopback. Databases can be elsewhere,
//! so that both engines can be tried.

use std::{
    collections::BTreeMap,
    env::{self, VarError},
    net::SocketAddr,
    path::{Path, PathBuf, absolute},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use sealpost_auth::LicenceKeys;
use sealpost_db::DbOptions;
use sealpost_mail::Language;
use sealpost_oidc::Reach;

use super::{
    BlobConfig, Config, LimitsConfig, LogConfig, LogFormat, MailConfig, MailRoute, ReplicaConfig,
    ServeConfig, SmsRoute, VaultConfig, check::DEFAULT_FILTER,
};

impl Config {
    /// A service for trying out, below `dir`. With port 0 the base URL's port is settled once the service listens.
    pub(crate) fn dev(dir: &Path, listen: SocketAddr) -> anyhow::Result<Self> {
        ensure!(
            listen.ip().is_loopback(),
            "--listen: a service for trying out listens on a loopback address only"
        );
        let dir = absolute(dir).with_context(|| format!("cannot use {}", dir.display()))?;
        let data_dir = dir.join("data");
        Ok(Self {
            listen,
            base_url: format!("http://{listen}").parse()?,
            trusted_proxies: Vec::new(),
            database: database("SEALPOST_DATABASE_URL", data_dir.join("sealpost.db"))?,
            keyring: database("SEALPOST_KEYRING_URL", dir.join("keyring").join("keyring.db"))?,
            vault: VaultConfig::Local { dir: dir.join("vault") },
            blob: BlobConfig::Local { dir: data_dir.join("blobs") },
            stores: BTreeMap::new(),
            copies: BTreeMap::new(),
            replica: ReplicaConfig::default(),
            mail: MailConfig {
                from: "sealpost@demo.example".parse()?,
                from_name: "Sealpost".to_owned(),
                language: Language::default(),
                abuse: None,
                route: MailRoute::Directory(dir.join("mail")),
            },
            scan: None,
            // There is no balancer that would have to see it.
            serve: ServeConfig { drain: Duration::ZERO, ..ServeConfig::default() },
            sms: Some(SmsRoute::Directory(dir.join("sms"))),
            tls: None,
            tls_reload: true,
            metrics: None,
            traces: None,
            licences: LicenceKeys::default(),
            forwarding: Reach::Internal,
            addins: true,
            providers: Reach::Internal,
            limits: LimitsConfig::default(),
            log: LogConfig { format: LogFormat::Text, filter: DEFAULT_FILTER.to_owned() },
            checkpoints: data_dir.join("checkpoints"),
            data_dir,
        })
    }
}

/// The database that `variable` names, or else SQLite's in `file`.
fn database(variable: &str, file: PathBuf) -> anyhow::Result<DbOptions> {
    match env::var(variable) {
        Ok(url) => url.parse().with_context(|| variable.to_owned()),
        Err(VarError::NotPresent) => Ok(DbOptions::sqlite(file)),
        Err(error @ VarError::NotUnicode(_)) => Err(error).with_context(|| variable.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_for_trying_out_stays_on_this_machine_and_apart_from_its_keys() {
        let dir = Path::new("/tmp/demo");
        assert!(Config::dev(dir, "0.0.0.0:80".parse().unwrap()).is_err());
        let config = Config::dev(dir, "127.0.0.1:0".parse().unwrap()).unwrap();
        assert!(!config.base_url.is_https());
        let VaultConfig::Local { dir } = config.vault else { unreachable!("it is a directory") };
        assert!(!dir.starts_with(&config.data_dir));
    }
}
