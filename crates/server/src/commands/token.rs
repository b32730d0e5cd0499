//! `sealpost token`

use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use sealpost_auth::NewToken;
use sealpost_db::ApiToken;
use sealpost_domain::{ApiTokenId, EmailAddress, Scopes, TenantSlug, Timestamp};

use super::{send::life, tenant::found};
use crate::{cli::ConfigArgs, wiring};

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make an API token; it is shown this once and not stored
    Create {
        /// Address of the user who acts with it
        email: EmailAddress,
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        /// What it is for
        #[arg(long, default_value = "command line")]
        label: String,
        /// What it may do: send, read, admin, with blanks between
        #[arg(long, default_value = "send read")]
        scopes: Scopes,
        /// How long it counts, such as 90d
        #[arg(long, value_name = "TIME", default_value = "90d", value_parser = life)]
        expires_in: Duration,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// List the tokens of a tenant
    List {
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Take a token back; it counts no more from the next request on
    Revoke {
        /// The token's id, from `token list`
        id: ApiTokenId,
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        #[command(flatten)]
        config: ConfigArgs,
    },
}

pub(crate) async fn run(command: TokenCommand) -> anyhow::Result<()> {
    match command {
        TokenCommand::Create { email, tenant, label, scopes, expires_in, config } => {
            let (wiring, _, operator) = found(&tenant, &config).await?;
            let user = wiring.tenancy.user_by_address(&operator, &email).await;
            let user = user.with_context(|| format!("user {email}"))?.id;
            let expires_at = wiring.clock.now() + expires_in;
            let new = NewToken { user, label, scopes, expires_at };
            let issued = wiring.auth.issue_token(&operator, new).await?;
            eprintln!("token {}", issued.id);
            println!("{}", issued.bearer);
        }
        TokenCommand::List { tenant, config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            let row = wiring.tenancy.tenant(&tenant).await.with_context(|| format!("tenant {tenant}"))?;
            let now = wiring.clock.now();
            for token in wiring.db.read().await?.tokens(row.id).await? {
                println!("{}\t{}\t{}\t{}", token.id, token.scopes, standing(&token, now), token.label);
            }
        }
        TokenCommand::Revoke { id, tenant, config } => {
            let (wiring, _, operator) = found(&tenant, &config).await?;
            if !wiring.auth.revoke_token(&operator, id).await? {
                bail!("token {id}: there is no such token that counts");
            }
        }
    }
    Ok(())
}

fn standing(token: &ApiToken, now: Timestamp) -> &'static str {
    if token.revoked_at.is_some() {
        "revoked"
    } else if token.expires_at <= now {
        "expired"
    } else {
        "valid"
    }
}
