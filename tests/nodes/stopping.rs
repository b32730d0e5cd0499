//! A node is told to end.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use reqwest::{Body, Method, StatusCode};
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};

use crate::{
    cluster::{Cluster, Options},
    support::{Content, eventually, files_below, number},
};

const MIB: u64 = 1 << 20;

fn nodes(nodes: usize, drain: u64, stop: u64) -> Options {
    let settings = format!("[serve]\ndrain_seconds = {drain}\nstop_seconds = {stop}\n");
    Options { nodes, settings, ..Options::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_to_end_says_so_and_serves_on_until_others_have_seen_it() {
    let mut cluster = Cluster::start_with(nodes(1, 3, 5)).await;
    let api = cluster.nodes[0].api();
    // A connection that is kept, as those of proxies are.
    let keeping = reqwest::Client::builder().no_proxy().build().unwrap();
    let readyz = format!("http://127.0.0.1:{}/readyz", cluster.nodes[0].port);
    let healthy = keeping.get(&readyz).send().await.unwrap();
    assert!(!healthy.headers().contains_key("connection"));
    drop(healthy.bytes().await);

    cluster.nodes[0].signal(Signal::TERM);
    let refused = eventually("it says that it ends", async || {
        let answer = keeping.get(&readyz).send().await.unwrap();
        (answer.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(answer)
    })
    .await;
    assert_eq!(refused.headers()["connection"], "close", "the next request goes elsewhere");
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "stopping");
    let transfer = api.draft(&["anna@example.org"]).await;
    api.file(&transfer, "late.bin", Content::new(250, 100_000)).await;
    api.send(&transfer).await;
    assert!(cluster.nodes[0].is_running(), "it serves on");
    assert_eq!(cluster.nodes[0].ended().await.code(), Some(0), "{}", cluster.nodes[0].log());
    cluster.nodes[0].start().await;
    cluster.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_does_not_end_in_time_is_stored_and_goes_on_at_another_node_at_once() {
    let mut cluster = Cluster::start_with(nodes(2, 0, 1)).await;
    let (one, two) = (cluster.nodes[0].api(), cluster.nodes[1].api());
    let content = Content::new(251, 20 * MIB);
    let transfer = one.draft(&["anna@example.org"]).await;
    let upload = one.begin(&transfer, "slow.bin", content.length).await;
    // One byte a while after the first 13 MiB: it stands not still, and does not end.
    let sent = watch::Sender::new(0);
    let told = sent.clone();
    let pieces = stream::iter(content.pieces(0..13 * MIB).map(Ok));
    let drops = stream::iter(13 * MIB..content.length).then(move |at| {
        let told = told.clone();
        async move {
            told.send_replace(at);
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok::<_, std::io::Error>(content.range(at..at + 1).into())
        }
    });
    let sending = tokio::spawn({
        let (api, upload) = (one.clone(), upload.clone());
        async move { api.patch(&upload, 0, Body::wrap_stream(pieces.chain(drops))).await }
    });
    sent.subscribe().wait_for(|sent| *sent > 13 * MIB).await.unwrap();

    cluster.nodes[0].signal(Signal::TERM);
    let refused = sending.await.unwrap().unwrap();
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "stopping");
    let offset = two.offset(&upload).await;
    assert!(offset >= 13 * MIB, "all that had come in is stored: {offset}");
    // No lease is left that would have to end first.
    let rest =
        two.patch(&upload, offset, crate::support::body(content, offset..content.length)).await.unwrap();
    assert_eq!(rest.status(), StatusCode::NO_CONTENT);
    assert_eq!(number(rest.headers(), "upload-offset"), content.length);
    assert_eq!(cluster.nodes[0].ended().await.code(), Some(0), "{}", cluster.nodes[0].log());
    let delivery = two.open(&two.send(&transfer).await).await;
    assert_eq!(two.sha256(&delivery, 0).await, content.sha256());
    cluster.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_does_not_end_in_time_is_begun_at_another_node_at_once() {
    // A mail server that takes connections and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let reached = watch::Sender::new(false);
    let told = reached.clone();
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((stream, _)) = silent.accept().await {
            kept.push(stream);
            told.send_replace(true);
        }
    });
    let smtp = format!("[mail.smtp]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"");
    let mail = vec![Some(smtp)];
    let mut cluster = Cluster::start_with(Options { mail, ..nodes(2, 0, 1) }).await;
    // The other one is to have nothing of it before.
    cluster.nodes[1].kill().await;
    let api = cluster.nodes[0].api();
    let transfer = api.draft(&["anna@example.org"]).await;
    api.file(&transfer, "a.bin", Content::new(252, 1_000)).await;
    api.send(&transfer).await;
    reached.subscribe().wait_for(|reached| *reached).await.unwrap();

    cluster.nodes[0].signal(Signal::TERM);
    assert_eq!(cluster.nodes[0].ended().await.code(), Some(0), "{}", cluster.nodes[0].log());
    assert!(cluster.nodes[0].log().contains("broken off and given back"), "{}", cluster.nodes[0].log());
    let jobs = crate::support::run_ok(&mut cluster.operator(&["jobs", "list"])).await;
    let waiting = jobs.lines().find(|line| line.contains("notify_recipient")).unwrap();
    let columns: Vec<_> = waiting.split('\t').collect();
    assert_eq!((columns[2], columns[4]), ("waits", "0"), "it waits for nobody's lease: {waiting}");
    cluster.nodes[1].start().await;
    eventually("the mail", async || {
        let mails = files_below(&cluster.home().join("mail"));
        mails.iter().any(|path| path.extension().is_some_and(|is| is == "eml")).then_some(())
    })
    .await;
    cluster.nodes[1].api().request(Method::GET, "/healthz").send().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_signal_ends_a_node_at_once_and_a_hangup_does_not_end_it() {
    let mut cluster = Cluster::start_with(nodes(1, 600, 600)).await;
    cluster.nodes[0].signal(Signal::HUP);
    let api = cluster.nodes[0].api();
    api.post("/api/v1/transfers", &json!({"recipients": [{"email": "anna@example.org"}]})).await;
    assert!(cluster.nodes[0].is_running());

    cluster.nodes[0].signal(Signal::TERM);
    eventually("it says that it ends", async || {
        (cluster.nodes[0].readiness().await == Some(StatusCode::SERVICE_UNAVAILABLE)).then_some(())
    })
    .await;
    assert!(cluster.nodes[0].is_running());
    cluster.nodes[0].signal(Signal::INT);
    assert_eq!(
        cluster.nodes[0].ended().await.code(),
        Some(1),
        "within this test's patience, not in ten minutes"
    );
    cluster.nodes[0].start().await;
    cluster.is_sound().await;
}
