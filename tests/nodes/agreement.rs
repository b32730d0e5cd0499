//! What is decided at one node counts at all.

use std::{fs, time::Instant};

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    cluster::{Cluster, Options},
    support::{Content, link_token, run_ok},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn policies_blocks_and_limits_are_those_of_all_nodes() {
    let limits = "[limits]\nlink_per_minute = 6\n[serve]\ndrain_seconds = 0\n";
    let cluster = Cluster::start_with(Options { settings: limits.to_owned(), ..Options::default() }).await;
    a_policy_counts_everywhere(&cluster).await;
    a_block_counts_everywhere(&cluster).await;
    guesses_are_counted_together(&cluster).await;
    cluster.is_sound().await;
}

async fn a_policy_counts_everywhere(cluster: &Cluster) {
    let draft = json!({"recipients": [{"email": "bert@rival.example"}]});
    let everywhere = async |status: StatusCode| {
        for node in &cluster.nodes {
            let made =
                node.api().request(Method::POST, "/api/v1/transfers").json(&draft).send().await.unwrap();
            assert_eq!(made.status(), status);
        }
    };
    everywhere(StatusCode::CREATED).await;
    let policy = run_ok(&mut cluster.operator(&["tenant", "policy", "acme"])).await;
    let mut policy: Value = serde_json::from_str(&policy).unwrap();
    policy["addresses"] = json!([
        {"name": "rivals", "recipients": ["rival.example"], "effect": {"deny": "No."}},
    ]);
    let file = cluster.home().join("policy.json");
    fs::write(&file, policy.to_string()).unwrap();
    run_ok(&mut cluster.operator(&["tenant", "policy", "acme", "--set", file.to_str().unwrap()])).await;
    everywhere(StatusCode::FORBIDDEN).await;
}

async fn a_block_counts_everywhere(cluster: &Cluster) {
    let api = cluster.api();
    let transfer = api.draft(&["anna@example.org"]).await;
    api.file(&transfer, "a.bin", Content::new(240, 1_000)).await;
    let link = api.send(&transfer).await;
    // All have read it, and hold its keys.
    for node in &cluster.nodes {
        let delivery = node.api().open(&link).await;
        node.api().sha256(&delivery, 0).await;
    }
    cluster.nodes[1].api().post(&format!("/api/v1/transfers/{transfer}/block"), &json!({})).await;
    for node in &cluster.nodes {
        let open = node.api().request(Method::POST, "/api/v1/links/open");
        let open = open.json(&json!({"token": link_token(&link)})).send().await.unwrap();
        assert_eq!(open.status(), StatusCode::NOT_FOUND);
    }
}

async fn guesses_are_counted_together(cluster: &Cluster) {
    let api = cluster.api();
    let draft = json!({"recipients": [{"email": "anna@example.org"}], "password": "correct horse battery"});
    let made = api.post("/api/v1/transfers", &draft).await;
    let transfer = made["id"].as_str().unwrap();
    api.file(transfer, "a.bin", Content::new(241, 1_000)).await;
    let link = api.send(transfer).await;
    // All at once: what is counted is when they come, and not how long a password takes.
    let begun = Instant::now();
    let guesses = (0..4).flat_map(|round| cluster.nodes.iter().map(move |node| (round, node.api())));
    let answers = join_all(guesses.map(|(round, api)| {
        let guess = json!({"token": link_token(&link), "password": format!("guess number {round}")});
        async move {
            let asked = api.request(Method::POST, "/api/v1/links/verify").json(&guess).send().await;
            asked.unwrap().status()
        }
    }))
    .await;
    let count = |wanted: StatusCode| answers.iter().filter(|status| **status == wanted).count() as u64;
    // Six a minute: one more every ten seconds.
    let most = 6 + begun.elapsed().as_secs() / 10;
    assert!(count(StatusCode::FORBIDDEN) <= most, "{answers:?}");
    assert!(count(StatusCode::TOO_MANY_REQUESTS) > 0, "{answers:?}");
}
