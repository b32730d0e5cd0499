//! `sealpost tenant`

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
        TenantCommand::List { config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            for tenant in wiring.tenancy.tenants().await? {
                println!("{}\t{}\t{}", tenant.id, tenant.slug, tenant.name);
            }
        }
    }
    Ok(())
}
