//! A node that does not reach the database, while the others do.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use futures_util::StreamExt as _;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    cluster::{Cluster, Options, Upload},
    support::{Content, Dice, eventually, run_ok},
};

const MIB: u64 = 1 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_without_its_database_says_so_and_the_others_go_on_with_its_work() {
    let mut dice = Dice::new("partition", 220);
    let mut cluster = Cluster::start().await;
    let api = cluster.api();
    // More than connections hold on the way.
    let there = Content::new(dice.next(), 256 * MIB);
    let first = api.draft(&["anna@example.org"]).await;
    api.file(&first, "there.bin", there).await;
    let link = api.send(&first).await;
    let purged = api.draft(&["anna@example.org"]).await;
    api.file(&purged, "old.bin", Content::new(dice.next(), MIB)).await;
    api.send(&purged).await;

    let transfer = api.draft(&["anna@example.org"]).await;
    let mut uploads = Vec::new();
    for _ in 0..4 {
        let content = Content::new(dice.next(), 20 * MIB);
        uploads.push(Upload::begin(&api, &transfer, content, content.length, 13 * MIB).await);
    }
    for upload in &uploads {
        upload.is_at_its_gate().await;
    }
    // A download at the node, begun and not ended.
    let lonely = cluster.nodes[0].api();
    let delivery = lonely.open(&link).await;
    let download = lonely.fetch(&delivery.grant, &delivery.file(0), 0).await.unwrap();

    cluster.cables[0].cut();
    for upload in &uploads {
        upload.open();
    }
    eventually("it is not ready", async || {
        (cluster.nodes[0].readiness().await == Some(StatusCode::SERVICE_UNAVAILABLE)).then_some(())
    })
    .await;
    let refused = lonely.request(Method::GET, "/api/v1/transfers").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers().contains_key("retry-after"));
    let problem: Value = refused.json().await.unwrap();
    assert_eq!(problem["code"], "unavailable");
    // What it cannot do, others do meanwhile.
    assert_eq!(lonely.purge(&purged).await.unwrap(), StatusCode::SERVICE_UNAVAILABLE);
    let other = cluster.nodes[1].api();
    assert_eq!(other.purge(&purged).await.unwrap(), StatusCode::NO_CONTENT);
    for upload in &mut uploads {
        upload.done().await;
    }
    // Its last byte could not be written down, so it is not handed over; another node has it.
    let (mut came, mut body) = (Vec::new(), download.bytes_stream());
    let broken = loop {
        match body.next().await {
            Some(Ok(piece)) => came.extend_from_slice(&piece),
            Some(Err(_)) => break true,
            None => break false,
        }
    };
    assert!(broken && (came.len() as u64) < there.length, "{} bytes", came.len());
    let rest = other.fetch(&delivery.grant, &delivery.file(0), came.len() as u64).await.unwrap();
    assert_eq!(rest.status(), StatusCode::PARTIAL_CONTENT);
    came.extend_from_slice(&rest.bytes().await.unwrap());
    assert!(came == there.all(), "the bytes are equal");

    cluster.cables[0].mend();
    cluster.nodes[0].ready().await;
    let sent = lonely.post(&format!("/api/v1/transfers/{transfer}/send"), &json!({})).await;
    let delivery = lonely.open(sent["links"][0]["url"].as_str().unwrap()).await;
    for (number, upload) in uploads.iter().enumerate() {
        assert_eq!(lonely.sha256(&delivery, number).await, upload.content.sha256(), "file {number}");
    }
    run_ok(&mut cluster.operator(&["purge", "verify", &purged])).await;
    assert!(cluster.nodes[0].is_running());
    cluster.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_whose_way_to_the_database_is_silent_says_so_and_its_locks_hold_up_nobody_for_long() {
    let mut cluster = Cluster::start_with(Options { nodes: 2, ..Options::default() }).await;
    let (silent, other) = (cluster.nodes[0].api(), cluster.nodes[1].api());
    // Some of these are in the middle of a transaction when nothing more is passed on, and hold the head of the log.
    let made = Arc::new(AtomicU64::new(0));
    let draft = json!({"recipients": [{"email": "anna@example.org"}]});
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let (api, made, draft) = (silent.clone(), Arc::clone(&made), draft.clone());
            tokio::spawn(async move {
                loop {
                    let asked = api.request(Method::POST, "/api/v1/transfers").json(&draft);
                    drop(asked.timeout(Duration::from_secs(60)).send().await);
                    made.fetch_add(1, SeqCst);
                }
            })
        })
        .collect();
    eventually("they write", async || (made.load(SeqCst) > 20).then_some(())).await;
    cluster.cables[0].hush();
    assert_eq!(cluster.nodes[0].readiness().await, Some(StatusCode::SERVICE_UNAVAILABLE));
    let transfer = other.draft(&["anna@example.org"]).await;
    other.file(&transfer, "a.bin", Content::new(221, MIB)).await;
    let link = other.send(&transfer).await;
    for writer in writers {
        writer.abort();
    }
    cluster.cables[0].mend();
    cluster.nodes[0].ready().await;
    let delivery = silent.open(&link).await;
    assert_eq!(silent.sha256(&delivery, 0).await, Content::new(221, MIB).sha256());
    cluster.is_sound().await;
}
