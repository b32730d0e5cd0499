//! `sealpost incident`

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use sealpost_auth::TenantReader;
use sealpost_db::Tenant;
use sealpost_domain::{IncidentId, TenantSlug};
use sealpost_tenancy::{Given, IncidentText, IncidentView};

use super::{licence::rfc3339, tenant::read_text};
use crate::{
    cli::ConfigArgs,
    wiring::{self, Wiring},
};

#[derive(Debug, Subcommand)]
pub(crate) enum IncidentCommand {
    /// Tell tenants of an incident: their owners, and whom their policies name, by mail. The same text goes to a tenant once
    Notify {
        #[command(flatten)]
        to: Tenants,
        /// What it is about, in one line
        #[arg(long)]
        subject: String,
        /// File with the text, at most 16 KiB of plain lines; - for standard input
        #[arg(long, value_name = "FILE")]
        text_file: PathBuf,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// List notices: when they were given, and when they were acknowledged
    List {
        /// Short name of a tenant; otherwise of all
        #[arg(long)]
        tenant: Option<TenantSlug>,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Show a notice, and who has acknowledged it when
    Show {
        /// The notice
        id: IncidentId,
        #[command(flatten)]
        config: ConfigArgs,
    },
}

/// Whom a notice is for.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Tenants {
    /// Short name of a tenant; may be given more than once
    #[arg(long)]
    tenant: Vec<TenantSlug>,
    /// All tenants
    #[arg(long)]
    all: bool,
}

pub(crate) async fn run(command: IncidentCommand) -> anyhow::Result<()> {
    match command {
        IncidentCommand::Notify { to, subject, text_file, config } => {
            let text = IncidentText::new(&subject, &read_text(&text_file)?)?;
            let wiring = wiring::open(&config.load_quietly()?).await?;
            notify(&wiring, &of(&wiring, &to.tenant).await?, &text).await
        }
        IncidentCommand::List { tenant, config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            for row in of(&wiring, tenant.as_slice()).await? {
                if !is_being_removed(&wiring, &row).await? {
                    list(&wiring, &row).await.with_context(|| format!("tenant {}", row.slug))?;
                }
            }
            Ok(())
        }
        IncidentCommand::Show { id, config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            let found = wiring.tenancy.tenant_of_incident(id).await?;
            let tenants = wiring.tenancy.tenants().await?;
            let Some(tenant) = tenants.into_iter().find(|row| Some(row.id) == found) else {
                bail!("there is no notice {id}");
            };
            let reader = TenantReader::from(&*wiring.auth.danger_operator(&tenant).await?);
            show(&tenant, &wiring.tenancy.incident(&reader, id).await?);
            Ok(())
        }
    }
}

/// These tenants, or all if none is named.
async fn of(wiring: &Wiring, named: &[TenantSlug]) -> anyhow::Result<Vec<Tenant>> {
    if named.is_empty() {
        return Ok(wiring.tenancy.tenants().await?);
    }
    let mut rows = Vec::new();
    for slug in named {
        rows.push(wiring.tenancy.tenant(slug).await.with_context(|| format!("tenant {slug}"))?);
    }
    Ok(rows)
}

/// One tenant that cannot be told keeps no other from it: asked once more, it goes on where it failed.
async fn notify(wiring: &Wiring, tenants: &[Tenant], text: &IncidentText) -> anyhow::Result<()> {
    let mut failed = 0;
    for tenant in tenants {
        let slug = &tenant.slug;
        if is_being_removed(wiring, tenant).await? {
            println!("{slug}: is being removed, nobody is there any more");
            continue;
        }
        let given = async {
            let operator = wiring.auth.danger_operator(tenant).await?;
            anyhow::Ok(wiring.tenancy.notify_incident(&operator, text).await?)
        };
        match given.await {
            Ok(Given::Before) => println!("{slug}: has it already"),
            Ok(Given::Now(id, 0)) => println!("{slug}: {id}, but there is nobody to tell by mail"),
            Ok(Given::Now(id, contacts)) => println!("{slug}: {id}, mails to {contacts}"),
            Err(error) => {
                eprintln!("{slug}: {error:#}");
                failed += 1;
            }
        }
    }
    if failed > 0 {
        bail!("{failed} tenants were not told; the same command goes on with them");
    }
    Ok(())
}

async fn is_being_removed(wiring: &Wiring, tenant: &Tenant) -> anyhow::Result<bool> {
    Ok(wiring.tenancy.lifecycle(tenant.id).await?.removal_began_at.is_some())
}

async fn list(wiring: &Wiring, tenant: &Tenant) -> anyhow::Result<()> {
    let reader = TenantReader::from(&*wiring.auth.danger_operator(tenant).await?);
    for view in wiring.tenancy.incidents(&reader).await? {
        let acknowledged = view.acknowledged_at.map_or_else(|| "not acknowledged".to_owned(), rfc3339);
        println!(
            "{}  {}  {}  {acknowledged}  {}",
            view.id,
            tenant.slug,
            rfc3339(view.created_at),
            view.subject
        );
    }
    Ok(())
}

fn show(tenant: &Tenant, view: &IncidentView) {
    println!("id: {}", view.id);
    println!("tenant: {}", tenant.slug);
    println!("subject: {}", view.subject);
    println!("given: {}", rfc3339(view.created_at));
    println!("acknowledged: {}", view.acknowledged_at.map_or_else(|| "no".to_owned(), rfc3339));
    println!("reminders: {}", view.reminders);
    for contact in &view.contacts {
        let told = contact
            .notified_at
            .map_or_else(|| "no mail yet".to_owned(), |at| format!("told {}", rfc3339(at)));
        let acknowledged = contact
            .acknowledged_at
            .map_or_else(|| "not acknowledged".to_owned(), |at| format!("acknowledged {}", rfc3339(at)));
        println!("  {}: {told}, {acknowledged}", contact.email);
    }
    println!();
    println!("{}", view.text);
}
