//! `sealpost support`

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use clap::Subcommand;
use sealpost_domain::TenantSlug;

use super::{WrongUse, licence::rfc3339, send::life};
use crate::{cli::ConfigArgs, wiring};

/// Longest life of a support token; another can be made as long as the owner's leave lasts.
const LONGEST: Duration = Duration::from_secs(8 * 3_600);

#[derive(Debug, Subcommand)]
pub(crate) enum SupportCommand {
    /// Make a token to look into a tenant with, if its owner has allowed it; it reads what auditors read, and is shown this once
    Open {
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        /// How long it counts at most, such as 1h; it ends with the owner's leave
        #[arg(long, value_name = "TIME", default_value = "1h", value_parser = life)]
        expires_in: Duration,
        #[command(flatten)]
        config: ConfigArgs,
    },
}

pub(crate) async fn run(command: SupportCommand) -> anyhow::Result<()> {
    let SupportCommand::Open { tenant, expires_in, config } = command;
    ensure!(
        expires_in <= LONGEST && !expires_in.is_zero(),
        WrongUse::from(anyhow::anyhow!("--expires-in: at most 8h"))
    );
    let wiring = wiring::open(&config.load_quietly()?).await?;
    let row = wiring.tenancy.tenant(&tenant).await.with_context(|| format!("tenant {tenant}"))?;
    let operator = wiring.auth.danger_operator(&row).await?;
    let Some(token) = wiring.auth.open_support(&operator, expires_in).await? else {
        bail!("tenant {tenant}: no owner has allowed support access, or it is over");
    };
    eprintln!("it rests on {} and counts until {}", token.grant, rfc3339(token.expires_at));
    println!("{}", token.bearer);
    Ok(())
}
