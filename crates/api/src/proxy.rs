//! Who is calling, when a proxy stands in front.

use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use actix_web::HttpRequest;

/// The text is no address and no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a proxy is given as an address or a network such as 10.0.0.0/8")]
pub struct NetworkError;

/// Addresses of proxies whose `X-Forwarded-For` counts: one address, or a network in CIDR notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Whether it is a network of all addresses.
    pub const fn is_everybody(&self) -> bool {
        self.bits == 0
    }

    /// Whether `address` lies in the network. An IPv4 address mapped into IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                u32::from(network) & mask == u32::from(address) & mask
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.bits)).unwrap_or(0);
                u128::from(network) & mask == u128::from(address) & mask
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().map_err(|_| NetworkError)?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NetworkError)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        if bits > most { Err(NetworkError) } else { Ok(Self { address, bits }) }
    }
}

/// The address of the caller: the peer, or what a trusted proxy says stands behind it.
pub(crate) fn caller(request: &HttpRequest, trusted: &[Network]) -> Option<IpAddr> {
    let forwarded: Vec<_> = request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .collect();
    Some(behind(request.peer_addr()?.ip(), &forwarded, trusted))
}

/// What stands behind `peer`, by the hops of `X-Forwarded-For`.
///
/// Every proxy appends the peer it saw, so the list is read from its end, past the trusted ones: what stands
/// further to the front was written by the caller.
pub(crate) fn behind(peer: IpAddr, forwarded: &[&str], trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut address = peer.to_canonical();
    for hop in forwarded.iter().rev() {
        if !is_trusted(address) {
            break;
        }
        let Some(next) = address_of(hop.trim()) else {
            break;
        };
        address = next.to_canonical();
    }
    address
}

/// The address of a hop. Some proxies append the port, and IPv6 may then stand in brackets.
fn address_of(hop: &str) -> Option<IpAddr> {
    let bare = || hop.parse().ok();
    let with_port = || hop.parse::<SocketAddr>().ok().map(|hop| hop.ip());
    let bracketed = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    bare().or_else(with_port).or_else(bracketed)
}

/// Whoever has one IPv6 address has its /64.
pub(crate) fn neighbourhood(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    fn ask(peer: &str, forwarded: &str, trusted: &[Network]) -> String {
        let request = TestRequest::default()
            .peer_addr(format!("{peer}:1").parse().unwrap())
            .insert_header(("x-forwarded-for", forwarded))
            .to_http_request();
        caller(&request, trusted).unwrap().to_string()
    }

    #[test]
    fn a_network_holds_its_addresses_only() {
        assert!(network("10.0.0.0/8").contains("10.255.0.1".parse().unwrap()));
        assert!(network("10.0.0.0/8").contains("::ffff:10.0.0.1".parse().unwrap()));
        assert!(!network("10.0.0.0/8").contains("11.0.0.1".parse().unwrap()));
        assert!(network("0.0.0.0/0").contains("1.2.3.4".parse().unwrap()));
        assert!(!network("0.0.0.0/0").contains("::1".parse().unwrap()));
        assert!(network("fd00::/8").contains("fd12::1".parse().unwrap()));
        assert!(!network("192.0.2.1").contains("192.0.2.2".parse().unwrap()));
        for text in ["", "x", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/8/8"] {
            assert_eq!(text.parse::<Network>(), Err(NetworkError), "{text}");
        }
    }

    #[test]
    fn a_hop_may_have_a_port() {
        let trusted = [network("10.0.0.0/8")];
        for (hop, address) in [
            ("203.0.113.1:51234", "203.0.113.1"),
            ("[2001:db8::1]:51234", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("198.51.100.7, 203.0.113.1:1, 10.0.0.2:2", "203.0.113.1"),
            ("203.0.113.1:99999", "10.0.0.1"),
            ("[203.0.113.1]", "10.0.0.1"),
            ("[2001:db8::1", "10.0.0.1"),
        ] {
            assert_eq!(ask("10.0.0.1", hop, &trusted), address, "{hop}");
        }
    }

    #[test]
    fn neighbours_in_ipv6_are_one() {
        let near = |text: &str| neighbourhood(text.parse().unwrap());
        assert_eq!(near("2001:db8::1"), near("2001:db8::2"));
        assert_ne!(near("2001:db8::1"), near("2001:db8:0:1::1"));
        assert_ne!(near("192.0.2.1"), near("192.0.2.2"));
    }

    #[test]
    fn nobody_is_believed_who_is_not_configured() {
        assert_eq!(ask("192.0.2.9", "203.0.113.1", &[]), "192.0.2.9");
        assert_eq!(ask("192.0.2.9", "203.0.113.1", &[network("10.0.0.0/8")]), "192.0.2.9");
    }

    #[test]
    fn what_the_caller_wrote_in_front_of_the_list_does_not_count() {
        let trusted = [network("10.0.0.0/8")];
        assert_eq!(ask("10.0.0.1", "198.51.100.7, 203.0.113.1", &trusted), "203.0.113.1");
        assert_eq!(ask("10.0.0.1", "198.51.100.7, 203.0.113.1, 10.0.0.2", &trusted), "203.0.113.1");
        assert_eq!(ask("10.0.0.1", "nonsense", &trusted), "10.0.0.1");
    }
}
