//! The clock's jobs, on both engines.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sealpost_db::Db;
use sealpost_domain::{Job, SystemClock};
use sealpost_jobs::{Queue, Random, Runner, RunnerOptions, Schedule, ScheduleError, Scheduler};
use sealpost_test_support::{engines::TestDatabase, on_both_engines};

on_both_engines!(
    every_job_is_queued_at_the_start_and_two_schedulers_double_none,
    a_time_table_queues_again_and_again,
    a_time_table_that_cannot_be_read_is_an_error_at_once,
);

fn queue(database: &TestDatabase) -> Queue {
    let counter = AtomicU64::new(1);
    let random: Random = Arc::new(move |bytes: &mut [u8]| {
        bytes.fill(0);
        bytes[2..10].copy_from_slice(&counter.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    });
    Queue::new(Db::clone(database), Arc::new(SystemClock), random)
}

async fn every_job_is_queued_at_the_start_and_two_schedulers_double_none(database: TestDatabase) {
    let queue = queue(&database);
    let first = Scheduler::start(&queue, &Schedule::default()).await.unwrap();
    let second = Scheduler::start(&queue, &Schedule::default()).await.unwrap();
    assert_eq!(database.read().await.unwrap().pending_jobs().await.unwrap(), 15);
    first.stop().await.unwrap();
    second.stop().await.unwrap();
}

async fn a_time_table_queues_again_and_again(database: TestDatabase) {
    let queue = queue(&database);
    let purges = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&purges);
    let handler: sealpost_jobs::Handler = Arc::new(move |running| {
        if running.job == Job::PurgeExpired {
            counter.fetch_add(1, Ordering::SeqCst);
        }
        Box::pin(async { Ok(()) })
    });
    let schedule = Schedule { purge_expired: "* * * * * *".into(), ..Schedule::default() };
    let scheduler = Scheduler::start(&queue, &schedule).await.unwrap();
    let options = RunnerOptions { poll: Duration::from_millis(10), ..RunnerOptions::default() };
    let stop = async {
        while purges.load(Ordering::SeqCst) < 4 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert_eq!(Runner::new(queue, handler, options).run(stop).await, 0);
    scheduler.stop().await.unwrap();
}

async fn a_time_table_that_cannot_be_read_is_an_error_at_once(database: TestDatabase) {
    let schedule = Schedule { remind_due: "every now and then".into(), ..Schedule::default() };
    let error = Scheduler::start(&queue(&database), &schedule).await.unwrap_err();
    assert!(matches!(error, ScheduleError::Expression { kind: "remind_due", .. }), "{error}");
}
