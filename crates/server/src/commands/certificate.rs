//! `sealpost certificate`

use std::{
    fs::File,
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Subcommand};
use sealpost_certificate::{Certificate, SignedCertificate, Statement, to_pdf};
use sealpost_domain::{Language, TransferId};
use sealpost_sealed::NoteVerifier;

use super::WrongUse;
use crate::{cli::ConfigArgs, wiring};

/// Longest document that is read, in bytes.
const LONGEST: u64 = 1 << 20;

#[derive(Debug, Subcommand)]
pub(crate) enum CertificateCommand {
    /// Certify that a transfer was purged, after looking into all stores for what may be left
    Transfer {
        /// The transfer
        transfer: TransferId,
        #[command(flatten)]
        to: CertificateArgs,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Find out whether a certificate was changed: needs no service, no configuration and no network
    Verify {
        /// The signed document (JSON), - for standard input
        file: PathBuf,
        /// The key that must have signed, from `sealpost audit key`
        #[arg(long, value_name = "KEY", value_parser = key)]
        key: Option<NoteVerifier>,
    },
}

/// Where a certificate goes, and as what.
#[derive(Debug, Args)]
pub(crate) struct CertificateArgs {
    /// File to write; must not exist. The signed document to standard output if absent
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// As PDF, which carries the signed document along
    #[arg(long, requires = "to")]
    pdf: bool,
    /// Language of the PDF: en, de or nl
    #[arg(long, default_value = "en")]
    language: Language,
}

impl CertificateArgs {
    pub(crate) fn write(&self, signed: &SignedCertificate) -> anyhow::Result<()> {
        let bytes = if self.pdf { to_pdf(signed, self.language)? } else { signed.to_text().into_bytes() };
        match &self.to {
            Some(path) => {
                let mut file = File::create_new(path)
                    .map_err(|error| WrongUse::from(anyhow::Error::from(error)))
                    .with_context(|| path.display().to_string())?;
                file.write_all(&bytes)?;
                Ok(file.sync_all()?)
            }
            None => Ok(io::stdout().write_all(&bytes)?),
        }
    }
}

fn key(text: &str) -> Result<NoteVerifier, String> {
    text.parse().map_err(|_| "not a key as `sealpost audit key` prints it".to_owned())
}

pub(crate) async fn run(command: CertificateCommand) -> anyhow::Result<()> {
    match command {
        CertificateCommand::Transfer { transfer, to, config } => {
            let wiring = wiring::open(&config.load_quietly()?).await?;
            let signed = wiring.service.certificate_at_machine(transfer, true).await;
            to.write(&signed.with_context(|| format!("transfer {transfer}"))?)
        }
        CertificateCommand::Verify { file, key } => verify(&file, key.as_ref()),
    }
}

fn verify(file: &Path, key: Option<&NoteVerifier>) -> anyhow::Result<()> {
    let mut text = String::new();
    let input: Box<dyn io::Read> =
        if file == Path::new("-") { Box::new(io::stdin()) } else { Box::new(File::open(file)?) };
    input.take(LONGEST + 1).read_to_string(&mut text).with_context(|| file.display().to_string())?;
    let signed = SignedCertificate::parse(&text)?;
    let certificate = signed.verify()?;
    let signer = signed.signer()?;
    match key {
        Some(key) => ensure!(*key == signer, "another key has signed it: {signer}"),
        None => eprintln!(
            "the document was held against the key in it only: whoever made it may have made its key. Give --key"
        ),
    }
    // A key is good for the data of one tenant.
    if signer.name() != format!("sealpost/audit/{}", certificate.tenant.id) {
        bail!("it speaks of tenant {}, and its key is of {}", certificate.tenant.id, signer.name());
    }
    tell(&certificate);
    Ok(())
}

fn tell(certificate: &Certificate) {
    match &certificate.about {
        Statement::Transfer(purged) => println!("transfer      {} is gone", purged.transfer),
        Statement::Tenant(_) => println!("tenant        {} is gone", certificate.tenant.slug),
    }
    println!("tenant        {} ({})", certificate.tenant.slug, certificate.tenant.id);
    let entries: Vec<_> = certificate.entries.iter().map(|entry| entry.seq.to_string()).collect();
    println!("log entries   {}", if entries.is_empty() { "none".to_owned() } else { entries.join(", ") });
    println!("checkpoint    {}", if certificate.checkpoint.is_some() { "covers them" } else { "none yet" });
    println!(
        "stores        {}",
        if certificate.checked.is_some() { "looked into" } else { "not looked into" }
    );
    println!("signature     good");
}
