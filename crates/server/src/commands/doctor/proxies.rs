//! Whom the service believes who is calling.

use super::report::Report;
use crate::config::Config;

pub(super) fn look(report: &mut Report, config: &Config) {
    const CHECK: &str = "trusted_proxies";
    let proxies = &config.trusted_proxies;
    if proxies.iter().any(sealpost_api::Network::is_everybody) {
        report.fault(
            CHECK,
            "a network of all addresses: everybody could say who he is, and no limit by network would hold; name the proxies alone",
        );
    } else if proxies.is_empty() && config.tls.is_none() && config.base_url.is_https() {
        report.warn(
            CHECK,
            "empty, and TLS is a proxy's: all callers look like that proxy, and share its limits; name its address",
        );
    } else {
        report.ok(CHECK, format!("{} addresses or networks", proxies.len()));
    }
}
