//! Resident memory: idle, and while eight big files come and go.

use std::time::Duration;

use super::{
    download::{download, send},
    settle,
};
use crate::{
    child::Candidate,
    load,
    settings::Settings,
    table::{self, mib},
    usage,
};

const STREAMS: usize = 8;
/// Bytes of each file that is fetched: what a download holds does not depend on it.
const FETCHED: u64 = 128 << 20;

pub(super) fn run(settings: &Settings) -> anyhow::Result<()> {
    let bytes = settings.memory_mib << 20;
    let mut rows = Vec::new();
    for (kind, name, bytes) in
        [("sealpost-discard", "discarded", bytes), ("sealpost", "to local files", bytes.min(1 << 30))]
    {
        let candidate = Candidate::start(kind, &settings.directory(kind)?)?;
        settle(Duration::from_secs(1));
        let idle = usage::resident(candidate.pid())?;
        rows.push(row(format!("idle, {kind}"), idle, idle));
        let transfer = load::new_transfer(&mut load::connect(&candidate)?)?;
        load::on_streams(&candidate, STREAMS, |connection, _| load::upload(connection, &transfer, bytes))?;
        let work = format!("{STREAMS} uploads of {} MiB, {name}", mib(bytes));
        rows.push(row(work, idle, usage::peak(candidate.pid())?));
    }
    let candidate = Candidate::start("sealpost", &settings.directory("downloads")?)?;
    let idle = usage::resident(candidate.pid())?;
    let files = send(&candidate, STREAMS, FETCHED)?;
    let before = usage::resident(candidate.pid())?;
    usage::forget_peak(candidate.pid())?;
    download(&candidate, &files, FETCHED)?;
    let work =
        format!("{STREAMS} downloads of {} MiB, after their upload ({} MiB)", mib(FETCHED), mib(before));
    rows.push(row(work, idle, usage::peak(candidate.pid())?));
    table::print("Resident memory", ["", "peak, MiB", "each above idle, MiB"], &rows);
    Ok(())
}

fn row(work: String, idle: u64, peak: u64) -> [String; 3] {
    [work, mib(peak), mib(peak.saturating_sub(idle) / STREAMS as u64)]
}
