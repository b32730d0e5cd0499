//! A node is killed.

use std::{fs, path::PathBuf};

use sealpost_test_support::tools::tools;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    cluster::{Cluster, Upload},
    support::{Content, Dice, eventually, files_below, node, run, run_ok, sha256},
};

const MIB: u64 = 1 << 20;
const UPLOADS: u64 = 6;
const LENGTH: u64 = 20 * MIB;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_go_on_at_other_nodes_when_one_is_killed() {
    let mut dice = Dice::new("a node is killed", 200);
    let mut cluster = Cluster::start().await;
    let api = cluster.api();
    let transfer = api.draft(&["anna@example.org"]).await;
    let mut uploads = Vec::new();
    for _ in 0..UPLOADS {
        let content = Content::new(dice.next(), LENGTH);
        // Halfway, in the middle of the second PATCH: each node has some of them.
        uploads.push(Upload::begin(&api, &transfer, content, 9 * MIB, 13 * MIB).await);
    }
    for upload in &uploads {
        upload.is_at_its_gate().await;
    }
    // Others' programs are on their way, too.
    let files = [Content::new(dice.next(), 60 * MIB), Content::new(dice.next(), 40 * MIB)];
    for (number, content) in files.iter().enumerate() {
        content.write_to(&cluster.home().join(format!("in/{number}.bin")));
    }
    let before = cluster.objects().len();
    let mut sending = cluster.sender(&["send", "in", "--to", "bert@example.org", "--json"]);
    let sending = tokio::spawn(async move { run(&mut sending).await });
    let other = Content::new(dice.next(), 60 * MIB);
    let second = api.draft(&["carl@example.org"]).await;
    let js = tokio::spawn(with_js(
        cluster.home().to_owned(),
        cluster.base_url().to_owned(),
        cluster.token.clone(),
        second.clone(),
        other,
    ));
    eventually("they are on their way", async || (cluster.objects().len() > before + 6).then_some(())).await;

    cluster.nodes[0].kill().await;
    for upload in &uploads {
        upload.open();
    }
    for upload in &mut uploads {
        upload.done().await;
    }
    assert!(uploads.iter().any(|upload| upload.interruptions() > 0), "it took some of them with it");
    let delivery = api.open(&api.send(&transfer).await).await;
    for (number, upload) in uploads.iter().enumerate() {
        assert_eq!(api.sha256(&delivery, number).await, upload.content.sha256(), "file {number}");
    }

    let sent = sending.await.unwrap();
    assert_eq!(sent.code, Some(0), "{sent:#?}");
    let sent: Value = serde_json::from_str(&sent.stdout).unwrap();
    let link = sent["links"][0]["url"].as_str().unwrap();
    run_ok(&mut cluster.recipient(&["get", link, "-o", "out"])).await;
    let came: Vec<_> = files_below(&cluster.home().join("out")).iter().map(|path| sha256(path)).collect();
    assert_eq!(came, files.map(Content::sha256));
    js.await.unwrap();
    let delivery = api.open(&api.send(&second).await).await;
    assert_eq!(api.sha256(&delivery, 0).await, other.sha256());

    cluster.nodes[0].start().await;
    cluster.is_sound().await;
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
