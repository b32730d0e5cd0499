//! `sealpost doctor`

use anyhow::{Context as _, bail, ensure};

use super::{backup, clock};
use crate::{
    cli::ConfigArgs,
    config::{Config, MailRoute, TlsConfig},
    wiring::{self, Wiring},
};

/// Looks at one thing after the other, so that one fault does not hide the next.
pub(crate) async fn run(args: &ConfigArgs) -> anyhow::Result<()> {
    let config = args.load_quietly()?;
    let mut report = Report::default();
    report.line("configuration", Ok(format!("{} on {}", config.base_url, config.listen)));
    match wiring::open(&config).await {
        Ok(wiring) => stores(&mut report, &config, &wiring).await,
        Err(error) => report.line("stores", Err(error)),
    }
    report.line("mail", mail(&config).await);
    report.line("malware scanner", scanner(&config).await);
    report.line("TLS", tls(&config));
    if report.faults > 0 {
        bail!("{} of these need attention", report.faults);
    }
    Ok(())
}

#[derive(Default)]
struct Report {
    faults: usize,
}

impl Report {
    fn line(&mut self, what: &str, found: anyhow::Result<String>) {
        match found {
            Ok(found) => println!("ok    {what}: {found}"),
            Err(error) => {
                self.faults += 1;
                println!("FAULT {what}: {error:#}");
            }
        }
    }
}

async fn stores(report: &mut Report, config: &Config, wiring: &Wiring) {
    let database = wiring.db.check_statements().await.context("is `sealpost migrate` needed?");
    report.line("database", database.map(|count| format!("{}, {count} statements fit", config.database)));
    let keyring = wiring.keyring.check_statements().await.context("is `sealpost migrate` needed?");
    report.line("keyring", keyring.map(|count| format!("{}, {count} statements fit", config.keyring)));
    let ready = wiring.service.ready().await.map_err(anyhow::Error::from);
    report.line("vault and blob store", ready.map(|()| "both answer".to_owned()));
    report.line("copies", backup::standing(wiring).await);
    report.line("root key", root_key(wiring).await);
    report.line("jobs", jobs(wiring).await);
    report.line("clock", clock::standing(wiring).await);
}

/// Whether the vault has every version of the root key under which something is wrapped.
async fn root_key(wiring: &Wiring) -> anyhow::Result<String> {
    let vault = wiring.keys.vault();
    let versions = vault.versions().await?;
    let wrapped = wiring.keys.wrapped_under(&wiring.db).await?;
    for under in &wrapped {
        ensure!(
            versions.iter().any(|version| version.id.as_str() == under.id),
            "{} keys are wrapped under {}, which the vault does not have: bring it back (docs/keys.md)",
            under.total(),
            under.id
        );
    }
    let current = vault.key_id();
    let old: u64 = wrapped
        .iter()
        .filter(|under| under.id != current.as_str())
        .map(sealpost_keys::UnderVersion::total)
        .sum();
    Ok(format!("{current}, {old} keys are under older versions"))
}

async fn jobs(wiring: &Wiring) -> anyhow::Result<String> {
    let mut conn = wiring.db.read().await?;
    let (pending, failed) = (conn.pending_jobs().await?, conn.failed_job_count().await?);
    ensure!(
        failed == 0,
        "{failed} were given up: see `sealpost jobs list --failed`, and `sealpost jobs retry`"
    );
    Ok(format!("{pending} wait or run, none was given up"))
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

fn tls(config: &Config) -> anyhow::Result<String> {
    match &config.tls {
        None => Ok("none here; a proxy in front must speak it".to_owned()),
        Some(TlsConfig::SelfSigned) => Ok("a certificate of our own making".to_owned()),
        Some(TlsConfig::Files { certificate, key }) => {
            for path in [certificate, key] {
                std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            }
            Ok(format!("{}", certificate.display()))
        }
    }
}
