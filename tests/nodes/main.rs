//! Several nodes as several processes: the real binary, on one PostgreSQL and one blob store, behind a real nginx.
//!
//! What is said of variables in `journeys` counts here, too. `SEALPOST_TEST_NGINX` names another nginx than that of the
//! system.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod agreement;
mod kills;
mod load;
mod partitions;
mod pauses;
mod rolling;
mod rotation;
mod stopping;
#[path = "../journeys/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the journeys need more of it")]
mod support;

#[path = "support/mod.rs"]
mod cluster;
