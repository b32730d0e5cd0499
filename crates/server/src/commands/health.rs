//! `sealpost health`

use anyhow::bail;
use clap::Args;
use sealpost_client::{Health, health};

use crate::cli::ConfigArgs;

#[derive(Debug, Args)]
pub(crate) struct HealthArgs {
    /// Also ask whether database, vault and store answer (/readyz), not only whether the process does (/healthz)
    #[arg(long)]
    ready: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Ends well if the service that this configuration describes answers 200.
pub(crate) async fn run(args: &HealthArgs) -> anyhow::Result<()> {
    let config = args.config.load_quietly()?;
    let what = if args.ready { Health::Ready } else { Health::Alive };
    match health(config.listen, config.tls.is_some(), what).await? {
        200 => println!("ok"),
        status => bail!("{} answers {status}: see its log, and `sealpost doctor`", config.listen),
    }
    Ok(())
}
