//! The blob stores of the configuration.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use anyhow::{Context as _, bail};
use sealpost_blob::{BlobError, BlobStore, Container, LocalStore, RemoteStore, StoreName, Stores, Targets};
use sealpost_db::{Db, Tenant};

use crate::config::{BlobConfig, Config};

/// Of how many tenants of a store `sealpost doctor` asks the cloud about their containers.
const CONTAINERS_LOOKED_AT: usize = 10;

/// All stores, which of them are in a cloud, and which have copies of others.
#[derive(Debug, Clone)]
pub(crate) struct OpenStores {
    all: Stores,
    remote: BTreeMap<Option<StoreName>, RemoteStore>,
    copies: BTreeMap<Option<StoreName>, Targets>,
    targets: BTreeSet<StoreName>,
}

/// What was found of one store.
#[derive(Debug)]
pub(crate) struct Looked {
    /// As people call it.
    pub(crate) name: String,
    /// Whether it answers, and what it says.
    pub(crate) found: anyhow::Result<String>,
    /// What keeps what is deleted there.
    pub(crate) kept: Vec<String>,
    /// How many seconds a cloud's clock is ahead of this machine's.
    pub(crate) ahead: Option<i64>,
}

impl OpenStores {
    /// Opens them; nothing is asked of a cloud yet.
    ///
    /// # Errors
    /// In words for the operator: which store, and why.
    pub(super) fn open(config: &Config) -> anyhow::Result<Self> {
        let mut remote = BTreeMap::new();
        let mut opened =
            |name: Option<&StoreName>, config: &BlobConfig| -> anyhow::Result<Arc<dyn BlobStore>> {
                let store = match config {
                    BlobConfig::Local { dir } => return Ok(Arc::new(LocalStore::open(dir)?)),
                    BlobConfig::Azure(options) => RemoteStore::azure(options)?,
                    BlobConfig::S3(options) => RemoteStore::s3(options)?,
                };
                remote.insert(name.cloned(), store.clone());
                Ok(Arc::new(store))
            };
        let mut all = Stores::new(opened(None, &config.blob).context("blob store")?);
        for (name, store) in &config.stores {
            let opened = opened(Some(name), store).with_context(|| format!("blob store {name}"))?;
            all = all.with(name.clone(), opened);
        }
        let targets = config.copies.values().flat_map(|targets| [&targets.replica, &targets.offsite]);
        let targets = targets.flatten().cloned().collect();
        Ok(Self { all, remote, copies: config.copies.clone(), targets })
    }

    /// The stores as one.
    pub(crate) fn all(&self) -> &Stores {
        &self.all
    }

    /// The store of this name: the default one for `None`, and under the name that people have for it.
    ///
    /// # Errors
    /// In words: which there are.
    pub(crate) fn named(&self, name: Option<&str>) -> anyhow::Result<Option<StoreName>> {
        let Some(name) = name.filter(|name| *name != StoreName::DEFAULT) else { return Ok(None) };
        let store = name.parse().ok().filter(|name| self.all.store(Some(name)).is_ok());
        if store.is_none() {
            let names: Vec<_> = self.all.iter().map(|(name, _)| called(name)).collect();
            bail!("there is no store {name}, only {}", names.join(", "));
        }
        if store.as_ref().is_some_and(|store| self.targets.contains(store)) {
            bail!("store {name} has the copies of another one, so no tenant can be in it");
        }
        Ok(store)
    }

    /// Refuses to start with a configuration that lacks the store of a tenant: its files would be missing.
    pub(super) async fn check_tenants(&self, db: &Db) -> anyhow::Result<()> {
        // Before the first migration there is no table to ask.
        for tenant in db.read().await?.tenants().await.unwrap_or_default() {
            let container = container(&tenant)?;
            let store = self.all.store(container.store());
            store.with_context(|| format!("tenant {} has its files elsewhere", tenant.slug))?;
        }
        Ok(())
    }

    /// Whether each store answers, and, where a cloud tells, whether it keeps what is deleted there.
    pub(crate) async fn look_at(&self, db: &Db) -> Vec<Looked> {
        let mut all = Vec::new();
        for (name, store) in self.all.iter() {
            let mut kept = Vec::new();
            let remote = self.remote.get(&name.cloned());
            let found = match (store.health().await, remote) {
                (Ok(()), None) => Ok("answers".to_owned()),
                (Ok(()), Some(remote)) => self.keeps_deleted(name, remote, db, &mut kept).await,
                (Err(error), _) => Err(error.into()),
            };
            let ahead = remote.and_then(RemoteStore::clock_ahead);
            all.push(Looked { name: called(name).to_owned(), found, kept, ahead });
        }
        all
    }

    async fn keeps_deleted(
        &self,
        name: Option<&StoreName>,
        store: &RemoteStore,
        db: &Db,
        kept: &mut Vec<String>,
    ) -> anyhow::Result<String> {
        for container in self.containers_in(name, db).await? {
            match store.keeps_deleted(&container).await {
                Ok(more) => kept.extend(more),
                // What the service works without, it need not be allowed.
                Err(BlobError::Other(_)) => {
                    return Ok("answers, and lets nobody ask whether it keeps what is deleted".to_owned());
                }
                // Of one that is being made or removed.
                Err(BlobError::NotFound) => {}
                Err(error) => return Err(error).with_context(|| format!("container {container}")),
            }
        }
        kept.sort();
        kept.dedup();
        Ok("answers".to_owned())
    }

    /// The containers that some of the tenants have in a store: their own, or copies of them. They need not be there yet.
    pub(crate) async fn containers_in(
        &self,
        name: Option<&StoreName>,
        db: &Db,
    ) -> anyhow::Result<Vec<Container>> {
        let tenants = db.read().await?.tenants().await?;
        let containers = tenants.iter().map(container).filter_map(Result::ok);
        let there = containers.filter(|container| {
            let copies = self.copies.get(&container.store().cloned());
            let mut copies =
                copies.into_iter().flat_map(|copies| [&copies.replica, &copies.offsite]).flatten();
            container.store() == name || copies.any(|copy| Some(copy) == name)
        });
        Ok(there.map(|container| container.in_store(name.cloned())).take(CONTAINERS_LOOKED_AT).collect())
    }
}

fn container(tenant: &Tenant) -> anyhow::Result<Container> {
    tenant.container.parse().with_context(|| format!("the container of tenant {}", tenant.slug))
}

/// The name that people have for a store.
pub(crate) fn called(name: Option<&StoreName>) -> &str {
    name.map_or(StoreName::DEFAULT, StoreName::as_str)
}
