//! What the service does by itself: jobs, purges, the destruction of keys.

use std::time::Duration;

use anyhow::ensure;

use super::report::Report;
use crate::wiring::Wiring;

const PURGE_LATE: Duration = Duration::from_secs(15 * 60);
const KEYS_LATE: Duration = Duration::from_secs(6 * 3_600);
/// Counted to this.
const MOST: u64 = 10_000;

pub(super) async fn look(report: &mut Report, wiring: &Wiring) {
    report.line("jobs", jobs(wiring).await);
    report.line("purges", purges(wiring).await);
    report.line("epoch keys", keys(wiring).await);
}

async fn jobs(wiring: &Wiring) -> anyhow::Result<String> {
    let mut conn = wiring.db.read().await?;
    let (pending, failed) = (conn.pending_jobs().await?, conn.failed_job_count().await?);
    ensure!(
        failed == 0,
        "{failed} were given up: see `sealpost jobs list --failed`, and `sealpost jobs retry`"
    );
    Ok(format!("{pending} wait or run, none was given up"))
}

async fn purges(wiring: &Wiring) -> anyhow::Result<String> {
    let by = wiring.clock.now() - PURGE_LATE;
    let overdue = wiring.db.read().await?.overdue_purges(by, MOST).await?;
    ensure!(
        overdue == 0,
        "{overdue} transfers are there although their time is over: does the service run? `sealpost purge run` says what stands in the way"
    );
    Ok("none is overdue".to_owned())
}

async fn keys(wiring: &Wiring) -> anyhow::Result<String> {
    let day = (wiring.clock.now() - KEYS_LATE).epoch();
    let overdue = wiring.keyring.epochs_before(day, MOST).await?.len();
    ensure!(
        overdue == 0,
        "{overdue} keys of days that are over were not destroyed: does the service run? see `destroy_epochs` in `sealpost jobs list`"
    );
    Ok("none is overdue".to_owned())
}
