//! Jobs, run when a test says so, and the mails that come of them.

use std::{sync::Arc, time::Duration};

use sealpost_domain::{Clock as _, Job, Timestamp};
use sealpost_jobs::{Handler, Runner, RunnerOptions, Work};
use sealpost_mail::{Language, Letter, Mailer, SmsSender, Transport};

use super::App;

impl App {
    /// Runs every job that is due, and what that makes due.
    pub async fn run_jobs(&self) {
        let options = RunnerOptions { poll: Duration::from_millis(5), ..RunnerOptions::default() };
        let idle = async {
            while self.next_job_at().await.is_some_and(|at| at <= self.clock.now()) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let runner = Runner::new(self.queue.clone(), self.handler(), options);
        assert_eq!(runner.run(idle).await, 0, "jobs were broken off");
    }

    /// Queues a job of the clock, and runs every job that is due.
    pub async fn run(&self, job: Job) {
        self.queue.enqueue(&job).await.expect("a queue");
        self.run_jobs().await;
    }

    /// When the earliest job is due; `None` if none is queued.
    pub async fn next_job_at(&self) -> Option<Timestamp> {
        self.db.read().await.expect("a connection").next_job_at().await.expect("the queue")
    }

    /// Moves the clock to the moment in which the next job is due, and runs every job that is due then.
    pub async fn run_next_job(&self) {
        let at = self.next_job_at().await.expect("a job is queued");
        self.clock.set(at.max(self.clock.now()));
        self.run_jobs().await;
    }

    /// The jobs that were given up, each with its reason. The test has asked: they do not fail it any more.
    pub async fn take_failed_jobs(&self) -> Vec<(String, String)> {
        let failed = self.db.read().await.expect("a connection").failed_jobs(1_000).await.expect("the queue");
        let mut taken = self.taken.lock().expect("no test panics here");
        failed
            .into_iter()
            .filter(|job| taken.insert(job.id))
            .map(|job| (job.kind, job.last_error.unwrap_or_default()))
            .collect()
    }

    /// All mails to an address, oldest first.
    pub fn mails_to(&self, address: &str) -> Vec<Letter> {
        self.mails.letters().into_iter().filter(|letter| letter.to.as_str() == address).collect()
    }

    fn handler(&self) -> Handler {
        let from = "noreply@send.example.org".parse().expect("an address");
        let mailer = Mailer::new(from, "Sealpost", Transport::Memory(self.mails.clone()));
        let work = Work {
            service: self.service.clone(),
            tenancy: self.tenancy.clone(),
            auth: self.auth.clone(),
            mailer,
            sms: Some(SmsSender::new(Arc::new(self.sms.clone()))),
            language: Language::English,
            abuse_desk: Some("abuse@operator.example".parse().expect("an address")),
        };
        work.handler()
    }
}
