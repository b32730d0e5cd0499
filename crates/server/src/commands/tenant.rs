//! `sealpost tenant`

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
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
    /// List the tenants
    List {
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
        TenantCommand::List { config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            for tenant in wiring.tenancy.tenants().await? {
                println!("{}\t{}\t{}", tenant.id, tenant.slug, tenant.name);
            }
        }
    }
    Ok(())
}

fn read_policy(path: &Path) -> anyhow::Result<Policy> {
    let text = if path == Path::new("-") {
        io::read_to_string(io::stdin())
    } else {
        File::open(path).and_then(io::read_to_string)
    };
    let text = text.with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no policy", path.display()))
}
