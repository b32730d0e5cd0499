//! Who waits for a connection, and for how long.

use std::{
    future::Future,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// The connections to a database at one moment, and what was waited for them since it was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Connections {
    /// Lent ones.
    pub in_use: u64,
    /// Open ones that are lent to nobody.
    pub idle: u64,
    /// The most that there may be.
    pub most: u64,
    /// Who waits for one.
    pub waiting: u64,
    /// How often one was asked for.
    pub lent: u64,
    /// How long was waited for them, all together.
    pub waited: Duration,
}

#[derive(Debug, Default)]
pub(crate) struct Waits {
    waiting: AtomicU64,
    lent: AtomicU64,
    micros: AtomicU64,
}

/// Somebody who waits, until this is dropped: he may give up.
struct Waiting<'a>(&'a Waits, Instant);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let micros = u64::try_from(self.1.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.0.micros.fetch_add(micros, Ordering::Relaxed);
        self.0.lent.fetch_add(1, Ordering::Relaxed);
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Waits {
    /// Notes how long `lending` takes.
    pub(crate) async fn timed<T>(&self, lending: impl Future<Output = T>) -> T {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = Waiting(self, Instant::now());
        lending.await
    }

    /// What is known of the connections, with what is known of the waiting.
    pub(crate) fn beside(&self, open: Connections) -> Connections {
        Connections {
            waiting: self.waiting.load(Ordering::Relaxed),
            lent: self.lent.load(Ordering::Relaxed),
            waited: Duration::from_micros(self.micros.load(Ordering::Relaxed)),
            ..open
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_gives_up_waits_no_longer() {
        let waits = Waits::default();
        let mut lending = Box::pin(waits.timed(std::future::pending::<()>()));
        assert!(tokio::time::timeout(Duration::from_millis(20), &mut lending).await.is_err());
        assert_eq!(waits.beside(Connections::default()).waiting, 1);
        drop(lending);
        let stands = waits.beside(Connections::default());
        assert_eq!((stands.waiting, stands.lent), (0, 1));
        assert!(stands.waited >= Duration::from_millis(20), "{stands:?}");
    }
}
