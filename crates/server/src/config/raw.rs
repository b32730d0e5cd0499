//! The file's shape, before anything is checked.

use std::{collections::BTreeMap, path::PathBuf};

use sealpost_client::Secret;
use serde::Deserialize;

use super::{LogFormat, copies::Replica, stores::Blob};

/// Every key, with the environment variable that sets it left to [`super::load`]. Those of `[stores.NAME]` are those of `blob`, and
/// stand in files only.
pub(super) const KEYS: &[&str] = &[
    "addin.enabled",
    "audit.checkpoints",
    "audit.internal_forwarding",
    "base_url",
    "blob.access_key_id",
    "blob.account",
    "blob.account_key",
    "blob.account_key_file",
    "blob.client_id",
    "blob.container",
    "blob.containers",
    "blob.credential",
    "blob.dir",
    "blob.endpoint",
    "blob.kind",
    "blob.name_prefix",
    "blob.offsite",
    "blob.region",
    "blob.replica",
    "blob.sas",
    "blob.sas_file",
    "blob.secret_access_key",
    "blob.secret_access_key_file",
    "data_dir",
    "database.url",
    "database.url_file",
    "keyring.url",
    "keyring.url_file",
    "licence.public_keys",
    "licence.public_keys_file",
    "limits.account_per_quarter_hour",
    "limits.address_per_hour",
    "limits.link_per_minute",
    "limits.network_per_minute",
    "limits.password_concurrency",
    "limits.password_memory_mib",
    "limits.tenant_per_minute",
    "listen",
    "log.filter",
    "log.format",
    "mail.abuse",
    "mail.directory",
    "mail.from",
    "mail.from_name",
    "mail.language",
    "mail.smtp.host",
    "mail.smtp.password",
    "mail.smtp.password_file",
    "mail.smtp.port",
    "mail.smtp.security",
    "mail.smtp.trust",
    "mail.smtp.username",
    "metrics.allow_public",
    "metrics.listen",
    "replica.max_lag_seconds",
    "replica.rate_mib_per_second",
    "replica.when_behind",
    "scan.clamd",
    "scan.max_mib",
    "scan.patience_seconds",
    "serve.drain_seconds",
    "serve.stop_seconds",
    "signin.internal_providers",
    "sms.directory",
    "sms.from",
    "sms.header",
    "sms.secret",
    "sms.secret_file",
    "sms.trust",
    "sms.url",
    "sms.url_file",
    "tls.certificate",
    "tls.key",
    "tls.reload",
    "tls.self_signed",
    "traces.header",
    "traces.otlp",
    "traces.ratio",
    "traces.secret",
    "traces.secret_file",
    "trusted_proxies",
    "vault.auth_mount",
    "vault.client_id",
    "vault.client_secret",
    "vault.client_secret_file",
    "vault.credential",
    "vault.dir",
    "vault.key",
    "vault.kind",
    "vault.module",
    "vault.mount",
    "vault.namespace",
    "vault.pin",
    "vault.pin_file",
    "vault.role",
    "vault.role_id",
    "vault.secret_id",
    "vault.secret_id_file",
    "vault.tenant_id",
    "vault.token",
    "vault.token_file",
    "vault.trust",
    "vault.url",
];

/// Keys that may instead be given as `KEY_file`.
pub(super) const SECRETS: &[&str] = &[
    "blob.account_key",
    "blob.sas",
    "blob.secret_access_key",
    "database.url",
    "keyring.url",
    "mail.smtp.password",
    "sms.secret",
    "sms.url",
    "traces.secret",
    "vault.client_secret",
    "vault.pin",
    "vault.secret_id",
    "vault.token",
];

