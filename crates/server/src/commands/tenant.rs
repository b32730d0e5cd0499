//! `sealpost tenant`

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use sealpost_domain::{Policy, TenantSlug};

use crate::{cli::ConfigArgs, wiring};

#[derive(Debug, Subcommand)]
pub(crate) enum TenantCommand {
    /// Make a tenant with its keys and its container
    Create {
        /// Short name: 2 to 40 of a to z, 0 to 9 and -
        slug: TenantSlug,
        /// Full name [default: the short one]
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Show a tenant's rules as JSON, or set them
    Policy {
        /// Short name
        slug: TenantSlug,
        /// File with the new rules as JSON, - for standard input; what it leaves out has its default
        #[arg(long, value_name = "FILE")]
        set: Option<PathBuf>,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Shared mailboxes, and who may send for them
    #[command(subcommand)]
    Mailboxes(MailboxesCommand),
    /// List the tenants
    List {
        #[command(flatten)]
        config: ConfigArgs,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum MailboxesCommand {
    /// Add mailboxes and who may send for them, from a table with lines mailbox,user
    Import {
        /// The table (CSV in UTF-8), - for standard input
        file: PathBuf,
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        /// Take good lines even if others are bad
        #[arg(long)]
        partial: bool,
        #[command(flatten)]
        config: ConfigArgs,
    },
}

pub(crate) async fn run(command: TenantCommand) -> anyhow::Result<()> {
    match command {
        TenantCommand::Create { slug, name, config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            let name = name.unwrap_or_else(|| slug.to_string());
            let tenant = wiring.tenancy.create_tenant(slug.clone(), name, Policy::default()).await;
            println!("{}", tenant.with_context(|| format!("tenant {slug}"))?.id);
        }
        TenantCommand::Policy { slug, set, config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            let tenant = wiring.tenancy.tenant(&slug).await.with_context(|| format!("tenant {slug}"))?;
            let policy = match set {
                Some(path) => {
                    let policy = read_policy(&path)?;
                    let grant = wiring.auth.danger_operator(&tenant).await?;
                    wiring.tenancy.set_policy(&grant, &policy).await?;
                    policy
                }
                None => tenant.policy,
            };
            println!("{}", serde_json::to_string_pretty(&policy)?);
        }
        TenantCommand::Mailboxes(command) => mailboxes(command).await?,
        TenantCommand::List { config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            for tenant in wiring.tenancy.tenants().await? {
                println!("{}\t{}\t{}", tenant.id, tenant.slug, tenant.name);
            }
        }
    }
    Ok(())
}

async fn mailboxes(command: MailboxesCommand) -> anyhow::Result<()> {
    let MailboxesCommand::Import { file, tenant, partial, config } = command;
    let table = read_text(&file)?;
    let wiring = wiring::open(&config.load_quietly()?).await?;
    let row = wiring.tenancy.tenant(&tenant).await.with_context(|| format!("tenant {tenant}"))?;
    let grant = wiring.auth.danger_operator(&row).await?;
    let imported = wiring.tenancy.import_mailboxes(&grant, &table, partial).await?;
    for bad in &imported.bad {
        eprintln!("line {}: {}", bad.line, bad.reason);
    }
    if !imported.applied {
        bail!("{} lines cannot be taken, so nothing was changed", imported.bad.len());
    }
    println!(
        "mailboxes added: {}, delegations added: {}, as they were: {}, left out: {}",
        imported.mailboxes,
        imported.delegations,
        imported.unchanged,
        imported.bad.len()
    );
    Ok(())
}

fn read_policy(path: &Path) -> anyhow::Result<Policy> {
    let text = read_text(path)?;
    serde_json::from_str(&text).with_context(|| format!("{} is no policy", path.display()))
}

fn read_text(path: &Path) -> anyhow::Result<String> {
    let text = if path == Path::new("-") {
        io::read_to_string(io::stdin())
    } else {
        File::open(path).and_then(io::read_to_string)
    };
    text.with_context(|| format!("cannot read {}", path.display()))
}
