//! All nodes are restarted, one after the other, while people work.

use std::{
    collections::{HashMap, HashSet},
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use futures_util::future::join_all;
use reqwest::{Method, Response};
use rustix::process::Signal;
use serde_json::json;
use tokio::time::sleep;

use crate::{
    cluster::{Cluster, Options, Run, Upload, runs},
    support::{Api, Content, Dice, eventually},
};

const MIB: u64 = 1 << 20;
/// Between two tries of a request, and how many there may be.
const PAUSE: Duration = Duration::from_millis(50);
const TRIES: u32 = 600;
/// Between two things that somebody sends.
const BETWEEN: Duration = Duration::from_millis(400);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_all_nodes_in_turn_fails_no_request_and_runs_no_job_twice_at_once() {
    let mut dice = Dice::new("rolling", 230);
    // As many requests come from one address as the machine can take.
    let settings =
        "[limits]\nnetwork_per_minute = 1000000\ntenant_per_minute = 1000000\nlink_per_minute = 1000000\n";
    let options = Options { settings: settings.to_owned(), ..Options::default() };
    let mut cluster = Cluster::start_with(options).await;
    let api = cluster.api();
    let transfer = api.draft(&["anna@example.org"]).await;
    let mut uploads = Vec::new();
    for _ in 0..4 {
        let content = Content::new(dice.next(), 24 * MIB);
        uploads.push(Upload::begin(&api, &transfer, content, 9 * MIB, 13 * MIB).await);
    }
    for upload in &uploads {
        upload.is_at_its_gate().await;
    }
    let counts = Arc::new(Counts::default());
    let workers: Vec<_> =
        (0..4).map(|_| tokio::spawn(work(api.clone(), dice.next(), Arc::clone(&counts)))).collect();

    for number in 0..cluster.nodes.len() {
        let before = counts.rounds.load(SeqCst);
        cluster.nodes[number].signal(Signal::TERM);
        let status = cluster.nodes[number].ended().await;
        assert_eq!(status.code(), Some(0), "node {number}: {}", cluster.nodes[number].log());
        eventually("people work on with two nodes", async || {
            (counts.rounds.load(SeqCst) > before).then_some(())
        })
        .await;
        cluster.nodes[number].start().await;
    }
    counts.over.store(true, SeqCst);
    for worker in workers {
        worker.await.unwrap();
    }
    for upload in &uploads {
        upload.open();
    }
    for upload in &mut uploads {
        upload.done().await;
    }
    let delivery = api.open(&api.send(&transfer).await).await;
    let hashes = join_all((0..uploads.len()).map(|number| api.sha256(&delivery, number))).await;
    assert_eq!(hashes, uploads.iter().map(|upload| upload.content.sha256()).collect::<Vec<_>>());
    let (asked, again) = (counts.asked.load(SeqCst), counts.again.load(SeqCst));
    let interruptions: u64 = uploads.iter().map(Upload::interruptions).sum();
    println!("{asked} requests, {again} of them asked again; uploads begun anew: {interruptions}");
    assert!(interruptions > 0, "uploads went from node to node");
    assert!(again * 100 <= asked, "{again} of {asked} had to be asked again");

    // Every start queues what the clock queues, and so does the clock.
    let runs = eventually("what was begun has ended, and everybody was told", async || {
        let runs = runs(&cluster.nodes);
        let told = runs.iter().filter(|run| run.kind == "notify_recipient").count() as u64;
        let all = told > counts.sent.load(SeqCst) && runs.iter().all(|run| run.ended.is_some());
        all.then_some(runs)
    })
    .await;
    no_two_at_once(&runs);
    for kind in ["purge_expired", "forward_due", "sweep", "checkpoint_audit", "reconcile_orphans"] {
        assert!(runs.iter().any(|run| run.kind == kind), "{kind} has run");
    }
    let nodes: HashSet<_> = runs.iter().map(|run| run.node).collect();
    assert_eq!(nodes.len(), 3, "all nodes take jobs");
    let mails = cluster.mails();
    let told = mails.iter().filter(|path| {
        fs::read_to_string(path)
            .unwrap()
            .lines()
            .any(|line| line.starts_with("To:") && line.contains("bert@"))
    });
    assert_eq!(told.count() as u64, counts.sent.load(SeqCst), "everybody was told once");
    cluster.is_sound().await;
}

/// Of what the clock queues, no kind is run by two at the same time, and no job at all is run twice.
fn no_two_at_once(runs: &[Run]) {
    let mut by_kind: HashMap<&str, Vec<&Run>> = HashMap::new();
    let single = ["notify_recipient", "notify_sender"];
    for run in runs.iter().filter(|run| !single.contains(&run.kind.as_str())) {
        by_kind.entry(&run.kind).or_default().push(run);
    }
    for (kind, mut runs) in by_kind {
        runs.sort_by_key(|run| run.begun);
        for pair in runs.windows(2) {
            assert!(pair[0].ended.unwrap() <= pair[1].begun, "{kind} ran twice at once: {pair:?}");
        }
    }
    let mut mails = HashMap::new();
    for run in runs.iter().filter(|run| single.contains(&run.kind.as_str())) {
        *mails.entry(&run.job).or_insert(0) += 1;
    }
    assert!(mails.values().all(|times| *times == 1), "{mails:?}");
}

#[derive(Default)]
struct Counts {
    over: AtomicBool,
    rounds: AtomicU64,
    asked: AtomicU64,
    again: AtomicU64,
    sent: AtomicU64,
}

/// Sends small transfers, looks at them and fetches them, until it is told that it is over.
async fn work(api: Api, seed: u64, counts: Arc<Counts>) {
    let mut dice = Dice::new("worker", seed);
    while !counts.over.load(SeqCst) {
        let content = Content::new(dice.next(), 300_000);
        let draft = json!({"recipients": [{"email": "bert@example.org"}]});
        let made =
            asked(&counts, || api.request(Method::POST, "/api/v1/transfers").json(&draft).send()).await;
        let made: serde_json::Value = made.json().await.unwrap();
        let id = made["id"].as_str().unwrap();
        // A file that is there already has arrived, and its answer was lost.
        asked(&counts, || {
            let creation = api.creation(id, "a.bin", content.length);
            creation.header("Content-Type", "application/offset+octet-stream").body(content.all()).send()
        })
        .await;
        let path = format!("/api/v1/transfers/{id}");
        asked(&counts, || api.request(Method::GET, &path).send()).await;
        let send = format!("{path}/send");
        let sent = asked(&counts, || api.request(Method::POST, &send).json(&json!({})).send()).await;
        let sent: serde_json::Value = sent.json().await.unwrap();
        counts.sent.fetch_add(1, SeqCst);
        let token = sent["links"][0]["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let verify = json!({"token": token});
        let opened =
            asked(&counts, || api.request(Method::POST, "/api/v1/links/verify").json(&verify).send()).await;
        let opened: serde_json::Value = opened.json().await.unwrap();
        let (grant, delivery) = (opened["grant"].as_str().unwrap(), &opened["delivery"]);
        let path = format!(
            "/api/v1/deliveries/{}/files/{}/content",
            delivery["id"].as_str().unwrap(),
            delivery["files"][0]["id"].as_str().unwrap()
        );
        let got = asked(&counts, || api.fetch(grant, &path, 0)).await;
        assert!(got.bytes().await.unwrap() == content.all(), "the bytes are equal");
        counts.rounds.fetch_add(1, SeqCst);
        // People pause, too; without, a fast machine sends more mails than the test waits for.
        sleep(BETWEEN).await;
    }
}

/// Asks as every client does that is worth the name: again, if nobody was there or whoever was there was ending.
async fn asked<F>(counts: &Counts, ask: impl Fn() -> F) -> Response
where
    F: Future<Output = reqwest::Result<Response>>,
{
    counts.asked.fetch_add(1, SeqCst);
    for _ in 0..TRIES {
        match ask().await {
            Ok(answer) if answer.status().is_success() => return answer,
            Ok(answer) if [502, 503, 504].contains(&answer.status().as_u16()) => {}
            Ok(answer) => panic!("{}: {}", answer.status(), answer.text().await.unwrap()),
            Err(_) => {}
        }
        counts.again.fetch_add(1, SeqCst);
        sleep(PAUSE).await;
    }
    panic!("nobody answers");
}
