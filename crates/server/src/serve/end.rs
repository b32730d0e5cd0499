//! The end of a node that was told to end.
//!
//! It is first made known, so that balancers ask the other nodes, and served on meanwhile. Then nobody new is taken, and
//! what runs has its time. What has not ended by then is ended: bodies of uploads as if their connections had broken, so
//! that what has come in is stored; jobs by giving them back; downloads by closing their connections.

use std::{process, time::Duration};

use sealpost_api::Drain;
use sealpost_jobs::Scheduler;
use tokio::{sync::watch, task::JoinHandle, time::sleep};

use super::signals::{Signals, Told};
use crate::config::ServeConfig;

/// How long it may take to store what has come in of uploads that were ended, and to say so.
pub(super) const CLOSING: Duration = Duration::from_secs(10);

/// What comes to its end.
pub(super) struct Ending<S> {
    pub(super) drain: Drain,
    pub(super) config: ServeConfig,
    pub(super) told: Told,
    /// Ends the server when what it answers has ended, or its own time is over.
    pub(super) stop_server: S,
    /// Tells the runner of jobs.
    pub(super) stop: watch::Sender<bool>,
    pub(super) scheduler: Scheduler,
    pub(super) running: JoinHandle<usize>,
}

/// Ends it, or leaves at once when told a second time.
///
/// # Errors
/// If schedule or runner have failed.
pub(super) async fn run(ending: Ending<impl AsyncFnOnce()>, signals: &mut Signals) -> anyhow::Result<()> {
    tokio::select! {
        ended = ending.run() => ended,
        told = signals.told_to_end() => {
            tracing::warn!(?told, "told a second time: ending at once");
            // A return would wait for what blocks its thread. Nothing acknowledged is lost: this is what a kill leaves.
            process::exit(1)
        }
    }
}

impl<S: AsyncFnOnce()> Ending<S> {
    async fn run(self) -> anyhow::Result<()> {
        let ServeConfig { drain: drain_for, stop: stop_for } = self.config;
        let drain_for = if self.told == Told::Terminate { drain_for } else { Duration::ZERO };
        tracing::info!(drain_seconds = drain_for.as_secs(), "stopping");
        self.drain.begin();
        self.stop.send_replace(true);
        self.scheduler.stop().await?;
        sleep(drain_for).await;
        let drain = self.drain.clone();
        let closing = tokio::spawn(async move {
            sleep(stop_for).await;
            tracing::info!("ending what still runs");
            drain.close();
        });
        (self.stop_server)().await;
        closing.abort();
        let broken_off = self.running.await?;
        tracing::info!(broken_off, "stopped");
        Ok(())
    }
}
