//! Whether links lead here.

use std::time::Duration;

use tokio::{net::lookup_host, time::timeout};
use url::{Host, Url};

use super::{reach::reach, report::Report};
use crate::config::Config;

const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn look(report: &mut Report, config: &Config) {
    let Ok(url) = Url::parse(config.base_url.as_str()) else { return };
    if let Some(Host::Domain(host)) = url.host() {
        let found = match timeout(PATIENCE, lookup_host((host, 443))).await {
            Ok(Ok(mut addresses)) => addresses.next().is_some(),
            _ => false,
        };
        if found {
            report.ok("DNS", format!("{host} has an address"));
        } else {
            report.warn("DNS", format!("{host} has no address here: links begin with it (base_url)"));
        }
    }
    match reach(&url).await {
        Ok(host) => report.ok("base_url", format!("{host} can be reached from here")),
        Err(error) => report.warn(
            "base_url",
            format!(
                "{error:#}; fine if the service does not run now, or this machine does not go out that way"
            ),
        ),
    }
    let domain = config.mail.from.as_str().rsplit('@').next().unwrap_or_default();
    report.ok(
        "mail domain",
        format!("not asked: see yourself that SPF and DMARC of {domain} let mails from here through (`dig TXT {domain}`)"),
    );
}
