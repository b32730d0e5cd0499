//! Nodes are killed.

use std::{fs, path::PathBuf};

use futures_util::StreamExt as _;
use reqwest::StatusCode;
use sealpost_test_support::tools::tools;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    cluster::{Cluster, Options, Store, Upload, is_gone},
    support::{Content, Dice, eventually, files_below, node, run, run_ok, sha256},
};

const MIB: u64 = 1 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_are_killed_in_uploads_downloads_and_purges_and_others_end_them() {
    others_end_what_the_killed_began(Store::Directory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_are_killed_in_uploads_downloads_and_purges_of_what_is_in_s3_and_others_end_them() {
    others_end_what_the_killed_began(Store::S3).await;
}

async fn others_end_what_the_killed_began(store: Store) {
    let mut dice = Dice::new("nodes are killed", 200);
    let mut cluster = Cluster::start_with(Options { store, ..Options::default() }).await;
    let (content, link) = uploads_go_on(&mut cluster, &mut dice).await;
    a_download_goes_on(&mut cluster, content, &link).await;
    a_purge_ends(&mut cluster, &mut dice, store).await;
    let delivery = cluster.api().open(&link).await;
    assert_eq!(cluster.api().sha256(&delivery, 0).await, content.sha256());
    cluster.is_sound().await;
}

/// Gives one of the files that came up, and the link to it.
async fn uploads_go_on(cluster: &mut Cluster, dice: &mut Dice) -> (Content, String) {
    let api = cluster.api();
    let transfer = api.draft(&["anna@example.org"]).await;
    let mut uploads = Vec::new();
    // One has more than connections hold on the way, for the download that is to break off.
    for (by, length) in [(&cluster.api_of_first(), 44 * MIB), (&api, 20 * MIB), (&api, 20 * MIB)] {
        let content = Content::new(dice.next(), length);
        // Halfway, in the middle of the second PATCH.
        uploads.push(Upload::begin(by, &transfer, content, 9 * MIB, 13 * MIB).await);
    }
    for upload in &uploads {
        upload.is_at_its_gate().await;
    }
    // Others' programs are on their way, too.
    let files = [Content::new(dice.next(), 40 * MIB), Content::new(dice.next(), 24 * MIB)];
    for (number, content) in files.iter().enumerate() {
        content.write_to(&cluster.home().join(format!("in/{number}.bin")));
    }
    let before = cluster.objects().await.len();
    let mut sending = cluster.sender(&["send", "in", "--to", "bert@example.org", "--json"]);
    let sending = tokio::spawn(async move { run(&mut sending).await });
    let other = Content::new(dice.next(), 32 * MIB);
    let second = api.draft(&["carl@example.org"]).await;
    let js = tokio::spawn(with_js(
        cluster.home().to_owned(),
        cluster.base_url().to_owned(),
        cluster.token.clone(),
        second.clone(),
        other,
    ));
    let under_way = async || (cluster.objects().await.len() > before + 3).then_some(());
    eventually("they are on their way", under_way).await;

    cluster.nodes[0].kill().await;
    cluster.end_leases_of(0).await;
    for upload in &uploads {
        upload.open();
    }
    for upload in &mut uploads {
        upload.done().await;
    }
    assert!(uploads[0].interruptions() > 0, "it was its");
    let link = api.send(&transfer).await;
    let delivery = api.open(&link).await;
    for (number, upload) in uploads.iter().enumerate() {
        assert_eq!(api.sha256(&delivery, number).await, upload.content.sha256(), "file {number}");
    }

    let sent = sending.await.unwrap();
    assert_eq!(sent.code, Some(0), "{sent:#?}");
    let sent: Value = serde_json::from_str(&sent.stdout).unwrap();
    let their_link = sent["links"][0]["url"].as_str().unwrap();
    run_ok(&mut cluster.recipient(&["get", their_link, "-o", "out"])).await;
    let came: Vec<_> = files_below(&cluster.home().join("out")).iter().map(|path| sha256(path)).collect();
    assert_eq!(came, files.map(Content::sha256));
    js.await.unwrap();
    let delivery = api.open(&api.send(&second).await).await;
    assert_eq!(api.sha256(&delivery, 0).await, other.sha256());
    cluster.nodes[0].start().await;
    (uploads[0].content, link)
}

async fn a_download_goes_on(cluster: &mut Cluster, content: Content, link: &str) {
    let doomed = cluster.nodes[1].api();
    let delivery = doomed.open(link).await;
    let answer = doomed.fetch(&delivery.grant, &delivery.file(0), 0).await.unwrap();
    let mut body = answer.bytes_stream();
    let mut came = body.next().await.unwrap().unwrap().to_vec();
    cluster.nodes[1].kill().await;
    let broken = loop {
        match body.next().await {
            Some(Ok(piece)) => came.extend_from_slice(&piece),
            Some(Err(_)) => break true,
            None => break false,
        }
    };
    assert!(broken && (came.len() as u64) < content.length, "{} bytes", came.len());
    let other = cluster.nodes[2].api();
    let rest = other.fetch(&delivery.grant, &delivery.file(0), came.len() as u64).await.unwrap();
    assert_eq!(rest.status(), StatusCode::PARTIAL_CONTENT);
    came.extend_from_slice(&rest.bytes().await.unwrap());
    assert!(came == content.all(), "the bytes are equal");
    cluster.nodes[1].start().await;
}

async fn a_purge_ends(cluster: &mut Cluster, dice: &mut Dice, store: Store) {
    const FILES: usize = 40;
    let others = cluster.objects().await;
    let api = cluster.api();
    let transfer = api.draft(&["anna@example.org"]).await;
    for number in 0..FILES {
        api.file(&transfer, &format!("{number}.bin"), Content::new(dice.next(), 100_000)).await;
    }
    let link = api.send(&transfer).await;
    let all = others.len() + FILES;
    assert_eq!(cluster.objects().await.len(), all);

    if store == Store::S3 {
        cluster.way_to_store(2).delay(std::time::Duration::from_millis(50));
    }
    let (doomed, id) = (cluster.nodes[2].api(), transfer.clone());
    let purging = tokio::spawn(async move { doomed.purge(&id).await });
    cluster.fewer_objects_than(all).await;
    cluster.nodes[2].kill().await;
    let left = cluster.objects().await.len() - others.len();
    println!("{left} of {FILES} objects were left");
    let answer = purging.await.unwrap();
    assert!(answer.is_err() || left == 0, "{answer:?}, with {left} objects left");

    cluster.ends_purge(&cluster.nodes[0].api(), &transfer).await;
    cluster.nodes[2].start().await;
    cluster.is_purged(&transfer, &link).await;
    assert_eq!(cluster.objects().await, others, "of other transfers nothing is gone");
    assert!(is_gone(cluster.nodes[2].api().purge(&transfer).await.unwrap()));
}

/// Uploads one file with tus-js-client, as patient as the pages are.
async fn with_js(home: PathBuf, base: String, token: String, transfer: String, content: Content) {
    let file = home.join("js.bin");
    content.write_to(&file);
    let delays: Vec<u64> = std::iter::repeat_n(1_000, 90).collect();
    let order = json!({
        "file": file, "name": "js.bin", "endpoint": format!("{base}/api/v1/transfers/{transfer}/files"),
        "token": token, "chunk": 8 * MIB, "store": home.join("js.json"), "delays": delays,
    });
    let mut command: Command = node("tus-upload.cjs");
    assert!(tools().exists(), "scripts/test-tools.sh has run");
    run_ok(command.arg(order.to_string())).await;
    fs::remove_file(file).unwrap();
}
