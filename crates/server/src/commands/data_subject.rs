//! `sealpost data-subject`

use anyhow::Context as _;
use clap::Subcommand;
use sealpost_domain::{EmailAddress, TenantSlug};
use serde_json::json;

use super::tenant::found;
use crate::cli::ConfigArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum DataSubjectCommand {
    /// Print what is known of an address in a tenant, as JSON
    Find {
        /// The address
        email: EmailAddress,
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Erase what is known of an address in a tenant: as recipient, and as a disabled user or a removed mailbox
    Erase {
        /// The address
        email: EmailAddress,
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        #[command(flatten)]
        config: ConfigArgs,
    },
}

pub(crate) async fn run(command: DataSubjectCommand) -> anyhow::Result<()> {
    match command {
        DataSubjectCommand::Find { email, tenant, config } => {
            let (wiring, _, operator) = found(&tenant, &config).await?;
            let known = wiring.service.find_data_subject(&operator, &email).await?;
            println!("{}", serde_json::to_string_pretty(&known)?);
        }
        DataSubjectCommand::Erase { email, tenant, config } => {
            let (wiring, _, operator) = found(&tenant, &config).await?;
            let erased = wiring.service.erase_data_subject(&operator, &email).await;
            let erased = erased.with_context(|| format!("tenant {tenant}"))?;
            let told = json!({
                "user": erased.user, "mailbox": erased.mailbox, "recipients": erased.recipients,
                "devices": erased.devices, "entries": erased.entries, "rules_kept": erased.rules_kept,
            });
            println!("{}", serde_json::to_string_pretty(&told)?);
        }
    }
    Ok(())
}
