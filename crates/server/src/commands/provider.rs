//! `sealpost tenant provider`

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use sealpost_auth::{IdentityProviderView, ManageGrant, NewIdentityProvider};
use sealpost_domain::{IdentityProviderId, MailDomains, ProviderKind, TenantSlug};
use uuid::Uuid;

use crate::{
    cli::ConfigArgs,
    config::Config,
    wiring::{self, Wiring},
};

#[derive(Debug, Subcommand)]
pub(crate) enum ProviderCommand {
    /// Add a provider; prints its id, and the redirect address to register there
    Add(Box<AddArgs>),
    /// List a tenant's providers
    List {
        /// Short name of the tenant
        tenant: TenantSlug,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Remove a provider, and who is who there
    Remove {
        /// Short name of the tenant
        tenant: TenantSlug,
        /// The provider's id
        id: IdentityProviderId,
        #[command(flatten)]
        config: ConfigArgs,
    },
}

#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// Short name of the tenant
    tenant: TenantSlug,
    /// oidc or entra
    #[arg(long)]
    kind: ProviderKind,
    /// What people know it by
    #[arg(long)]
    label: String,
    /// What it calls itself; of Entra its authority, if it is not that of the public cloud
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// This service's name there
    #[arg(long)]
    client_id: String,
    /// File with this service's secret there; none for a public client
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// The directory's id, of Entra
    #[arg(long, value_name = "GUID")]
    entra_tenant: Option<Uuid>,
    /// Users sign in there
    #[arg(long)]
    users: bool,
    /// Recipients sign in there
    #[arg(long)]
    recipients: bool,
    /// The add-in's access tokens are taken. Make sure that the directory is the tenant's
    #[arg(long)]
    addin: bool,
    /// Whoever comes with an address of --domain becomes a user
    #[arg(long, requires = "domain")]
    provision: bool,
    /// A domain for whose addresses it vouches; may be repeated
    #[arg(long)]
    domain: Vec<String>,
    #[command(flatten)]
    config: ConfigArgs,
}

pub(crate) async fn run(command: ProviderCommand) -> anyhow::Result<()> {
    match command {
        ProviderCommand::Add(args) => add(*args).await,
        ProviderCommand::List { tenant, config } => {
            let config = config.load_quietly()?;
            let (wiring, grant) = open(&config, &tenant).await?;
            for provider in wiring.auth.identity_providers(&grant).await? {
                show(&config, &provider);
            }
            Ok(())
        }
        ProviderCommand::Remove { tenant, id, config } => {
            let (wiring, grant) = open(&config.load_quietly()?, &tenant).await?;
            wiring.auth.remove_identity_provider(&grant, id).await.with_context(|| format!("provider {id}"))
        }
    }
}

async fn add(args: AddArgs) -> anyhow::Result<()> {
    let config = args.config.load_quietly()?;
    let client_secret = match &args.client_secret_file {
        Some(path) => {
            let text = std::fs::read_to_string(path);
            Some(text.with_context(|| format!("cannot read {}", path.display()))?.trim_end().to_owned())
        }
        None => None,
    };
    let new = NewIdentityProvider {
        kind: args.kind,
        label: args.label,
        issuer: args.issuer,
        client_id: args.client_id,
        client_secret,
        entra_tenant: args.entra_tenant,
        for_users: args.users,
        for_recipients: args.recipients,
        for_addin: args.addin,
        provisions: args.provision,
        domains: MailDomains::new(args.domain.iter().map(String::as_str)).context("--domain")?,
    };
    let (wiring, grant) = open(&config, &args.tenant).await?;
    let added = wiring.auth.add_identity_provider(&grant, new).await.context("the provider")?;
    show(&config, &added);
    Ok(())
}

async fn open(config: &Config, tenant: &TenantSlug) -> anyhow::Result<(Wiring, ManageGrant)> {
    let wiring = wiring::open(config).await?;
    let row = wiring.tenancy.tenant(tenant).await.with_context(|| format!("tenant {tenant}"))?;
    let grant = wiring.auth.danger_operator(&row).await?;
    Ok((wiring, (*grant).clone()))
}

fn show(config: &Config, provider: &IdentityProviderView) {
    let row = &provider.row;
    let mut marks = vec![row.kind.as_str()];
    for (is, mark) in [
        (row.for_users, "users"),
        (row.for_recipients, "recipients"),
        (row.for_addin, "addin"),
        (row.provisions, "provisions"),
        (!row.enabled, "disabled"),
    ] {
        if is {
            marks.push(mark);
        }
    }
    let redirect = format!("{}{}", config.base_url.as_str(), provider.callback.path());
    println!("{}\t{}\t{}\t{}\t{redirect}", row.id, marks.join(","), row.label, row.issuer);
}
