//! `sealpost client`

use std::time::Duration;

use anyhow::Context as _;
use clap::Subcommand;
use sealpost_auth::{ApiClientView, NewApiClient};
use sealpost_db::Tenant;
use sealpost_domain::{ApiClientId, EmailAddress, Scopes, TenantSlug};

use super::send::life;
use crate::{
    cli::ConfigArgs,
    wiring::{self, Wiring},
};

#[derive(Debug, Subcommand)]
pub(crate) enum ClientCommand {
    /// Make an API client (OAuth 2.0, client credentials); its secret is shown this once and not stored
    Create {
        /// What it is called
        name: String,
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        /// Address of the user as whom it acts
        #[arg(long, value_name = "ADDRESS")]
        user: EmailAddress,
        /// What it may do: send, read, admin, audit, scim, with blanks between
        #[arg(long)]
        scopes: Scopes,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// List the API clients of a tenant
    List {
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Give a client another secret, which is shown this once
    Rotate {
        /// The client's id, from `client list`
        id: ApiClientId,
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        /// How long its present secret counts beside the new one, at most 7d
        #[arg(long, value_name = "TIME", default_value = "1d", value_parser = life)]
        overlap: Duration,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Take a client back; its access tokens count no more from the next request on
    Revoke {
        /// The client's id, from `client list`
        id: ApiClientId,
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        #[command(flatten)]
        config: ConfigArgs,
    },
}

pub(crate) async fn run(command: ClientCommand) -> anyhow::Result<()> {
    match command {
        ClientCommand::Create { name, tenant, user, scopes, config } => {
            let (wiring, row) = open(&config, &tenant).await?;
            let grant = wiring.auth.danger_operator(&row).await?;
            let known = wiring.tenancy.user_by_address(&grant, &user).await;
            let user = known.with_context(|| format!("user {user}"))?.id;
            let made = wiring.auth.create_api_client(&grant, NewApiClient { name, user, scopes }).await;
            let made = made.context("the user's role does not allow these scopes, or he is disabled")?;
            eprintln!("client {}", made.client.id);
            println!("{}", made.secret);
        }
        ClientCommand::List { tenant, config } => {
            let (wiring, row) = open(&config, &tenant).await?;
            let grant = wiring.auth.danger_operator(&row).await?;
            for client in wiring.auth.api_clients(&grant).await? {
                let standing = standing(&client);
                println!("{}\t{}\t{}\t{standing}\t{}", client.id, client.scopes, client.user, client.name);
            }
        }
        ClientCommand::Rotate { id, tenant, overlap, config } => {
            let (wiring, row) = open(&config, &tenant).await?;
            let grant = wiring.auth.danger_operator(&row).await?;
            let made = wiring.auth.rotate_api_client(&grant, id, overlap).await;
            println!("{}", made.with_context(|| format!("client {id}"))?.secret);
        }
        ClientCommand::Revoke { id, tenant, config } => {
            let (wiring, row) = open(&config, &tenant).await?;
            let grant = wiring.auth.danger_operator(&row).await?;
            wiring.auth.revoke_api_client(&grant, id).await.with_context(|| format!("client {id}"))?;
        }
    }
    Ok(())
}

async fn open(config: &ConfigArgs, tenant: &TenantSlug) -> anyhow::Result<(Wiring, Tenant)> {
    let wiring = wiring::open(&config.load_quietly()?).await?;
    let row = wiring.tenancy.tenant(tenant).await.with_context(|| format!("tenant {tenant}"))?;
    Ok((wiring, row))
}

const fn standing(client: &ApiClientView) -> &'static str {
    if client.revoked_at.is_some() { "revoked" } else { "valid" }
}
