//! From the file's shape to what can be used.

use std::{
    fmt::Display,
    fs,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use anyhow::{Context as _, anyhow, bail, ensure};
use sealpost_auth::{LicenceKeys, read_public_key};
use sealpost_auth::{Rate, Rates};
use sealpost_inspect::Clamd;
use sealpost_mail::{HttpGateway, HttpGatewayOptions, Security, SmtpCredentials, SmtpOptions};
use sealpost_oidc::Reach;
use tracing_subscriber::EnvFilter;

use super::{
    Config, LimitsConfig, LogConfig, MailConfig, MailRoute, ServeConfig, SmsRoute, TlsConfig, TracesConfig,
    raw::{Licences, Limits, Log, Mail, Metrics, Raw, Scan, Serve, Sms, Smtp, SmtpSecurity, Tls, Traces},
    stores,
};

/// The HTTP server and the clock tell of every step of their starting.
pub(super) const DEFAULT_FILTER: &str = "info,actix_server=warn,tokio_cron_scheduler=warn";

/// Whoever runs the service does not wait for longer than this, and ends it otherwise.
const LONGEST_END: Duration = Duration::from_secs(3_600);
/// One Argon2id key takes 64 MiB.
const PASSWORD_MIB: u32 = 64;
/// Each of them is tried on every licence.
const MAX_LICENCE_KEYS: usize = 16;

impl Raw {
    pub(super) fn check(self) -> anyhow::Result<Config> {
        let data_dir = absolute("data_dir", self.data_dir)?;
        let checkpoints = match self.audit.checkpoints {
            Some(path) => absolute("audit.checkpoints", path)?,
            None => data_dir.join("checkpoints"),
        };
        let vault = self.vault.check(&data_dir)?;
        let (blob, stores, copies) = stores::check_all(self.blob, self.stores)?;
        let (database_url, keyring_url) = (self.database.url.expose(), self.keyring.url.expose());
        if let Some(path) = sqlite_file(keyring_url) {
            apart("keyring.url", absolute("keyring.url", path)?, &data_dir)?;
        }
        if let Some(path) = sqlite_file(database_url) {
            absolute("database.url", path)?;
        }
        ensure!(keyring_url != database_url, "keyring.url: must be another database than database.url");
        let mut trusted_proxies = Vec::new();
        for proxy in &self.trusted_proxies {
            trusted_proxies.push(parsed("trusted_proxies", proxy)?);
        }
        Ok(Config {
            listen: self
                .listen
                .parse()
                .map_err(|_| anyhow!("listen: must be ADDRESS:PORT, such as 127.0.0.1:8443"))?,
            base_url: parsed("base_url", &self.base_url)?,
            trusted_proxies,
            database: parsed("database.url", database_url)?,
            keyring: parsed("keyring.url", keyring_url)?,
            vault,
            blob,
            stores,
            replica: self.replica.check(&copies)?,
            copies,
            mail: self.mail.check()?,
            scan: self.scan.map(Scan::check).transpose()?.flatten(),
            serve: self.serve.check()?,
            sms: self.sms.map(Sms::check).transpose()?,
            tls_reload: self.tls.as_ref().is_none_or(|tls| tls.reload),
            metrics: self.metrics.check()?,
            traces: self.traces.check()?,
            tls: self.tls.map(Tls::check).transpose()?.flatten(),
            licences: self.licence.check()?,
            forwarding: if self.audit.internal_forwarding { Reach::Internal } else { Reach::Public },
            addins: self.addin.enabled,
            providers: if self.signin.internal_providers { Reach::Internal } else { Reach::Public },
            limits: self.limits.check()?,
            log: self.log.check()?,
            checkpoints,
            data_dir,
        })
    }
}

impl Mail {
    fn check(self) -> anyhow::Result<MailConfig> {
        let route = match (self.directory, self.smtp) {
            (Some(directory), None) => MailRoute::Directory(absolute("mail.directory", directory)?),
            (None, Some(smtp)) => MailRoute::Smtp(smtp.check()?),
            (Some(_), Some(_)) => bail!("mail.directory: set either this or mail.smtp"),
            (None, None) => bail!("mail.smtp: missing; without a mail server set mail.directory"),
        };
        let from_name = self.from_name.unwrap_or_else(|| "Sealpost".to_owned());
        let language = self.language.map(|tag| parsed("mail.language", &tag)).transpose()?;
        Ok(MailConfig {
            from: parsed("mail.from", &self.from)?,
            from_name,
            language: language.unwrap_or_default(),
            abuse: self.abuse.map(|address| parsed("mail.abuse", &address)).transpose()?,
            route,
        })
    }
}

impl Smtp {
    fn check(self) -> anyhow::Result<SmtpOptions> {
        let credentials = match (self.username, self.password) {
            (Some(username), Some(password)) => {
                Some(SmtpCredentials { username, password: password.expose().to_owned() })
            }
            (None, None) => None,
            (Some(_), None) => bail!("mail.smtp.password: missing for mail.smtp.username"),
            (None, Some(_)) => bail!("mail.smtp.username: missing for mail.smtp.password"),
        };
        let trusted_pem = match self.trust {
            Some(path) => Some(
                fs::read(&path)
                    .with_context(|| format!("mail.smtp.trust: cannot read {}", path.display()))?,
            ),
            None => None,
        };
        let security = match self.security {
            SmtpSecurity::None => Security::None,
            SmtpSecurity::StartTls => Security::StartTls,
            SmtpSecurity::Tls => Security::Tls,
        };
        Ok(SmtpOptions { port: self.port, security, credentials, trusted_pem, ..SmtpOptions::new(self.host) })
    }
}

impl Scan {
    /// Without an address there is no scanner: what else is said is for another day.
    fn check(self) -> anyhow::Result<Option<Clamd>> {
        let Some(clamd) = self.clamd else { return Ok(None) };
        let (most, patience) = (self.max_mib.unwrap_or(25), self.patience_seconds.unwrap_or(300));
        ensure!((1..=4_095).contains(&most), "scan.max_mib: 1 to 4095, for clamd takes no more");
        ensure!((1..=3_000).contains(&patience), "scan.patience_seconds: 1 to 3000");
        Ok(Some(Clamd::new(parsed("scan.clamd", &clamd)?, most << 20, Duration::from_secs(patience))))
    }
}

impl Serve {
    fn check(self) -> anyhow::Result<ServeConfig> {
        let default = ServeConfig::default();
        let seconds = |set: Option<u16>, default| set.map_or(default, |n| Duration::from_secs(n.into()));
        let config = ServeConfig {
            drain: seconds(self.drain_seconds, default.drain),
            stop: seconds(self.stop_seconds, default.stop),
        };
        ensure!(config.drain <= LONGEST_END, "serve.drain_seconds: 0 to {}", LONGEST_END.as_secs());
        ensure!(config.stop <= LONGEST_END, "serve.stop_seconds: 0 to {}", LONGEST_END.as_secs());
        Ok(config)
    }
}

impl Sms {
    fn check(self) -> anyhow::Result<SmsRoute> {
        let url = match (self.directory, self.url) {
            (Some(directory), None) => return Ok(SmsRoute::Directory(absolute("sms.directory", directory)?)),
            (None, Some(url)) => url,
            (Some(_), Some(_)) => bail!("sms.directory: set either this or sms.url"),
            (None, None) => bail!("sms.url: missing; for trying out set sms.directory"),
        };
        let header = match (self.header, self.secret) {
            (name, Some(secret)) => {
                Some((name.unwrap_or_else(|| "Authorization".to_owned()), secret.expose().to_owned()))
            }
            (None, None) => None,
            (Some(_), None) => bail!("sms.secret: missing for sms.header"),
        };
        let trusted_pem = match self.trust {
            Some(path) => {
                Some(fs::read(&path).with_context(|| format!("sms.trust: cannot read {}", path.display()))?)
            }
            None => None,
        };
        let options = HttpGatewayOptions {
            header,
            from: self.from,
            trusted_pem,
            ..HttpGatewayOptions::new(url.expose())
        };
        HttpGateway::new(&options).map_err(|error| anyhow!("sms.url: {error}"))?;
        Ok(SmsRoute::Http(options))
    }
}

impl Tls {
    fn check(self) -> anyhow::Result<Option<TlsConfig>> {
        match (self.certificate, self.key, self.self_signed) {
            (Some(certificate), Some(key), false) => Ok(Some(TlsConfig::Files { certificate, key })),
            (None, None, true) => Ok(Some(TlsConfig::SelfSigned)),
            (None, None, false) => Ok(None),
            (_, _, true) => bail!("tls.self_signed: set either this or tls.certificate and tls.key"),
            (Some(_), None, _) => bail!("tls.key: missing for tls.certificate"),
            (None, Some(_), _) => bail!("tls.certificate: missing for tls.key"),
        }
    }
}

impl Metrics {
    /// Who reads them sees how much is sent, to how many, and what fails: they are for this machine, or a network that
    /// nobody else is in.
    fn check(self) -> anyhow::Result<Option<SocketAddr>> {
        let Some(listen) = self.listen else { return Ok(None) };
        let listen: SocketAddr = listen
            .parse()
            .map_err(|_| anyhow!("metrics.listen: must be ADDRESS:PORT, such as 127.0.0.1:9464"))?;
        ensure!(
            self.allow_public || is_private(listen.ip()),
            "metrics.listen: {} can be reached from elsewhere; if something else keeps strangers out, set metrics.allow_public",
            listen.ip()
        );
        Ok(Some(listen))
    }
}

/// Whether only this machine, or a private network, has the address.
fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

impl Traces {
    fn check(self) -> anyhow::Result<Option<TracesConfig>> {
        let Some(otlp) = self.otlp else {
            ensure!(
                self.header.is_none() && self.secret.is_none() && self.ratio.is_none(),
                "traces.otlp: missing; without it there are no traces"
            );
            return Ok(None);
        };
        let otlp: url::Url = parsed("traces.otlp", &otlp)?;
        ensure!(
            matches!(otlp.scheme(), "http" | "https") && otlp.query().is_none() && otlp.fragment().is_none(),
            "traces.otlp: must be http or https, such as http://127.0.0.1:4318"
        );
        ensure!(
            otlp.username().is_empty() && otlp.password().is_none(),
            "traces.otlp: a password does not belong into the address; set traces.header and traces.secret"
        );
        let ratio = self.ratio.unwrap_or(0.01);
        ensure!((0.0..=1.0).contains(&ratio), "traces.ratio: 0 to 1");
        let header = match (self.header, self.secret) {
            (name, Some(secret)) => {
                Some((name.unwrap_or_else(|| "Authorization".to_owned()), secret.expose().to_owned()))
            }
            (None, None) => None,
            (Some(_), None) => bail!("traces.secret: missing for traces.header"),
        };
        Ok(Some(TracesConfig { otlp, ratio, header }))
    }
}

impl Licences {
    fn check(self) -> anyhow::Result<LicenceKeys> {
        let texts = match (self.public_keys, self.public_keys_file) {
            (Some(_), Some(_)) => {
                bail!("licence.public_keys: set either this or licence.public_keys_file")
            }
            (Some(texts), None) => texts,
            (None, Some(path)) => {
                let text = fs::read_to_string(&path)
                    .with_context(|| format!("licence.public_keys_file: cannot read {}", path.display()))?;
                text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
            }
            (None, None) => return Ok(LicenceKeys::default()),
        };
        // An empty list would be the opposite of what somebody means who has set it.
        ensure!(!texts.is_empty(), "licence.public_keys: empty; leave it out to ask for no licences");
        ensure!(texts.len() <= MAX_LICENCE_KEYS, "licence.public_keys: at most {MAX_LICENCE_KEYS}");
        let mut keys = Vec::new();
        for text in &texts {
            let key = read_public_key(text);
            keys.push(
                key.context("licence.public_keys: must be keys as `sealpost licence keygen` prints them")?,
            );
        }
        Ok(LicenceKeys::new(keys))
    }
}

impl Limits {
    fn check(self) -> anyhow::Result<LimitsConfig> {
        let default = LimitsConfig::default();
        let password_memory_mib = self.password_memory_mib.unwrap_or(default.password_memory_mib);
        let password_concurrency = self.password_concurrency.unwrap_or(default.password_concurrency);
        ensure!(
            password_memory_mib >= PASSWORD_MIB,
            "limits.password_memory_mib: must be at least {PASSWORD_MIB}, which is what one password takes"
        );
        ensure!(password_concurrency >= 1, "limits.password_concurrency: must be at least 1");
        Ok(LimitsConfig { password_memory_mib, password_concurrency, rates: self.rates()? })
    }

    fn rates(&self) -> anyhow::Result<Rates> {
        let rate = |key: &str, attempts: Option<u32>, seconds, default| match attempts {
            None => Ok(default),
            Some(0) => bail!("limits.{key}: must be at least 1"),
            Some(attempts) => Ok(Rate::new(attempts, Duration::from_secs(seconds))),
        };
        let default = Rates::default();
        Ok(Rates {
            account: rate("account_per_quarter_hour", self.account_per_quarter_hour, 900, default.account)?,
            address: rate("address_per_hour", self.address_per_hour, 3_600, default.address)?,
            link: rate("link_per_minute", self.link_per_minute, 60, default.link)?,
            network: rate("network_per_minute", self.network_per_minute, 60, default.network)?,
            tenant: rate("tenant_per_minute", self.tenant_per_minute, 60, default.tenant)?,
        })
    }
}

impl Log {
    fn check(self) -> anyhow::Result<LogConfig> {
        let filter = self.filter.unwrap_or_else(|| DEFAULT_FILTER.to_owned());
        EnvFilter::builder().parse(&filter).context("log.filter")?;
        Ok(LogConfig { format: self.format, filter })
    }
}

fn parsed<T: FromStr<Err: Display>>(key: &str, text: &str) -> anyhow::Result<T> {
    text.parse().map_err(|error| anyhow!("{key}: {error}"))
}

fn sqlite_file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    Some(path.strip_prefix("//").unwrap_or(path).into())
}

/// Relative paths would depend on where the service was started.
pub(super) fn absolute(key: &str, path: PathBuf) -> anyhow::Result<PathBuf> {
    ensure!(path.is_absolute(), "{key}: must be an absolute path");
    Ok(path)
}

/// A backup of the data must not take along the keys that open it.
pub(super) fn apart(key: &str, path: PathBuf, data_dir: &Path) -> anyhow::Result<PathBuf> {
    ensure!(
        !path.starts_with(data_dir),
        "{key}: must not lie in data_dir, a backup of which would take it along"
    );
    Ok(path)
}
