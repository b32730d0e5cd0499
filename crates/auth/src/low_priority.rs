//! Threads that stand back: for work that takes long and for which nobody else's transfer is to wait.

use std::{fmt, num::NonZero, thread};

use rustix::process::{getpriority_process, setpriority_process};
use tokio::{runtime::Runtime, task::JoinHandle};

/// How nice the threads are, 0 to 19: with 10, one of them gets a tenth of what a thread of a transfer gets when both
/// want the same core, and all of it when nobody else wants it. With 19 a busy machine would keep people from signing in.
const NICENESS: i32 = 10;

/// Half as many threads as there are cores, or one, all of low priority: a core that fills 64 MiB empties the caches of the
/// others, whatever its priority.
pub(crate) struct LowPriority {
    /// Its own: a thread that has made itself nicer cannot take that back, so that it must not go on to other work.
    runtime: Option<Runtime>,
}

impl LowPriority {
    pub(crate) fn new() -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .thread_name("argon2")
            .max_blocking_threads((cores / 2).max(1))
            .on_thread_start(stand_back)
            .build()
            .expect("a runtime without sockets and timers takes nothing of the machine");
        Self { runtime: Some(runtime) }
    }

    /// Runs this on one of the threads, as soon as one is free.
    pub(crate) fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
        self.runtime.as_ref().expect("it is taken when this is dropped").spawn_blocking(work)
    }
}

/// Without waiting for what runs: whoever wanted it has gone.
impl Drop for LowPriority {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for LowPriority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LowPriority")
    }
}

fn stand_back() {
    // On Linux "the process" that is calling is the thread (setpriority(2)). One that was started nicer stays so.
    let nicer = getpriority_process(None).and_then(|now| setpriority_process(None, now.max(NICENESS)));
    if let Err(error) = nicer {
        tracing::warn!(%error, "passwords are derived with the priority of transfers");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn its_threads_are_nice_and_others_are_not() {
        let (threads, own) = (LowPriority::new(), getpriority_process(None).unwrap());
        assert_eq!(threads.run(|| getpriority_process(None)).await.unwrap(), Ok(own.max(NICENESS)));
        assert_eq!(tokio::task::spawn_blocking(|| getpriority_process(None)).await.unwrap(), Ok(own));
    }
}
