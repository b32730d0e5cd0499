//! The keyring is kept apart: who brings yesterday's database and yesterday's blobs back opens nothing of a day whose key is gone
//! since, on whatever way.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use sealpost_archive::Piece;
use sealpost_blob::{BlobStore, CircuitSettings, CopiedStore, LocalStore, Stores, Targets};
use sealpost_db::Db;
use sealpost_domain::{Clock, Job, ManualClock, Policy, SystemClock};
use sealpost_test_support::{
    engines::{self, Engine, Place, TestDatabase},
    on_both_engines,
};
use sealpost_transfer::{Restoring, Service, TransferError};

use crate::{
    BERT,
    fixture::{DAY, Fixture},
};

on_both_engines!(yesterdays_backups_open_nothing_of_a_day_whose_key_is_gone_and_what_is_of_later_days);

/// Stores of a directory: `east`, and `west` with its replica.
fn stores(root: &Path, clock: &ManualClock) -> Arc<dyn BlobStore> {
    let open = |name: &str| -> Arc<dyn BlobStore> {
        let dir = root.join(name);
        std::fs::create_dir_all(&dir).unwrap();
        Arc::new(LocalStore::open(&dir).unwrap())
    };
    let west: sealpost_blob::StoreName = "west".parse().unwrap();
    let all = Stores::new(open("east")).with(west.clone(), open("west"));
    let targets = Targets { replica: Some(west), offsite: None };
    let clock = Arc::new(clock.clone());
    Arc::new(CopiedStore::new(all, [(None, targets)].into(), CircuitSettings::default(), clock))
}

fn run(command: &mut Command) {
    let done = command.output().unwrap();
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// As an operator makes it every night: `pg_dump`, or SQLite's own way to copy a database in use.
fn dump(place: &Place, to: &Path) {
    match place.engine() {
        Engine::Postgres => {
            run(Command::new("pg_dump").args(["--no-owner", "--file"]).arg(to).arg(place.url()))
        }
        Engine::Sqlite => {
            let file = place.url().strip_prefix("sqlite:").unwrap();
            let copy =
                "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('VACUUM INTO ?', [sys.argv[2]])";
            run(Command::new("python3").args(["-c", copy, file]).arg(to));
        }
    }
}

/// A clean installation's database, made of the dump.
async fn of_dump(engine: Engine, dump: &Path) -> (Place, Db) {
    let place = engines::empty(engine).await;
    match engine {
        Engine::Postgres => {
            let psql = &mut Command::new("psql");
            run(psql.args(["--quiet", "--set", "ON_ERROR_STOP=1", "--file"]).arg(dump).arg(place.url()));
        }
        Engine::Sqlite => {
            std::fs::copy(dump, place.url().strip_prefix("sqlite:").unwrap()).unwrap();
        }
    }
    let db = Db::open(&place.options()).await.unwrap();
    (place, db)
}

fn copy_tree(from: &Path, to: &Path) -> PathBuf {
    run(Command::new("cp").arg("-a").arg(from).arg(to));
    to.to_owned()
}

/// The names of what the tenant can take along.
async fn exported(fixture: &Fixture, service: &Service) -> Vec<String> {
    let row = fixture.db.read().await.unwrap().tenant(fixture.session.tenant()).await.unwrap().unwrap();
    let operator = fixture.auth.danger_operator(&row).await.unwrap();
    let mut export = service.export_transfers(&operator, true).await.unwrap();
    let mut names = Vec::new();
    while let Some(piece) = export.next().await.unwrap() {
        if let Piece::Entry { name, .. } = piece {
            names.push(name);
        }
    }
    names
}

async fn yesterdays_backups_open_nothing_of_a_day_whose_key_is_gone_and_what_is_of_later_days(
    database: TestDatabase,
) {
    let home = tempfile::tempdir().unwrap();
    let (clock, engine) = (ManualClock::new(SystemClock.now()), database.engine());
    let live = home.path().join("live");
    let fixture =
        Box::pin(Fixture::on(database, Policy::default(), stores(&live, &clock), clock.clone())).await;
    let early = fixture.send(None).await.transfer.id;
    fixture.run_due().await;
    fixture.clock.advance(5 * DAY);
    let late = fixture.send(None).await.transfer.id;
    fixture.run_due().await;
    fixture.run(Job::Replicate).await;
    let mails = fixture.mails_to(BERT);
    let [of_early, of_late] = &mails[..] else { panic!("{mails:?}") };

    // Yesterday: everything is there and opens.
    fixture.clock.advance(8 * DAY);
    fixture.run(Job::Replicate).await;
    let yesterday = clock.now();
    let dumped = home.path().join("dump");
    dump(fixture.place(), &dumped);
    let blobs = copy_tree(&live, &home.path().join("yesterday"));
    assert!(fixture.verify(of_early, None).await.is_some());

    // Today: the day is over, at whatever hour this runs, and its key is gone.
    fixture.clock.advance(2 * DAY + DAY / 4);
    fixture.run(Job::PurgeExpired).await;
    fixture.run(Job::DestroyEpochs).await;
    let proof = fixture.service.verify_purge(early).await.unwrap();
    assert!(proof.is_clean() && proof.epoch_key_left.is_none(), "{proof:?}");
    // Also by a clock that somebody has put back, and with no key in memory any more.
    clock.set(yesterday);

    let (_place, db) = of_dump(engine, &dumped).await;
    let again = Box::pin(fixture.on_backup(&db, stores(&blobs, &clock))).await;
    let rows = db.read().await.unwrap().transfer(fixture.session.tenant(), early).await.unwrap().unwrap();
    assert!(rows.transfer_key.is_some(), "the rows are back, with their wrapped keys");
    // By the links that were mailed.
    assert!(again.verify(of_early, None).await.is_none());
    // By its sender.
    assert!(matches!(again.service.get(&again.session, early).await, Err(TransferError::NotFound)));
    // By the tenant's export.
    let names = exported(&again, &again.service).await;
    let content = |id| names.iter().any(|name| name.starts_with(&format!("transfers/{id}/files/")));
    assert!(!content(early) && content(late), "{names:?}");
    assert!(!names.iter().any(|name| name.starts_with(&format!("transfers/{early}/sealed/"))));
    // What is of later days opens, to the last byte.
    let bert = again.verify(of_late, None).await.unwrap();
    again.fetch(&bert).await;
    assert!(again.service.get(&again.session, late).await.is_ok());

    // By the replica of that day, with its records.
    let other = engines::database(engine).await;
    std::fs::remove_dir_all(blobs.join("east")).unwrap();
    let restored = fixture.service_on(&other, stores(&blobs, &clock));
    let what = Restoring { from: "west".parse().unwrap(), only: Vec::new(), resume: false };
    let counts = Box::pin(restored.restore(&what)).await.unwrap();
    assert_eq!(
        (counts.tenants, counts.transfers, counts.shredded, counts.failed),
        (1, 1, 1, 0),
        "{counts:?}"
    );
    let mut conn = other.read().await.unwrap();
    assert!(conn.transfer(fixture.session.tenant(), early).await.unwrap().is_none());
    assert!(conn.transfer(fixture.session.tenant(), late).await.unwrap().is_some());
}
