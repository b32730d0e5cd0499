//! How often and how long a request to a cloud is tried.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::refused::Refused;
use crate::BlobError;

/// How long to try before a store counts as unavailable.
///
/// A call ends at the latest after [`window`](Self::window) and one more try: with [the usual values](Self::default) after
/// 40 seconds if it moves an object of 8 MiB, and after 22 if it moves none. Calls of several steps, such as listings of many
/// pages, may take this long for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection to be made.
    pub connect: Duration,
    /// For one try that moves no object.
    pub attempt: Duration,
    /// More for each MiB that it moves.
    pub per_mib: Duration,
    /// No new try begins later than this after the first one.
    pub window: Duration,
    /// The pause before the second try; it doubles from try to try.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            attempt: Duration::from_secs(10),
            // A line that gives this transfer less than 4 Mbit/s is as good as down.
            per_mib: Duration::from_millis(2250),
            window: Duration::from_secs(12),
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(5),
        }
    }
}

/// It did not answer in time.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("no answer within {} s", .0.as_secs_f32())]
pub(super) struct TooSlow(Duration);

impl Patience {
    /// Tries until `attempt` succeeds or fails in a way that does not pass. It is told how many tries have failed before, each
    /// of which may have been carried out nonetheless.
    ///
    /// `bytes` is how much one try moves. `seed` spreads the pauses of calls that fail together.
    pub(super) async fn tries<T, F>(
        &self,
        bytes: u64,
        seed: u64,
        mut attempt: impl FnMut(u32) -> F,
    ) -> Result<T, BlobError>
    where
        F: Future<Output = Result<T, BlobError>>,
    {
        let begun = Instant::now();
        let mut failed = 0;
        loop {
            let error = match self.once(bytes, attempt(failed)).await {
                Err(error) if error.is_transient() => error,
                settled => return settled,
            };
            let pause = self.pause(failed, seed).max(asked_for(&error).unwrap_or_default());
            if pause > self.longest_pause || begun.elapsed() + pause > self.window {
                return Err(error);
            }
            failed += 1;
            tracing::info!(%failed, ?pause, error = %chain(&error), "trying a store again");
            sleep(pause).await;
        }
    }

    /// One try, within its time.
    pub(super) async fn once<T>(
        &self,
        bytes: u64,
        attempt: impl Future<Output = Result<T, BlobError>>,
    ) -> Result<T, BlobError> {
        let limit = self.attempt + self.per_mib.mul_f64(bytes as f64 / f64::from(1 << 20));
        match timeout(limit, attempt).await {
            Ok(result) => result,
            Err(_) => Err(BlobError::unavailable(TooSlow(limit))),
        }
    }

    /// Half of the pause is sure, the other half is spread.
    fn pause(&self, failed: u32, seed: u64) -> Duration {
        let whole = self.first_pause.saturating_mul(1 << failed.min(16)).min(self.longest_pause);
        whole.mul_f64(0.5 + 0.5 * fraction(seed.wrapping_add(u64::from(failed))))
    }
}

/// A number from 0 to 1 that looks like chance (SplitMix64's mixing).
fn fraction(seed: u64) -> f64 {
    let mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// How long the store wants to be left alone (`Retry-After`).
fn asked_for(error: &BlobError) -> Option<Duration> {
    let BlobError::Unavailable(source) = error else { return None };
    source.downcast_ref::<Refused>()?.retry_after()
}

fn chain(error: &BlobError) -> String {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(error) = next {
        text = format!("{text}: {error}");
        next = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busy() -> BlobError {
        BlobError::unavailable("busy")
    }

    #[tokio::test(start_paused = true)]
    async fn what_passes_is_tried_again_and_everything_else_is_not() {
        let patience = Patience::default();
        let third =
            patience.tries(0, 1, async |failed| if failed < 2 { Err(busy()) } else { Ok(failed) }).await;
        assert_eq!(third.unwrap(), 2);
        let once = patience.tries(0, 1, async |failed| -> Result<(), _> {
            assert_eq!(failed, 0);
            Err(BlobError::NotFound)
        });
        assert!(matches!(once.await, Err(BlobError::NotFound)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_ends_within_its_bound_whatever_the_store_does() {
        let patience = Patience::default();
        for seed in 0..20 {
            let begun = Instant::now();
            let silent =
                patience.tries(8 << 20, seed, async |_| std::future::pending::<Result<(), _>>().await);
            assert!(silent.await.unwrap_err().is_transient());
            assert!(begun.elapsed() <= Duration::from_secs(40), "{:?}", begun.elapsed());
            let begun = Instant::now();
            assert!(patience.tries(0, seed, async |_| Err::<(), _>(busy())).await.is_err());
            assert!(begun.elapsed() <= Duration::from_secs(12), "{:?}", begun.elapsed());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_that_says_when_to_come_back_is_left_alone_until_then() {
        let patience = Patience::default();
        let wait = |seconds: u64| BlobError::unavailable(Refused::for_tests(503, "SlowDown", Some(seconds)));
        let begun = Instant::now();
        let second = patience.tries(0, 1, async |failed| if failed == 0 { Err(wait(3)) } else { Ok(()) });
        second.await.unwrap();
        assert!(begun.elapsed() >= Duration::from_secs(3));
        let begun = Instant::now();
        assert!(patience.tries(0, 1, async |_| Err::<(), _>(wait(60))).await.is_err());
        assert!(begun.elapsed() < Duration::from_secs(1), "longer than anybody waits");
    }
}
