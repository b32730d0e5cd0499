//! Purging what has expired, while somebody goes on uploading.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};

use super::settle;
use crate::{
    child::Candidate,
    http::Connection,
    load,
    settings::Settings,
    table::{self, mib},
    usage,
};

/// Bytes of each upload of the stream beside.
const UPLOAD: u64 = 16 << 20;
/// Uploads after which they are deleted, or they would fill the disk.
const KEPT: usize = 32;
/// How long the stream runs alone, before and after.
const ALONE: Duration = Duration::from_secs(8);

pub(super) fn run(settings: &Settings) -> anyhow::Result<()> {
    let mut candidate = Candidate::start("sealpost", &settings.directory("sealpost")?)?;
    candidate.command(&format!("seed {}", settings.purges))?;
    let pid = candidate.pid();
    let upload = Beside::new(&candidate);
    let (mut before, mut during, mut after) = (0.0, 0.0, 0.0);
    let mut purging = None;
    thread::scope(|scope| {
        let stream = scope.spawn(|| upload.run());
        let measured = (|| {
            before = upload.rate_during(|| settle(ALONE));
            usage::forget_peak(pid)?;
            let start = usage::resident(pid)?;
            let mut answer = None;
            during = upload.rate_during(|| answer = Some(candidate.command("purge")));
            let answer = answer.context("it was asked")??;
            purging = Some((answer, start, usage::peak(pid)?));
            after = upload.rate_during(|| settle(ALONE));
            anyhow::Ok(())
        })();
        upload.stop.store(true, Ordering::Relaxed);
        stream.join().expect("the load does not panic")?;
        measured
    })?;
    let (answer, start, peak) = purging.context("it was measured")?;
    let purged = answer["purged"].as_u64().context("a count")?;
    ensure!(purged == settings.purges as u64, "{purged} were purged, not {}", settings.purges);
    let seconds = answer["seconds"].as_f64().context("seconds")?;
    print(settings.purges, seconds, [before, during, after], start, peak);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "shown with few digits")]
fn print(purges: usize, seconds: f64, [before, during, after]: [f64; 3], start: u64, peak: u64) {
    let row = |name: &str, value: String| [name.to_owned(), value];
    let alone = f64::midpoint(before, after);
    let rows = [
        row("purged, per second", format!("{:.0}", purges as f64 / seconds)),
        row("resident when it begins, MiB", mib(start)),
        row("peak while it runs, MiB", mib(peak)),
        row("upload before, MiB/s", format!("{before:.0}")),
        row("upload meanwhile, MiB/s", format!("{during:.0}")),
        row("upload after, MiB/s", format!("{after:.0}")),
        row("lost", format!("{:.0} %", (1.0 - during / alone) * 100.0)),
    ];
    table::print(&format!("Purging {purges} expired transfers beside an upload"), ["", ""], &rows);
}

/// An endless stream of uploads.
struct Beside {
    address: SocketAddr,
    token: String,
    acknowledged: AtomicU64,
    stop: AtomicBool,
}

impl Beside {
    fn new(candidate: &Candidate) -> Self {
        Self {
            address: candidate.address,
            token: candidate.token.clone(),
            acknowledged: AtomicU64::new(0),
            stop: AtomicBool::new(false),
        }
    }

    fn run(&self) -> anyhow::Result<()> {
        let mut connection = Connection::open(self.address, &self.token)?;
        while !self.stop.load(Ordering::Relaxed) {
            let transfer = load::new_transfer(&mut connection)?;
            for _ in 0..KEPT {
                load::upload(&mut connection, &transfer, UPLOAD)?;
                self.acknowledged.fetch_add(UPLOAD, Ordering::Relaxed);
            }
            load::purge(&mut connection, &transfer)?;
        }
        Ok(())
    }

    /// MiB a second that are acknowledged while `work` runs.
    #[expect(clippy::cast_precision_loss, reason = "shown without digits")]
    fn rate_during(&self, work: impl FnOnce()) -> f64 {
        let (acknowledged, begun) = (self.acknowledged.load(Ordering::Relaxed), Instant::now());
        work();
        let acknowledged = self.acknowledged.load(Ordering::Relaxed) - acknowledged;
        acknowledged as f64 / f64::from(1 << 20) / begun.elapsed().as_secs_f64()
    }
}
