//! Where the service may call when somebody of a tenant says where: identity providers, receivers of the log. Such an
//! address is an administrator's words, and this service calls it from inside of its network: without a limit it would be
//! a way to ask what only inside answers.
#![warn(missing_docs)]

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use sealpost_domain::is_loopback;
use url::{Host, Url};

/// Longest address in bytes.
const MAX_URL_BYTES: usize = 2_048;

/// Where the service may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// On the internet: https to public addresses.
    #[default]
    Public,
    /// Anywhere: also inside of the network, and on this machine with plain http.
    Internal,
}

/// An address that is not to be called, in words for whoever wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OutOfReach(pub &'static str);

impl Reach {
    /// An address that may be called. A name in it is looked at when it is resolved, each time: see
    /// [`Self::resolver`].
    ///
    /// # Errors
    /// [`OutOfReach`] for what is no https URL, has a user name or a fragment, or lies where this does not reach.
    pub fn endpoint(self, text: &str) -> Result<Url, OutOfReach> {
        let url = Url::parse(text).ok().filter(|_| text.len() <= MAX_URL_BYTES);
        let url = url.ok_or(OutOfReach("an address is no URL"))?;
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(OutOfReach("an address has a user name or a fragment"));
        }
        let here = url.host_str().is_some_and(is_loopback);
        match url.scheme() {
            "https" => {}
            "http" if here && self == Self::Internal => {}
            _ => return Err(OutOfReach("an address is not https")),
        }
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        if self == Self::Public && (here || literal.is_some_and(|address| !is_public(address))) {
            return Err(OutOfReach("an address is not on the internet"));
        }
        Ok(url)
    }

    /// Resolves names to addresses that may be called, for a client of HTTP; `None` where all may.
    pub fn resolver(self) -> Option<Arc<dyn Resolve>> {
        match self {
            Self::Public => Some(Arc::new(PublicOnly)),
            Self::Internal => None,
        }
    }

    /// The addresses of a host that may be called; none if there is no such.
    ///
    /// # Errors
    /// Those of resolving the name.
    pub async fn addresses(self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let found = tokio::net::lookup_host((host, port)).await?;
        Ok(found.filter(|address| self == Self::Internal || is_public(address.ip())).collect())
    }
}

/// Resolves names to public addresses only.
#[derive(Debug)]
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let public = Reach::Public.addresses(name.as_str(), 0).await?;
            if public.is_empty() {
                return Err("the name has no address on the internet".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the internet (IANA's registries of special-purpose addresses; multicast is none, either).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // 2000::/3 is what has been given out. What embeds an IPv4 address (6to4, Teredo) leads where that leads.
    let segments = address.segments();
    let is_global = (segments[0] & 0xe000) == 0x2000;
    let embeds = segments[0] == 0x2002 || (segments[0] == 0x2001 && segments[1] == 0);
    let documentation = segments[0] == 0x2001 && segments[1] == 0x0db8;
    is_global && !embeds && !documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_internet_is_where_no_network_of_ones_own_is() {
        for (address, public) in [
            ("9.9.9.9", true),
            ("172.32.0.1", true),
            ("2620:fe::9", true),
            ("127.0.0.1", false),
            ("10.1.2.3", false),
            ("172.16.0.1", false),
            ("192.168.0.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("198.18.0.1", false),
            ("::1", false),
            ("::", false),
            ("::ffff:10.0.0.1", false),
            ("fe80::1", false),
            ("fd00:ec2::254", false),
            ("ff02::1", false),
            ("64:ff9b::a00:1", false),
            ("2002:a00:1::", false),
            ("2001:db8::1", false),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        }
    }

    #[test]
    fn an_endpoint_is_https_and_where_it_may_be() {
        use Reach::{Internal, Public};
        for (url, public, internal) in [
            ("https://login.example.org/token?x=1", true, true),
            ("https://9.9.9.9/token", true, true),
            ("https://10.0.0.1/token", false, true),
            ("https://[::1]/token", false, true),
            ("https://localhost/token", false, true),
            ("http://127.0.0.1:4000/token", false, true),
            ("http://login.example.org/token", false, false),
            ("http://10.0.0.1/token", false, false),
            ("https://0x7f000001/token", false, true),
            ("https://2130706433/token", false, true),
            ("https://user@login.example.org/token", false, false),
            ("https://login.example.org/token#x", false, false),
            ("file:///etc/passwd", false, false),
            ("/token", false, false),
            ("", false, false),
        ] {
            assert_eq!(Public.endpoint(url).is_ok(), public, "{url}");
            assert_eq!(Internal.endpoint(url).is_ok(), internal, "{url}");
        }
    }
}
