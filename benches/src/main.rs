//! Sealpost beside bare handlers, in one run.
//!
//! `sealpost-benches side-by-side [CASE…]` runs the cases and prints a table for each; `docs/performance.md` says what
//! they measure and how to read them. Every candidate is a process of its own, started as `sealpost-benches serve …`;
//! the load comes from this process.

mod candidate;
mod cases;
mod child;
mod http;
mod load;
mod rounds;
mod settings;
mod table;
mod usage;

use anyhow::bail;

/// The same for every candidate, and the one of the product.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str =
    "usage: sealpost-benches side-by-side [upload-discard|upload-local|download|small-files|memory|purge]…";

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["side-by-side", cases @ ..] => cases::run(cases),
        ["serve", candidate @ ..] => candidate::serve(candidate),
        _ => bail!(USAGE),
    }
}
