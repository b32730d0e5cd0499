//! Many at once: how long small questions take while a thousand uploads are open and five hundred downloads run.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use futures_util::{StreamExt as _, future::join_all, stream};
use reqwest::{Body, Method};
use serde_json::json;

use crate::{
    cluster::{Cluster, Options, UNLIMITED},
    support::{Api, Content},
};

const MIB: u64 = 1 << 20;
/// Bytes a second that a recipient's line carries.
const LINE: f64 = 131_072.0;

/// `scripts/nodes-bench.sh` runs it with a release build, and with numbers of its own if they are set:
/// `SEALPOST_LOAD_UPLOADS`, `SEALPOST_LOAD_DOWNLOADS`, `SEALPOST_LOAD_SECONDS`. Downloads begin within so many seconds:
/// `SEALPOST_LOAD_WITHIN`, 0 for all in one moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures for a while; no make target, scripts/nodes-bench.sh runs it"]
async fn small_questions_are_answered_while_many_uploads_and_downloads_run() {
    let number = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name}")))
    };
    let uploads = number("SEALPOST_LOAD_UPLOADS", 1_000);
    let downloads = number("SEALPOST_LOAD_DOWNLOADS", 500);
    let seconds = number("SEALPOST_LOAD_SECONDS", 30);
    let within = number("SEALPOST_LOAD_WITHIN", 10);
    let cluster = Cluster::start_with(Options { settings: UNLIMITED.to_owned(), ..Options::default() }).await;
    let api = cluster.api();
    let content = Content::new(270, 8 * MIB);
    let sent = api.draft(&["anna@example.org"]).await;
    api.file(&sent, "down.bin", content).await;
    let link = api.send(&sent).await;
    let load = Arc::new(Load::default());
    // Before anything runs: to open a link is none of the questions.
    let mut deliveries = Vec::new();
    for _ in 0..downloads {
        deliveries.push(api.open(&link).await);
    }

    let mut running = Vec::new();
    for group in 0..uploads.div_ceil(100) {
        let transfer = api.draft(&["anna@example.org"]).await;
        for number in 0..100.min(uploads - group * 100) {
            let path = api.begin(&transfer, &format!("{number}.bin"), 1 << 30).await;
            running.push(tokio::spawn(upload(api.clone(), path, Arc::clone(&load))));
        }
    }
    for delivery in deliveries {
        let (grant, path) = (delivery.grant.clone(), delivery.file(0));
        running.push(tokio::spawn(download(api.clone(), grant, path, Arc::clone(&load))));
        // People do not come all in one moment.
        tokio::time::sleep(Duration::from_millis(within * 1_000 / downloads)).await;
    }
    let moved = |load: &Load| (load.up.load(SeqCst), load.down.load(SeqCst));
    let before = moved(&load);
    let begun = Instant::now();
    let askers = (0..8).map(|_| ask(api.clone(), sent.clone(), Duration::from_secs(seconds)));
    let mut times: Vec<Duration> = Vec::new();
    let mut failed = 0;
    for (took, refused) in join_all(askers).await {
        times.extend(took);
        failed += refused;
    }
    load.over.store(true, SeqCst);
    let elapsed = begun.elapsed().as_secs_f64();
    let after = moved(&load);
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    println!(
        "{uploads} uploads open, {downloads} downloads: {} questions in {elapsed:.0} s, {failed} failed; \
         p50 {:.1} ms, p90 {:.1} ms, p99 {:.1} ms, longest {:.1} ms; {:.0} MiB/s up, {:.0} MiB/s down; \
         {} uploads and {} downloads broke off",
        times.len(),
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0),
        (after.0 - before.0) as f64 / MIB as f64 / elapsed,
        (after.1 - before.1) as f64 / MIB as f64 / elapsed,
        load.uploads_broken.load(SeqCst),
        load.downloads_broken.load(SeqCst),
    );
    for task in running {
        task.abort();
    }
    assert_eq!((failed, load.uploads_broken.load(SeqCst), load.downloads_broken.load(SeqCst)), (0, 0, 0));
}

#[derive(Default)]
struct Load {
    over: AtomicBool,
    up: AtomicU64,
    down: AtomicU64,
    uploads_broken: AtomicU64,
    downloads_broken: AtomicU64,
}

/// 64 KiB a second: as many as are open would be at a time in an office.
async fn upload(api: Api, path: String, load: Arc<Load>) {
    let piece = Content::new(271, 64 << 10).all();
    let counted = Arc::clone(&load);
    let pieces = stream::repeat(bytes::Bytes::from(piece)).then(move |piece| {
        let load = Arc::clone(&counted);
        async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            load.up.fetch_add(piece.len() as u64, SeqCst);
            Ok::<_, std::io::Error>(piece)
        }
    });
    drop(api.patch(&path, 0, Body::wrap_stream(pieces)).await);
    if !load.over.load(SeqCst) {
        load.uploads_broken.fetch_add(1, SeqCst);
    }
}

/// One after the other, each over a line that carries 128 KiB a second.
async fn download(api: Api, grant: String, path: String, load: Arc<Load>) {
    while !load.over.load(SeqCst) {
        let Ok(answer) = api.fetch(&grant, &path, 0).await else {
            load.downloads_broken.fetch_add(1, SeqCst);
            continue;
        };
        let mut body = answer.bytes_stream();
        while let Some(piece) = body.next().await {
            match piece {
                Ok(piece) => {
                    load.down.fetch_add(piece.len() as u64, SeqCst);
                    tokio::time::sleep(Duration::from_secs_f64(piece.len() as f64 / LINE)).await;
                }
                Err(_) => {
                    load.downloads_broken.fetch_add(1, SeqCst);
                }
            }
        }
    }
}

/// Small questions, one after the other: how long each took, and how many were refused.
async fn ask(api: Api, transfer: String, time: Duration) -> (Vec<Duration>, u64) {
    let (end, path) = (Instant::now() + time, format!("/api/v1/transfers/{transfer}"));
    let (mut times, mut refused) = (Vec::new(), 0);
    while Instant::now() < end {
        for round in 0..4 {
            let request = match round {
                0 => api.request(Method::GET, &path),
                1 => api.request(Method::GET, "/api/v1/addin/bootstrap"),
                2 => api.request(Method::GET, "/api/v1/transfers"),
                _ => api
                    .request(Method::POST, "/api/v1/transfers")
                    .json(&json!({"recipients": [{"email": "bert@example.org"}]})),
            };
            let begun = Instant::now();
            let answer = request.send().await;
            refused += u64::from(!answer.is_ok_and(|answer| answer.status().is_success()));
            times.push(begun.elapsed());
        }
    }
    (times, refused)
}
