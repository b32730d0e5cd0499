//! `sealpost keys`

mod recovery;

use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use clap::Subcommand;
use sealpost_db::{Db, Keyring};
use sealpost_domain::Job;
use sealpost_keys::UnderVersion;
use sealpost_sealed::{Random, SystemRandom};

use super::licence::rfc3339;
use crate::{
    cli::ConfigArgs,
    config::{Config, VaultConfig},
    wiring::{self, Wiring, vault},
};

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make the root key in the vault, before the first run
    Create(ConfigArgs),
    /// Make a new version of the root key; the service wraps all keys anew under it by itself
    Rotate {
        /// Wrap them anew now, instead of leaving that to the service
        #[arg(long)]
        wait: bool,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Show the versions of the root key, and how many keys are wrapped under each
    Status(ConfigArgs),
    /// Take a version of the root key out of use under which nothing is wrapped any more
    Retire {
        /// The version, as `keys status` shows it
        #[arg(value_name = "VERSION")]
        name: String,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// A tenant's recovery key, which opens what senders have sealed; it is kept away from every service
    #[command(subcommand)]
    Recovery(recovery::RecoveryCommand),
}

pub(crate) async fn run(command: KeysCommand) -> anyhow::Result<()> {
    match command {
        KeysCommand::Create(config) => create(&config.load_quietly()?).await,
        KeysCommand::Rotate { wait, config } => rotate(&config.load_quietly()?, wait).await,
        KeysCommand::Status(config) => status(&wiring::open(&config.load_quietly()?).await?).await,
        KeysCommand::Retire { name, config } => retire(&config.load_quietly()?, &name).await,
        KeysCommand::Recovery(command) => recovery::run(command).await,
    }
}

async fn create(config: &Config) -> anyhow::Result<()> {
    require_first(config).await?;
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let vault = vault::create(&config.vault, &config.data_dir, &random).await.context("vault")?;
    println!("made {}; `sealpost migrate` comes next", vault.key_id());
    if let VaultConfig::Local { dir } = &config.vault {
        println!("Keep a copy of {} in a safe place, apart from all other backups.", dir.display());
    }
    Ok(())
}

/// Another root key beside one that is in use would be of no use to anybody, and perhaps a misunderstanding.
async fn require_first(config: &Config) -> anyhow::Result<()> {
    let made = |options: &sealpost_db::DbOptions| options.sqlite_path().is_none_or(std::path::Path::exists);
    if !made(&config.keyring) {
        return Ok(());
    }
    let keyring =
        Keyring::open(&config.keyring).await.with_context(|| format!("keyring {}", config.keyring))?;
    // One that nobody has migrated has no table to ask.
    if let Ok(Some(root_key)) = keyring.root_key().await {
        bail!(
            "the keyring belongs to the root key {root_key} already; `sealpost keys rotate` makes a new version of it"
        );
    }
    if made(&config.database) {
        let db = Db::open(&config.database).await.with_context(|| format!("database {}", config.database))?;
        let tenants = db.read().await?.tenants().await.unwrap_or_default();
        ensure!(
            tenants.is_empty(),
            "there are tenants, whose keys are wrapped by a root key: bring that one back"
        );
    }
    Ok(())
}

async fn rotate(config: &Config, wait: bool) -> anyhow::Result<()> {
    let wiring = wiring::open(config).await?;
    ensure!(
        wiring.keys.check_root_key().await?,
        "the keyring does not know its root key yet: run `sealpost migrate` first"
    );
    let before = wiring.keys.vault().key_id();
    let after = wiring.keys.vault().rotate().await.context("vault")?;
    tracing::info!(%before, %after, "the root key was rotated by the operator");
    let recorded = wiring.tenancy.record_root_key_rotated(before.as_str(), after.as_str()).await;
    println!("{after} wraps from now on; {before} goes on opening what it wrapped");
    if let VaultConfig::Local { dir } = &config.vault {
        println!("Keep a copy of the new file in {} in a safe place, now.", dir.display());
    }
    if wait {
        let mut done = 0;
        loop {
            let run = wiring.service.rewrap_keys().await?;
            done += run.done;
            ensure!(run.failed == 0, "{} keys could not be wrapped anew; the log names them", run.failed);
            if !run.more && run.changed == 0 {
                break;
            }
        }
        println!("{done} keys are wrapped anew");
    } else {
        wiring.queue().enqueue(&Job::RewrapKeys).await?;
        println!(
            "The service wraps all keys anew under it, a thousand every two minutes; `sealpost keys status` shows how far it is."
        );
    }
    recorded.context("the root key was rotated, but not all logs of tenants say so")?;
    println!(
        "When nothing is left under the old version, and no backup from before is needed any more: `sealpost keys retire`."
    );
    Ok(())
}

async fn status(wiring: &Wiring) -> anyhow::Result<()> {
    let vault = wiring.keys.vault();
    println!("vault    {}", vault.kind());
    let answers = vault.health().await;
    match &answers {
        Ok(()) => println!("health   it wraps and unwraps"),
        Err(error) => println!("health   FAULT: {:#}", anyhow::anyhow!(error.to_string())),
    }
    let versions = vault.versions().await.context("vault")?;
    let mut wrapped = wiring.keys.wrapped_under(&wiring.db).await?;
    for version in &versions {
        let place = wrapped.iter().position(|under| under.id == version.id.as_str());
        let holds = place.map_or_else(|| "nothing".to_owned(), |place| counted(&wrapped.remove(place)));
        let role = if version.is_current { "wraps" } else { "opens" };
        println!("{role}    {}  {}  {holds}", version.name, version.id);
    }
    for under in &wrapped {
        println!("MISSING  {}  {}", under.id, counted(under));
    }
    answers.context("vault")?;
    if let Some(under) = wrapped.first() {
        bail!(
            "{} keys are wrapped under {}, which the vault does not have: bring it back",
            under.total(),
            under.id
        );
    }
    Ok(())
}

fn counted(under: &UnderVersion) -> String {
    format!(
        "{} tenant keys, {} epoch keys, {} secrets, the oldest of {}",
        under.tenant_keys,
        under.epoch_keys,
        under.secrets,
        rfc3339(under.oldest_at)
    )
}

async fn retire(config: &Config, name: &str) -> anyhow::Result<()> {
    let wiring = wiring::open(config).await?;
    let retired = wiring.keys.retire(&wiring.db, name).await?;
    tracing::info!(version = %retired.id, "a version of the root key was retired by the operator");
    println!("{} is out of use", retired.id);
    let recorded = wiring.tenancy.record_root_key_retired(retired.id.as_str()).await;
    println!(
        "{}",
        match &config.vault {
            VaultConfig::Azure(_) => {
                "It is disabled in the vault. To restore a backup from before the rotation, enable it again."
                    .to_owned()
            }
            VaultConfig::Local { dir } => format!(
                "Its file in {} ends in .retired now. Remove it, and its copies, when no backup from before the rotation is needed any \
             more; to restore such a backup, give it its name back.",
                dir.display()
            ),
            VaultConfig::OpenBao(_) => {
                "The key's min_decryption_version is above it. To restore a backup from before the rotation, lower that again.".to_owned()
            }
            VaultConfig::Pkcs11(options) => format!(
                "Its label in the token is {}.retired now. To restore a backup from before the rotation, give it its label back.",
                options.key
            ),
        }
    );
    recorded.context("the version was retired, but not all logs of tenants say so")
}
