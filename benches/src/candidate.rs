//! The candidates: what is measured, each in a process of its own.

mod bare;
mod discard_store;
mod sealpost;
mod seed;

use std::{
    io::{Write as _, stdin, stdout},
    path::Path,
    thread,
};

use anyhow::bail;
use serde_json::Value;
use tokio::sync::mpsc;

/// Serves a candidate until its standard input ends.
pub(crate) fn serve(candidate: &[&str]) -> anyhow::Result<()> {
    // As the product does: HTTP runs on threads of its own, one for each core.
    let runtime = tokio::runtime::Runtime::new()?;
    match candidate {
        ["bare", directory] => runtime.block_on(bare::serve(Path::new(directory))),
        ["sealpost", directory] => runtime.block_on(sealpost::serve(Path::new(directory), false)),
        ["sealpost-discard", directory] => runtime.block_on(sealpost::serve(Path::new(directory), true)),
        other => bail!("no such candidate: {other:?}"),
    }
}

/// What the parent process says, line by line; it ends when the candidate is to stop.
fn commands() -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    thread::spawn(move || stdin().lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    receiver
}

fn answer(value: &Value) -> anyhow::Result<()> {
    let mut out = stdout();
    writeln!(out, "{value}")?;
    Ok(out.flush()?)
}
