//! A service whose rows somebody has changed, and a recipient at the command line: the program's own code opens, over HTTP.

use std::fs;

use sealpost_client::{Connection, Error, FetchOptions, NoPassword, fetch};
use sealpost_test_support::{
    app::{App, Link},
    engines::Engine,
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use super::client::Sealing;

/// Somebody who writes to the database, and what he wants the recipient of a link to believe.
pub(super) struct Deceit<'a> {
    app: &'a App,
    link: String,
}

impl<'a> Deceit<'a> {
    /// Before there is a link.
    pub(super) const fn before(app: &'a App) -> Self {
        Self { app, link: String::new() }
    }

    /// Of what this recipient opens.
    pub(super) fn new(app: &'a App, sealed: &Sealing, link: &Link) -> Self {
        Self { app, link: format!("{}#{}", link.url, *sealed.fragment.to_fragment()) }
    }

    /// As it stands in statements.
    pub(super) fn id(&self, id: &str) -> String {
        match self.app.engine() {
            Engine::Postgres => format!("'{id}'"),
            Engine::Sqlite => format!("x'{}'", id.replace('-', "")),
        }
    }

    pub(super) async fn run(&self, sql: &str) {
        let url = self.app.database_place().url();
        let sql = AssertSqlSafe(sql.to_owned());
        match self.app.engine() {
            Engine::Postgres => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
            }
            Engine::Sqlite => {
                let mut connection = SqliteConnection::connect(url).await.unwrap();
                sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
            }
        }
    }

    /// The names of what the command line has fetched, of which nothing is there if it refuses.
    pub(super) async fn fetch(&self) -> Result<Vec<String>, Error> {
        let directory = tempfile::tempdir().unwrap();
        let options = FetchOptions {
            directory: directory.path().to_owned(),
            connections: sealpost_client::CONNECTIONS,
            overwrite: false,
            key_keeper: None,
        };
        let link = self.link.parse().unwrap();
        let fetched = fetch(&link, Connection::default(), &options, &NoPassword, &()).await;
        let there = fs::read_dir(directory.path()).unwrap();
        let names: Vec<_> =
            there.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        assert!(fetched.is_ok() || names.is_empty(), "{names:?}");
        fetched.map(|_| names)
    }
}

/// What the recipient is told, who gets nothing: behind the sentence that all of it begins with.
pub(super) async fn told_of(deceit: &Deceit<'_>) -> String {
    let refused = deceit.fetch().await.unwrap_err();
    assert!(matches!(refused, Error::OtherContents { .. }), "{refused}");
    let said = refused.to_string();
    let said = said.strip_prefix("this is not what the sender sealed: ").expect("what is wrong");
    said.strip_suffix("; nothing was fetched").expect("nothing is there").to_owned()
}
