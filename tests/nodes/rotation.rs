//! The root key is rotated while people work, and the node that wraps keys anew is killed in the middle of it.

use std::{fs, time::Duration};

use chrono::{Days, NaiveDate};
use futures_util::future::{join_all, try_join_all};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    cluster::{Cluster, Options, People, UNLIMITED, Upload, Vault, runs},
    support::{Api, Content, Dice, eventually, run, run_ok},
};

const MIB: u64 = 1 << 20;
/// Expiry days that have a key, each of which is wrapped by itself.
const DAYS: u64 = 120;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_is_ended_by_another_node_when_the_one_that_wraps_anew_is_killed_and_everything_opens() {
    let mut dice = Dice::new("rotation", 260);
    let options = Options { vault: Vault::OpenBao, settings: UNLIMITED.to_owned(), ..Options::default() };
    let mut cluster = Cluster::start_with(options).await;
    let api = cluster.api();
    let drafts = a_draft_for_each_day(&cluster).await;
    for tenant in ["beta", "gamma"] {
        run_ok(&mut cluster.operator(&["tenant", "create", tenant])).await;
    }
    let content = Content::new(dice.next(), 20 * MIB);
    let transfer = api.draft(&["anna@example.org"]).await;
    let mut upload = Upload::begin(&api, &transfer, content, 9 * MIB, 13 * MIB).await;
    let people = People::begin(&api, &mut dice, 2);
    upload.is_at_its_gate().await;

    // Three calls for each key: so there is a middle.
    cluster.ways_to_vault().iter().for_each(|way| way.delay(Duration::from_millis(10)));
    run_ok(&mut cluster.operator(&["keys", "rotate"])).await;
    eventually("some are wrapped anew", async || {
        let standing = Standing::of(&cluster).await;
        (standing.new > DAYS / 10).then_some(())
    })
    .await;
    let at_work =
        runs(&cluster.nodes).into_iter().rfind(|run| run.kind == "rewrap_keys" && run.ended.is_none());
    let at_work = at_work.expect("one of them wraps anew");
    let doomed = at_work.node;
    cluster.nodes[doomed].kill().await;
    let middle = Standing::of(&cluster).await;
    println!("{middle:?} when node {doomed} was killed");
    assert!(middle.old > 0 && middle.new > 0, "it was in the middle: {middle:?}");
    let too_early = run(&mut cluster.operator(&["keys", "retire", "v1"])).await;
    assert_eq!(too_early.code, Some(1), "{too_early:?}");
    assert_eq!(Standing::of(&cluster).await.old_is, "opens");

    cluster.ways_to_vault().iter().for_each(|way| way.pass());
    cluster.end_leases_of(doomed).await;
    upload.open();
    eventually("all are wrapped anew", async || (Standing::of(&cluster).await.old == 0).then_some(())).await;
    eventually("another has ended it", async || {
        let mut later = runs(&cluster.nodes).into_iter().filter(|run| run.begun > at_work.begun);
        later.any(|run| run.kind == "rewrap_keys" && run.node != doomed && run.ended.is_some()).then_some(())
    })
    .await;
    let before = people.rounds();
    run_ok(&mut cluster.operator(&["keys", "retire", "v1"])).await;
    eventually("people work on", async || (people.rounds() > before + 1).then_some(())).await;
    let told = people.end().await;
    println!("{told:?}");
    upload.done().await;
    let link = api.send(&transfer).await;

    // Nobody remembers a key.
    for node in 0..cluster.nodes.len() {
        if node != doomed {
            cluster.nodes[node].kill().await;
        }
        cluster.nodes[node].launch();
    }
    for node in &mut cluster.nodes {
        node.ready().await;
    }
    let status = run_ok(&mut cluster.operator(&["keys", "status"])).await;
    assert!(status.contains("wraps    v2") && !status.contains(" v1 "), "{status}");
    for node in &cluster.nodes {
        all_open(&node.api(), &drafts).await;
        let delivery = node.api().open(&link).await;
        assert_eq!(node.api().sha256(&delivery, 0).await, content.sha256());
    }
    for tenant in ["acme", "beta", "gamma"] {
        let user = format!("ada@{tenant}.example");
        run_ok(&mut cluster.operator(&["user", "create", &user, "--tenant", tenant, "--name", "Ada"])).await;
    }
    cluster.is_sound().await;
}

/// A draft that ends on each of so many days; gives them.
async fn a_draft_for_each_day(cluster: &Cluster) -> Vec<String> {
    let policy = run_ok(&mut cluster.operator(&["tenant", "policy", "acme"])).await;
    let mut policy: Value = serde_json::from_str(&policy).unwrap();
    policy["settings"]["retention_max_seconds"] = json!(365 * 24 * 60 * 60);
    let file = cluster.home().join("policy.json");
    fs::write(&file, policy.to_string()).unwrap();
    run_ok(&mut cluster.operator(&["tenant", "policy", "acme", "--set", file.to_str().unwrap()])).await;

    let api = cluster.api();
    let first = api.transfer(&api.draft(&["anna@example.org"]).await).await;
    let first: NaiveDate = first["expires_at"].as_str().unwrap()[..10].parse().unwrap();
    let mut drafts = Vec::new();
    for days in (1..=DAYS).collect::<Vec<_>>().chunks(8) {
        let made = days.iter().map(|day| {
            let day = first.checked_add_days(Days::new(*day)).unwrap();
            let draft = json!({"recipients": [{"email": "anna@example.org"}], "subject": day.to_string(),
                "expires_at": format!("{day}T12:00:00Z")});
            let api = api.clone();
            async move { api.post("/api/v1/transfers", &draft).await["id"].as_str().unwrap().to_owned() }
        });
        drafts.extend(join_all(made).await);
    }
    drafts
}

/// Each of the drafts says what it is about, which is sealed.
async fn all_open(api: &Api, drafts: &[String]) {
    for drafts in drafts.chunks(8) {
        let asked =
            drafts.iter().map(|id| api.request(Method::GET, &format!("/api/v1/transfers/{id}")).send());
        for answer in try_join_all(asked).await.unwrap() {
            assert_eq!(answer.status(), StatusCode::OK);
            let draft: Value = answer.json().await.unwrap();
            assert_eq!(draft["subject"].as_str().unwrap(), &draft["expires_at"].as_str().unwrap()[..10]);
        }
    }
}

/// How many keys `keys status` counts under the old version and under the new one.
#[derive(Debug, PartialEq, Eq)]
struct Standing {
    old_is: String,
    old: u64,
    new: u64,
}

impl Standing {
    async fn of(cluster: &Cluster) -> Self {
        let status = run_ok(&mut cluster.operator(&["keys", "status"])).await;
        let (mut old_is, mut old, mut new) = (String::new(), 0, 0);
        for line in status.lines() {
            let words: Vec<_> = line.split_whitespace().collect();
            let [role, version, ..] = words[..] else { continue };
            let counted = words.windows(2).filter(|pair| ["tenant", "epoch", "secrets,"].contains(&pair[1]));
            let counted = counted.map(|pair| pair[0].parse::<u64>().unwrap()).sum();
            match version {
                "v1" => (old_is, old) = (role.to_owned(), counted),
                "v2" => new = counted,
                _ => {}
            }
        }
        Self { old_is, old, new }
    }
}
