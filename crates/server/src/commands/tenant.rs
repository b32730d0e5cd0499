//! `sealpost tenant`

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use sealpost_auth::OperatorGrant;
use sealpost_db::{Lifecycle, Tenant};
use sealpost_domain::{Policy, TenantSlug};

use super::licence::{described_standing, read, rfc3339};
use super::provider::{self, ProviderCommand};
use crate::{
    cli::ConfigArgs,
    wiring::{self, Wiring},
};

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
    /// Show a tenant: what has become of it, its users, its licence
    Show {
        /// Short name
        slug: TenantSlug,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Show a tenant's policy as JSON, or set it
    Policy {
        /// Short name
        slug: TenantSlug,
        /// File with the new policy as JSON, - for standard input; what it leaves out has its default
        #[arg(long, value_name = "FILE")]
        set: Option<PathBuf>,
        /// Let an earlier version count again
        #[arg(long, value_name = "VERSION", conflicts_with = "set")]
        restore: Option<u64>,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Shared mailboxes, and who may send for them
    #[command(subcommand)]
    Mailboxes(MailboxesCommand),
    /// Suspend a tenant: its users can do nothing, its recipients fetch nothing, nothing is deleted
    Suspend {
        /// Short name
        slug: TenantSlug,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Resume a tenant as it was
    Resume {
        /// Short name
        slug: TenantSlug,
        /// Also if it was terminated
        #[arg(long)]
        undo_termination: bool,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Suspend a tenant for good, and record when; what it has is not removed by this
    Terminate {
        /// Short name
        slug: TenantSlug,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Where the tenant's people, and its recipients, may sign in
    #[command(subcommand)]
    Provider(ProviderCommand),
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
        TenantCommand::Show { slug, config } => {
            let (wiring, tenant, _) = found(&slug, &config).await?;
            show(&wiring, &tenant).await?;
        }
        TenantCommand::Policy { slug, set, restore, config } => {
            let (wiring, _, operator) = found(&slug, &config).await?;
            let policy = match (set, restore) {
                (Some(path), _) => {
                    let policy = serde_json::from_str(&read(&path)?)
                        .with_context(|| format!("{} is no policy", path.display()))?;
                    wiring.tenancy.set_policy(&operator, policy, None).await?
                }
                (None, Some(version)) => wiring.tenancy.restore_policy(&operator, version, None).await?,
                (None, None) => wiring.tenancy.policy(&(&*operator).into()).await?,
            };
            for warning in policy.document.warnings() {
                eprintln!("warning: {warning}");
            }
            println!("{}", serde_json::to_string_pretty(&policy.document)?);
        }
        TenantCommand::Mailboxes(command) => mailboxes(command).await?,
        TenantCommand::Suspend { slug, config } => {
            let (wiring, _, operator) = found(&slug, &config).await?;
            if !wiring.tenancy.suspend(&operator).await? {
                bail!("tenant {slug} is suspended already");
            }
        }
        TenantCommand::Resume { slug, undo_termination, config } => {
            let (wiring, _, operator) = found(&slug, &config).await?;
            let resumed = wiring.tenancy.resume(&operator, undo_termination).await;
            if !resumed.with_context(|| format!("tenant {slug}"))? {
                bail!("tenant {slug} is not suspended");
            }
        }
        TenantCommand::Terminate { slug, config } => {
            let (wiring, _, operator) = found(&slug, &config).await?;
            if !wiring.tenancy.terminate(&operator).await? {
                bail!("tenant {slug} is terminated already");
            }
            eprintln!("it is suspended, and when it was terminated is recorded; what it has is still there");
        }
        TenantCommand::Provider(command) => provider::run(command).await?,
        TenantCommand::List { config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            for tenant in wiring.tenancy.tenants().await? {
                let state = state(&wiring.tenancy.lifecycle(tenant.id).await?);
                println!("{}\t{}\t{}\t{state}", tenant.id, tenant.slug, tenant.name);
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

fn read_text(path: &Path) -> anyhow::Result<String> {
    let text = if path == Path::new("-") {
        io::read_to_string(io::stdin())
    } else {
        File::open(path).and_then(io::read_to_string)
    };
    text.with_context(|| format!("cannot read {}", path.display()))
}

/// The tenant with this short name, and the operator's right over it.
pub(super) async fn found(
    slug: &TenantSlug,
    config: &ConfigArgs,
) -> anyhow::Result<(Wiring, Tenant, OperatorGrant)> {
    let wiring = wiring::open(&config.load_quietly()?).await?;
    let tenant = wiring.tenancy.tenant(slug).await.with_context(|| format!("tenant {slug}"))?;
    let operator = wiring.auth.danger_operator(&tenant).await?;
    Ok((wiring, tenant, operator))
}

async fn show(wiring: &Wiring, tenant: &Tenant) -> anyhow::Result<()> {
    let lifecycle = wiring.tenancy.lifecycle(tenant.id).await?;
    let status = wiring.tenancy.licence_status(tenant.id).await?;
    println!("tenant: {}", tenant.slug);
    println!("id: {}", tenant.id);
    println!("name: {}", tenant.name);
    println!("created: {}", rfc3339(tenant.created_at));
    println!("state: {}", state(&lifecycle));
    if let Some(since) = lifecycle.suspended_at {
        println!("suspended: {}", rfc3339(since));
    }
    if let Some(since) = lifecycle.terminated_at {
        println!("terminated: {}", rfc3339(since));
    }
    print!("{}", described_standing(&status));
    Ok(())
}

const fn state(lifecycle: &Lifecycle) -> &'static str {
    match (lifecycle.terminated_at, lifecycle.suspended_at) {
        (Some(_), _) => "terminated",
        (None, Some(_)) => "suspended",
        (None, None) => "active",
    }
}
