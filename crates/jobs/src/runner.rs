//! Runs what is queued.

use std::{
    collections::HashMap,
    fmt,
    future::Future,
    panic::AssertUnwindSafe,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use sealpost_domain::{Job, JobId, Timestamp};
use sealpost_metrics::{JobEnd, Metrics};
use tokio::{sync::watch, task::JoinSet, time::Instant};
use tracing::Instrument as _;

use crate::{
    Backoff, JobError, Queue, lanes,
    queue::{Claimed, End},
};

/// How often the end of a job is written down if the database does not take it.
const SETTLE_ATTEMPTS: u32 = 5;

/// A job that is being run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Its id; the same in every attempt.
    pub id: JobId,
    /// What is to be done.
    pub job: Job,
    /// Which attempt this is, counted from 1.
    pub attempt: u64,
    /// When it was queued.
    pub created_at: Timestamp,
}

/// Does the work of a job. It may be dropped at any of its awaits (shutdown, a lost lease, the time limit) and will
/// then be called again, so it is written to be repeated.
pub type Handler = Arc<dyn Fn(Running) -> BoxFuture<'static, Result<(), JobError>> + Send + Sync>;

/// How long an attempt may take, and when the next one follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Longest time of an attempt.
    pub timeout: Duration,
    /// Attempts after which the job is given up.
    pub attempts: u64,
    /// Waits between attempts.
    pub backoff: Backoff,
}

/// Bounds of the runner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunnerOptions {
    /// Mails that are sent at a time.
    pub mails_at_once: usize,
    /// Transfers that are shown to the malware scanner at a time.
    pub scans_at_once: usize,
    /// Places to which audit entries are sent on at a time.
    pub forwards_at_once: usize,
    /// How often an idle lane looks for work.
    pub poll: Duration,
    /// How long a job of a node that died stays out of reach; running ones are renewed three times as often.
    pub lease: Duration,
    /// How long running jobs may go on after shutdown has begun; what is not finished then is given back, and begun again
    /// elsewhere at once.
    pub grace: Duration,
    /// For jobs about one thing.
    pub single: Pace,
    /// For jobs that the clock queues, and for what waits for the malware scanner. They are never given up, because nothing
    /// else would do their work.
    pub scheduled: Pace,
}

impl Default for RunnerOptions {
    /// A mail that cannot be handed over is tried for three to four days, as mail servers do (RFC 5321, 4.5.4.1).
    fn default() -> Self {
        let first = Duration::from_secs(10);
        Self {
            mails_at_once: 8,
            scans_at_once: 4,
            forwards_at_once: 8,
            poll: Duration::from_secs(1),
            lease: Duration::from_secs(30),
            grace: Duration::from_secs(30),
            single: Pace {
                timeout: Duration::from_secs(600),
                attempts: 120,
                backoff: Backoff { first, longest: Duration::from_secs(3_600) },
            },
            scheduled: Pace {
                timeout: Duration::from_secs(3_600),
                attempts: u64::MAX,
                backoff: Backoff { first, longest: Duration::from_secs(240) },
            },
        }
    }
}

/// Runs the jobs of a queue until it is told to stop.
pub struct Runner(Arc<Inner>);

struct Inner {
    queue: Queue,
    handler: Handler,
    options: RunnerOptions,
    metrics: Metrics,
}

impl Runner {
    /// A runner that gives every job to `handler`.
    pub fn new(queue: Queue, handler: Handler, options: RunnerOptions) -> Self {
        Self::counted(queue, handler, options, Metrics::default())
    }

    /// The same, with every attempt counted there.
    pub fn counted(queue: Queue, handler: Handler, options: RunnerOptions, metrics: Metrics) -> Self {
        Self(Arc::new(Inner { queue, handler, options, metrics }))
    }

