//! Downloads, while two hundred people at a time show wrong passwords.

use std::{
    net::SocketAddr,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{bail, ensure};
use serde_json::json;

use super::{download::send, settle};
use crate::{
    child::Candidate,
    http::{Body, Connection},
    load::{self, Fetch},
    settings::Settings,
    table::{self, mib},
    usage,
};

/// How many wrong passwords are shown at once.
const AT_ONCE: usize = 200;
/// Files that are fetched over and over, each on a connection of its own.
const STREAMS: usize = 2;
/// Bytes of each.
const BYTES: u64 = 8 << 20;
/// How long each phase lasts.
const PHASE: Duration = Duration::from_secs(12);
/// By how much the 99th percentile of the downloads may grow.
const BUDGET: f64 = 1.25;

pub(super) fn run(settings: &Settings) -> anyhow::Result<()> {
    let candidate = Candidate::start("sealpost", &settings.directory("sealpost")?)?;
    let files = send(&candidate, STREAMS, BYTES)?;
    let downloads = Downloads::new(&candidate, &files);
    let pid = candidate.pid();
    let mut measured = None;
    thread::scope(|scope| {
        let streams: Vec<_> = files.iter().map(|file| scope.spawn(|| downloads.run(file))).collect();
        let result = (|| {
            settle(Duration::from_secs(2));
            let before = downloads.during(|| settle(PHASE));
            let spinning = downloads.during(spin);
            usage::forget_peak(pid)?;
            let start = usage::resident(pid)?;
            let mut answers = None;
            let meanwhile = downloads.during(|| answers = Some(guess(candidate.address)));
            let peak = usage::peak(pid)?;
            let answers = answers.expect("it was run")?;
            let after = downloads.during(|| settle(PHASE));
            measured = Some(([before, spinning, meanwhile, after], answers, start, peak));
            anyhow::Ok(())
        })();
        downloads.stop.store(true, Ordering::Relaxed);
        for stream in streams {
            stream.join().expect("the load does not panic")?;
        }
        result
    })?;
    let (phases, answers, start, peak) = measured.expect("a failure has returned");
    print(&phases, &answers, start, peak);
    settings.hold_value("the p99 of downloads", BUDGET, grown(&phases, 2, 99))
}

/// How many times as long downloads take in a phase as alone.
fn grown(phases: &[Phase; 4], phase: usize, percent: usize) -> f64 {
    phases[phase].percentile(percent)
        / f64::midpoint(phases[0].percentile(percent), phases[3].percentile(percent))
}

fn print(phases: &[Phase; 4], answers: &Answers, start: u64, peak: u64) {
    let names = ["before", "beside a thread that spins", "beside wrong passwords", "after"];
    let rows: Vec<_> = names
        .iter()
        .zip(phases)
        .map(|(name, phase)| {
            [
                (*name).to_owned(),
                phase.millis.len().to_string(),
                format!("{:.1}", phase.percentile(50)),
                format!("{:.1}", phase.percentile(99)),
            ]
        })
        .collect();
    let title = format!(
        "{STREAMS} downloads of {} MiB at a time, beside {AT_ONCE} wrong passwords at a time",
        mib(BYTES)
    );
    table::print(&title, ["", "downloads", "p50, ms", "p99, ms"], &rows);
    let row = |name: &str, value: String| [name.to_owned(), value];
    let count = |count: &AtomicU64| count.load(Ordering::Relaxed).to_string();
    let rows = [
        row("p50, ratio", format!("{:.2}", grown(phases, 2, 50))),
        row("p99, ratio", format!("{:.2} (budget {BUDGET})", grown(phases, 2, 99))),
        row("p50, ratio beside the thread that spins", format!("{:.2}", grown(phases, 1, 50))),
        row("p99, ratio beside the thread that spins", format!("{:.2}", grown(phases, 1, 99))),
        row("answered as wrong", count(&answers.wrong)),
        row("sent away at once (503)", count(&answers.busy)),
        row("resident when it begins, MiB", mib(start)),
        row("peak while it lasts, MiB", mib(peak)),
    ];
    table::print("Wrong passwords", ["", ""], &rows);
}

/// What the machine does to downloads when anything else runs, however little that may: a thread of the load's process that
/// does nothing but count, at the lowest priority.
fn spin() {
    let end = Instant::now() + PHASE;
    thread::scope(|scope| {
        scope.spawn(|| {
            rustix::process::setpriority_process(None, 19).expect("anybody may be nicer");
            while Instant::now() < end {
                std::hint::spin_loop();
            }
        });
    });
}

/// Endless downloads.
struct Downloads<'a> {
    candidate: &'a Candidate,
    millis: Mutex<Vec<f64>>,
    stop: AtomicBool,
}

/// How long each download took that ended in it.
struct Phase {
    millis: Vec<f64>,
}

impl<'a> Downloads<'a> {
    fn new(candidate: &'a Candidate, files: &[Fetch]) -> Self {
        debug_assert_eq!(files.len(), STREAMS);
        Self { candidate, millis: Mutex::default(), stop: AtomicBool::new(false) }
    }

    fn run(&self, file: &Fetch) -> anyhow::Result<()> {
        while !self.stop.load(Ordering::Relaxed) {
            let begun = Instant::now();
            load::get(self.candidate, file, BYTES)?;
            self.millis.lock().expect("nobody panics").push(begun.elapsed().as_secs_f64() * 1_000.0);
        }
        Ok(())
    }

    fn during(&self, work: impl FnOnce()) -> Phase {
        self.millis.lock().expect("nobody panics").clear();
        work();
        let mut millis = std::mem::take(&mut *self.millis.lock().expect("nobody panics"));
        millis.sort_by(f64::total_cmp);
        Phase { millis }
    }
}

impl Phase {
    /// The time below which so many of a hundred downloads stay.
    fn percentile(&self, percent: usize) -> f64 {
        let place = (self.millis.len() * percent / 100).min(self.millis.len().saturating_sub(1));
        self.millis.get(place).copied().unwrap_or(f64::NAN)
    }
}

#[derive(Default)]
struct Answers {
    wrong: AtomicU64,
    busy: AtomicU64,
}

/// Everybody shows wrong passwords, one after another, each for an address of his own.
fn guess(host: SocketAddr) -> anyhow::Result<Answers> {
    let (answers, end) = (Answers::default(), Instant::now() + PHASE);
    thread::scope(|scope| {
        let people: Vec<_> = (0..AT_ONCE)
            .map(|number| {
                let answers = &answers;
                scope.spawn(move || {
                    let mut connection = Connection::open(host, "")?;
                    let shown = json!({
                        "tenant": "bench", "email": format!("nobody-{number}@example.org"), "password": "wrong horse battery",
                    });
                    while Instant::now() < end {
                        match connection.status_of("POST", "/api/v1/signin", Body::Json(&shown))? {
                            401 => answers.wrong.fetch_add(1, Ordering::Relaxed),
                            // He is told to come back in two seconds; he does not listen, but is no busy loop either.
                            503 => {
                                settle(Duration::from_millis(200));
                                answers.busy.fetch_add(1, Ordering::Relaxed)
                            }
                            other => bail!("signing in was answered with {other}"),
                        };
                    }
                    Ok(())
                })
            })
            .collect();
        people.into_iter().try_for_each(|person| person.join().expect("the load does not panic"))
    })?;
    ensure!(answers.wrong.load(Ordering::Relaxed) > 0, "no password was looked at");
    Ok(answers)
}
