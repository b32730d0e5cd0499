//! The real binary as a child process, with nothing known of it but what it promises: HTTP, files, exit codes.

mod kill9;
mod support;
