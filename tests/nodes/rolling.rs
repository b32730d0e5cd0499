//! All nodes are restarted, one after the other, while people work.

use std::{
    collections::{HashMap, HashSet},
    fs,
};

use futures_util::future::join_all;
use rustix::process::Signal;

use crate::{
    cluster::{Cluster, Options, People, Run, UNLIMITED, Upload, runs},
    support::{Content, Dice, eventually},
};

const MIB: u64 = 1 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_all_nodes_in_turn_fails_no_request_and_runs_no_job_twice_at_once() {
    let mut dice = Dice::new("rolling", 230);
    // Uploads that stand still hold each node up for as long as it may take to stop.
    let settings = format!("{UNLIMITED}[serve]\ndrain_seconds = 2\nstop_seconds = 10\n");
    let options = Options { settings, ..Options::default() };
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
    let people = People::begin(&api, &mut dice, 4);

    for number in 0..cluster.nodes.len() {
        let before = people.rounds();
        cluster.nodes[number].signal(Signal::TERM);
        let status = cluster.nodes[number].ended().await;
        assert_eq!(status.code(), Some(0), "node {number}: {}", cluster.nodes[number].log());
        eventually("people work on with two nodes", async || (people.rounds() > before).then_some(())).await;
        cluster.nodes[number].start().await;
    }
    let counts = people.end().await;
    for upload in &uploads {
        upload.open();
    }
    for upload in &mut uploads {
        upload.done().await;
    }
    let delivery = api.open(&api.send(&transfer).await).await;
    let hashes = join_all((0..uploads.len()).map(|number| api.sha256(&delivery, number))).await;
    assert_eq!(hashes, uploads.iter().map(|upload| upload.content.sha256()).collect::<Vec<_>>());
    let (asked, again) = (counts.asked, counts.again);
    let interruptions: u64 = uploads.iter().map(Upload::interruptions).sum();
    println!("{asked} requests, {again} of them asked again; uploads begun anew: {interruptions}");
    assert!(interruptions > 0, "uploads went from node to node");
    assert!(again * 100 <= asked, "{again} of {asked} had to be asked again");
    assert_eq!(counts.broken, 0, "no download breaks off");

    // Every start queues what the clock queues, and so does the clock.
    let runs = eventually("what was begun has ended, and everybody was told", async || {
        let runs = runs(&cluster.nodes);
        let told = runs.iter().filter(|run| run.kind == "notify_recipient").count() as u64;
        let all = told > counts.sent && runs.iter().all(|run| run.ended.is_some());
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
    assert_eq!(told.count() as u64, counts.sent, "everybody was told once");
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
