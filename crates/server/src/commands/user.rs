//! `sealpost user`

use anyhow::Context as _;
use clap::Subcommand;
use sealpost_domain::{EmailAddress, Role, TenantSlug};

use crate::{cli::ConfigArgs, wiring};

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Make a user
    Create {
        /// Address
        email: EmailAddress,
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        /// Name that recipients see [default: the address]
        #[arg(long)]
        name: Option<String>,
        /// owner, admin, auditor or sender
        #[arg(long, default_value = "sender")]
        role: Role,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// List the users of a tenant
    List {
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        #[command(flatten)]
        config: ConfigArgs,
    },
}

pub(crate) async fn run(command: UserCommand) -> anyhow::Result<()> {
    match command {
        UserCommand::Create { email, tenant, name, role, config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            let row = wiring.tenancy.tenant(&tenant).await.with_context(|| format!("tenant {tenant}"))?;
            let name = name.as_deref().unwrap_or_else(|| email.as_str());
            let grant = wiring.auth.danger_operator(&row).await?;
            let user = wiring.tenancy.create_user(&grant, &email, name, role).await;
            println!("{}", user.with_context(|| format!("user {email}"))?.id);
        }
        UserCommand::List { tenant, config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            let row = wiring.tenancy.tenant(&tenant).await.with_context(|| format!("tenant {tenant}"))?;
            let grant = wiring.auth.danger_operator(&row).await?;
            let mut after = None;
            loop {
                let page = wiring.tenancy.users(&grant, after, 200).await?;
                for user in page.users {
                    let disabled = if user.disabled_at.is_some() { "\tdisabled" } else { "" };
                    println!("{}\t{}\t{}\t{}{disabled}", user.id, user.email, user.role, user.name);
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
    }
    Ok(())
}
