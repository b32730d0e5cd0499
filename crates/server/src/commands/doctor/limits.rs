//! Bounds that the system sets.

use std::fs;

use super::report::Report;
use crate::config::Config;

/// Two for each connection, and a thousand connections at least.
const FEWEST_FILES: u64 = 4_096;

pub(super) fn look(report: &mut Report, config: &Config) {
    match open_files() {
        Some(most) if most < FEWEST_FILES => report.warn(
            "open files",
            format!(
                "at most {most}, and each connection takes two: LimitNOFILE=65536 in the unit, or `ulimit -n`"
            ),
        ),
        Some(most) => report.ok("open files", format!("at most {most} of a process started as this one")),
        None => report.ok("open files", "not known here"),
    }
    match config.metrics {
        Some(listen) => report.ok("metrics", format!("at {listen}")),
        None => report.ok("metrics", "none (metrics.listen)"),
    }
}

/// The soft limit of this process.
fn open_files() -> Option<u64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}
