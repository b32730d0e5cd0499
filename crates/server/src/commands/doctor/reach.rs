//! Whether something can be reached at all: a connection, and nothing is said on it.

use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::{net::TcpStream, time::timeout};
use url::Url;

const PATIENCE: Duration = Duration::from_secs(5);

/// Connects to where the address points. The text of an error holds host and port alone: paths can be secrets.
pub(super) async fn reach(url: &Url) -> anyhow::Result<String> {
    let host = url.host_str().context("the address has no host")?.trim_matches(['[', ']']).to_owned();
    let port = url.port_or_known_default().context("the address has no port")?;
    match timeout(PATIENCE, TcpStream::connect((host.as_str(), port))).await {
        Ok(Ok(_)) => Ok(format!("{host}:{port}")),
        Ok(Err(error)) => bail!("{host}:{port}: {error}"),
        Err(_) => bail!("{host}:{port} does not answer within {} s", PATIENCE.as_secs()),
    }
}
