//! `sealpost web`: the pages that browsers get.

mod compare;
mod hashes;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum WebCommand {
    /// Print SHA-256 of every page, script and style inside of this binary, or compare them with what a service hands out
    Hashes(hashes::HashesArgs),
}

pub(crate) async fn run(command: WebCommand) -> anyhow::Result<()> {
    match command {
        WebCommand::Hashes(args) => hashes::run(&args).await,
    }
}
