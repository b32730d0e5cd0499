//! `sealpost licence`

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, anyhow, bail, ensure};
use chrono::{DateTime, NaiveDate, SecondsFormat};
use clap::{Args, Subcommand};
use sealpost_auth::{
    LicenceKeys, NewLicence, issue_licence, licence_key_id, peek_licence, read_licence_key, read_public_key,
    write_licence_key, write_public_key,
};
use sealpost_domain::{Clock as _, Feature, Licence, LicensedTenant, SystemClock, TenantSlug, Timestamp};
use sealpost_sealed::{SigningKey, SystemRandom, VerifyingKey};
use sealpost_tenancy::LicenceStatus;

use super::{WrongUse, tenant::found};
use crate::{cli::ConfigArgs, wiring};

/// Far more than a licence or a key has; whatever is longer is neither.
const FILE_MAX: u64 = 64 * 1024;

#[derive(Debug, Subcommand)]
pub(crate) enum LicenceCommand {
    /// Make a key that issues licences, and print its public half for the configuration of services
    Keygen {
        /// File for the secret half; must not exist
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Issue a licence, and print it
    Issue(IssueArgs),
    /// Show what a licence says
    Show {
        /// File with the licence, - for standard input
        file: PathBuf,
        /// Public key that must have signed it; may be given several times
        #[arg(long, value_name = "KEY", value_parser = public_key)]
        public_key: Vec<VerifyingKey>,
    },
    /// Install a tenant's licence; it counts at once
    Install {
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        /// File with the licence, - for standard input
        file: PathBuf,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Show where a tenant, or every tenant, stands with its licence
    Status {
        /// Short name of the tenant
        #[arg(long)]
        tenant: Option<TenantSlug>,
        #[command(flatten)]
        config: ConfigArgs,
    },
}

#[derive(Debug, Args)]
pub(crate) struct IssueArgs {
    /// File with the secret key, from `licence keygen`
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Short name or id of the tenant; the id is safer, for there is only one such tenant in the world
    #[arg(long)]
    tenant: LicensedTenant,
    /// Who has bought it
    #[arg(long, value_name = "NAME")]
    customer: String,
    /// How many users may send
    #[arg(long, value_name = "N")]
    seats: u32,
    /// Last day (UTC) on which it counts without grace, or the moment of its end, such as 2027-12-31T18:00:00Z
    #[arg(long, value_name = "DATE", value_parser = end)]
    expires: Timestamp,
    /// How many days it counts beyond its end, while everybody concerned is told
    #[arg(long, value_name = "DAYS", default_value_t = 14)]
    grace: u32,
    /// Something that it allows beside sending; may be given several times
    #[arg(long, value_name = "FEATURE")]
    feature: Vec<Feature>,
}

pub(crate) async fn run(command: LicenceCommand) -> anyhow::Result<()> {
    match command {
        LicenceCommand::Keygen { out } => {
            let key = SigningKey::generate(&SystemRandom);
            write_private(&out, &write_licence_key(&key))?;
            let public = key.verifying_key();
            eprintln!("key {} in {}: keep it away from any service", licence_key_id(&public), out.display());
            println!("{}", write_public_key(&public));
        }
        LicenceCommand::Issue(args) => println!("{}", issue(args)?),
        LicenceCommand::Show { file, public_key } => {
            let text = read(&file)?;
            let genuine = LicenceKeys::new(public_key.iter().copied()).verify(&text);
            if !public_key.is_empty() {
                genuine.clone().map_err(|refused| anyhow!("{}: {refused}", file.display()))?;
            }
            let licence = peek_licence(&text).with_context(|| format!("{} is no licence", file.display()))?;
            print!("{}", described(&licence));
            println!(
                "signature: {}",
                if genuine.is_ok() { "genuine" } else { "not checked, no --public-key" }
            );
        }
        LicenceCommand::Install { tenant, file, config } => {
            let text = read(&file)?;
            let (wiring, _, operator) = found(&tenant, &config).await?;
            let installed = wiring.tenancy.install_licence(&operator, &text).await;
            print!("{}", described_standing(&installed.with_context(|| format!("tenant {tenant}"))?));
        }
        LicenceCommand::Status { tenant: Some(tenant), config } => {
            let (wiring, row, _) = found(&tenant, &config).await?;
            print!("{}", described_standing(&wiring.tenancy.licence_status(row.id).await?));
        }
        LicenceCommand::Status { tenant: None, config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            for tenant in wiring.tenancy.tenants().await? {
                println!("{}\t{}", tenant.slug, summary(&wiring.tenancy.licence_status(tenant.id).await?));
            }
        }
    }
    Ok(())
}

/// Where a tenant stands, a line for each thing.
pub(super) fn described_standing(status: &LicenceStatus) -> String {
    let standing = &status.standing;
    let mut lines = format!("licence state: {}\n", standing.state);
    if let Some(refused) = standing.refused {
        lines.push_str(&format!("what is installed does not count: {refused}\n"));
    }
    lines.push_str(&standing.licence.as_ref().map(described).unwrap_or_default());
    lines.push_str(&format!("seats assigned: {}\n", status.assigned));
    if status.over() > 0 {
        lines.push_str(&format!("OVER: {} of them hold none, the licence has fewer\n", status.over()));
    }
    lines
}

/// Where a tenant stands, in one line: state, seats given and seats there are, end.
fn summary(status: &LicenceStatus) -> String {
    let standing = &status.standing;
    let seats = standing.seats().map_or_else(|| "unlimited".to_owned(), |seats| seats.to_string());
    let end = standing.licence.as_ref().map_or_else(|| "-".to_owned(), |licence| rfc3339(licence.expires_at));
    format!("{}\t{} of {seats} seats\t{end}", standing.state, status.assigned)
}

fn issue(args: IssueArgs) -> anyhow::Result<String> {
    let key = read(&args.key)?;
    let key = read_licence_key(&key)
        .with_context(|| format!("{} has no key of `sealpost licence keygen`", args.key.display()))?;
    let now = SystemClock.now();
    ensure!(args.expires > now, WrongUse::from(anyhow!("--expires: it would have ended already")));
    let new = NewLicence {
        tenant: args.tenant,
        customer: args.customer,
        seats: args.seats,
        features: args.feature,
        expires_at: args.expires,
        grace_days: args.grace,
    };
    issue_licence(&key, new, now, &SystemRandom).map_err(|error| WrongUse::from(anyhow!("{error}")).into())
}

/// What a licence says, a line for each thing.
pub(super) fn described(licence: &Licence) -> String {
    let features: Vec<_> = licence.features.iter().map(ToString::to_string).collect();
    let mut lines = String::new();
    for (name, value) in [
        ("licence", licence.id.to_string()),
        ("tenant", licence.tenant.to_string()),
        ("customer", licence.customer.clone()),
        ("seats", licence.seats.to_string()),
        ("features", features.join(" ")),
        ("issued", rfc3339(licence.issued_at)),
        ("expires", rfc3339(licence.expires_at)),
        ("grace until", rfc3339(licence.grace_ends_at())),
        ("key", licence.key.to_string()),
    ] {
        lines.push_str(name);
        lines.push_str(": ");
        lines.push_str(&value);
        lines.push('\n');
    }
    lines
}

pub(super) fn rfc3339(time: Timestamp) -> String {
    DateTime::from_timestamp_millis(time.unix_millis())
        .map_or_else(|| "-".to_owned(), |time| time.to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// The text of a small file, or of standard input.
pub(super) fn read(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        io::stdin().take(FILE_MAX + 1).read_to_string(&mut text)
    } else {
        File::open(path).and_then(|file| file.take(FILE_MAX + 1).read_to_string(&mut text))
    };
    let length = read.with_context(|| format!("cannot read {}", path.display()))?;
    if length as u64 > FILE_MAX {
        bail!("{}: too long", path.display());
    }
    Ok(text)
}

/// A file that only its owner reads, and that was not there before.
fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let write = || {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

fn public_key(text: &str) -> anyhow::Result<VerifyingKey> {
    read_public_key(text).context("no public key of `sealpost licence keygen`")
}

/// The end of a day, or a moment.
fn end(text: &str) -> anyhow::Result<Timestamp> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
        return Ok(Timestamp::from_unix_millis(midnight) + Duration::from_secs(86_400));
    }
    let moment = DateTime::parse_from_rfc3339(text).map_err(|_| anyhow!("a date, such as 2027-12-31"))?;
    Ok(Timestamp::from_unix_millis(moment.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_counts_until_its_last_day_is_over() {
        assert_eq!(rfc3339(end("2027-12-31").unwrap()), "2028-01-01T00:00:00Z");
        assert_eq!(rfc3339(end("2027-12-31T18:00:00+01:00").unwrap()), "2027-12-31T17:00:00Z");
        for text in ["", "2027-13-01", "tomorrow", "31.12.2027", "2027-12-31T18:00:00"] {
            assert!(end(text).is_err(), "{text}");
        }
    }
}
