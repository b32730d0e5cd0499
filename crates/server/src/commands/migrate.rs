//! `sealpost migrate`

use crate::{cli::ConfigArgs, wiring};

/// Makes what a first run lacks and brings the tables up to date. Fine to repeat.
pub(crate) async fn run(args: &ConfigArgs) -> anyhow::Result<()> {
    let config = args.load_quietly()?;
    wiring::prepare(&config).await?;
    println!("up to date: {} and {}", config.database, config.keyring);
    Ok(())
}
