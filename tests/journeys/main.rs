//! The real binary as a child process, with nothing known of it but what it promises: HTTP, files, exit codes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod at_rest;
mod cli;
mod clients;
mod full_disk;
mod kill9;
mod memory;
mod pieces;
mod shutdown;
mod support;
