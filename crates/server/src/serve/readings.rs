//! What metrics ask the database and the stores when somebody reads them: within bounds, and not at every reading.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sealpost_blob::CopiedStore;
use sealpost_db::{Db, DbError, Keyring};
use sealpost_domain::{Clock, Timestamp};
use sealpost_metrics::{Circuits, Copied, Pool, Queued, Readings as Read};
use sealpost_transfer::Service;
use tokio::{sync::Mutex, time::timeout};

use crate::wiring::{Wiring, called};

/// However often is asked, the database is asked no more often than this.
const FRESH: Duration = Duration::from_secs(5);
/// A database that takes longer than this for its few counts is as good as away. Prometheus waits 10 seconds.
const PATIENCE: Duration = Duration::from_secs(4);
/// Counted to this: that it is more makes no difference to anybody.
const MOST: u64 = 10_000;
/// A purge runs every minute and the day's keys go every hour; what is older than this was not done.
const PURGE_LATE: Duration = Duration::from_secs(15 * 60);
const KEYS_LATE: Duration = Duration::from_secs(6 * 3_600);
/// The job that signs the audit logs.
const SIGNS: &str = "checkpoint_audit";

/// Reads. Cheap to clone.
#[derive(Clone)]
pub(super) struct Readings(Arc<Inner>);

struct Inner {
    db: Db,
    keyring: Keyring,
    copied: CopiedStore,
    service: Service,
    clock: Arc<dyn Clock>,
    /// Whoever comes while somebody reads waits, and gets the same.
    last: Mutex<Option<(Instant, Read)>>,
}

impl Readings {
    pub(super) fn new(wiring: &Wiring) -> Self {
        Self(Arc::new(Inner {
            db: wiring.db.clone(),
            keyring: wiring.keyring.clone(),
            copied: wiring.copied.clone(),
            service: wiring.service.clone(),
            clock: Arc::clone(&wiring.clock),
            last: Mutex::default(),
        }))
    }

    /// What was read no longer ago than some seconds.
    pub(super) async fn now(&self) -> Read {
        let mut last = self.0.last.lock().await;
        match &*last {
            Some((at, read)) if at.elapsed() < FRESH => self.0.of_this_moment(read.clone()),
            _ => {
                let read = self.0.read().await;
                *last = Some((Instant::now(), read.clone()));
                self.0.of_this_moment(read)
            }
        }
    }
}

impl Inner {
    async fn read(&self) -> Read {
        let now = self.clock.now();
        let (counted, copies, keys, ready) = tokio::join!(
            timeout(PATIENCE, self.count(now)),
            timeout(PATIENCE, self.service.replication_status()),
            timeout(PATIENCE, self.keyring.epochs_before((now - KEYS_LATE).epoch(), MOST)),
            timeout(PATIENCE, self.service.ready()),
        );
        let mut read = match counted {
            Ok(Ok(read)) => read,
            Ok(Err(error)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "metrics cannot be read from the database"
                );
                Read::default()
            }
            Err(_) => {
                tracing::warn!("the database took too long to say what metrics ask");
                Read::default()
            }
        };
        let copies = copies.ok().and_then(Result::ok).unwrap_or_default().into_iter().map(|copy| Copied {
            target: copy.store,
            pending: copy.pending,
            oldest_seconds: copy.oldest_at.map(|oldest| seconds(oldest, now)),
            failed: copy.failed,
        });
        read.copies = copies.collect();
        read.epoch_keys_overdue = keys.ok().and_then(Result::ok).map(|keys| keys.len() as u64);
        read.ready = Some(matches!(ready, Ok(Ok(()))));
        read
    }

    async fn count(&self, now: Timestamp) -> Result<Read, DbError> {
        let mut conn = self.db.read().await?;
        let queued = conn.queue_by_kind(now).await?.into_iter().map(|kind| Queued {
            kind: kind.kind,
            waiting: kind.waiting,
            due: kind.due,
            oldest_due_seconds: kind.oldest_due.map(|due| seconds(due, now)),
            given_up: kind.given_up,
        });
        let queued = queued.collect();
        let done: Vec<_> =
            conn.job_runs().await?.into_iter().map(|run| (run.kind, seconds(run.done_at, now))).collect();
        Ok(Read {
            database_up: true,
            queued,
            checkpoint_age_seconds: done.iter().find(|(kind, _)| kind == SIGNS).map(|(_, age)| *age),
            done,
            audit_entries: Some(conn.audit_entries_ever().await?),
            purges_overdue: Some(conn.overdue_purges(now - PURGE_LATE, MOST).await?),
            ..Read::default()
        })
    }

    /// With what nobody has to be asked for.
    fn of_this_moment(&self, read: Read) -> Read {
        let stands = self.db.connections();
        let pool = Pool {
            in_use: stands.in_use,
            idle: stands.idle,
            most: stands.most,
            waiting: stands.waiting,
            lent: stands.lent,
            waited_seconds: stands.waited.as_secs_f64(),
        };
        let circuits = self.copied.open_circuits_by_store().into_iter();
        let circuits =
            circuits.map(|(store, open)| Circuits { store: called(store.as_ref()).to_owned(), open });
        Read { pool: Some(pool), circuits: circuits.collect(), ..read }
    }
}

fn seconds(since: Timestamp, now: Timestamp) -> f64 {
    (now.unix_millis() - since.unix_millis()).max(0) as f64 / 1_000.0
}
