//! The real binary as a child process, with nothing known of it but what it promises: HTTP, files, exit codes.
//!
//! Cargo builds the binary when the first test asks for it. Variables that change something:
//! `SEALPOST_BIN` names a binary that is there already; `SEALPOST_TEST_SEED` repeats or varies what is random;
//! `SEALPOST_TEST_MEMORY_MIB` is the size of the files in `memory`; `SEALPOST_TEST_TOOLS` is where
//! `scripts/test-tools.sh` puts other people's programs; `SEALPOST_TEST_POSTGRES` is a server to use instead of a
//! cluster of our own; `SEALPOST_TESTS_MAY_SKIP` lets what needs a right to mount or trace pass where there is none.
//! `make test-long` runs what takes too long for every day.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

/// Each journey on either engine.
macro_rules! on_both {
    ($($journey:ident)+) => {$(
        mod $journey {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$journey(sealpost_test_support::engines::Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgresql() {
                super::$journey(sealpost_test_support::engines::Engine::Postgres).await;
            }
        }
    )+};
}

mod addin;
mod at_rest;
mod certificates;
mod cli;
mod clients;
mod deb;
mod demo;
mod deployment;
mod doctor;
mod full_disk;
mod kill9;
mod looking;
mod mail;
mod memory;
mod metrics;
mod migrating;
mod never_logged;
mod pieces;
mod proxies;
mod recovery;
mod restore;
mod sealed_receiving;
mod sealed_sends;
mod shutdown;
mod stores;
mod support;
mod support_access;
mod systemd;
mod terminal;
mod traces;
mod unit;
mod web_hashes;
mod zero_knowledge;
