//! `sealpost doctor`: looks at one thing after the other, so that one fault does not hide the next. It changes nothing, but for an
//! object that comes and goes where that is wished.

mod clock;
mod databases;
mod disk;
mod dns;
mod duties;
mod limits;
mod outside;
mod probe;
mod proxies;
mod reach;
mod report;
mod stores;
mod tls;

use clap::Args;

use crate::{cli::ConfigArgs, wiring};
use report::Report;

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// One JSON document: what was looked at, `ok`, `warn` or `fault`, and what was found
    #[arg(long)]
    json: bool,
    /// Put a small object into each store, read it, and delete it again
    #[arg(long)]
    probe: bool,
}

/// Warnings are no failure: somebody should look at them, and the service can go on.
pub(crate) async fn run(args: &DoctorArgs) -> anyhow::Result<()> {
    let config = args.config.load_quietly()?;
    let mut report = Report::new(args.json);
    report.ok("configuration", format!("{} on {}", config.base_url, config.listen));
    match wiring::open(&config).await {
        Ok(wiring) => {
            databases::look(&mut report, &config, &wiring).await;
            stores::look(&mut report, &wiring).await;
            if args.probe {
                probe::look(&mut report, &wiring).await;
            }
            clock::look(&mut report, &wiring).await;
            duties::look(&mut report, &wiring).await;
            outside::providers(&mut report, &wiring).await;
        }
        Err(error) => report.fault("stores", format!("{error:#}")),
    }
    outside::look(&mut report, &config).await;
    tls::look(&mut report, &config);
    dns::look(&mut report, &config).await;
    proxies::look(&mut report, &config);
    disk::look(&mut report, &config);
    limits::look(&mut report, &config);
    report.end()
}
