//! Making two requests meet.

use std::time::Duration;

use sealpost_db::{Job, Tx};
use sealpost_domain::Clock as _;
use sealpost_test_support::app::App;
use tokio::task::JoinHandle;

/// Long enough for a request to come to the lock that a test holds, on a busy machine too. Should it take longer, the
/// claim is tested in another order, and still has to hold.
const ARRIVAL: Duration = Duration::from_millis(400);

/// Holds the transfer's row, and on SQLite everything that writes, until the transaction is dropped.
pub(crate) async fn hold(app: &App, transfer: &str) -> Tx {
    let mut tx = app.db.write().await.unwrap();
    let id = transfer.parse().unwrap();
    tx.transfer_for_update(app.acme.id, id).await.unwrap().expect("the transfer is there");
    tx
}

/// Starts something, and lets it come to the lock that a test holds.
pub(crate) async fn start<T: Send + 'static>(
    request: impl Future<Output = T> + Send + 'static,
) -> JoinHandle<T> {
    let started = tokio::spawn(request);
    tokio::time::sleep(ARRIVAL).await;
    started
}

/// Claims the one job that is due, as a worker does who begins it.
pub(crate) async fn begin(app: &App) -> Job {
    let now = app.clock.now();
    let mut tx = app.db.write().await.unwrap();
    let jobs = tx.claim_jobs(now, now + Duration::from_secs(60), 9, &[]).await.unwrap();
    tx.commit().await.unwrap();
    let [job] = jobs.try_into().expect("one job is due");
    job
}

/// The worker has done.
pub(crate) async fn end(app: &App, job: &Job) {
    let mut tx = app.db.write().await.unwrap();
    assert!(tx.complete_job(job.id, job.fence).await.unwrap());
    tx.commit().await.unwrap();
}
