//! Configuration: one TOML file, overridden by `SEALPOST_…` variables.
//!
//! [`Config`] holds what is checked; whoever has one need not check again. `Debug` prints no secret.

mod check;
mod copies;
mod dev;
mod load;
mod raw;
mod stores;
mod vault;

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, time::Duration};

use sealpost_api::{BaseUrl, Network};
use sealpost_auth::LicenceKeys;
use sealpost_auth::Rates;
use sealpost_blob::{S3Options, StoreName, Targets};
use sealpost_db::DbOptions;
use sealpost_domain::EmailAddress;
use sealpost_inspect::Clamd;
use sealpost_mail::{HttpGatewayOptions, Language, SmtpOptions};
use sealpost_oidc::Reach;
use sealpost_vault::{AzureOptions, BaoOptions, Pkcs11Options};

pub(crate) use copies::ReplicaConfig;

/// A complete, commented configuration: `deploy/sealpost.example.toml`.
pub(crate) const EXAMPLE: &str = include_str!("../../../deploy/sealpost.example.toml");

/// Everything that can be configured, checked.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// Where the service is reached; links start with it.
    pub(crate) base_url: BaseUrl,
    /// Where the service keeps what needs no backup of its own.
    pub(crate) data_dir: PathBuf,
    /// Where the checkpoints of audit logs go: files that are only appended to.
    pub(crate) checkpoints: PathBuf,
    /// Proxies whose `X-Forwarded-For` counts.
    pub(crate) trusted_proxies: Vec<Network>,
    /// The database.
    pub(crate) database: DbOptions,
    /// The keyring's database.
    pub(crate) keyring: DbOptions,
    /// The root key.
    pub(crate) vault: VaultConfig,
    /// The blob store that tenants are made in unless told otherwise.
    pub(crate) blob: BlobConfig,
    /// Further stores, by name.
    pub(crate) stores: BTreeMap<StoreName, BlobConfig>,
    /// Which of them have the copies of which; `None` is the default store.
    pub(crate) copies: BTreeMap<Option<StoreName>, Targets>,
    /// How copies are made.
    pub(crate) replica: ReplicaConfig,
    /// Mail.
    pub(crate) mail: MailConfig,
    /// The malware scanner, if there is one.
    pub(crate) scan: Option<Clamd>,
    /// How it comes to its end.
    pub(crate) serve: ServeConfig,
    /// Text messages; no codes by SMS if absent.
    pub(crate) sms: Option<SmsRoute>,
    /// TLS; plain HTTP if absent.
    pub(crate) tls: Option<TlsConfig>,
    /// Whether the certificate's files are read again when they change.
    pub(crate) tls_reload: bool,
    /// Where metrics can be read; nowhere if absent.
    pub(crate) metrics: Option<SocketAddr>,
    /// Where traces go; nowhere if absent.
    pub(crate) traces: Option<TracesConfig>,
    /// Whose licences count; none if none are asked for.
    pub(crate) licences: LicenceKeys,
    /// Where audit entries may be sent on to.
    pub(crate) forwarding: Reach,
    /// Whether add-ins look at mails at all.
    pub(crate) addins: bool,
    /// Where identity providers may be.
    pub(crate) providers: Reach,
    /// Bounds.
    pub(crate) limits: LimitsConfig,
    /// Logging.
    pub(crate) log: LogConfig,
}

/// Where the root key lives.
#[derive(Debug, Clone)]
pub(crate) enum VaultConfig {
    /// In Azure Key Vault, or a managed HSM.
    Azure(AzureOptions),
    /// In files of a directory outside of `data_dir`.
    Local {
        /// The directory.
        dir: PathBuf,
    },
    /// In OpenBao or HashiCorp Vault.
    OpenBao(BaoOptions),
    /// In a token.
    Pkcs11(Pkcs11Options),
}

/// Where sealed files lie.
#[derive(Debug, Clone)]
pub(crate) enum BlobConfig {
    /// In a directory.
    Local {
        /// The directory.
        dir: PathBuf,
    },
    /// In a storage account of Azure.
    Azure(sealpost_blob::AzureOptions),
    /// In S3.
    S3(S3Options),
}

/// Who mails come from and how they leave.
#[derive(Debug, Clone)]
pub(crate) struct MailConfig {
    /// Address.
    pub(crate) from: EmailAddress,
    /// Name shown.
    pub(crate) from_name: String,
    /// What they are written in.
    pub(crate) language: Language,
    /// Where the operator hears of what recipients report.
    pub(crate) abuse: Option<EmailAddress>,
    /// The way out.
    pub(crate) route: MailRoute,
}

/// The way out for mails.
#[derive(Debug, Clone)]
pub(crate) enum MailRoute {
    /// `.eml` files in a directory.
    Directory(PathBuf),
    /// An SMTP server.
    Smtp(SmtpOptions),
}

/// The way out for text messages.
#[derive(Debug, Clone)]
pub(crate) enum SmsRoute {
    /// `.sms.json` files in a directory.
    Directory(PathBuf),
    /// A gateway.
    Http(HttpGatewayOptions),
}

/// Where the certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TlsConfig {
    /// From files.
    Files {
        /// The chain, PEM.
        certificate: PathBuf,
        /// The private key, PEM.
        key: PathBuf,
    },
    /// Made at the first start, kept in `data_dir`.
    SelfSigned,
}

/// Where traces go, and how many.
#[derive(Clone, PartialEq)]
pub(crate) struct TracesConfig {
    /// The collector, which speaks OTLP over HTTP.
    pub(crate) otlp: url::Url,
    /// The part of the traces that begin here, 0 to 1.
    pub(crate) ratio: f64,
    /// The header that the collector wants, and its secret value.
    pub(crate) header: Option<(String, String)>,
}

impl std::fmt::Debug for TracesConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TracesConfig").field("ratio", &self.ratio).finish_non_exhaustive()
    }
}

/// Bounds of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LimitsConfig {
    /// MiB of memory for password keys.
    pub(crate) password_memory_mib: u32,
    /// Password checks that run or wait.
    pub(crate) password_concurrency: usize,
    /// How often anybody may try, on all nodes together.
    pub(crate) rates: Rates,
}

impl Default for LimitsConfig {
    /// Four checks at once, 64 in all.
    fn default() -> Self {
        Self { password_memory_mib: 256, password_concurrency: 64, rates: Rates::default() }
    }
}

/// How the service comes to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ServeConfig {
    /// How long it is served on after SIGTERM, while `/readyz` says that others are to be asked.
    pub(crate) drain: Duration,
    /// How long requests may run on after that.
    pub(crate) stop: Duration,
}

impl Default for ServeConfig {
    fn default() -> Self {
        Self { drain: Duration::from_secs(5), stop: Duration::from_secs(30) }
    }
}

/// What is logged and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogConfig {
    /// Text or JSON.
    pub(crate) format: LogFormat,
    /// A `tracing` filter.
    pub(crate) filter: String,
}

/// Form of log lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines: one object a line.
    Json,
}
