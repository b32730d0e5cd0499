//! The certificate: whether it fits its key and the name, and for how long.

use anyhow::Context as _;
use sealpost_domain::{Clock as _, SystemClock};
use url::Url;

use super::report::Report;
use crate::{
    certificate,
    config::{Config, TlsConfig},
    serve::tls::{files, load},
};

const DAY: i64 = 86_400;
/// Whoever renews by himself does so a month ahead.
const SOON: i64 = 14;

pub(super) fn look(report: &mut Report, config: &Config) {
    const CHECK: &str = "TLS";
    let Some(tls) = &config.tls else {
        report.ok(CHECK, "none here; a proxy in front must speak it");
        return;
    };
    let (certificate, key) = files(tls, config);
    if *tls == TlsConfig::SelfSigned && !certificate.exists() {
        report.ok(CHECK, "a certificate of our own making, at the first start");
        return;
    }
    let found = (|| {
        let pair = load(&certificate, &key)?;
        let first = pair.cert.first().context("there is no certificate")?;
        let host = Url::parse(config.base_url.as_str())?.host_str().unwrap_or_default().to_owned();
        anyhow::Ok((certificate::ends_at(first)?, certificate::covers(first, &host)?, host))
    })();
    let (end, covers, host) = match found {
        Ok(found) => found,
        Err(error) => return report.fault(CHECK, format!("{error:#}")),
    };
    let now = SystemClock.now().unix_millis().div_euclid(1_000);
    let (days, file) = ((end - now).div_euclid(DAY), certificate.display());
    if !covers {
        report
            .fault(CHECK, format!("{file} is not for {host}, which is what base_url says: get one that is"));
    } else if days < 0 {
        report.fault(CHECK, format!("{file} has ended: renew it; it is read again by itself"));
    } else if days < SOON {
        report.warn(CHECK, format!("{file} ends in {days} days: renew it; it is read again by itself"));
    } else if *tls == TlsConfig::SelfSigned {
        report
            .ok(CHECK, format!("a certificate of our own making, for {days} more days; browsers warn of it"));
    } else {
        report.ok(CHECK, format!("{file} is for {host}, for {days} more days"));
    }
}
