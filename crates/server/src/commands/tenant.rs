//! `sealpost tenant`

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use sealpost_archive::Archive;
use sealpost_auth::OperatorGrant;
use sealpost_blob::{Container, StoreName};
use sealpost_db::{Lifecycle, Tenant};
use sealpost_domain::{Policy, TenantSlug};

use super::licence::{described_standing, read, rfc3339};
use super::{
    WrongUse,
    certificate::CertificateArgs,
    provider::{self, ProviderCommand},
};
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
        /// The store that its container is made in, for good: a name from [stores] [default: that of [blob]]
        #[arg(long, value_name = "NAME")]
        store: Option<String>,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Show a tenant: what has become of it, where its files are, its licence
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
    /// Suspend a tenant for good; 30 days later all of it is removed
    Terminate {
        /// Short name
        slug: TenantSlug,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Write everything of a tenant into a tar archive, with a manifest of SHA-256 hashes
    Export {
        /// Short name
        slug: TenantSlug,
        /// File to write; must not exist
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// Leave out the files of the transfers
        #[arg(long)]
        without_files: bool,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Find out whether an export is whole and unchanged: needs no service and no configuration
    ExportVerify {
        /// The archive
        file: PathBuf,
    },
    /// Remove a terminated tenant now, without waiting for the 30 days to be over: there is no way back
    Remove {
        /// Short name
        slug: TenantSlug,
        /// Its short name once more
        #[arg(long, value_name = "SLUG")]
        really: TenantSlug,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// The certificate that a tenant was removed
    Certificate {
        /// Short name that it had
        slug: TenantSlug,
        #[command(flatten)]
        to: CertificateArgs,
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
        TenantCommand::Create { slug, name, store, config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            let name = name.unwrap_or_else(|| slug.to_string());
            let store = wiring.stores.named(store.as_deref()).map_err(WrongUse::from)?;
            let tenant = wiring.tenancy.create_tenant_in(store, slug.clone(), name, Policy::default()).await;
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
            eprintln!(
                "it is suspended; in 30 days all of it is removed. Until then there is `sealpost tenant export`, and \
                 `sealpost tenant resume --undo-termination`"
            );
        }
        TenantCommand::Export { slug, to, without_files, config } => {
            let (wiring, _, operator) = found(&slug, &config).await?;
            export(&wiring, &operator, &to, !without_files)
                .await
                .with_context(|| format!("tenant {slug}"))?;
        }
        TenantCommand::ExportVerify { file } => {
            let archive = File::open(&file).with_context(|| file.display().to_string())?;
            let verified = sealpost_archive::verify(BufReader::new(archive))?;
            println!("{} entries, {} bytes, as they were written", verified.entries, verified.bytes);
        }
        TenantCommand::Remove { slug, really, config } => {
            if really != slug {
                bail!(WrongUse::from(anyhow::anyhow!("--really is another short name")));
            }
            let (wiring, _, operator) = found(&slug, &config).await?;
            wiring.tenancy.remove_now(&operator).await.with_context(|| format!("tenant {slug}"))?;
            eprintln!("nothing is left of it; see `sealpost tenant certificate {slug}`");
        }
        TenantCommand::Certificate { slug, to, config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            let signed = wiring.tenancy.removal_certificate(&slug).await;
            to.write(&signed.with_context(|| format!("tenant {slug}"))?)?;
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

/// Everything of a tenant, into a file that its owner alone may read. What broke off has no manifest, and is taken away.
async fn export(
    wiring: &Wiring,
    operator: &OperatorGrant,
    path: &Path,
    with_files: bool,
) -> anyhow::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|error| WrongUse::from(anyhow::Error::from(error)));
    let mut file = BufWriter::new(file.with_context(|| path.display().to_string())?);
    let done = write_export(wiring, operator, &mut file, with_files).await;
    if done.is_err() {
        drop(fs::remove_file(path));
    }
    done
}

async fn write_export(
    wiring: &Wiring,
    operator: &OperatorGrant,
    file: &mut BufWriter<File>,
    with_files: bool,
) -> anyhow::Result<()> {
    let mut archive = Archive::new(u64::try_from(wiring.clock.now().unix_millis() / 1_000)?);
    let mut tenant = wiring.tenancy.export_tenant_at_machine(operator, with_files).await?;
    while let Some(entry) = tenant.next().await? {
        write_all(file, &archive.whole(&entry.name, entry.text)?)?;
    }
    let mut transfers = wiring.service.export_transfers(operator, with_files).await?;
    while let Some(piece) = transfers.next().await? {
        write_all(file, &archive.write(piece)?)?;
    }
    write_all(file, &archive.finish()?)?;
    file.flush()?;
    Ok(file.get_ref().sync_all()?)
}

fn write_all(file: &mut impl Write, pieces: &[bytes::Bytes]) -> io::Result<()> {
    pieces.iter().try_for_each(|bytes| file.write_all(bytes))
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

pub(super) fn read_text(path: &Path) -> anyhow::Result<String> {
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
    if wiring.tenancy.lifecycle(tenant.id).await?.removal_began_at.is_some() {
        bail!("tenant {slug} is being removed: there is no way back");
    }
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
    let container: Container = tenant.container.parse().context("the tenant's container")?;
    println!("store: {}", container.store().map_or(StoreName::DEFAULT, StoreName::as_str));
    println!("container: {}", container.as_str());
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
