//! `sealpost serve`

use std::net::SocketAddr;

use clap::Args;

use crate::cli::ConfigArgs;

/// Where a service for trying out listens: any free port.
const DEV_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Where to listen, instead of what the configuration says; with --dev any free loopback port
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

pub(crate) async fn run(args: ServeArgs) -> anyhow::Result<()> {
    let mut config = args.config.load(args.listen.unwrap_or(DEV_LISTEN))?;
    if let Some(listen) = args.listen {
        config.listen = listen;
    }
    crate::serve::run(config, args.config.dev().cloned()).await
}
