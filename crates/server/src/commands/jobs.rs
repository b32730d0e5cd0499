//! `sealpost jobs`

use anyhow::bail;
use chrono::{DateTime, SecondsFormat};
use clap::Subcommand;
use sealpost_db::Job;
use sealpost_domain::{JobId, Timestamp};
use sealpost_jobs::Retried;

use crate::{cli::ConfigArgs, wiring};

#[derive(Debug, Subcommand)]
pub(crate) enum JobsCommand {
    /// List jobs: id, kind, state, time it is due or was given up, attempts, last error
    List {
        /// Those that were given up instead of those that wait or run
        #[arg(long)]
        failed: bool,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
        limit: u64,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Begin jobs anew that were given up
    Retry {
        /// The job, from `jobs list --failed`
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<JobId>,
        /// All that were given up
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        config: ConfigArgs,
    },
}

pub(crate) async fn run(command: JobsCommand) -> anyhow::Result<()> {
    match command {
        JobsCommand::List { failed, limit, config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            let mut conn = wiring.db.read().await?;
            let jobs = if failed { conn.failed_jobs(limit).await? } else { conn.queued_jobs(limit).await? };
            for job in &jobs {
                println!("{}", line(job, wiring.clock.now()));
            }
        }
        JobsCommand::Retry { id: Some(id), config, .. } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            match wiring.queue().retry(id).await? {
                Retried::Queued => println!("queued"),
                Retried::QueuedSince => println!("the same is queued already"),
                Retried::Unknown => bail!("job {id}: there is no such job that was given up"),
            }
        }
        JobsCommand::Retry { id: None, config, .. } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            let failed = wiring.db.read().await?.failed_jobs(u64::from(u32::MAX)).await?;
            let queue = wiring.queue();
            for job in &failed {
                queue.retry(job.id).await?;
            }
            println!("{} jobs queued", failed.len());
        }
    }
    Ok(())
}

fn line(job: &Job, now: Timestamp) -> String {
    let (state, at) = match job.failed_at {
        Some(failed_at) => ("given up", failed_at),
        None if job.leased_until > now => ("runs", job.run_at),
        None => ("waits", job.run_at),
    };
    let error = job.last_error.as_deref().unwrap_or_default();
    format!("{}\t{}\t{state}\t{}\t{}\t{error}", job.id, job.kind, rfc3339(at), job.attempts)
}

fn rfc3339(time: Timestamp) -> String {
    DateTime::from_timestamp_millis(time.unix_millis())
        .map_or_else(|| "-".to_owned(), |time| time.to_rfc3339_opts(SecondsFormat::Secs, true))
}
