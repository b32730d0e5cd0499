//! `sealpost audit`

use std::{
    fs::{self, File},
    io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use chrono::{DateTime, NaiveDate, NaiveTime};
use clap::Subcommand;
use sealpost_domain::{TenantSlug, Timestamp};
use sealpost_sealed::{NoteVerifier, split_notes};
use sealpost_tenancy::{ExportRange, FileVerifier, Verified};

use super::WrongUse;
use crate::{
    cli::ConfigArgs,
    wiring::{self, Wiring},
};

/// Longest line of an export that is read, in bytes.
const LONGEST_LINE: u64 = 16 << 20;

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Print the public key that checkpoints of a tenant's log are signed with
    Key {
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Sign all logs that have grown, now instead of within a minute
    Checkpoint(ConfigArgs),
    /// Hand out a tenant's log, with its checkpoints: JSON, one object a line
    Export {
        /// Short name of the tenant
        #[arg(long)]
        tenant: TenantSlug,
        /// From this time on, such as 2026-01-31 or 2026-01-31T12:00:00Z; the whole log if absent
        #[arg(long, value_name = "TIME", value_parser = time)]
        from: Option<Timestamp>,
        /// File to write; must not exist. Standard output if absent
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Find out whether a log was changed: an exported one, without any service, or the one in the database
    Verify {
        /// An exported log, - for standard input
        #[arg(required_unless_present = "live", conflicts_with = "live")]
        file: Option<PathBuf>,
        /// The log in the database
        #[arg(long, requires = "tenant")]
        live: bool,
        /// Short name of the tenant
        #[arg(long, requires = "live")]
        tenant: Option<TenantSlug>,
        /// File with checkpoints that were kept elsewhere; may be given several times
        #[arg(long, value_name = "FILE")]
        checkpoint: Vec<PathBuf>,
        /// The key that must have signed, from `sealpost audit key`
        #[arg(long, value_name = "KEY", conflicts_with = "live")]
        key: Option<String>,
        #[command(flatten)]
        config: ConfigArgs,
    },
}

/// The beginning of a day, or a moment.
fn time(text: &str) -> Result<Timestamp, String> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(Timestamp::from_unix_millis(day.and_time(NaiveTime::MIN).and_utc().timestamp_millis()));
    }
    let moment = DateTime::parse_from_rfc3339(text);
    let moment = moment.map_err(|_| "a date such as 2026-01-31, or a moment as in RFC 3339".to_owned())?;
    Ok(Timestamp::from_unix_millis(moment.timestamp_millis()))
}

fn key(text: &str) -> Result<NoteVerifier, WrongUse> {
    text.parse().map_err(|_| anyhow::anyhow!("--key: not a key as `sealpost audit key` prints it").into())
}

pub(crate) async fn run(command: AuditCommand) -> anyhow::Result<()> {
    match command {
        AuditCommand::Key { tenant, config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            let row = wiring.tenancy.tenant(&tenant).await.with_context(|| format!("tenant {tenant}"))?;
            println!("{}", wiring.tenancy.audit_signer(row.id).await?);
            Ok(())
        }
        AuditCommand::Checkpoint(config) => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            let done = wiring.tenancy.checkpoint_audit().await?;
            println!("{} logs signed, {} checkpoints written", done.signed, done.exported);
            ensure!(
                done.broken == 0,
                "{} logs are not what was signed: see `sealpost audit verify`",
                done.broken
            );
            Ok(())
        }
        AuditCommand::Export { tenant, from, to, config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            match to {
                Some(path) => {
                    let file = File::create_new(&path)
                        .map_err(|error| WrongUse::from(anyhow::Error::from(error)))
                        .with_context(|| path.display().to_string())?;
                    export(&wiring, &tenant, from, BufWriter::new(file)).await
                }
                None => export(&wiring, &tenant, from, BufWriter::new(io::stdout())).await,
            }
        }
        AuditCommand::Verify { file: Some(file), checkpoint, key, .. } => {
            let trusted = key.is_some() || !checkpoint.is_empty();
            let key = key.as_deref().map(self::key).transpose()?;
            let verified = verify_file(&file, notes(&checkpoint)?, key)?;
            tell(&verified);
            if !trusted {
                eprintln!(
                    "the file was held against itself only: whoever made it may have made its key. Give --key, \
                     and --checkpoint with what was kept elsewhere"
                );
            }
            Ok(())
        }
        AuditCommand::Verify { tenant: Some(tenant), checkpoint, config, .. } => {
            let config = config.load_quietly()?;
            let wiring = wiring::open(&config).await?;
            let row = wiring.tenancy.tenant(&tenant).await.with_context(|| format!("tenant {tenant}"))?;
            let mut kept = notes(&checkpoint)?;
            let own = config.checkpoints.join(format!("{}.checkpoints", row.id));
            if checkpoint.is_empty() && own.exists() {
                kept = notes(&[own])?;
            }
            let operator = wiring.auth.danger_operator(&row).await?;
            let verified = wiring.tenancy.verify_audit(&operator, &kept).await?;
            tell(&verified.with_context(|| format!("the log of tenant {tenant} is not what was signed"))?);
            Ok(())
        }
        AuditCommand::Verify { .. } => bail!(WrongUse::from(anyhow::anyhow!("--live needs --tenant"))),
    }
}

async fn export(
    wiring: &Wiring,
    tenant: &TenantSlug,
    from: Option<Timestamp>,
    mut to: impl Write,
) -> anyhow::Result<()> {
    let row = wiring.tenancy.tenant(tenant).await.with_context(|| format!("tenant {tenant}"))?;
    let operator = wiring.auth.danger_operator(&row).await?;
    let mut lines = wiring.tenancy.export_audit_at_machine(&operator, ExportRange { from }).await?;
    while let Some(page) = lines.next().await? {
        to.write_all(page.as_bytes())?;
    }
    Ok(to.flush()?)
}

/// The checkpoints in these files.
fn notes(files: &[PathBuf]) -> anyhow::Result<Vec<String>> {
    let mut notes = Vec::new();
    for path in files {
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        notes.extend(split_notes(&text).into_iter().map(str::to_owned));
    }
    Ok(notes)
}

fn verify_file(path: &Path, known: Vec<String>, key: Option<NoteVerifier>) -> anyhow::Result<Verified> {
    let input: Box<dyn io::Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).with_context(|| path.display().to_string())?)
    };
    let (mut input, mut line) = (BufReader::new(input), String::new());
    let mut file = FileVerifier::new().against(known);
    if let Some(key) = key {
        file = file.signed_by(key);
    }
    loop {
        line.clear();
        let read = input.by_ref().take(LONGEST_LINE).read_line(&mut line)?;
        if read == 0 {
            return file.finish().context("the export is not what was signed");
        }
        ensure!(line.ends_with('\n'), "the export is not what was signed: a line was cut off");
        file.line(line.trim_end()).context("the export is not what was signed")?;
    }
}

fn tell(verified: &Verified) {
    let Verified { first, last, signed, fitting, older } = verified;
    println!("entries       {first} to {}, unbroken", last.seq);
    println!("checkpoints   {fitting} fit, {older} are of older entries that were removed");
    println!("signed        up to entry {signed}");
    println!("head          {}", data_encoding::HEXLOWER.encode(&last.hash));
    if last.seq > *signed {
        println!("not signed    {} entries: the next checkpoint covers them", last.seq - signed);
    }
}