/// Keys whose value is a list.
pub(super) const LISTS: &[&str] = &["licence.public_keys", "trusted_proxies"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    #[serde(default)]
    pub(super) addin: Addin,
    #[serde(default)]
    pub(super) audit: Audit,
    pub(super) base_url: String,
    pub(super) blob: Blob,
    pub(super) data_dir: PathBuf,
    pub(super) database: Database,
    pub(super) keyring: Database,
    #[serde(default)]
    pub(super) licence: Licences,
    #[serde(default)]
    pub(super) limits: Limits,
    #[serde(default = "listen")]
    pub(super) listen: String,
    #[serde(default)]
    pub(super) log: Log,
    pub(super) mail: Mail,
    #[serde(default)]
    pub(super) metrics: Metrics,
    #[serde(default)]
    pub(super) replica: Replica,
    pub(super) scan: Option<Scan>,
    pub(super) sms: Option<Sms>,
    #[serde(default)]
    pub(super) serve: Serve,
    #[serde(default)]
    pub(super) signin: Signin,
    #[serde(default)]
    pub(super) stores: BTreeMap<String, Blob>,
    pub(super) tls: Option<Tls>,
    #[serde(default)]
    pub(super) traces: Traces,
    #[serde(default)]
    pub(super) trusted_proxies: Vec<String>,
    pub(super) vault: Vault,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Audit {
    pub(super) checkpoints: Option<PathBuf>,
    #[serde(default)]
    pub(super) internal_forwarding: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Database {
    pub(super) url: Secret,
    /// Read by [`super::load`], which puts the contents into `url`.
    #[serde(rename = "url_file")]
    pub(super) _url_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Vault {
    #[serde(default)]
    pub(super) kind: VaultKind,
    pub(super) auth_mount: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) client_secret: Option<Secret>,
    #[serde(rename = "client_secret_file")]
    pub(super) _client_secret_file: Option<PathBuf>,
    pub(super) credential: Option<AzureCredential>,
    pub(super) dir: Option<PathBuf>,
    pub(super) key: Option<String>,
    pub(super) module: Option<PathBuf>,
    pub(super) mount: Option<String>,
    pub(super) namespace: Option<String>,
    pub(super) pin: Option<Secret>,
    #[serde(rename = "pin_file")]
    pub(super) _pin_file: Option<PathBuf>,
    pub(super) role: Option<String>,
    pub(super) role_id: Option<String>,
    pub(super) secret_id: Option<Secret>,
    #[serde(rename = "secret_id_file")]
    pub(super) _secret_id_file: Option<PathBuf>,
    pub(super) tenant_id: Option<String>,
    /// A token of OpenBao, which is secret; the label of a PKCS#11 token, which is not.
    pub(super) token: Option<Secret>,
    /// Where `token` comes from, if from a file; OpenBao's is read again.
    pub(super) token_file: Option<PathBuf>,
    pub(super) trust: Option<PathBuf>,
    pub(super) url: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum VaultKind {
    AzureKeyVault,
    #[default]
    Local,
    #[serde(rename = "openbao")]
    OpenBao,
    Pkcs11,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AzureCredential {
    ClientSecret,
    ManagedIdentity,
    WorkloadIdentity,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mail {
    pub(super) from: String,
    pub(super) from_name: Option<String>,
    pub(super) language: Option<String>,
    pub(super) abuse: Option<String>,
    pub(super) directory: Option<PathBuf>,
    pub(super) smtp: Option<Smtp>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Smtp {
    pub(super) host: String,
    pub(super) port: Option<u16>,
    #[serde(default)]
    pub(super) security: SmtpSecurity,
    pub(super) username: Option<String>,
    pub(super) password: Option<Secret>,
    #[serde(rename = "password_file")]
    pub(super) _password_file: Option<PathBuf>,
    pub(super) trust: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum SmtpSecurity {
    None,
    #[default]
    StartTls,
    Tls,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sms {
    pub(super) directory: Option<PathBuf>,
    pub(super) from: Option<String>,
    pub(super) header: Option<String>,
    pub(super) secret: Option<Secret>,
    #[serde(rename = "secret_file")]
    pub(super) _secret_file: Option<PathBuf>,
    pub(super) trust: Option<PathBuf>,
    pub(super) url: Option<Secret>,
    #[serde(rename = "url_file")]
    pub(super) _url_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scan {
    pub(super) clamd: Option<String>,
    pub(super) max_mib: Option<u64>,
    pub(super) patience_seconds: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tls {
    pub(super) certificate: Option<PathBuf>,
    pub(super) key: Option<PathBuf>,
    #[serde(default = "yes")]
    pub(super) reload: bool,
    #[serde(default)]
    pub(super) self_signed: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Metrics {
    #[serde(default)]
    pub(super) allow_public: bool,
    pub(super) listen: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Traces {
    pub(super) header: Option<String>,
    pub(super) otlp: Option<String>,
    pub(super) ratio: Option<f64>,
    pub(super) secret: Option<Secret>,
    #[serde(rename = "secret_file")]
    pub(super) _secret_file: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Licences {
    pub(super) public_keys: Option<Vec<String>>,
    pub(super) public_keys_file: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) password_memory_mib: Option<u32>,
    pub(super) password_concurrency: Option<usize>,
    pub(super) account_per_quarter_hour: Option<u32>,
    pub(super) address_per_hour: Option<u32>,
    pub(super) link_per_minute: Option<u32>,
    pub(super) network_per_minute: Option<u32>,
    pub(super) tenant_per_minute: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Addin {
    #[serde(default = "yes")]
    pub(super) enabled: bool,
}

impl Default for Addin {
    fn default() -> Self {
        Self { enabled: true }
    }
}

const fn yes() -> bool {
    true
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Serve {
    pub(super) drain_seconds: Option<u16>,
    pub(super) stop_seconds: Option<u16>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Signin {
    #[serde(default)]
    pub(super) internal_providers: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Log {
    #[serde(default)]
    pub(super) format: LogFormat,
    pub(super) filter: Option<String>,
}

fn listen() -> String {
    "127.0.0.1:8443".to_owned()
}
