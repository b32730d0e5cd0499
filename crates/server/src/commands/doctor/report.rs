//! What was found, as it is found, or all of it as JSON.

use anyhow::bail;
use serde::Serialize;

/// What is said of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    Ok,
    Warn,
    Fault,
}

#[derive(Debug, Serialize)]
struct Line {
    check: &'static str,
    state: State,
    found: String,
}

/// The lines so far.
#[derive(Debug)]
pub(super) struct Report {
    json: bool,
    lines: Vec<Line>,
}

impl Report {
    pub(super) const fn new(json: bool) -> Self {
        Self { json, lines: Vec::new() }
    }

    /// As it should be.
    pub(super) fn ok(&mut self, check: &'static str, found: impl Into<String>) {
        self.add(check, State::Ok, found.into());
    }

    /// Somebody should look at it.
    pub(super) fn warn(&mut self, check: &'static str, found: impl Into<String>) {
        self.add(check, State::Warn, found.into());
    }

    /// It does not work, or will not be safe.
    pub(super) fn fault(&mut self, check: &'static str, found: impl Into<String>) {
        self.add(check, State::Fault, found.into());
    }

    /// What works, or does not.
    pub(super) fn line(&mut self, check: &'static str, found: anyhow::Result<String>) {
        match found {
            Ok(found) => self.ok(check, found),
            Err(error) => self.fault(check, format!("{error:#}")),
        }
    }

    fn add(&mut self, check: &'static str, state: State, found: String) {
        if !self.json {
            let word = match state {
                State::Ok => "ok   ",
                State::Warn => "warn ",
                State::Fault => "FAULT",
            };
            println!("{word} {check}: {found}");
        }
        self.lines.push(Line { check, state, found });
    }

    /// Fails if anything is at fault.
    pub(super) fn end(self) -> anyhow::Result<()> {
        if self.json {
            println!("{}", serde_json::to_string_pretty(&self.lines)?);
        }
        match self.lines.iter().filter(|line| line.state == State::Fault).count() {
            0 => Ok(()),
            faults => bail!("{faults} of these need attention"),
        }
    }
}
