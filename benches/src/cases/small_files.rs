//! Many small files: round trips, rows and fsync decide, not bytes.
//!
//! Where the time goes is seen by leaving things out: a handler that only reads the body, one that also seals it,
//! Sealpost that stores nothing and whose database lies in memory, the same with the database on the disk, and all of it.

use std::{fs, path::Path};

use crate::{
    child::Candidate,
    load,
    rounds::{self, Series, Turn},
    settings::Settings,
    table,
};

const BYTES: u64 = 64 << 10;
const CONNECTIONS: usize = 16;
/// Times the bare handler's processor time.
const BUDGET: f64 = 2.0;
/// Where nothing is ever written to a disk.
const MEMORY: &str = "/dev/shm";

pub(super) fn run(settings: &Settings) -> anyhow::Result<()> {
    let memory = tempfile::tempdir_in(MEMORY)?;
    let directory = settings.directory("bare")?;
    let bare = Candidate::start("bare", &directory)?;
    let sealpost = Candidate::start("sealpost", &settings.directory("sealpost")?)?;
    let in_memory = Candidate::start("sealpost-discard", memory.path())?;
    let discarding = Candidate::start("sealpost-discard", &settings.directory("discard")?)?;
    let files = settings.files;
    let mut turn = 0;
    let series = rounds::run(
        settings.rounds,
        vec![
            (
                "bare handler, plain files",
                Box::new(|| {
                    turn += 1;
                    store(&bare, &directory, files, turn)
                }),
            ),
            ("Sealpost", Box::new(|| upload(&sealpost, files))),
            ("bare handler, discarding", Box::new(|| put(&bare, "/discard", files))),
            ("bare handler, sealing and discarding", Box::new(|| put(&bare, "/sealed", files))),
            ("Sealpost, database in memory, discarding", Box::new(|| upload(&in_memory, files))),
            ("Sealpost, discarding", Box::new(|| upload(&discarding, files))),
        ],
    )?;
    print(&series, files);
    print_stages(&series, files);
    let [bare, sealpost, ..] = series.as_slice() else { return Ok(()) };
    settings.hold("Small files", BUDGET, [sealpost.cpu_ratio(bare)])
}

/// Gives every file to `work`, in turn on each of the connections.
fn on_connections(
    candidate: &Candidate,
    files: usize,
    work: impl Fn(&mut crate::http::Connection, usize) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<Turn> {
    Turn::of(candidate, || {
        load::on_streams(candidate, CONNECTIONS, |connection, stream| {
            (stream..files).step_by(CONNECTIONS).try_for_each(|file| work(connection, file))
        })
    })
}

fn put(bare: &Candidate, path: &str, files: usize) -> anyhow::Result<Turn> {
    on_connections(bare, files, |connection, _| load::put(connection, path, BYTES))
}

fn store(bare: &Candidate, directory: &Path, files: usize, turn: usize) -> anyhow::Result<Turn> {
    let measured = on_connections(bare, files, |connection, file| {
        load::put(connection, &format!("/files/{turn}-{file}"), BYTES)
    })?;
    for file in 0..files {
        fs::remove_file(directory.join(format!("{turn}-{file}")))?;
    }
    Ok(measured)
}

fn upload(sealpost: &Candidate, files: usize) -> anyhow::Result<Turn> {
    let transfer = load::new_transfer(&mut load::connect(sealpost)?)?;
    let turn =
        on_connections(sealpost, files, |connection, _| load::upload_at_once(connection, &transfer, BYTES))?;
    load::purge(&mut load::connect(sealpost)?, &transfer)?;
    Ok(turn)
}

#[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
fn print(series: &[Series], files: usize) {
    let row = |series: &Series, base: &Series| {
        let ratio = series.cpu_ratio(base);
        [
            series.name.to_owned(),
            format!("{:.3}", series.cpu() * 1_000.0 / files as f64),
            ratio.to_string(),
            format!("{:.0}", files as f64 / series.wall()),
        ]
    };
    let rows: Vec<_> = series.iter().map(|candidate| row(candidate, &series[0])).collect();
    let title = format!("{files} files of 64 KiB over {CONNECTIONS} connections");
    table::print(&title, ["candidate", "CPU ms/file", "ratio, median (range)", "files/s"], &rows);
}

/// Each stage is what a candidate costs more than the one that leaves it out.
#[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
fn print_stages(series: &[Series], files: usize) {
    let [_, all, http, sealing, in_memory, discarding] = series else { return };
    let stage = |name: &str, with: &Series, without: Option<&Series>| {
        let per_file = |of: fn(&Series) -> f64| (of(with) - without.map_or(0.0, of)) * 1_000.0 / files as f64;
        [name.to_owned(), format!("{:.3}", per_file(Series::cpu)), format!("{:.3}", per_file(Series::wall))]
    };
    let rows = [
        stage("HTTP", http, None),
        stage("AES", sealing, Some(http)),
        stage("who may, keys, manifest, rows", in_memory, Some(sealing)),
        stage("fsync of the database", discarding, Some(in_memory)),
        stage("file, its fsync and its directory's", all, Some(discarding)),
        stage("all", all, None),
    ];
    table::print("Where a small file's time goes", ["stage", "CPU ms/file", "ms/file on the clock"], &rows);
}
