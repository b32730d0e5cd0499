//! The pipeline alone: an upload of which nothing is kept, against a handler that seals each piece and forgets it.

use super::{STREAMS, print_per_gib, share};
use crate::{
    child::Candidate,
    load,
    rounds::{self, Turn},
    settings::Settings,
};

pub(super) fn run(settings: &Settings) -> anyhow::Result<()> {
    let bare = Candidate::start("bare", &settings.directory("bare")?)?;
    let sealpost = Candidate::start("sealpost-discard", &settings.directory("sealpost")?)?;
    let mut all = Vec::new();
    for streams in STREAMS {
        let bytes = share(settings, streams);
        let series = rounds::run(
            settings.rounds,
            vec![
                ("bare handler, sealing each piece", Box::new(|| upload_bare(&bare, streams, bytes))),
                ("Sealpost", Box::new(|| upload(&sealpost, streams, bytes))),
            ],
        )?;
        all.push((streams, series));
    }
    print_per_gib("Upload, sealed and discarded", 1.3, settings, &all)
}

fn upload_bare(candidate: &Candidate, streams: usize, bytes: u64) -> anyhow::Result<Turn> {
    Turn::of(candidate, || {
        load::on_streams(candidate, streams, |connection, _| load::put(connection, "/sealed", bytes))
    })
}

/// Uploads a file on each stream, to one transfer.
pub(super) fn upload(candidate: &Candidate, streams: usize, bytes: u64) -> anyhow::Result<Turn> {
    let transfer = load::new_transfer(&mut load::connect(candidate)?)?;
    let turn = Turn::of(candidate, || {
        load::on_streams(candidate, streams, |connection, _| load::upload(connection, &transfer, bytes))
    })?;
    load::purge(&mut load::connect(candidate)?, &transfer)?;
    Ok(turn)
}
