//! What belongs to others: mail server, SMS gateway, scanner, identity providers, the collector of traces.

use std::collections::BTreeSet;

use anyhow::Context as _;

use super::{reach::reach, report::Report};
use crate::{
    config::{Config, MailRoute, SmsRoute},
    wiring::{self, Wiring},
};

pub(super) async fn look(report: &mut Report, config: &Config) {
    report.line("mail", mail(config).await);
    report.line("malware scanner", scanner(config).await);
    match &config.sms {
        None => report.ok("SMS", "no gateway; recipients cannot be asked for codes by SMS"),
        Some(SmsRoute::Directory(path)) => report.ok("SMS", format!("into {}", path.display())),
        Some(SmsRoute::Http(options)) => {
            let found = async { reach(&options.url.parse()?).await }.await;
            report.line("SMS", found.map(|host| format!("{host} can be reached; no message was sent")));
        }
    }
    if let Some(traces) = &config.traces {
        match reach(&traces.otlp).await {
            Ok(host) => report.ok("traces", format!("{host} can be reached")),
            Err(error) => report.warn("traces", format!("{error:#}; they are lost, and nothing else is")),
        }
    }
}

/// Says where mails would go, and that they could; sends none and makes no directory.
async fn mail(config: &Config) -> anyhow::Result<String> {
    let way = match &config.mail.route {
        MailRoute::Directory(path) => {
            std::fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
            format!("into {}", path.display())
        }
        MailRoute::Smtp(options) => format!("through {}", options.host),
    };
    let mailer = wiring::mailer(config)?;
    mailer.transport().check().await.with_context(|| way.clone())?;
    Ok(format!("from {} {way}", config.mail.from))
}

async fn scanner(config: &Config) -> anyhow::Result<String> {
    let Some(scanner) = &config.scan else {
        return Ok("none; files are not looked into by one".to_owned());
    };
    let address = scanner.address().to_string();
    scanner.ping().await.with_context(|| address.clone())?;
    Ok(format!("{address} answers"))
}

/// Identity providers of all tenants, each host once. A tenant's own, so no fault of this installation.
pub(super) async fn providers(report: &mut Report, wiring: &Wiring) {
    let issuers = async {
        let mut conn = wiring.db.read().await?;
        let mut issuers = BTreeSet::new();
        for tenant in conn.tenants().await? {
            let providers = conn.identity_providers(tenant.id).await?;
            issuers.extend(providers.into_iter().filter(|one| one.enabled).map(|one| one.issuer));
        }
        anyhow::Ok(issuers)
    };
    match issuers.await {
        Err(error) => report.fault("identity providers", format!("{error:#}")),
        Ok(issuers) if issuers.is_empty() => report.ok("identity providers", "none"),
        Ok(issuers) => {
            let count = issuers.len();
            let mut all_answer = true;
            for issuer in issuers {
                let found = async { reach(&issuer.parse()?).await }.await;
                if let Err(error) = found {
                    all_answer = false;
                    report.warn("identity providers", format!("{error:#}; nobody signs in there from here"));
                }
            }
            if all_answer {
                report.ok("identity providers", format!("{count} can be reached"));
            }
        }
    }
}