    /// Runs until `shutdown` completes, then takes no more and lets running jobs finish for as long as the grace
    /// lasts. Says how many it had to break off.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) -> usize {
        let options = self.0.options;
        let (stop, stopped) = watch::channel(false);
        let mails = lane(&self.0, lanes::MAILS, options.mails_at_once, stopped.clone());
        let codes = lane(&self.0, lanes::CODES, options.mails_at_once, stopped.clone());
        let scans = lane(&self.0, lanes::SCANS, options.scans_at_once, stopped.clone());
        let forwards = lane(&self.0, lanes::FORWARDS, options.forwards_at_once, stopped.clone());
        let copies = lane(&self.0, lanes::COPIES, lanes::COPIES.len(), stopped.clone());
        let looks = lane(&self.0, lanes::LOOKS, 1, stopped.clone());
        // Of each of them one is queued at most, so each has a place of its own: one that takes an hour holds up no other.
        let others = lane(&self.0, lanes::OTHERS, lanes::OTHERS.len(), stopped);
        let stopping = async {
            shutdown.await;
            stop.send_replace(true);
        };
        // The stop first: who is told to stop must not see room for one more job before he sees that.
        let ((), mails, codes, scans, forwards, copies, looks, others) =
            tokio::join!(biased; stopping, mails, codes, scans, forwards, copies, looks, others);
        mails + codes + scans + forwards + copies + looks + others
    }
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner").field("options", &self.0.options).finish_non_exhaustive()
    }
}

