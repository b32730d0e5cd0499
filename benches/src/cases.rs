//! The cases, one file each.

mod download;
mod memory;
mod purge;
mod small_files;
mod upload_discard;
mod upload_local;
mod wrong_passwords;

use std::{thread, time::Duration};

use anyhow::bail;

use crate::{
    rounds::{Ratio, Series},
    settings::Settings,
    table::{self, mib},
};

type Case = fn(&Settings) -> anyhow::Result<()>;

const CASES: [(&str, Case); 7] = [
    ("upload-discard", upload_discard::run),
    ("upload-local", upload_local::run),
    ("download", download::run),
    ("small-files", small_files::run),
    ("memory", memory::run),
    ("purge", purge::run),
    ("wrong-passwords", wrong_passwords::run),
];

/// Runs the named cases, or all of them.
pub(crate) fn run(names: &[&str]) -> anyhow::Result<()> {
    if let Some(unknown) = names.iter().find(|name| CASES.iter().all(|(known, _)| known != *name)) {
        bail!("no such case: {unknown}");
    }
    for (name, case) in CASES {
        if names.is_empty() || names.contains(&name) {
            // Each has a place of its own, removed when it has ended.
            case(&Settings::from_environment()?)?;
        }
    }
    Ok(())
}

/// How many streams the big files come in.
const STREAMS: [usize; 2] = [1, 8];

/// Bytes of each stream.
fn share(settings: &Settings, streams: usize) -> u64 {
    (settings.mib << 20) / streams as u64
}

#[expect(clippy::disallowed_methods, reason = "this is no worker of a runtime")]
fn settle(duration: Duration) {
    thread::sleep(duration);
}

/// A row for every candidate: cost and speed per GiB, and the ratio to the first one, which `budget` is for.
#[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
fn print_per_gib(
    title: &str,
    budget: f64,
    settings: &Settings,
    all: &[(usize, Vec<Series>)],
) -> anyhow::Result<()> {
    let gib = settings.mib as f64 / 1_024.0;
    let row = |streams: usize, base: &Series, series: &Series| {
        let ratio = series.cpu_ratio(base);
        [
            format!("{streams} × {} MiB", mib(share(settings, streams))),
            series.name.to_owned(),
            format!("{:.2}", series.cpu() / gib),
            ratio.to_string(),
            verdict(ratio, budget),
            format!("{:.0}", settings.mib as f64 / series.wall()),
        ]
    };
    let rows: Vec<_> = all
        .iter()
        .flat_map(|(streams, candidates)| {
            candidates.iter().map(move |series| row(*streams, &candidates[0], series))
        })
        .collect();
    let head = ["streams", "candidate", "CPU s/GiB", "ratio, median (range)", "budget", "MiB/s"];
    table::print(title, head, &rows);
    let compared =
        all.iter().flat_map(|(_, candidates)| candidates.iter().map(|one| one.cpu_ratio(&candidates[0])));
    settings.hold(title, budget, compared)
}

/// The budget, and whether it is kept.
fn verdict(ratio: Ratio, budget: f64) -> String {
    if ratio.median <= budget { format!("{budget}") } else { format!("{budget}, missed") }
}
