//! How a node comes to its end: first nobody brings it anything new, then what it has begun is ended.

use std::sync::Arc;

use tokio::sync::watch;

/// How far the end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    /// It has not begun.
    Serving,
    /// Balancers are told to go elsewhere; who comes is served.
    Draining,
    /// What was begun is ended where it stands.
    Closing,
}

/// The end of a node, which only goes forward. Cheap to clone; clones are the same end.
#[derive(Debug, Clone)]
pub struct Drain(Arc<watch::Sender<Phase>>);

impl Default for Drain {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Phase::Serving)))
    }
}

impl Drain {
    /// `/readyz` says from now on that others are to be asked, and every answer ends its connection. Requests are served.
    pub fn begin(&self) {
        self.reach(Phase::Draining);
    }

    /// Bodies of uploads end now, as if their connections had broken: what has come of them is stored and counts.
    pub fn close(&self) {
        self.reach(Phase::Closing);
    }

    pub(crate) fn has_begun(&self) -> bool {
        *self.0.borrow() >= Phase::Draining
    }

    pub(crate) fn is_closing(&self) -> bool {
        *self.0.borrow() >= Phase::Closing
    }

    /// Completes when bodies are to end.
    pub(crate) fn closing(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut receiver = self.0.subscribe();
        async move {
            if receiver.wait_for(|now| *now >= Phase::Closing).await.is_err() {
                // All who could tell are gone: it will never be.
                std::future::pending::<()>().await;
            }
        }
    }

    fn reach(&self, phase: Phase) {
        self.0.send_if_modified(|now| {
            let forward = *now < phase;
            *now = phase.max(*now);
            forward
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_end_only_goes_forward_and_everybody_hears_of_it() {
        let drain = Drain::default();
        assert!(!drain.has_begun());
        let closing = drain.closing();
        drain.clone().begin();
        assert!(drain.has_begun() && !drain.is_closing());
        drain.close();
        drain.begin();
        assert!(drain.is_closing());
        closing.await;
    }
}
