//! Sealpost: the service and its command line, in one binary.

mod certificate;
mod cli;
mod commands;
mod config;
mod measured;
mod progress;
mod serve;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

/// Buffers of 256 KiB and 1 MiB come and go with every part; this allocator keeps their pages.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match commands::run(cli::Cli::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sealpost: {error:#}");
            commands::exit_code(&error)
        }
    }
}
