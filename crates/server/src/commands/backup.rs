//! `sealpost backup`

use anyhow::{bail, ensure};
use clap::{Args, Subcommand};
use sealpost_blob::StoreName;
use sealpost_domain::{TenantId, Timestamp};
use sealpost_transfer::{CopyStatus, Restored, Restoring};

use super::clock;
use crate::{
    cli::ConfigArgs,
    wiring::{self, Wiring},
};

#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// Say how far the copies in other stores are behind
    Status(ConfigArgs),
    /// Make tenants and their transfers again of a copy, in an empty database; no service may run on it meanwhile
    Restore(RestoreArgs),
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// The store that has the copy, by its name in the configuration
    #[arg(long, value_name = "STORE")]
    from: StoreName,
    /// Only this tenant; can be given several times [default: all of whom the keyring has a key of any day]
    #[arg(long, value_name = "ID")]
    tenant: Vec<TenantId>,
    /// Go on with what was begun and broken off
    #[arg(long)]
    resume: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

pub(crate) async fn run(command: BackupCommand) -> anyhow::Result<()> {
    match command {
        BackupCommand::Status(config) => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            let stores = wiring.service.replication_status().await?;
            if stores.is_empty() {
                println!("no store is to have copies");
            }
            for store in &stores {
                println!("{}", line(store, wiring.clock.now()));
            }
            ensure!(stores.iter().all(|store| store.failed == 0), "something could not be copied");
            Ok(())
        }
        BackupCommand::Restore(args) => {
            let wiring = wiring::open(&args.config.load_quietly()?).await?;
            // What a clock that is wrong takes for over is not restored.
            clock::require_plausible(&wiring).await?;
            let what = Restoring { from: args.from, only: args.tenant, resume: args.resume };
            tell(&wiring.service.restore(&what).await?)
        }
    }
}

/// Of the copies, for `doctor`: a fault if anything could not be copied.
pub(crate) async fn standing(wiring: &Wiring) -> anyhow::Result<String> {
    let stores = wiring.service.replication_status().await?;
    if stores.is_empty() {
        return Ok("none: no store is to have any".to_owned());
    }
    let now = wiring.clock.now();
    let lines: Vec<_> = stores.iter().map(|store| line(store, now)).collect();
    let all = lines.join("; ");
    ensure!(stores.iter().all(|store| store.failed == 0), "{all}");
    Ok(all)
}

fn line(store: &CopyStatus, now: Timestamp) -> String {
    let CopyStatus { store: name, role, pending, oldest_at, failed, last_error } = store;
    let mut line = match oldest_at {
        None if *pending == 0 => return format!("{name} ({role}): up to date"),
        None => format!("{name} ({role}): {pending} behind, for some seconds"),
        Some(oldest) => {
            format!("{name} ({role}): {pending} behind, for up to {} s", now.since(*oldest).as_secs())
        }
    };
    if let (1.., Some(error)) = (failed, last_error) {
        line.push_str(&format!("; {failed} could not be copied yet: {error}"));
    }
    line
}

fn tell(done: &Restored) -> anyhow::Result<()> {
    println!("{} tenants, {} transfers restored", done.tenants, done.transfers);
    println!("{} parts, {} bytes copied back", done.parts, done.bytes);
    println!("{} transfers not restored, because their time is over", done.expired);
    println!("{} transfers not restored, because the key of their day is gone", done.shredded);
    if done.unknown > 0 {
        println!("{} tenants are in the keyring and not in the store", done.unknown);
    }
    if done.incomplete > 0 {
        println!("{} transfers lack parts, which the copy did not have", done.incomplete);
    }
    if done.failed > 0 {
        bail!("{} transfers could not be restored; the log says why", done.failed);
    }
    ensure!(done.tenants > 0, "the store has no copy of any tenant");
    Ok(())
}
