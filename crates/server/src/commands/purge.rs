//! `sealpost purge`

use std::time::Duration;

use anyhow::bail;
use clap::Subcommand;
use sealpost_domain::TransferId;
use sealpost_jobs::clock_ahead;
use sealpost_transfer::PurgeProof;

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
            trust_clock(&wiring, clock_is_right).await?;
            purge(&wiring).await
        }
        PurgeCommand::Verify { transfer, config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            tell(transfer, &wiring.service.verify_purge(transfer).await?)
        }
    }
}

/// As the service does at its start: what a wrong clock has destroyed does not come back.
async fn trust_clock(wiring: &Wiring, clock_is_right: bool) -> anyhow::Result<()> {
    let (mut tx, now) = (wiring.db.write().await?, wiring.clock.now());
    if let Some(ahead) = clock_ahead(tx.clock_seen().await?, now).filter(|_| !clock_is_right) {
        bail!(
            "the clock is {} ahead of when the service last ran; if it is right, say --clock-is-right",
            hours(ahead)
        );
    }
    tx.note_clock(now).await?;
    Ok(tx.commit().await?)
}

/// A time that is long, in words.
pub(crate) fn hours(time: Duration) -> String {
    format!("{} hours", time.as_secs() / 3_600)
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
    println!("row           {}", if proof.row_left { "LEFT" } else { "gone" });
    println!("objects       {} left under {} prefixes", proof.objects_left.len(), record.prefixes.len());
    match proof.epoch_key_left {
        None => println!("key           gone, for every copy of the row anywhere"),
        Some(epoch) => {
            println!("key           of {epoch} still serves other transfers; it goes when the day is over")
        }
    }
    for object in &proof.objects_left {
        println!("left: {object}");
    }
    if !proof.is_clean() {
        bail!("something is left of transfer {transfer}");
    }
    println!("nothing is left of transfer {transfer}");
    Ok(())
}
