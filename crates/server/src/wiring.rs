//! From a configuration to stores, keys and use cases: the one place where they are put together.

mod stores;
pub(crate) mod vault;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, bail};
use sealpost_auth::{Auth, AuthLimits};
use sealpost_blob::{BlobStore, CircuitSettings, Container, CopiedStore};
use sealpost_db::{Db, Keyring};
use sealpost_domain::{Clock, SystemClock};
use sealpost_jobs::Queue;
use sealpost_keys::Keys;
use sealpost_mail::{
    DirectoryGateway, DirectoryTransport, HttpGateway, Mailer, SmsGateway, SmsSender, SmtpTransport,
    Transport,
};
use sealpost_metrics::Metrics;
use sealpost_sealed::{Random, SystemRandom};
use sealpost_tenancy::{Forwarder, Tenancy};
use sealpost_transfer::{Limits, Service, ServiceParts};
use sealpost_vault::{KeyId, Vault, VaultError};

pub(crate) use stores::{OpenStores, called};

use crate::{
    config::{BlobConfig, Config, MailRoute, SmsRoute, VaultConfig},
    measured::Measured,
};

/// Everything that commands and the service work with.
#[derive(Debug)]
pub(crate) struct Wiring {
    pub(crate) db: Db,
    pub(crate) keyring: Keyring,
    pub(crate) auth: Auth,
    pub(crate) service: Service,
    pub(crate) stores: OpenStores,
    pub(crate) tenancy: Tenancy,
    pub(crate) keys: Arc<Keys>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) metrics: Metrics,
    pub(crate) blobs: Arc<dyn BlobStore>,
    /// The same before it is measured: what knows from where reads stay away.
    pub(crate) copied: CopiedStore,
}

impl Wiring {
    /// The queue of jobs.
    pub(crate) fn queue(&self) -> Queue {
        let random = Arc::clone(&self.random);
        Queue::new(self.db.clone(), Arc::clone(&self.clock), Arc::new(move |bytes| random.fill(bytes)))
    }
}

/// Opens what is there. Changes nothing.
///
/// # Errors
/// In words for the operator: which store, and why.
pub(crate) async fn open(config: &Config) -> anyhow::Result<Wiring> {
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let vault = vault::open(&config.vault, &config.data_dir, &random).await.map_err(|error| match error {
        VaultError::NoKey { .. } => {
            anyhow::Error::from(error).context("vault (a first run begins with `sealpost migrate`)")
        }
        error => anyhow::Error::from(error).context("vault"),
    })?;
    let (db, keyring) = open_databases(config).await?;
    // Before the first migration there is no table to ask.
    if db.read().await?.own_keyring().await.is_ok() {
        sealpost_keys::check_tie(&db, &keyring)
            .await
            .with_context(|| format!("keyring {}", config.keyring))?;
    }
    wire(config, db, keyring, vault, random).await
}

/// Makes what a first run lacks (directories, tables, the root key) and opens it.
///
/// # Errors
/// As [`open`]; neither a root key that is missing although there are tenants nor a keyring that the database belongs to
/// is ever replaced.
pub(crate) async fn prepare(config: &Config) -> anyhow::Result<Wiring> {
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    for directory in directories(config) {
        make_private(&directory).with_context(|| format!("cannot create {}", directory.display()))?;
    }
    let (db, keyring) = open_databases(config).await?;
    db.migrate().await.context("database")?;
    keyring.migrate().await.context("keyring")?;
    sealpost_keys::tie(&db, &keyring, &*random)
        .await
        .with_context(|| format!("keyring {}", config.keyring))?;
    let vault = match vault::open(&config.vault, &config.data_dir, &random).await {
        // Other vaults are somebody else's, who says when something is made in them (`sealpost keys create`).
        Err(VaultError::NoKey { .. })
            if db.read().await?.tenants().await?.is_empty() && keyring.root_key().await?.is_none() =>
        {
            vault::create(&config.vault, &config.data_dir, &random).await
        }
        opened => opened,
    };
    let wiring = wire(config, db, keyring, vault.context("vault")?, random).await?;
    wiring.keys.tie_root_key().await.context("vault")?;
    Ok(wiring)
}

/// The way out for mails.
///
/// # Errors
/// If the directory cannot be written or the SMTP settings cannot be used.
pub(crate) fn mailer(config: &Config) -> anyhow::Result<Mailer> {
    let transport = match &config.mail.route {
        MailRoute::Directory(path) => Transport::Directory(DirectoryTransport::new(path)?),
        MailRoute::Smtp(options) => Transport::Smtp(SmtpTransport::new(options)?),
    };
    Ok(Mailer::new(config.mail.from.clone(), &config.mail.from_name, transport))
}

/// The way out for text messages; `None` if there is none.
///
/// # Errors
/// If the directory cannot be written or the gateway's settings cannot be used.
pub(crate) fn sms(config: &Config) -> anyhow::Result<Option<SmsSender>> {
    let gateway: Arc<dyn SmsGateway> = match &config.sms {
        None => return Ok(None),
        Some(SmsRoute::Directory(path)) => Arc::new(DirectoryGateway::new(path)?),
        Some(SmsRoute::Http(options)) => Arc::new(HttpGateway::new(options)?),
    };
    Ok(Some(SmsSender::new(gateway)))
}

