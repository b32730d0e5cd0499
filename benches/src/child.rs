//! A candidate as a process of its own: started, spoken to, measured, ended.

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::usage;

/// A running candidate. Dropped, it ends.
pub(crate) struct Candidate {
    process: Child,
    /// Its end is the signal to stop.
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// The sender's token, if it asks for one.
    pub(crate) token: String,
}

impl Candidate {
    /// Starts `sealpost-benches serve KIND DIRECTORY` and waits until it is ready.
    pub(crate) fn start(kind: &str, directory: &Path) -> anyhow::Result<Self> {
        let mut process = Command::new(env::current_exe()?)
            .args(["serve", kind])
            .arg(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let commands = process.stdin.take();
        let mut answers = BufReader::new(process.stdout.take().context("its output is piped")?);
        let ready = answer(&mut answers).with_context(|| format!("candidate {kind}"))?;
        let text = |key: &str| ready[key].as_str().unwrap_or_default().to_owned();
        Ok(Self { process, commands, answers, address: text("address").parse()?, token: text("token") })
    }

    /// Has it do something that is asked for by no request, and gives its answer.
    pub(crate) fn command(&mut self, command: &str) -> anyhow::Result<Value> {
        writeln!(self.commands.as_mut().context("it was not told to stop")?, "{command}")?;
        answer(&mut self.answers)
    }

    /// Processor time used so far.
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        usage::cpu(self.pid())
    }

    /// For [`usage`].
    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Candidate {
    fn drop(&mut self) {
        drop(self.commands.take());
        // Whoever ends with an error has said why on its standard error, which is ours.
        let _ = self.process.wait();
    }
}

fn answer(answers: &mut BufReader<ChildStdout>) -> anyhow::Result<Value> {
    let mut line = String::new();
    ensure!(answers.read_line(&mut line)? > 0, "it ended");
    Ok(serde_json::from_str(&line)?)
}
