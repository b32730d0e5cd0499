//! The database, and the keyring, which belongs elsewhere.

use std::{fs, path::Path};

use anyhow::Context as _;

use super::report::Report;
use crate::{config::Config, wiring::Wiring};

/// A write-ahead log that stays longer than this is not folded into the database: somebody reads without end.
const LONG_LOG: u64 = 512 << 20;

pub(super) async fn look(report: &mut Report, config: &Config, wiring: &Wiring) {
    report.line("database", database(config, wiring).await);
    if let Some(length) = config.database.sqlite_path().map(log_of).filter(|length| *length > LONG_LOG) {
        let mib = length >> 20;
        report.warn(
            "write-ahead log",
            format!("{mib} MiB beside the database; restart the service, and see that no other program reads it for long"),
        );
    }
    let statements = wiring.keyring.check_statements().await.context("is `sealpost migrate` needed?");
    report.line("keyring", statements.map(|count| format!("{}, {count} statements fit", config.keyring)));
    apart(report, config);
}

async fn database(config: &Config, wiring: &Wiring) -> anyhow::Result<String> {
    let count = wiring.db.check_statements().await.context("is `sealpost migrate` needed?")?;
    let version = wiring.db.read().await?.engine_version().await?;
    Ok(format!("{}, version {version}, {count} statements fit", config.database))
}

/// A backup of the database must not take the keys along that were destroyed since.
fn apart(report: &mut Report, config: &Config) {
    const CHECK: &str = "keyring apart";
    if config.keyring.is_beside(&config.database) {
        let what = match config.keyring.sqlite_path() {
            Some(_) => {
                "the keyring lies in the directory of the database: a backup of one takes the other along, and with it keys that are destroyed later; move it"
            }
            None => {
                "the keyring is on the database's server: see that no dump, snapshot, replica or archived log of that server takes it along, or give it a server of its own"
            }
        };
        report.warn(CHECK, what);
    } else {
        report.ok(CHECK, "not where the database is");
    }
}

fn log_of(database: &Path) -> u64 {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    fs::metadata(log).map_or(0, |file| file.len())
}
