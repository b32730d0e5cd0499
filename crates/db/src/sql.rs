//! SQL texts: one for both engines, or one for each where they cannot agree.

/// How many prepared statements a connection keeps: more than there are.
pub(crate) const CACHED_STATEMENTS: usize = 512;

/// A statement on both engines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sql {
    pub(crate) postgres: &'static str,
    pub(crate) sqlite: &'static str,
}

impl Sql {
    /// What SQLite has no need of.
    pub(crate) const fn only_postgres(text: &'static str) -> Self {
        Self { postgres: text, sqlite: "SELECT 1" }
    }
}

/// Declares a file's statements and lists them, so that all of them can be prepared against a database.
///
/// `NAME = text` is one text for both engines, `NAME = locking text` takes row locks on PostgreSQL (SQLite
/// has one writer at a time anyway), `NAME = { postgres: text, sqlite: text }` is the exception.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:tt $($rest:expr)?;)+) => {
        $($(#[$doc])* const $name: crate::sql::Sql = crate::sql::statements!(@one $sql $($rest)?);)+

        /// Name and text of every statement in this file.
        pub(crate) const STATEMENTS: &[(&str, crate::sql::Sql)] = &[$((stringify!($name), $name)),+];
    };
    (@one locking $text:expr) => {
        crate::sql::Sql { postgres: concat!($text, " FOR UPDATE"), sqlite: $text }
    };
    (@one { postgres: $postgres:expr, sqlite: $sqlite:expr $(,)? }) => {
        crate::sql::Sql { postgres: $postgres, sqlite: $sqlite }
    };
    (@one [$($part:expr),+ $(,)?]) => {
        crate::sql::Sql { postgres: concat!($($part),+), sqlite: concat!($($part),+) }
    };
    (@one $text:literal) => {
        crate::sql::Sql { postgres: $text, sqlite: $text }
    };
}
pub(crate) use statements;
