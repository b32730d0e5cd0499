//! A node stands still, and comes back when others have its work: a fence keeps it from what is theirs.

use reqwest::{Method, StatusCode};
use rustix::process::Signal;
use serde_json::json;

use crate::{
    cluster::{Cluster, Upload},
    support::{Content, Dice, eventually, link_token, run_ok},
};

const MIB: u64 = 1 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_was_paused_in_an_upload_changes_nothing_when_it_comes_back() {
    let mut dice = Dice::new("paused upload", 210);
    let mut cluster = Cluster::start().await;
    let api = cluster.api();
    let transfer = api.draft(&["anna@example.org"]).await;
    let mut uploads = Vec::new();
    for _ in 0..4 {
        let content = Content::new(dice.next(), 20 * MIB);
        uploads.push(Upload::begin(&api, &transfer, content, content.length, 13 * MIB).await);
    }
    for upload in &uploads {
        upload.is_at_its_gate().await;
    }
    cluster.nodes[0].signal(Signal::STOP);
    for upload in &uploads {
        upload.open();
    }
    for upload in &mut uploads {
        upload.done().await;
    }
    assert!(uploads.iter().any(|upload| upload.interruptions() > 0), "some of them were its");
    let link = api.send(&transfer).await;
    let objects = cluster.objects();

    cluster.nodes[0].signal(Signal::CONT);
    cluster.nodes[0].ready().await;
    // It still has what it was writing, stores it, and is refused: another has come since.
    eventually("it throws away what it had", async || {
        let late: Vec<_> = cluster.objects().into_iter().filter(|path| !objects.contains(path)).collect();
        late.is_empty().then_some(())
    })
    .await;
    let delivery = api.open(&link).await;
    for (number, upload) in uploads.iter().enumerate() {
        assert_eq!(api.sha256(&delivery, number).await, upload.content.sha256(), "file {number}");
    }
    assert!(cluster.nodes[0].is_running());
    cluster.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_was_paused_in_a_purge_brings_nothing_back() {
    const FILES: u64 = 60;
    let mut dice = Dice::new("paused purge", 211);
    let mut cluster = Cluster::start().await;
    let api = cluster.api();
    let transfer = api.draft(&["anna@example.org"]).await;
    for number in 0..FILES {
        api.file(&transfer, &format!("{number}.bin"), Content::new(dice.next(), 200_000)).await;
    }
    let link = api.send(&transfer).await;
    assert_eq!(cluster.objects().len() as u64, FILES);

    let (paused, id) = (cluster.nodes[0].api(), transfer.clone());
    let purging = tokio::spawn(async move { paused.purge(&id).await });
    while cluster.objects().len() as u64 == FILES {
        std::hint::spin_loop();
    }
    cluster.nodes[0].signal(Signal::STOP);
    let left = cluster.objects().len();
    println!("{left} of {FILES} objects were left");

    // Its keys went first: to the others it is gone, whatever is left.
    let other = cluster.nodes[1].api();
    let gone = [StatusCode::NO_CONTENT, StatusCode::NOT_FOUND, StatusCode::GONE];
    let again = other.purge(&transfer).await.unwrap();
    assert!(gone.contains(&again), "{again}, with {left} objects left");
    run_ok(&mut cluster.operator(&["purge", "run"])).await;
    let proof = run_ok(&mut cluster.operator(&["purge", "verify", &transfer])).await;
    assert!(proof.contains("nothing is left"), "{proof}");

    cluster.nodes[0].signal(Signal::CONT);
    let late = purging.await.unwrap();
    assert!(late.is_err() || gone.contains(late.as_ref().unwrap()), "{late:?}");
    cluster.nodes[0].ready().await;
    assert_eq!(cluster.objects(), Vec::<std::path::PathBuf>::new());
    for node in &cluster.nodes {
        let opened = node.api().request(Method::POST, "/api/v1/links/open");
        let opened = opened.json(&json!({"token": link_token(&link)})).send().await.unwrap();
        assert_eq!(opened.status(), StatusCode::NOT_FOUND);
    }
    run_ok(&mut cluster.operator(&["purge", "verify", &transfer])).await;
    cluster.is_sound().await;
}