async fn wire(
    config: &Config,
    db: Db,
    keyring: Keyring,
    vault: Arc<dyn Vault>,
    random: Arc<dyn Random>,
) -> anyhow::Result<Wiring> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let metrics = Metrics::new();
    let root_key = vault.key_id();
    let vault: Arc<dyn Vault> = Arc::new(Measured::new(vault, metrics.clone()));
    let stores = OpenStores::open(config)?;
    stores.check_tenants(&db).await?;
    let (all, settings) = (stores.all().clone(), CircuitSettings::default());
    let copied = CopiedStore::new(all, config.copies.clone(), settings, Arc::clone(&clock));
    let blobs: Arc<dyn BlobStore> = Arc::new(copied.clone());
    let blobs: Arc<dyn BlobStore> = Arc::new(Measured::new(blobs, metrics.clone()));
    let keys = Arc::new(Keys::new(vault, keyring.clone(), Arc::clone(&clock), Arc::clone(&random)));
    // Before the first migration there is nothing that it could belong to.
    if keyring.root_key().await.is_ok() {
        keys.check_root_key().await.context("vault")?;
    }
    check_root_key(&db, &keys, &root_key).await?;
    check_places(&db, config).await?;
    let limits = AuthLimits {
        argon2_memory_mib: config.limits.password_memory_mib,
        argon2_queue: config.limits.password_concurrency,
        passwords_per_minute: config.limits.rates.link.in_a_minute(),
        rates: config.limits.rates,
    };
    let auth = Auth::new(db.clone(), Arc::clone(&keys), Arc::clone(&clock), Arc::clone(&random), limits)
        .with_licences(config.licences.clone())
        .reached_at(&config.base_url.to_string())
        .with_providers(config.providers)
        .counted_by(metrics.clone());
    let service = Service::new(ServiceParts {
        db: db.clone(),
        blobs: Arc::clone(&blobs),
        keys: Arc::clone(&keys),
        clock: Arc::clone(&clock),
        random: Arc::clone(&random),
        base_url: config.base_url.to_string(),
        limits: Limits {
            sms: config.sms.is_some(),
            copy_rate: config.replica.rate,
            replica_lag: config.replica.longest_lag,
            ..Limits::default()
        },
    });
    let service = match &config.scan {
        Some(scanner) => service.with_scanner(scanner.clone()),
        None => service,
    };
    let service = service.counted_by(metrics.clone());
    let (all_blobs, all_keys) = (Arc::clone(&blobs), Arc::clone(&keys));
    let tenancy = Tenancy::new(db.clone(), all_blobs, all_keys, Arc::clone(&clock), Arc::clone(&random))
        .with_licences(config.licences.clone())
        .with_policies(service.policies().clone())
        .with_checkpoints(config.checkpoints.clone())
        .with_addins(config.addins)
        .with_forwarder(Forwarder::new(config.forwarding, config.base_url.host()));
    Ok(Wiring { db, keyring, auth, service, stores, tenancy, keys, clock, random, metrics, blobs, copied })
}

/// Refuses a root key that is not the one under which the tenants' keys were wrapped: a service that started with it
/// would wrap new keys under it, and then neither root key would open everything.
async fn check_root_key(db: &Db, keys: &Keys, root_key: &KeyId) -> anyhow::Result<()> {
    // Before the first migration there is no table to ask.
    let tenants = db.read().await?.tenants().await.unwrap_or_default();
    // That of a tenant that is being removed is gone.
    if let Some(tenant) = tenants.iter().find(|tenant| !tenant.tenant_key.is_empty()) {
        keys.tenant_key(tenant.id, &tenant.tenant_key).await.with_context(|| {
            format!("vault: the root key {root_key} does not open the key of tenant {}", tenant.slug)
        })?;
    }
    Ok(())
}

/// Refuses a configuration by which the store that a tenant is in has the copies of others: his own would have none, and lie
/// among what is deleted with others.
async fn check_places(db: &Db, config: &Config) -> anyhow::Result<()> {
    let targets = config.copies.values().flat_map(|targets| [&targets.replica, &targets.offsite]).flatten();
    let targets: Vec<_> = targets.collect();
    for tenant in db.read().await?.tenants().await.unwrap_or_default() {
        let container: Container = tenant.container.parse().context("a container's name")?;
        if let Some(store) = container.store().filter(|store| targets.contains(store)) {
            bail!(
                "stores.{store}: the tenant {} is in it, so it cannot have the copies of others",
                tenant.slug
            );
        }
    }
    Ok(())
}

async fn open_databases(config: &Config) -> anyhow::Result<(Db, Keyring)> {
    let db = Db::open(&config.database).await.with_context(|| format!("database {}", config.database))?;
    let keyring =
        Keyring::open(&config.keyring).await.with_context(|| format!("keyring {}", config.keyring))?;
    Ok((db, keyring))
}

/// What must be there before stores can be opened in it.
fn directories(config: &Config) -> Vec<PathBuf> {
    let stores =
        std::iter::once(&config.blob).chain(config.stores.values()).filter_map(|store| match store {
            BlobConfig::Local { dir } => Some(dir),
            BlobConfig::Azure(_) | BlobConfig::S3(_) => None,
        });
    let vault = match &config.vault {
        VaultConfig::Local { dir } => Some(dir),
        VaultConfig::Azure(_) | VaultConfig::OpenBao(_) | VaultConfig::Pkcs11(_) => None,
    };
    let parents = stores.chain(vault).filter_map(|path| path.parent()).map(Path::to_owned);
    let databases = [&config.database, &config.keyring]
        .into_iter()
        .filter_map(|options| options.sqlite_path().and_then(Path::parent).map(Path::to_owned));
    let mails = match &config.mail.route {
        MailRoute::Directory(path) => Some(path.clone()),
        MailRoute::Smtp(_) => None,
    };
    std::iter::once(config.data_dir.clone()).chain(parents).chain(databases).chain(mails).collect()
}

#[cfg(unix)]
fn make_private(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

#[cfg(not(unix))]
fn make_private(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)
}
