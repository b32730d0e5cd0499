//! The queries, one file for each aggregate.

pub(crate) mod audit;
pub(crate) mod clock;
pub(crate) mod deliveries;
pub(crate) mod downloads;
pub(crate) mod files;
pub(crate) mod jobs;
pub(crate) mod own_keyring;
pub(crate) mod parts;
pub(crate) mod purges;
pub(crate) mod recipients;
pub(crate) mod tenants;
pub(crate) mod tokens;
pub(crate) mod transfers;
pub(crate) mod uploads;
pub(crate) mod users;
pub(crate) mod visits;

use crate::sql::Sql;

/// Every statement on the main database.
pub(crate) fn statements() -> impl Iterator<Item = &'static (&'static str, Sql)> {
    [
        audit::STATEMENTS,
        clock::STATEMENTS,
        deliveries::STATEMENTS,
        downloads::STATEMENTS,
        files::STATEMENTS,
        jobs::STATEMENTS,
        own_keyring::STATEMENTS,
        parts::STATEMENTS,
        purges::STATEMENTS,
        recipients::STATEMENTS,
        tenants::STATEMENTS,
        tokens::STATEMENTS,
        transfers::STATEMENTS,
        uploads::STATEMENTS,
        users::STATEMENTS,
        visits::STATEMENTS,
    ]
    .into_iter()
    .flatten()
}
