//! A node stands still, and comes back when others have its work: a fence keeps it from what is theirs.

use std::time::Duration;

use futures_util::future::join_all;
use rustix::process::Signal;

use crate::{
    cluster::{Cluster, Options, Store, Upload, is_gone, runs},
    support::{Api, Content, Dice, eventually, run_ok},
};

const MIB: u64 = 1 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_was_paused_in_an_upload_changes_nothing_when_it_comes_back() {
    let mut dice = Dice::new("paused upload", 210);
    let mut cluster = Cluster::start().await;
    let api = cluster.api();
    let transfer = api.draft(&["anna@example.org"]).await;
    let mut uploads = Vec::new();
    for by in [&cluster.api_of_first(), &api, &api] {
        let content = Content::new(dice.next(), 20 * MIB);
        uploads.push(Upload::begin(by, &transfer, content, content.length, 13 * MIB).await);
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
    assert!(uploads[0].interruptions() > 0, "it was its");
    let link = api.send(&transfer).await;
    let objects = cluster.objects().await;

    cluster.nodes[0].signal(Signal::CONT);
    cluster.nodes[0].ready().await;
    // It still has what it was writing, stores it, and is refused: another has come since.
    eventually("it throws away what it had", async || {
        let there = cluster.objects().await;
        there.iter().all(|name| objects.contains(name)).then_some(())
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
    const FILES: usize = 60;
    let mut dice = Dice::new("paused purge", 211);
    let mut cluster = Cluster::start().await;
    let api = cluster.api();
    let transfer = api.draft(&["anna@example.org"]).await;
    for number in 0..FILES {
        api.file(&transfer, &format!("{number}.bin"), Content::new(dice.next(), 200_000)).await;
    }
    let link = api.send(&transfer).await;
    assert_eq!(cluster.objects().await.len(), FILES);

    let (paused, id) = (cluster.nodes[0].api(), transfer.clone());
    let purging = tokio::spawn(async move { paused.purge(&id).await });
    cluster.fewer_objects_than(FILES).await;
    cluster.nodes[0].signal(Signal::STOP);
    let left = cluster.objects().await.len();
    println!("{left} of {FILES} objects were left");

    // Its keys went first: to the others it is gone, whatever is left.
    cluster.ends_purge(&cluster.nodes[1].api(), &transfer).await;
    let proof = run_ok(&mut cluster.operator(&["purge", "verify", &transfer])).await;
    assert!(proof.contains("nothing is left"), "{proof}");

    cluster.nodes[0].signal(Signal::CONT);
    let late = purging.await.unwrap();
    assert!(late.is_err() || is_gone(late.unwrap()));
    cluster.nodes[0].ready().await;
    assert!(cluster.objects().await.is_empty());
    cluster.is_purged(&transfer, &link).await;
    cluster.is_sound().await;
}

/// The job, as it is begun when time is over and nobody asks for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_was_paused_in_the_job_that_purges_changes_nothing_when_another_has_taken_it() {
    const TRANSFERS: usize = 3;
    const FILES: usize = 20;
    const STORE_JOBS: [&str; 4] = ["purge_expired", "reconcile_orphans", "verify_stores", "verify_store"];
    let mut dice = Dice::new("paused job", 212);
    let mut cluster = Cluster::start_with(Options { store: Store::S3, ..Options::default() }).await;
    let api = cluster.api();
    let seed = dice.next();
    let kept = Content::new(dice.next(), MIB);
    let sent = join_all((0..TRANSFERS).map(|_| sent_with(&api, FILES, Content::new(seed, 20_000)))).await;
    let (_, kept_link) = sent_with(&api, 1, kept).await;
    for node in 0..cluster.nodes.len() {
        cluster.nodes[node].kill().await;
    }
    cluster.sql("UPDATE jobs SET leased_until = 1 WHERE leased_until > 0".to_owned()).await;
    for (transfer, _) in &sent {
        cluster.sql(format!("UPDATE transfers SET expires_at = created_at WHERE id = '{transfer}'")).await;
    }

    // Every start queues the job, and nobody else is there to take it. Its way to the store is slow, and silent in the end.
    let earlier = runs(&cluster.nodes[..1]).len();
    cluster.way_to_store(0).delay(Duration::from_millis(100));
    cluster.nodes[0].launch();
    cluster.fewer_objects_than(TRANSFERS * FILES + 1).await;
    cluster.way_to_store(0).hang();
    eventually("it is at the purge, and at nothing that others would wait for", async || {
        let at = runs(&cluster.nodes[..1]).into_iter().skip(earlier).filter(|run| run.ended.is_none());
        let kinds: Vec<_> = at.map(|run| run.kind).collect();
        assert!(kinds.iter().any(|kind| kind == "purge_expired"), "it has ended: {kinds:?}");
        kinds.iter().all(|kind| STORE_JOBS.contains(&&**kind)).then_some(())
    })
    .await;
    cluster.nodes[0].signal(Signal::STOP);
    let left = cluster.objects().await.len() - 1;
    println!("{left} of {} objects were left", TRANSFERS * FILES);
    assert!(left > 0, "it was in the middle");
    cluster.way_to_store(0).pass();

    cluster.end_leases_of(0).await;
    cluster.nodes[1].launch();
    cluster.nodes[2].start().await;
    cluster.nodes[1].ready().await;
    eventually("another has taken it", async || {
        let purged = cluster.text("SELECT COUNT(*)::text FROM purges").await;
        (purged == TRANSFERS.to_string()).then_some(())
    })
    .await;
    let (_, late_link) = sent_with(&cluster.nodes[1].api(), 1, kept).await;
    let (told, there) = (cluster.text(PURGES).await, cluster.objects().await);
    assert_eq!(there.len(), 2, "what is not over is left");

    cluster.nodes[0].signal(Signal::CONT);
    cluster.has_lost(0, "purge_expired").await;
    cluster.nodes[0].ready().await;
    assert_eq!(cluster.text(PURGES).await, told, "what was recorded stays as it was, and once");
    assert_eq!(cluster.objects().await, there);
    for (transfer, link) in &sent {
        let recorded = |kind: &str| told.matches(&format!("{kind} {transfer}")).count();
        assert_eq!((recorded("transfer.purge_started"), recorded("transfer.purged")), (1, 1), "{told}");
        cluster.is_purged(transfer, link).await;
    }
    for link in [kept_link, late_link] {
        let lonely = cluster.nodes[0].api();
        let delivery = lonely.open(&link).await;
        assert_eq!(lonely.sha256(&delivery, 0).await, kept.sha256());
    }
    cluster.is_sound().await;
}

/// Everything that is recorded of purges, as one text.
const PURGES: &str = "SELECT concat_ws(E'\\n', \
    (SELECT string_agg(purges::text, E'\\n' ORDER BY transfer_id) FROM purges), \
    (SELECT string_agg(purge_days::text, E'\\n' ORDER BY day) FROM purge_days), \
    (SELECT string_agg(concat(kind, ' ', transfer_id), E'\\n' ORDER BY seq) FROM audit WHERE kind LIKE 'transfer.purge%'))";

/// Sends so many files of this content. Gives the transfer and its link.
async fn sent_with(api: &Api, files: usize, content: Content) -> (String, String) {
    let transfer = api.draft(&["anna@example.org"]).await;
    for number in 0..files {
        api.file(&transfer, &format!("{number}.bin"), content).await;
    }
    let link = api.send(&transfer).await;
    (transfer, link)
}
