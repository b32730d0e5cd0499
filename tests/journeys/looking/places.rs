//! Everywhere where an installation keeps or tells something.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sqlx::{Connection as _, PgConnection};

use super::hunt::Hunt;
use crate::support::{Collector, Installed, files_below};

/// What was found, and in what: a file, or what the service tells.
pub(crate) type Finding = (String, String);

/// Sections of an installation that tells all that it can: its log at the finest level, and traces of everything.
pub(crate) fn told_of(collector: &Collector) -> String {
    format!(
        "[log]\nformat = \"json\"\nfilter = \"debug,sealpost=trace\"\n\
         [traces]\notlp = \"http://127.0.0.1:{}\"\nratio = 1.0\n",
        collector.port
    )
}

/// Looks into every file of the installation and of its databases.
pub(crate) async fn in_files(installed: &Installed, hunt: &Hunt) -> Vec<Finding> {
    let mut files = files_below(installed.home());
    for url in installed.database_urls() {
        files.extend(files_of_postgres(url).await);
    }
    files.sort();
    files.dedup();
    let mut found = Vec::new();
    for path in &files {
        // What is gone by now is nowhere.
        let Ok(bytes) = fs::read(path) else { continue };
        let at = |name: &str| (name.to_owned(), path.display().to_string());
        found.extend(hunt.found_in(&bytes).into_iter().map(at));
        if path.extension().is_some_and(|is| is == "eml") {
            // A line that was broken is one line for whoever reads the mail.
            let mail = String::from_utf8_lossy(&bytes).replace("=\r\n", "").replace("=\n", "");
            found.extend(hunt.found_in(mail.as_bytes()).into_iter().map(at));
        }
    }
    found
}

/// Looks into what is told to others: metrics and traces.
pub(crate) async fn in_what_is_told(
    installed: &Installed,
    collector: &Collector,
    hunt: &Hunt,
) -> Vec<Finding> {
    let told = [("metrics", installed.metrics().await.into_bytes()), ("traces", collector.bodies())];
    let in_place = |(place, bytes): &(&str, Vec<u8>)| {
        let names = hunt.found_in(bytes).into_iter();
        names.map(|name| (name.to_owned(), (*place).to_owned())).collect::<Vec<_>>()
    };
    told.iter().flat_map(in_place).collect()
}

/// A database's own files, the log of the whole cluster that changes go through, and what its server says.
async fn files_of_postgres(url: &str) -> Vec<PathBuf> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    // Until then its files lack what is in its memory.
    sqlx::query("CHECKPOINT").execute(&mut connection).await.unwrap();
    let data: String = sqlx::query_scalar("SHOW data_directory").fetch_one(&mut connection).await.unwrap();
    let oid = "SELECT oid::bigint FROM pg_database WHERE datname = current_database()";
    let oid: i64 = sqlx::query_scalar(oid).fetch_one(&mut connection).await.unwrap();
    let data = Path::new(&data);
    if let Err(error) = fs::read_dir(data.join("pg_wal")) {
        let may = std::env::var_os("SEALPOST_TESTS_MAY_SKIP").is_some();
        assert!(
            may,
            "the server's files in {} cannot be read ({error}); SEALPOST_TESTS_MAY_SKIP=1 lets it pass",
            data.display()
        );
        println!("SKIPPED: the files of PostgreSQL in {} were not looked into: {error}", data.display());
        return Vec::new();
    }
    let mut files = files_below(&data.join("base").join(oid.to_string()));
    assert!(!files.is_empty(), "{} has no database {oid}", data.display());
    files.extend(files_below(&data.join("base/pgsql_tmp")));
    files.extend(files_below(&data.join("pg_wal")));
    let beside = data.parent().unwrap();
    files.extend(
        fs::read_dir(beside)
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|is| is == "log")),
    );
    files
}
