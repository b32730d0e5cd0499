//! Whether the service on this machine answers: for whatever watches over it and has no HTTP client of its own.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use reqwest::{Client, StatusCode, redirect};

use crate::Error;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Whether the process answers at all: `/healthz`.
    Alive,
    /// Whether it can do its work: `/readyz`.
    Ready,
}

/// Asks the service that listens at `listen`, waits five seconds at most, and gives the status that it answered with. Where it listens on
/// all addresses, the loopback one is asked.
///
/// # Errors
/// [`Error::Unreachable`] if nothing answers in time.
pub async fn health(listen: SocketAddr, tls: bool, what: Health) -> Result<u16, Error> {
    let address = reached_at(listen);
    let unreachable = |error: reqwest::Error| Error::Unreachable {
        server: address.to_string(),
        reason: std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source())
            .last()
            .map(ToString::to_string)
            .unwrap_or_default(),
    };
    // The certificate is for the name that browsers use, which need not lead here. Nothing secret is sent, and what is
    // answered is a number.
    let client = Client::builder()
        .tls_danger_accept_invalid_certs(true)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .timeout(Duration::from_secs(5))
        .build()
        .map_err(unreachable)?;
    let scheme = if tls { "https" } else { "http" };
    let path = match what {
        Health::Alive => "healthz",
        Health::Ready => "readyz",
    };
    let answer = client.get(format!("{scheme}://{address}/{path}")).send().await.map_err(unreachable)?;
    Ok(StatusCode::as_u16(&answer.status()))
}

fn reached_at(listen: SocketAddr) -> SocketAddr {
    let address = match listen {
        SocketAddr::V4(at) if at.ip().is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(at) if at.ip().is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other.ip(),
    };
    SocketAddr::new(address, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_on_all_addresses_is_asked_on_loopback() {
        let at = |text: &str| reached_at(text.parse().expect("an address")).to_string();
        assert_eq!(at("0.0.0.0:8443"), "127.0.0.1:8443");
        assert_eq!(at("[::]:8443"), "[::1]:8443");
        assert_eq!(at("192.0.2.7:443"), "192.0.2.7:443");
    }
}
