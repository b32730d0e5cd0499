//! Bounds for calls of a vault: in number, in time, and none at all for a while after it has failed.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Semaphore,
    time::{Instant, timeout},
};

use crate::VaultError;

/// How long a call may take, with its wait for others.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many calls run at once.
const AT_ONCE: usize = 16;
/// So many failures in a row, and nobody asks for a while. One is enough if nothing came back at all.
const FAILURES: u32 = 3;
/// That while. One call is let through after it, and the others when that one has succeeded.
const REST: Duration = Duration::from_secs(5);
/// The longest while, if the vault itself says how long.
const LONGEST_REST: Duration = Duration::from_secs(60);

/// A thousand requests that need a key of a vault that is away must not each wait for it: they would hold a connection
/// and a client, and be refused all the same.
#[derive(Debug)]
pub(super) struct Gate {
    places: Semaphore,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    resting_until: Option<Instant>,
}

/// Nobody was asked.
#[derive(Debug, thiserror::Error)]
#[error("it has failed a moment ago and is asked again in some seconds")]
struct Resting;

/// It wants to be left alone.
#[derive(Debug, thiserror::Error)]
#[error("it has too much to do, and wants to be asked again in {} seconds", after.as_secs())]
pub(crate) struct Throttled {
    /// For how long.
    pub(crate) after: Duration,
}

/// It was asked.
#[derive(Debug, thiserror::Error)]
#[error("no answer within {} seconds", PATIENCE.as_secs())]
struct Late;

impl Default for Gate {
    fn default() -> Self {
        Self { places: Semaphore::new(AT_ONCE), state: Mutex::default() }
    }
}

impl Gate {
    /// Makes the call, if calls are made now.
    pub(super) async fn pass<T>(
        &self,
        call: impl Future<Output = Result<T, VaultError>> + Send,
    ) -> Result<T, VaultError> {
        let finds_out = self.enter()?;
        let placed = async {
            let _place =
                self.places.acquire().await.map_err(|error| VaultError::Unavailable(error.into()))?;
            // Who waited for a place may have waited for those who got no answer.
            if !finds_out {
                self.enter()?;
            }
            call.await
        };
        let Ok(answer) = timeout(PATIENCE, placed).await else {
            self.rest(REST);
            return Err(VaultError::Unavailable(Late.into()));
        };
        match &answer {
            Err(VaultError::Unavailable(why)) => match why.downcast_ref::<Throttled>() {
                Some(throttled) => self.rest(throttled.after.min(LONGEST_REST)),
                None => self.failed(),
            },
            // A refusal is an answer.
            _ => *self.state() = State::default(),
        }
        answer
    }

    /// Whether this caller finds out for all.
    fn enter(&self) -> Result<bool, VaultError> {
        let mut state = self.state();
        let now = Instant::now();
        match state.resting_until {
            Some(until) if now < until => Err(VaultError::Unavailable(Resting.into())),
            Some(_) => {
                state.resting_until = Some(now + REST);
                Ok(true)
            }
            None => Ok(false),
        }
    }

    fn failed(&self) {
        let failures = {
            let mut state = self.state();
            state.failures = state.failures.saturating_add(1);
            state.failures
        };
        if failures >= FAILURES {
            self.rest(REST);
        }
    }

    fn rest(&self, rest: Duration) {
        self.state().resting_until = Some(Instant::now() + rest);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use sealpost_sealed::Error;

    use super::*;

    async fn silent(asked: &AtomicUsize) -> Result<(), VaultError> {
        asked.fetch_add(1, Ordering::SeqCst);
        std::future::pending().await
    }

    #[tokio::test(start_paused = true)]
    async fn a_thousand_calls_of_a_silent_vault_end_within_one_time_out_and_later_ones_at_once() {
        let (gate, asked) = (Gate::default(), AtomicUsize::new(0));
        let begun = Instant::now();
        let calls: Vec<_> = (0..1000).map(|_| Box::pin(gate.pass(silent(&asked)))).collect();
        for ended in futures(calls).await {
            assert!(ended.unwrap_err().is_transient());
        }
        assert!(begun.elapsed() <= PATIENCE + Duration::from_millis(10), "{:?}", begun.elapsed());
        assert_eq!(asked.load(Ordering::SeqCst), AT_ONCE);
        let begun = Instant::now();
        gate.pass(silent(&asked)).await.unwrap_err();
        assert_eq!((begun.elapsed(), asked.load(Ordering::SeqCst)), (Duration::ZERO, AT_ONCE));
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_rest_one_call_finds_out_for_all() {
        let gate = Gate::default();
        let fail = || async { Err::<(), _>(VaultError::Unavailable("away".into())) };
        for _ in 0..FAILURES {
            gate.pass(fail()).await.unwrap_err();
        }
        assert!(gate.pass(async { Ok(()) }).await.is_err(), "it rests");
        tokio::time::advance(REST).await;
        let asked = AtomicUsize::new(0);
        let mut probe = Box::pin(gate.pass(async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok(())
        }));
        tokio::select! {
            biased;
            _ = &mut probe => unreachable!("it takes a second"),
            second = gate.pass(silent(&asked)) => assert!(second.is_err()),
        }
        probe.await.unwrap();
        gate.pass(async { Ok(()) }).await.unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_vault_that_wants_to_be_left_alone_is_for_as_long_as_it_says_and_a_minute_at_most() {
        for (said, kept) in [(20, 20), (3_600, 60)] {
            let gate = Gate::default();
            let throttled = || Throttled { after: Duration::from_secs(said) };
            gate.pass(async { Err::<(), _>(VaultError::Unavailable(throttled().into())) }).await.unwrap_err();
            tokio::time::advance(Duration::from_secs(kept - 1)).await;
            assert!(gate.pass(async { Ok(()) }).await.is_err());
            tokio::time::advance(Duration::from_secs(1)).await;
            gate.pass(async { Ok(()) }).await.unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_close_nothing() {
        let gate = Gate::default();
        for _ in 0..10 {
            let refused = gate.pass(async { Err::<(), _>(VaultError::Refused(Error::Commitment)) }).await;
            assert!(matches!(refused, Err(VaultError::Refused(_))));
        }
        gate.pass(async { Ok(()) }).await.unwrap();
    }

    /// All of them at once, in one task.
    async fn futures<F: Future<Output = Result<(), VaultError>> + Unpin>(
        mut calls: Vec<F>,
    ) -> Vec<Result<(), VaultError>> {
        let mut ended = Vec::new();
        std::future::poll_fn(|context| {
            calls.retain_mut(|call| match std::pin::Pin::new(call).poll(context) {
                std::task::Poll::Ready(result) => {
                    ended.push(result);
                    false
                }
                std::task::Poll::Pending => true,
            });
            if calls.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
        ended
    }
}
