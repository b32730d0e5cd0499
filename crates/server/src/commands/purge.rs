//! `sealpost purge`

use anyhow::bail;
use clap::Subcommand;
use sealpost_domain::TransferId;
use sealpost_transfer::PurgeProof;

use super::clock;
use crate::{
    cli::ConfigArgs,
    wiring::{self, Wiring},
};

#[derive(Debug, Subcommand)]
pub(crate) enum PurgeCommand {
    /// Remove everything whose time is over, now
    Run {
        /// Purge although the clock is far ahead of when the service last ran: somebody has looked at it
        #[arg(long)]
        clock_is_right: bool,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Look into the stores for anything that is left of a transfer
    Verify {
        /// The transfer
        transfer: TransferId,
        #[command(flatten)]
        config: ConfigArgs,
    },
}

pub(crate) async fn run(command: PurgeCommand) -> anyhow::Result<()> {
    match command {
        PurgeCommand::Run { clock_is_right, config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            if clock_is_right {
                clock::take_for_right(&wiring).await?;
            } else {
                clock::require_plausible(&wiring).await?;
            }
            purge(&wiring).await
        }
        PurgeCommand::Verify { transfer, config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            tell(transfer, &wiring.service.verify_purge(transfer).await?)
        }
    }
}

async fn purge(wiring: &Wiring) -> anyhow::Result<()> {
    let transfers = wiring.service.purge_expired().await?;
    let uploads = wiring.service.abandon_uploads().await?;
    let days = wiring.service.destroy_epochs().await?;
    println!("{} transfers, {uploads} abandoned uploads, keys of {days} days removed", transfers.purged);
    if transfers.postponed > 0 {
        bail!(
            "{} transfers are unreadable, but their files could not be removed yet; the service tries again",
            transfers.postponed
        );
    }
    Ok(())
}

fn tell(transfer: TransferId, proof: &PurgeProof) -> anyhow::Result<()> {
    let Some(record) = &proof.record else {
        if proof.row_left {
            bail!("transfer {transfer} has not been purged");
        }
        bail!("transfer {transfer} is unknown: there is neither a row nor a purge record");
    };
    println!(
        "record        {} files, {} objects, {} bytes, {} recipients",
        record.files, record.objects, record.bytes, record.recipients
    );
    for found in proof.findings() {
        println!("{:<14}{} left ({})", found.store, found.left, found.looked_for);
    }
    for table in proof.rows.iter().filter(|table| table.row_count > 0) {
        println!("left: {} rows of {}", table.row_count, table.table_name);
    }
    match proof.epoch_key_left {
        None => println!("key           gone, for every copy of the row anywhere"),
        Some(epoch) if proof.epoch_key_overdue => {
            println!(
                "key           of {epoch} is STILL THERE although the day is over: does `destroy_epochs` run?"
            )
        }
        Some(epoch) => {
            println!("key           of {epoch} still serves other transfers; it goes when the day is over")
        }
    }
    for looked in &proof.containers {
        for object in &looked.objects_left {
            println!("left: {} {object}", looked.store);
        }
    }
    if !proof.is_clean() {
        bail!("something is left of transfer {transfer}");
    }
    println!("nothing is left of transfer {transfer}");
    Ok(())
}
