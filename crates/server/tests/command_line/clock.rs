//! A clock that is ahead of when the service last ran.

use std::{fs, time::Duration};

use sealpost_db::{Db, DbOptions};
use sealpost_domain::{Clock as _, SystemClock};

use crate::service::{Service, failed};

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// Makes the service of 40 days ago the last one that ran. It stands still while `work` is done.
fn after_forty_days(service: &mut Service, work: impl FnOnce(&Service)) {
    service.kill();
    let path = service.path("dev/data/sealpost.db");
    let put_back = async {
        let db = Db::open(&DbOptions::sqlite(path)).await.unwrap();
        let mut tx = db.write().await.unwrap();
        tx.note_clock(SystemClock.now() - 40 * DAY).await.unwrap();
        tx.commit().await.unwrap();
    };
    tokio::runtime::Runtime::new().unwrap().block_on(put_back);
    work(service);
    service.restart();
}

#[test]
fn nothing_is_destroyed_by_a_clock_that_nobody_has_looked_at() {
    let mut service = Service::start();
    after_forty_days(&mut service, |service| {
        let told = service.out(&["doctor", "--dev", "dev"]);
        assert!(told.contains("warn  clock: it is 960 hours ahead"), "{told}");
        failed(&service.run(&["purge", "run", "--dev", "dev"]), 1, "--clock-is-right");
    });
    let log = fs::read_to_string(service.path("serve.log")).unwrap();
    assert!(log.contains("nothing is purged for an hour"), "{log}");
    failed(&service.run(&["purge", "run", "--dev", "dev"]), 1, "--clock-is-right");
    service.out(&["purge", "run", "--clock-is-right", "--dev", "dev"]);
    service.out(&["purge", "run", "--dev", "dev"]);
    assert!(service.out(&["doctor", "--dev", "dev"]).contains("clock: agrees"));
}
