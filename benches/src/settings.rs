//! How much is measured: environment variables, with defaults that end in about five minutes.

use std::{env, fs, path::PathBuf, str::FromStr};

use anyhow::{Context as _, anyhow, ensure};
use tempfile::TempDir;

use crate::rounds::Ratio;

/// Sizes and counts.
#[derive(Debug)]
pub(crate) struct Settings {
    /// `MIB`: bytes of a candidate's turn, in MiB.
    pub(crate) mib: u64,
    /// `ROUNDS`: turns of every candidate.
    pub(crate) rounds: usize,
    /// `FILES`: small files of a turn.
    pub(crate) files: usize,
    /// `MEMORY_MIB`: bytes of each of the eight uploads whose memory is measured, in MiB.
    pub(crate) memory_mib: u64,
    /// `PURGES`: expired transfers.
    pub(crate) purges: usize,
    /// `STRICT`: a missed budget ends the run with an error.
    strict: bool,
    /// Where everything is stored, removed at the end.
    scratch: TempDir,
}

impl Settings {
    /// Reads the environment. `DIR` is where everything is stored; a disk, or fsync costs nothing.
    pub(crate) fn from_environment() -> anyhow::Result<Self> {
        let parent = match env::var_os("DIR") {
            Some(dir) => PathBuf::from(dir),
            None => env::current_exe()?
                .parent()
                .ok_or_else(|| anyhow!("the executable lies nowhere"))?
                .join("bench"),
        };
        fs::create_dir_all(&parent)?;
        Ok(Self {
            mib: variable("MIB", 512)?,
            rounds: variable("ROUNDS", 5)?,
            files: variable("FILES", 2_000)?,
            memory_mib: variable("MEMORY_MIB", 1_024)?,
            purges: variable("PURGES", 20_000)?,
            strict: env::var_os("STRICT").is_some(),
            scratch: tempfile::tempdir_in(parent)?,
        })
    }

    /// Fails if budgets are strict and one of the ratios is over.
    pub(crate) fn hold(
        &self,
        what: &str,
        budget: f64,
        ratios: impl IntoIterator<Item = Ratio>,
    ) -> anyhow::Result<()> {
        for ratio in ratios {
            self.hold_value(what, budget, ratio.median)?;
        }
        Ok(())
    }

    /// Fails if budgets are strict and the value is over.
    pub(crate) fn hold_value(&self, what: &str, budget: f64, value: f64) -> anyhow::Result<()> {
        ensure!(!self.strict || value <= budget, "{what}: {value:.2} is over the budget of {budget}");
        Ok(())
    }

    /// A new directory for a candidate.
    pub(crate) fn directory(&self, name: &str) -> anyhow::Result<PathBuf> {
        let directory = self.scratch.path().join(name);
        fs::create_dir_all(&directory)?;
        Ok(directory)
    }
}

fn variable<T>(name: &str, default: T) -> anyhow::Result<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    match env::var(name) {
        Ok(text) => text.parse().with_context(|| format!("{name}={text}")),
        Err(_) => Ok(default),
    }
}
