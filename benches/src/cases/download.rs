//! Download of files that lie in the page cache.

use std::path::Path;

use super::{STREAMS, print_per_gib, share};
use crate::{
    child::Candidate,
    load::{self, Fetch},
    rounds::{self, Turn},
    settings::Settings,
};

pub(super) fn run(settings: &Settings) -> anyhow::Result<()> {
    let directory = settings.directory("bare")?;
    let bare = Candidate::start("bare", &directory)?;
    let sealpost = Candidate::start("sealpost", &settings.directory("sealpost")?)?;
    let mut all = Vec::new();
    for streams in STREAMS {
        let bytes = share(settings, streams);
        let plain = store(&bare, streams, bytes)?;
        let sealed = send(&sealpost, streams, bytes)?;
        let series = rounds::run(
            settings.rounds,
            vec![
                ("bare handler, plain files", Box::new(|| download(&bare, &plain, bytes))),
                ("Sealpost", Box::new(|| download(&sealpost, &sealed, bytes))),
            ],
        )?;
        all.push((streams, series));
    }
    print_per_gib("Download from local files", 1.5, settings, &all)
}

/// A plain file for each stream.
fn store(bare: &Candidate, streams: usize, bytes: u64) -> anyhow::Result<Vec<Fetch>> {
    let path = |stream: usize| Path::new("/files").join(format!("{streams}-{stream}")).display().to_string();
    load::on_streams(bare, streams, |connection, stream| load::put(connection, &path(stream), bytes))?;
    Ok((0..streams).map(|stream| Fetch { path: path(stream), token: String::new() }).collect())
}

/// A sent file for each stream.
pub(super) fn send(sealpost: &Candidate, streams: usize, bytes: u64) -> anyhow::Result<Vec<Fetch>> {
    let mut connection = load::connect(sealpost)?;
    let transfer = load::new_transfer(&mut connection)?;
    load::on_streams(sealpost, streams, |connection, _| load::upload(connection, &transfer, bytes))?;
    load::deliver(&mut connection, &transfer)
}

/// Fetches all files at the same time.
pub(super) fn download(candidate: &Candidate, files: &[Fetch], bytes: u64) -> anyhow::Result<Turn> {
    Turn::of(candidate, || {
        load::on_streams(candidate, files.len(), |_, stream| load::get(candidate, &files[stream], bytes))
    })
}
