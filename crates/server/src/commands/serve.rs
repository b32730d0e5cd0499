//! `sealpost serve`

use std::net::SocketAddr;

use clap::Args;
use sealpost_api::BaseUrl;

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
    /// What links begin with, with --dev: by a name (http://localhost:8080) browsers offer passkeys, by a number they do not
    #[arg(long, value_name = "URL", requires = "dev")]
    base_url: Option<BaseUrl>,
}

pub(crate) async fn run(args: ServeArgs) -> anyhow::Result<()> {
    let mut config = args.config.load(args.listen.unwrap_or(DEV_LISTEN))?;
    if let Some(listen) = args.listen {
        config.listen = listen;
    }
    crate::serve::run(config, args.config.dev().cloned(), args.base_url).await
}
