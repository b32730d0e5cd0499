//! The passphrase of one's own private keys, beside the passwords of links.

use std::{
    io::{IsTerminal as _, Read as _, stdin},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use async_trait::async_trait;
use clap::Args;
use sealpost_client::{AskPassword, Secret};

use super::password::{Answer, from_file, prompt};

/// A passphrase is one line; more than this is something else.
const MAX_BYTES: u64 = 4_096;

/// How the passphrase is given.
#[derive(Debug, Clone, Args)]
pub(crate) struct PassphraseArgs {
    /// Read the passphrase of your private key from this file, or - from standard input, for what came in sealed to your key [default:
    /// asked for on the terminal]
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl PassphraseArgs {
    /// Whether it takes standard input.
    pub(crate) fn reads_stdin(&self) -> bool {
        self.passphrase_file.as_deref() == Some(Path::new("-"))
    }

    /// What is answered when a link or a private key asks.
    pub(crate) fn answers(&self, password: Answer) -> anyhow::Result<Answers> {
        let passphrase = match &self.passphrase_file {
            Some(_) if self.reads_stdin() => Answer::Known(from_stdin()?),
            Some(path) => Answer::Known(from_file(path)?),
            None if stdin().is_terminal() => Answer::Typed,
            None => Answer::Unknown,
        };
        Ok(Answers { password, passphrase })
    }
}

/// Answers for what a link asks, and for the private key.
#[derive(Debug)]
pub(crate) struct Answers {
    password: Answer,
    passphrase: Answer,
}

#[async_trait]
impl AskPassword for Answers {
    async fn password(&self, attempt: u32) -> Option<Secret> {
        self.password.password(attempt).await
    }

    async fn code(&self, hint: &str, attempt: u32) -> Option<Secret> {
        self.password.code(hint, attempt).await
    }

    async fn passphrase(&self, fingerprint: &str, attempt: u32) -> Option<Secret> {
        let wrong = if attempt == 1 { "" } else { "Wrong. " };
        match &self.passphrase {
            Answer::Known(passphrase) => (attempt == 1).then(|| passphrase.clone()),
            Answer::Typed => prompt(format!("{wrong}Passphrase of your key {fingerprint}: ")).await.ok(),
            Answer::Unknown => None,
        }
    }
}

fn from_stdin() -> anyhow::Result<Secret> {
    let mut text = String::new();
    stdin().take(MAX_BYTES).read_to_string(&mut text).context("cannot read the passphrase")?;
    // Wiped when it is dropped.
    let text = Secret::from(text);
    let line = text.expose().trim_end_matches(['\r', '\n']);
    if line.is_empty() || line.contains('\n') {
        bail!("standard input must hold one line with nothing but the passphrase");
    }
    Ok(Secret::from(line))
}
