//! Where a database is.

use std::{fmt, path::PathBuf, str::FromStr};

use sqlx::postgres::PgConnectOptions;

/// The text does not say where a database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a database is sqlite:PATH or postgres://USER@HOST/NAME")]
pub struct DbOptionsError;

/// Which of the two engines a database runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A server of its own, shared by any number of nodes.
    Postgres,
    /// A file, one node.
    Sqlite,
}

/// Where a database is and how many connections may go to it. Parsed from `sqlite:PATH` (also
/// `sqlite://PATH`) or `postgres://USER:PASSWORD@HOST:PORT/NAME?OPTIONS` with libpq's options;
/// `host=/DIRECTORY` is a unix socket.
///
/// `Debug` prints no password.
#[derive(Clone)]
pub struct DbOptions {
    pub(crate) place: Place,
    pub(crate) connections: u32,
}

#[derive(Clone)]
pub(crate) enum Place {
    Postgres(Box<PgConnectOptions>),
    Sqlite(PathBuf),
}

/// SQLite needs few readers: they never wait for the writer, and each is a thread.
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 20;

impl DbOptions {
    /// The SQLite database in this file, which need not exist yet.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self { place: Place::Sqlite(path.into()), connections: SQLITE_READERS }
    }

    /// The engine.
    pub const fn engine(&self) -> Engine {
        match self.place {
            Place::Postgres(_) => Engine::Postgres,
            Place::Sqlite(_) => Engine::Sqlite,
        }
    }

    /// The file, if it is an SQLite database.
    pub fn sqlite_path(&self) -> Option<&std::path::Path> {
        match &self.place {
            Place::Postgres(_) => None,
            Place::Sqlite(path) => Some(path),
        }
    }

    /// Whether both lie in one place: on one server, or in one directory.
    pub fn is_beside(&self, other: &Self) -> bool {
        match (&self.place, &other.place) {
            (Place::Postgres(one), Place::Postgres(other)) => {
                let place = |options: &PgConnectOptions| {
                    (options.get_host().to_owned(), options.get_socket().cloned(), options.get_port())
                };
                place(one) == place(other)
            }
            (Place::Sqlite(one), Place::Sqlite(other)) => one.parent() == other.parent(),
            _ => false,
        }
    }

    /// At most this many connections (default 20), on SQLite readers beside the one writer (default 4). At
    /// least 1.
    #[must_use]
    pub fn connections(mut self, most: u32) -> Self {
        self.connections = most.max(1);
        self
    }
}

impl FromStr for DbOptions {
    type Err = DbOptionsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            let fits = !path.is_empty() && !path.contains(['?', '\0']) && path != ":memory:";
            return if fits { Ok(Self::sqlite(path)) } else { Err(DbOptionsError) };
        }
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(DbOptionsError);
        }
        let mut options = PgConnectOptions::from_str(text).map_err(|_| DbOptionsError)?;
        if !text.contains("statement-cache-capacity=") {
            options = options.statement_cache_capacity(crate::sql::CACHED_STATEMENTS);
        }
        if !text.contains("application_name=") {
            options = options.application_name("sealpost");
        }
        Ok(Self { place: Place::Postgres(Box::new(options)), connections: POSTGRES_CONNECTIONS })
    }
}

impl fmt::Debug for DbOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The place without its password: for logs.
impl fmt::Display for DbOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Postgres(options) => write!(
                f,
                "postgres://{}@{}:{}/{}",
                options.get_username(),
                options
                    .get_socket()
                    .map_or_else(|| options.get_host().into(), |socket| socket.to_string_lossy()),
                options.get_port(),
                options.get_database().unwrap_or_default(),
            ),
            Place::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read() {
        for (text, shown) in [
            ("sqlite:/var/lib/sealpost/db.sqlite", "sqlite:/var/lib/sealpost/db.sqlite"),
            ("sqlite:///var/lib/db", "sqlite:/var/lib/db"),
            ("sqlite:db", "sqlite:db"),
            ("postgres://anna:secret@db.example:5433/sealpost", "postgres://anna@db.example:5433/sealpost"),
            ("postgresql://anna@localhost/x?host=/run/pg", "postgres://anna@/run/pg:5432/x"),
        ] {
            assert_eq!(format!("{:?}", text.parse::<DbOptions>().unwrap()), shown);
        }
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for text in
            ["", "sqlite:", "sqlite::memory:", "sqlite:x?mode=ro", "mysql://x/y", "/var/db", "postgres:"]
        {
            assert!(text.parse::<DbOptions>().is_err(), "{text}");
        }
    }
}
