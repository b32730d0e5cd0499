//! What the service is told by signals.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// How the service was told to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// SIGINT, from somebody at a terminal.
    Interrupt,
    /// SIGTERM, from whoever runs services.
    Terminate,
}

/// The signals that are listened to.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Listens from now on. SIGHUP, which would end the process otherwise, does nothing by itself.
    ///
    /// # Errors
    /// If the system does not let it.
    pub(super) fn listen() -> anyhow::Result<Self> {
        let mut hangup = signal(SignalKind::hangup())?;
        tokio::spawn(async move { while hangup.recv().await.is_some() {} });
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for the next one that says to end.
    pub(super) async fn told_to_end(&mut self) -> Told {
        tokio::select! {
            _ = self.interrupt.recv() => Told::Interrupt,
            _ = self.terminate.recv() => Told::Terminate,
        }
    }
}
