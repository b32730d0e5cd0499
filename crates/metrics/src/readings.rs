//! What is not counted but asked for, when somebody reads.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeGaugeValue, EncodeMetric as _},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
};

/// What was read a moment ago. What could not be read is `None`, or empty, and is then left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Readings {
    /// Whether the database answered.
    pub database_up: bool,
    /// Whether database, keyring, vault and blob store answered, as `/readyz` says it.
    pub ready: Option<bool>,
    /// The connections to the database.
    pub pool: Option<Pool>,
    /// What waits in the queue, by kind.
    pub queued: Vec<Queued>,
    /// How many seconds ago the job that signs the audit logs was last done.
    pub checkpoint_age_seconds: Option<f64>,
    /// How many seconds ago each job of the clock was last done.
    pub done: Vec<(String, f64)>,
    /// Entries that were ever written into audit logs, of all tenants together.
    pub audit_entries: Option<u64>,
    /// Epoch keys whose day has been over for longer than their destruction takes.
    pub epoch_keys_overdue: Option<u64>,
    /// Transfers whose time has been over for longer than their purge takes.
    pub purges_overdue: Option<u64>,
    /// How far each copy of the blob store is behind.
    pub copies: Vec<Copied>,
    /// Of each store that has a replica: from how many of its containers reads stay away.
    pub circuits: Vec<Circuits>,
}

/// Connections to a database.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pool {
    /// Connections that are lent.
    pub in_use: u64,
    /// Connections that are open and lent to nobody.
    pub idle: u64,
    /// Most connections that there may be.
    pub most: u64,
    /// Who waits for one.
    pub waiting: u64,
    /// How often one was lent, since the start.
    pub lent: u64,
    /// For how many seconds was waited for them, since the start, all together.
    pub waited_seconds: f64,
}

/// What waits in the queue of one kind of jobs.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// The kind.
    pub kind: String,
    /// Jobs that wait or run.
    pub waiting: u64,
    /// Those whose time has come.
    pub due: u64,
    /// For how many seconds the oldest of them that nobody runs has been due.
    pub oldest_due_seconds: Option<f64>,
    /// Jobs that were given up.
    pub given_up: u64,
}

/// How far a copy is behind.
#[derive(Debug, Clone, PartialEq)]
pub struct Copied {
    /// The store that the copy is in, as the configuration calls it.
    pub target: String,
    /// Transfers that wait to be copied.
    pub pending: u64,
    /// For how many seconds the oldest of them has waited.
    pub oldest_seconds: Option<f64>,
    /// Those of them whose copying has failed.
    pub failed: u64,
}

/// What the registry asks when it is read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Latest(Arc<Mutex<Readings>>);

/// From how many containers of a store reads stay away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circuits {
    /// The store, as the configuration calls it.
    pub store: String,
    /// Containers whose circuit is open: their replica is read.
    pub open: u64,
}

impl Latest {
    pub(crate) fn set(&self, readings: Readings) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = readings;
    }
}

impl Collector for Latest {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let readings = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut page = Page(&mut encoder);
        page.gauge("database_up", "Whether the database answers", i64::from(readings.database_up))?;
        if let Some(ready) = readings.ready {
            page.gauge("ready", "Whether database, keyring, vault and blob store answer", i64::from(ready))?;
        }
        if let Some(pool) = readings.pool {
            page.pool(pool)?;
        }
        page.queue(&readings.queued)?;
        page.copies(&readings.copies)?;
        let open = readings.circuits.iter().map(|one| (one.store.clone(), whole(one.open)));
        let help = "Containers that fail, and whose replica is read";
        page.family("store_circuits_open", help, "store", open)?;
        let help = "How long ago the job of the clock was last done";
        page.family("jobs_last_done_seconds", help, "kind", readings.done.into_iter())?;
        let ages = [(
            "audit_checkpoint_age_seconds",
            "How long ago the job that signs the audit logs was last done",
            readings.checkpoint_age_seconds,
        )];
        for (name, help, value) in ages {
            if let Some(value) = value {
                page.gauge(name, help, value)?;
            }
        }
        let counts = [
            (
                "audit_entries",
                "Entries that were ever written into audit logs, of all tenants",
                readings.audit_entries,
            ),
            (
                "epoch_keys_overdue",
                "Keys of days that are over, and should be destroyed",
                readings.epoch_keys_overdue,
            ),
            ("purges_overdue", "Transfers whose time is over, and should be purged", readings.purges_overdue),
        ];
        for (name, help, value) in counts {
            if let Some(value) = value {
                page.gauge(name, help, whole(value))?;
            }
        }
        Ok(())
    }
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

