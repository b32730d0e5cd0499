//! The clock: compared with when the service last ran, with the database's, and with those whom the machine asks.

use std::time::Duration;

use tokio::{process::Command, time::timeout};

use super::{super::clock, report::Report};
use crate::wiring::Wiring;

/// Leases are 30 seconds, and ends of transfers are moments.
const MOST_APART: i64 = 5_000;

pub(super) async fn look(report: &mut Report, wiring: &Wiring) {
    match clock::ahead(wiring).await {
        Ok(None) => match beside_database(wiring).await {
            Ok(apart) if apart.abs() <= MOST_APART => {
                report.ok("clock", "agrees with when the service last ran, and with the database's");
            }
            Ok(apart) => report.fault(
                "clock",
                format!("{apart} ms beside the database's: leases and ends of transfers are moments; see to NTP on both machines"),
            ),
            Err(error) => report.fault("clock", format!("{error:#}")),
        },
        Ok(Some(ahead)) => report.warn(
            "clock",
            format!("it is {ahead} ahead of when the service last ran; nothing is purged for the first hour after a start. Look at it, and at why"),
        ),
        Err(error) => report.fault("clock", format!("{error:#}")),
    }
    match is_synchronized().await {
        Some(true) => report.ok("NTP", "the clock is synchronized"),
        Some(false) => {
            report.warn("NTP", "the clock is not synchronized: `timedatectl set-ntp true`, or chrony")
        }
        None => report.ok("NTP", "not asked: there is no timedatectl that answers here"),
    }
}

/// By how many milliseconds our clock is ahead of the database's, in the middle of the question.
async fn beside_database(wiring: &Wiring) -> anyhow::Result<i64> {
    let mut conn = wiring.db.read().await?;
    let before = wiring.clock.now().unix_millis();
    let there = conn.engine_clock().await?.unix_millis();
    let after = wiring.clock.now().unix_millis();
    Ok(before + (after - before) / 2 - there)
}

async fn is_synchronized() -> Option<bool> {
    let mut asking = Command::new("timedatectl");
    asking.args(["show", "--property=NTPSynchronized", "--value"]).kill_on_drop(true);
    let output = timeout(Duration::from_secs(3), asking.output()).await.ok()?.ok()?;
    match output.stdout.trim_ascii() {
        b"yes" => Some(true),
        b"no" => Some(false),
        _ => None,
    }
}
