//! Upload to local files: everything that is acknowledged is on the disk, on either side.

use std::{fs, path::Path};

use super::{STREAMS, print_per_gib, share, upload_discard::upload};
use crate::{
    child::Candidate,
    load,
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
        let series = rounds::run(
            settings.rounds,
            vec![
                ("bare handler, plain files", Box::new(|| upload_bare(&bare, &directory, streams, bytes))),
                ("Sealpost", Box::new(|| upload(&sealpost, streams, bytes))),
            ],
        )?;
        all.push((streams, series));
    }
    print_per_gib("Upload to local files, synced", 1.3, settings, &all)
}

fn upload_bare(candidate: &Candidate, directory: &Path, streams: usize, bytes: u64) -> anyhow::Result<Turn> {
    let turn = Turn::of(candidate, || {
        load::on_streams(candidate, streams, |connection, stream| {
            load::put(connection, &format!("/files/{stream}"), bytes)
        })
    })?;
    for stream in 0..streams {
        fs::remove_file(directory.join(stream.to_string()))?;
    }
    Ok(turn)
}
