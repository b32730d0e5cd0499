//! The real binary as a child process, with nothing known of it but what it promises: HTTP, files, exit codes.

mod cli;
mod clients;
mod full_disk;
mod kill9;
mod pieces;
mod support;
