//! What happens while it happens.

use std::{
    path::Path,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Something worth telling a person who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// How much there is to do.
    Planned {
        /// Files.
        files: u64,
        /// Their bytes together.
        bytes: u64,
    },
    /// Bytes that were moved before need not be moved again; they count as moved.
    Resumed {
        /// How many.
        bytes: u64,
    },
    /// A file or link was left out.
    Skipped {
        /// Which.
        path: &'a Path,
        /// Why.
        why: &'static str,
    },
    /// Bytes were moved, or turned out to have been lost.
    Moved {
        /// Bytes moved so far, what was resumed included. May go down.
        done: u64,
    },
    /// A file is complete.
    Finished {
        /// Its name.
        name: &'a str,
    },
    /// What goes up is sealed to this key: to be compared by another way.
    SealingTo {
        /// Whose it is said to be; may be empty.
        requester: &'a str,
        /// What people compare of it.
        fingerprint: &'a str,
    },
    /// What goes up is sealed to the recovery key of the organisation, too, which can open it.
    SealedToRecoveryKey {
        /// What people compare of the key.
        fingerprint: &'a str,
    },
    /// Something failed that is worth another try.
    Retrying {
        /// What failed and why.
        why: &'a str,
        /// When it is tried again.
        after: Duration,
    },
}

/// Receives events, some of them ten times a second. Must not block.
pub trait Events: Send + Sync {
    /// Takes notice.
    fn on(&self, event: Event<'_>);
}

/// Nobody watches.
impl Events for () {
    fn on(&self, _: Event<'_>) {}
}

impl<F: Fn(Event<'_>) + Send + Sync> Events for F {
    fn on(&self, event: Event<'_>) {
        self(event);
    }
}

/// Counts the bytes of many streams into one number and tells of it a few times a second.
#[derive(Debug, Default, Clone)]
pub(crate) struct Meter(Arc<AtomicU64>);

const REPORT_EVERY: Duration = Duration::from_millis(100);

impl Meter {
    pub(crate) fn forward(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Takes back what was counted and turned out not to have arrived.
    pub(crate) fn back(&self, bytes: u64) {
        self.0.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Counts what an earlier call has moved.
    pub(crate) fn resume(&self, bytes: u64, events: &dyn Events) {
        if bytes > 0 {
            self.forward(bytes);
            events.on(Event::Resumed { bytes });
        }
    }

    /// Runs `work` and reports meanwhile.
    pub(crate) async fn reporting<T>(&self, events: &dyn Events, work: impl Future<Output = T>) -> T {
        let mut told = 0;
        let mut tell = || {
            let done = self.0.load(Ordering::Relaxed);
            if done != told {
                told = done;
                events.on(Event::Moved { done });
            }
        };
        let mut work = pin!(work);
        let mut ticks = tokio::time::interval(REPORT_EVERY);
        loop {
            tokio::select! {
                biased;
                done = &mut work => {
                    tell();
                    return done;
                }
                _ = ticks.tick() => tell(),
            }
        }
    }
}

/// What one stream has moved, counted into the whole and by itself.
#[derive(Debug, Default, Clone)]
pub(crate) struct Stream {
    whole: Meter,
    own: Arc<AtomicU64>,
}

impl Stream {
    pub(crate) fn new(whole: &Meter) -> Self {
        Self { whole: whole.clone(), own: Arc::default() }
    }

    pub(crate) fn forward(&self, bytes: u64) {
        self.whole.forward(bytes);
        self.own.fetch_add(bytes, Ordering::Relaxed);
    }

    /// What has moved so far; watched for standing still.
    pub(crate) fn moved(&self) -> &AtomicU64 {
        &self.own
    }

    /// Puts the count right: `actual` bytes have arrived. More than was counted came from an earlier call.
    pub(crate) fn correct(&self, actual: u64, events: &dyn Events) {
        let counted = self.own.swap(actual, Ordering::Relaxed);
        if actual >= counted {
            self.whole.resume(actual - counted, events);
        } else {
            self.whole.back(counted - actual);
        }
    }
}
