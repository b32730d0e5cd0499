//! Attempts of jobs. What waits is read from the database: [`crate::Readings`].

use std::time::Duration;

use prometheus_client::registry::Registry;

use crate::{
    Metrics,
    labels::{Counters, Histograms, Kind, KindOutcome, seconds_of_work},
};

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobEnd {
    /// Done.
    Done,
    /// It failed, and is tried again.
    Again,
    /// It failed, and is given up.
    GivenUp,
    /// Another worker has it.
    Lost,
}

impl JobEnd {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Again => "again",
            Self::GivenUp => "given_up",
            Self::Lost => "lost",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Jobs {
    ended: Counters<KindOutcome>,
    duration: Histograms<Kind>,
}

impl Jobs {
    pub(crate) fn new(registry: &mut Registry) -> Self {
        let new =
            Self { ended: Counters::default(), duration: Histograms::new_with_constructor(seconds_of_work) };
        registry.register("jobs", "Attempts of jobs that ended", new.ended.clone());
        registry.register("job_duration_seconds", "How long attempts of jobs took", new.duration.clone());
        new
    }
}

impl Metrics {
    /// An attempt of a job ended.
    pub fn job_ended(&self, kind: &str, end: JobEnd, took: Duration) {
        let kind = kind.to_owned();
        self.0.jobs.duration.get_or_create(&Kind { kind: kind.clone() }).observe(took.as_secs_f64());
        self.0.jobs.ended.get_or_create(&KindOutcome { kind, outcome: end.as_str() }).inc();
    }
}
