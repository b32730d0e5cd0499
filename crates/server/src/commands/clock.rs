//! The clock, compared with when the service last ran.

use std::time::Duration;

use anyhow::bail;
use sealpost_jobs::clock_ahead;

use crate::wiring::Wiring;

/// Refuses a clock that is far ahead, as the service does at its start: what a wrong clock has destroyed does not come
/// back. Notes the time of any other.
pub(super) async fn require_plausible(wiring: &Wiring) -> anyhow::Result<()> {
    if let Some(ahead) = ahead(wiring).await? {
        bail!(
            "the clock is {ahead} ahead of when the service last ran; if it is right, say --clock-is-right"
        );
    }
    take_for_right(wiring).await
}

/// Notes the time: from now on the clock is compared with this.
pub(super) async fn take_for_right(wiring: &Wiring) -> anyhow::Result<()> {
    let mut tx = wiring.db.write().await?;
    tx.note_clock(wiring.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// How far the clock is ahead of when the service last ran, if that is far.
pub(super) async fn ahead(wiring: &Wiring) -> anyhow::Result<Option<String>> {
    let seen = wiring.db.read().await?.clock_seen().await?;
    Ok(clock_ahead(seen, wiring.clock.now()).map(hours))
}

fn hours(time: Duration) -> String {
    format!("{} hours", time.as_secs() / 3_600)
}
