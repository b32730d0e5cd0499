//! `sealpost config example` and `sealpost config check`

use clap::Subcommand;

use crate::{cli::ConfigArgs, config::EXAMPLE};

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print a complete configuration with comments
    Example,
    /// Read the configuration and say what is wrong with it
    Check(ConfigArgs),
}

pub(crate) fn run(command: &ConfigCommand) -> anyhow::Result<()> {
    match command {
        ConfigCommand::Example => print!("{EXAMPLE}"),
        ConfigCommand::Check(args) => {
            let config = args.load_quietly()?;
            println!("the configuration is in order: {} on {}", config.base_url, config.listen);
        }
    }
    Ok(())
}