struct Page<'a, 'e>(&'a mut DescriptorEncoder<'e>);

impl Page<'_, '_> {
    fn gauge<N: EncodeGaugeValue>(&mut self, name: &str, help: &str, value: N) -> fmt::Result
    where
        ConstGauge<N>: prometheus_client::encoding::EncodeMetric,
    {
        ConstGauge::new(value).encode(self.0.encode_descriptor(name, help, None, MetricType::Gauge)?)
    }

    fn family<N>(
        &mut self,
        name: &str,
        help: &str,
        label: &'static str,
        values: impl Iterator<Item = (String, N)>,
    ) -> fmt::Result
    where
        ConstGauge<N>: prometheus_client::encoding::EncodeMetric,
    {
        let mut metric = self.0.encode_descriptor(name, help, None, MetricType::Gauge)?;
        for (word, value) in values {
            let labels = [(label, word)];
            ConstGauge::new(value).encode(metric.encode_family(&labels)?)?;
        }
        Ok(())
    }

    fn pool(&mut self, pool: Pool) -> fmt::Result {
        let states = [("in_use", pool.in_use), ("idle", pool.idle)]
            .map(|(state, count)| (state.to_owned(), whole(count)));
        let help = "Connections to the database that are open";
        self.family("database_connections", help, "state", states.into_iter())?;
        self.gauge("database_connections_max", "Most connections to the database", whole(pool.most))?;
        self.gauge("database_waiting", "Who waits for a connection to the database", whole(pool.waiting))?;
        let help = "Times that a connection to the database was lent";
        ConstCounter::new(pool.lent).encode(self.0.encode_descriptor(
            "database_connections_lent",
            help,
            None,
            MetricType::Counter,
        )?)?;
        let help = "How long was waited for connections to the database, all together";
        ConstCounter::new(pool.waited_seconds).encode(self.0.encode_descriptor(
            "database_wait_seconds",
            help,
            None,
            MetricType::Counter,
        )?)
    }

    fn queue(&mut self, queued: &[Queued]) -> fmt::Result {
        type Count = fn(&Queued) -> u64;
        let counts: [(&str, &str, Count); 3] = [
            ("jobs_waiting", "Jobs that wait or run", |kind| kind.waiting),
            ("jobs_due", "Jobs whose time has come, running ones included", |kind| kind.due),
            ("jobs_given_up", "Jobs that were given up", |kind| kind.given_up),
        ];
        for (name, help, count) in counts {
            let values = queued.iter().map(|kind| (kind.kind.clone(), whole(count(kind))));
            self.family(name, help, "kind", values)?;
        }
        let oldest = queued.iter().filter_map(|kind| Some((kind.kind.clone(), kind.oldest_due_seconds?)));
        self.family(
            "jobs_oldest_due_seconds",
            "How long the oldest job has been due that nobody runs",
            "kind",
            oldest,
        )
    }

    fn copies(&mut self, copies: &[Copied]) -> fmt::Result {
        let pending = copies.iter().map(|copy| (copy.target.clone(), whole(copy.pending)));
        self.family("replica_pending", "Transfers that wait to be copied", "target", pending)?;
        let oldest = copies.iter().map(|copy| (copy.target.clone(), copy.oldest_seconds.unwrap_or(0.0)));
        self.family("replica_lag_seconds", "How long the oldest of them has waited", "target", oldest)?;
        let failed = copies.iter().map(|copy| (copy.target.clone(), whole(copy.failed)));
        self.family("replica_failed", "Those of them whose copying has failed", "target", failed)
    }
}
