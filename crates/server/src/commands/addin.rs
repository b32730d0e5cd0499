//! `sealpost addin`

use std::{
    fs,
    io::{self, IsTerminal as _, Write as _},
    path::PathBuf,
};

use anyhow::{Context as _, anyhow};
use clap::{Args, Subcommand};
use sealpost_api::BaseUrl;
use sealpost_auth::TenantReader;
use sealpost_domain::TenantSlug;
use sealpost_tenancy::{AddinManifest, AddinState};

use super::{WrongUse, tenant::found};
use crate::cli::ConfigArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum AddinCommand {
    /// Print a tenant's manifest: what an administrator of Microsoft 365 or Exchange deploys
    Manifest(ManifestArgs),
    /// Show a tenant's add-in: ids, version, where its manifests are, and whether it looks at mails
    Show(AskedArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AskedArgs {
    /// Short name of the tenant
    tenant: TenantSlug,
    /// With --dev, what links begin with where it is served
    #[arg(long, value_name = "URL", requires = "dev")]
    base_url: Option<BaseUrl>,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ManifestArgs {
    #[command(flatten)]
    asked: AskedArgs,
    /// The unified manifest instead of the XML one: a ZIP file
    #[arg(long)]
    json: bool,
    /// File for it, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) async fn run(command: AddinCommand) -> anyhow::Result<()> {
    match command {
        AddinCommand::Manifest(args) => manifest(args).await,
        AddinCommand::Show(asked) => {
            let (base_url, made) = asked.made().await?;
            let view = made.view;
            let at = |name: &str| format!("{base_url}/addin/{}/{name}", view.addin_id);
            let state = match view.state {
                AddinState::Active => "mails are looked at",
                AddinState::EventsOff => "mails are not looked at: the tenant's policy says so",
                AddinState::OperatorOff => {
                    "mails are not looked at: the configuration says so (addin.enabled)"
                }
                AddinState::Suspended => "mails are not looked at: the tenant is suspended",
                AddinState::Unlicensed => "mails are not looked at: no licence counts",
            };
            println!("add-in id\t{}", view.addin_id);
            println!("app id\t{}", view.app_id);
            println!("version\t{}", view.version);
            println!("manifest\t{}", at("manifest.xml"));
            println!("package\t{}", at("manifest.zip"));
            println!("state\t{state}");
            Ok(())
        }
    }
}

async fn manifest(args: ManifestArgs) -> anyhow::Result<()> {
    if args.json && args.out.is_none() && io::stdout().is_terminal() {
        return Err(WrongUse::from(anyhow!("a ZIP file goes to --out FILE, or into a pipe")).into());
    }
    let (base_url, made) = args.asked.made().await?;
    if !base_url.is_https() {
        eprintln!("Outlook takes add-ins from https addresses only, and {base_url} is none");
    }
    let bytes = if args.json { made.package } else { made.xml.into_bytes() };
    match args.out {
        Some(file) => fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display())),
        None => Ok(io::stdout().write_all(&bytes)?),
    }
}

impl AskedArgs {
    async fn made(&self) -> anyhow::Result<(BaseUrl, AddinManifest)> {
        let base_url = match (&self.base_url, self.config.dev()) {
            (Some(base_url), _) => base_url.clone(),
            // A manifest of another address would be another version.
            (None, Some(_)) => {
                let why = anyhow!("with --dev, say --base-url: what links begin with where it is served");
                return Err(WrongUse::from(why).into());
            }
            (None, None) => self.config.load_quietly()?.base_url,
        };
        let (wiring, _, operator) = found(&self.tenant, &self.config).await?;
        let reader = TenantReader::from(&*operator);
        let made = wiring.tenancy.manifest_of_tenant(&reader, base_url.as_str()).await;
        Ok((base_url, made.with_context(|| format!("tenant {}", self.tenant))?))
    }
}
