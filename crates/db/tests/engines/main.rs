//! One suite, both engines: what is claimed of a query holds on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod accounts;
mod addins;
mod audit;
mod clock;
mod codes;
mod deliveries;
mod devices;
mod directory;
mod jobs;
mod key_pairs;
mod keyring;
mod licences;
mod limits;
mod mail_links;
mod migrations;
mod pairings;
mod parties;
mod policies;
mod portals;
mod providers;
mod purges;
mod recoveries;
mod replication;
mod requests;
mod schema;
mod sessions;
mod transactions;
mod transfers;
mod uploads;
mod watched;
mod world;
