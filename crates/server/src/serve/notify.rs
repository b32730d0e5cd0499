//! What systemd is told (`Type=notify-reload`, `WatchdogSec=`). Without it, nobody is told anything.

use std::time::Duration;

use sd_notify::NotifyState;
use sealpost_transfer::Service;
use tokio::{task::JoinHandle, time};

/// Links can be opened from now on.
pub(super) fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// Nothing new is taken any more.
pub(super) fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("ends what it has begun")]);
}

/// Files are read again; [`reloaded`] follows.
pub(super) fn reloading() {
    if let Ok(now) = NotifyState::monotonic_usec_now() {
        tell(&[NotifyState::Reloading, now]);
    }
}

/// What [`reloading`] began is done.
pub(super) fn reloaded() {
    tell(&[NotifyState::Ready]);
}

/// Gives signs of life as often as systemd wants them, as long as this process comes round to asking its stores whether they
/// answer. What they say makes no difference: a service whose database is away is not helped by being killed.
pub(super) fn live(service: Service) -> Option<JoinHandle<()>> {
    let patience = sd_notify::watchdog_enabled()?;
    let pause = (patience / 3).max(Duration::from_millis(100));
    Some(tokio::spawn(async move {
        let mut was_ready = true;
        loop {
            time::sleep(pause).await;
            let is_ready = matches!(time::timeout(pause, service.ready()).await, Ok(Ok(())));
            tell(&[NotifyState::Watchdog]);
            if is_ready != was_ready {
                let status =
                    if is_ready { "ready" } else { "database, keyring, vault or blob store does not answer" };
                tell(&[NotifyState::Status(status)]);
                was_ready = is_ready;
            }
        }
    }))
}

fn tell(what: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(what) {
        tracing::debug!(error = &error as &dyn std::error::Error, "systemd cannot be told");
    }
}
