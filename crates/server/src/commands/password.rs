//! Passwords: from the terminal without showing them, or from a file. Never from an argument, which others can see.

use std::{
    io::{IsTerminal, stdin},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use async_trait::async_trait;
use clap::Args;
use sealpost_client::{AskPassword, Secret};

/// How a password is given.
#[derive(Debug, Clone, Args)]
pub(crate) struct PasswordArgs {
    /// Ask for the password on the terminal
    #[arg(long, conflicts_with = "password_file")]
    password_prompt: bool,
    /// Read the password from this file; a line break at its end is ignored
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl PasswordArgs {
    /// Whether one is given.
    pub(crate) const fn is_given(&self) -> bool {
        self.password_prompt || self.password_file.is_some()
    }

    /// A password for others, typed twice; `None` if none is wanted.
    pub(crate) async fn choose(&self) -> anyhow::Result<Option<Secret>> {
        if let Some(path) = &self.password_file {
            return from_file(path).map(Some);
        }
        if !self.password_prompt {
            return Ok(None);
        }
        typed_twice("Password: ").await.map(Some)
    }

    /// The answer for a link that asks for a password.
    pub(crate) fn answer(&self) -> anyhow::Result<Answer> {
        match &self.password_file {
            Some(path) => from_file(path).map(Answer::Known),
            None if self.password_prompt || stdin().is_terminal() => Ok(Answer::Typed),
            None => Ok(Answer::Unknown),
        }
    }
}

/// Where the answer comes from when a link asks.
#[derive(Debug)]
pub(crate) enum Answer {
    /// From a file: there is only this one.
    Known(Secret),
    /// From the person.
    Typed,
    /// From nowhere.
    Unknown,
}

#[async_trait]
impl AskPassword for Answer {
    async fn password(&self, attempt: u32) -> Option<Secret> {
        match self {
            Self::Known(password) => (attempt == 1).then(|| password.clone()),
            Self::Typed if attempt == 1 => prompt("Password: ").await.ok(),
            Self::Typed => prompt("Wrong. Password: ").await.ok(),
            Self::Unknown => None,
        }
    }

    /// Also beside a password from a file: only a person can read what was sent a moment ago.
    async fn code(&self, hint: &str, attempt: u32) -> Option<Secret> {
        if !stdin().is_terminal() {
            return None;
        }
        let hint = sealpost_client::printable(hint).to_string();
        let again = if attempt == 1 { "" } else { "Wrong. " };
        prompt(format!("{again}Code sent to {hint}: ")).await.ok()
    }
}

/// A secret that somebody chooses.
pub(super) async fn typed_twice(question: &str) -> anyhow::Result<Secret> {
    let (first, second) = (prompt(question).await?, prompt("Again: ").await?);
    if first != second {
        bail!("the two differ");
    }
    if first.is_empty() {
        bail!("it is empty");
    }
    Ok(first)
}

pub(super) async fn prompt(question: impl Into<String>) -> anyhow::Result<Secret> {
    let question = question.into();
    let typed = tokio::task::spawn_blocking(move || rpassword::prompt_password(question)).await?;
    Ok(Secret::from(typed.context("cannot ask for the password: there is no terminal")?))
}

/// The first line of a file that holds one secret.
pub(super) fn from_file(path: &Path) -> anyhow::Result<Secret> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let line = text.trim_end_matches(['\r', '\n']);
    if line.is_empty() || line.contains('\n') {
        bail!("{} must hold one line with nothing but the secret", path.display());
    }
    Ok(Secret::from(line))
}