/// Takes and runs jobs of some kinds, so many at a time.
async fn lane(
    inner: &Arc<Inner>,
    kinds: &[&str],
    at_once: usize,
    mut stopped: watch::Receiver<bool>,
) -> usize {
    let mut running = JoinSet::new();
    let ours = Ours::default();
    let mut stop = pin!(stopped.wait_for(|stop| *stop));
    loop {
        while running.try_join_next().is_some() {}
        let room = at_once.saturating_sub(running.len());
        let claimed = if room > 0 { claim(inner, kinds, room).await } else { Vec::new() };
        for job in claimed {
            let (inner, ours) = (Arc::clone(inner), ours.clone());
            ours.begin(&job);
            let span = tracing::info_span!("job", job_id = %job.id, kind = job.kind, attempt = job.attempt);
            let work = async move {
                inner.execute(&job).await;
                ours.end(&job);
            };
            running.spawn(work.instrument(span));
        }
        let full = running.len() >= at_once;
        tokio::select! {
            biased;
            _ = &mut stop => break,
            _ = running.join_next(), if full => {}
            () = tokio::time::sleep(inner.options.poll), if !full => {}
        }
    }
    let all = async { while running.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(inner.options.grace, all).await;
    // Nothing of them runs any more when they are given back.
    running.shutdown().await;
    let broken_off = ours.left();
    for job in &broken_off {
        tracing::info!(job = %job.id, kind = job.kind, "broken off and given back");
        inner.settle(job, &End::BrokenOff).await;
    }
    broken_off.len()
}

/// What was claimed and has not come to its end.
#[derive(Clone, Default)]
struct Ours(Arc<Mutex<HashMap<JobId, Claimed>>>);

impl Ours {
    fn begin(&self, job: &Claimed) {
        self.lock().insert(job.id, job.clone());
    }

    fn end(&self, job: &Claimed) {
        self.lock().remove(&job.id);
    }

    fn left(&self) -> Vec<Claimed> {
        self.lock().drain().map(|(_, job)| job).collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<JobId, Claimed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn claim(inner: &Inner, kinds: &[&str], room: usize) -> Vec<Claimed> {
    inner.queue.claim(kinds, inner.options.lease, room).await.unwrap_or_else(|error| {
        tracing::warn!(error = &error as &dyn std::error::Error, "no job can be claimed");
        Vec::new()
    })
}

impl Inner {
    async fn execute(&self, claimed: &Claimed) {
        tracing::debug!(job = %claimed.id, kind = claimed.kind, "job begun");
        let begun = Instant::now();
        let end = self.attempt(claimed).await;
        let counted = match &end {
            None => JobEnd::Lost,
            Some(End::Done) => JobEnd::Done,
            Some(End::Again { .. } | End::BrokenOff) => JobEnd::Again,
            Some(End::Failed { .. }) => JobEnd::GivenUp,
        };
        self.metrics.job_ended(&claimed.kind, counted, begun.elapsed());
        let Some(end) = end else {
            tracing::warn!(job = %claimed.id, kind = claimed.kind, "lost to another worker");
            return;
        };
        match &end {
            End::BrokenOff => {}
            End::Done => tracing::debug!(job = %claimed.id, kind = claimed.kind, "job done"),
            End::Again { wait, error } => {
                let (attempt, wait) = (claimed.attempt, wait.as_secs());
                tracing::warn!(job = %claimed.id, kind = claimed.kind, attempt, wait, error, "job failed");
            }
            End::Failed { error } => {
                let attempt = claimed.attempt;
                tracing::error!(job = %claimed.id, kind = claimed.kind, attempt, error, "job given up");
            }
        }
        self.settle(claimed, &end).await;
    }

    /// One attempt and what becomes of the job; `None` if it is no longer ours.
    async fn attempt(&self, claimed: &Claimed) -> Option<End> {
        let job: Job = match serde_json::from_str(&claimed.payload) {
            Ok(job) => job,
            Err(_) => {
                return Some(End::Failed { error: "no job that this version knows".to_owned() });
            }
        };
        let is_scheduled = lanes::is_scheduled(&job);
        let pace = if lanes::is_patient(&job) { self.options.scheduled } else { self.options.single };
        if claimed.attempt > pace.attempts {
            // The last one has not even failed: it took the process with it.
            return Some(End::Failed { error: "the last attempt did not come to an end".to_owned() });
        }
        let running =
            Running { id: claimed.id, job, attempt: claimed.attempt, created_at: claimed.created_at };
        let work = AssertUnwindSafe(async { (self.handler)(running).await }).catch_unwind();
        let result = tokio::select! {
            result = tokio::time::timeout(pace.timeout, work) => result,
            () = self.keep(claimed) => return None,
        };
        let failed = |error| self.failed(claimed.attempt, pace, error);
        Some(match result {
            Ok(Ok(Ok(()))) => End::Done,
            Ok(Ok(Err(JobError::Permanent(error)))) if !is_scheduled => End::Failed { error },
            Ok(Ok(Err(JobError::Permanent(error) | JobError::Transient(error)))) => failed(error),
            // Its message is in the log; it may quote anything.
            Ok(Err(_panic)) => failed("the job panicked".to_owned()),
            Err(_elapsed) => failed(format!("not done within {} s", pace.timeout.as_secs())),
        })
    }

    fn failed(&self, attempt: u64, pace: Pace, error: String) -> End {
        if attempt >= pace.attempts {
            return End::Failed { error };
        }
        End::Again { wait: pace.backoff.wait(attempt, self.queue.dice()), error }
    }

    /// Renews the lease; returns when it is lost.
    async fn keep(&self, claimed: &Claimed) {
        let lease = self.options.lease;
        let mut ends = Instant::now() + lease;
        loop {
            tokio::time::sleep(lease / 3).await;
            let renewed = Instant::now();
            match self.queue.renew(claimed, lease).await {
                Ok(true) => ends = renewed + lease,
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(job = %claimed.id, error = &error as &dyn std::error::Error, "lease not renewed");
                    if Instant::now() >= ends {
                        return;
                    }
                }
            }
        }
    }

    /// Writes the end down. If that fails the lease ends some time, and the job is run once more.
    async fn settle(&self, claimed: &Claimed, end: &End) {
        for _ in 0..SETTLE_ATTEMPTS {
            match self.queue.settle(claimed, end).await {
                Ok(true) => return,
                Ok(false) => {
                    tracing::warn!(job = %claimed.id, kind = claimed.kind, "ended late: another worker has it");
                    return;
                }
                Err(error) => {
                    tracing::warn!(job = %claimed.id, error = &error as &dyn std::error::Error, "end not written");
                    tokio::time::sleep(self.options.poll).await;
                }
            }
        }
    }
}
