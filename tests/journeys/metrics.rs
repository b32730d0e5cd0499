//! What Prometheus is told of a running service, and that dashboard and alerts ask for nothing else.

use std::{collections::BTreeSet, fs, path::Path, process::Stdio, time::Duration};

use reqwest::StatusCode;
use sealpost_test_support::engines::Engine;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use crate::support::{Content, Installed, Wanted, eventually, files_below, own_port};

/// Of what stands in dashboard and alerts, what a service has only where it has a certificate.
const ELSEWHERE: [&str; 1] = ["sealpost_tls_certificate_not_after_timestamp_seconds"];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The names of our metrics in a text.
fn names(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("sealpost_") && word.len() > 9).map(str::to_owned).collect()
}

/// A file that goes up, is sent, and comes down, and a link that leads nowhere.
async fn journey(installed: &Installed) {
    let (api, sent) = (installed.api(), Content::new(7, 9 << 20));
    let transfer = api.draft(&["anna@recipients.example"]).await;
    api.file(&transfer, "plan.bin", sent).await;
    let delivery = api.open(&api.send(&transfer).await).await;
    assert_eq!(api.sha256(&delivery, 0).await, sent.sha256());
    let unknown = "A".repeat(43);
    let page = api.request(reqwest::Method::GET, &format!("/t/{unknown}")).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
    eventually("the mail", async || {
        let notified = api.transfer(&transfer).await["recipients"][0]["notified_at"].clone();
        (!notified.is_null()).then_some(())
    })
    .await;
    assert_eq!(api.purge(&transfer).await.unwrap(), StatusCode::NO_CONTENT);
}

async fn what_happens_can_be_read_by_prometheus(engine: Engine) {
    let installed = Installed::start(Wanted::on(engine)).await;
    journey(&installed).await;
    eventually("the mail is counted", async || {
        (installed.metric("sealpost_mails_total{outcome=\"handed_over\"}").await == 1.0).then_some(())
    })
    .await;
    for (series, least) in [
        ("sealpost_transfers_sent_total", 1.0),
        ("sealpost_transfers_purged_total{reason=\"deleted\"}", 1.0),
        ("sealpost_parts_stored_total", 2.0),
        ("sealpost_stored_bytes_total", 9_437_184.0),
        ("sealpost_http_received_bytes_total", 9_437_184.0),
        ("sealpost_http_sent_bytes_total", 9_437_184.0),
        ("sealpost_http_requests_total{method=\"GET\",route=\"/t/{token}\",status=\"4xx\"}", 1.0),
        ("sealpost_http_refusals_total{code=\"link_unavailable\"}", 0.0),
        ("sealpost_blob_calls_total{operation=\"put\",outcome=\"ok\"}", 2.0),
        ("sealpost_jobs_total{kind=\"notify_recipient\",outcome=\"done\"}", 1.0),
        ("sealpost_database_up", 1.0),
        ("sealpost_ready", 1.0),
        ("sealpost_start_time_seconds", 1_700_000_000.0),
    ] {
        assert!(installed.metric(series).await >= least, "{series}\n{}", installed.metrics().await);
    }
    assert!(installed.metric("sealpost_vault_calls_total{operation=\"unwrap\",outcome=\"ok\"}").await > 0.0);
    for still in ["sealpost_uploads_in_flight", "sealpost_downloads_in_flight"] {
        assert_eq!(installed.metric(still).await, 0.0, "{still}");
    }
    let text = installed.metrics().await;
    for named in ["acme", "anna", "plan.bin", installed.token(), "127.0.0.1", "localhost"] {
        assert!(!text.contains(named), "{named}\n{text}");
    }
}

/// The public listener is for everybody, and metrics are not; their own listener has nothing else.
async fn metrics_are_read_where_they_are_and_nowhere_else(engine: Engine) {
    let installed = Installed::start(Wanted::on(engine)).await;
    let public = reqwest::get(format!("http://127.0.0.1:{}/metrics", installed.port)).await.unwrap();
    assert_eq!(public.status(), StatusCode::NOT_FOUND);
    for path in ["/", "/healthz", "/metrics/", "/api/v1/session", "/debug"] {
        let answer =
            reqwest::get(format!("http://127.0.0.1:{}{path}", installed.metrics_port)).await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

on_both! {
    what_happens_can_be_read_by_prometheus
    metrics_are_read_where_they_are_and_nowhere_else
    a_store_that_fails_shows_in_what_is_read_of_its_replica
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dashboard_and_alerts_ask_for_what_there_is_and_alerts_lead_to_what_is_to_be_done() {
    let installed = Installed::start(Wanted::on(Engine::Sqlite)).await;
    journey(&installed).await;
    let (rules, board) = (
        fs::read_to_string(root().join("deploy/prometheus/alerts.yml")).unwrap(),
        fs::read_to_string(root().join("deploy/grafana/sealpost.json")).unwrap(),
    );
    let asked: BTreeSet<_> = names(&rules).union(&names(&board)).cloned().collect();
    assert!(asked.len() > 40, "they are found: {asked:?}");
    // Some come with the first job of the clock.
    let missing = eventually("all of them", async || {
        let there = names(&installed.metrics().await);
        let missing: Vec<_> = asked
            .iter()
            .filter(|name| !there.contains(*name) && !ELSEWHERE.contains(&name.as_str()))
            .cloned()
            .collect();
        (missing.is_empty() || installed.log().len() > 10_000_000).then_some(missing)
    });
    let missing = tokio::time::timeout(Duration::from_secs(100), missing).await;
    if missing.is_err() {
        let there = names(&installed.metrics().await);
        let missing: Vec<_> = asked.iter().filter(|name| !there.contains(*name)).collect();
        panic!("nobody exports {missing:?}");
    }

    let docs = fs::read_to_string(root().join("docs/operations.md")).unwrap();
    let links: Vec<_> = rules.lines().filter_map(|line| line.trim().strip_prefix("runbook_url: ")).collect();
    assert_eq!(links.len(), rules.matches("- alert:").count());
    for link in links {
        let anchor = link.split_once("docs/operations.md#").expect("a link into the operations").1;
        assert!(docs.contains(&format!("<a id=\"{anchor}\"></a>")), "{anchor}");
    }
    let board: Value = serde_json::from_str(&board).unwrap();
    for panel in board["panels"].as_array().unwrap() {
        assert!(panel["title"].as_str().is_some_and(|title| !title.is_empty()), "{panel}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promtool_takes_the_rules_and_their_cases_hold() {
    for arguments in [["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]] {
        let directory = root().join("deploy/prometheus");
        let output = Command::new("promtool").args(arguments).current_dir(directory).output().await;
        let output = output.expect("promtool of the package prometheus: scripts/install.sh test");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The store is a directory, and so is its replica; that of the store is taken away for a while.
async fn a_store_that_fails_shows_in_what_is_read_of_its_replica(engine: Engine) {
    let west = TempDir::with_prefix("sealpost-west").unwrap();
    let sections = format!("[stores.west]\ndir = \"{}\"\n", west.path().join("blobs").display());
    let mut installed = Installed::prepare(Wanted { sections, ..Wanted::on(engine) }).await;
    installed.reconfigure("[mail]\n", "replica = \"west\"\n[mail]\n");
    installed.run().await;
    let (api, sent) = (installed.api(), Content::new(7, 10_000));
    let transfer = api.draft(&["anna@recipients.example"]).await;
    api.file(&transfer, "plan.bin", sent).await;
    let delivery = api.open(&api.send(&transfer).await).await;
    let open = "sealpost_store_circuits_open{store=\"default\"}";
    assert!(installed.metrics().await.contains(&format!("{open} 0\n")), "{}", installed.metrics().await);
    let here = files_below(&installed.home().join("blobs"));
    let name = here[0].file_name().unwrap();
    eventually("it is copied", async || {
        let copied = files_below(&west.path().join("blobs"));
        copied.iter().any(|copy| copy.file_name() == Some(name)).then_some(())
    })
    .await;

    let (blobs, elsewhere) = (installed.home().join("blobs"), installed.home().join("elsewhere"));
    fs::rename(&blobs, &elsewhere).unwrap();
    for _ in 0..3 {
        assert_eq!(api.sha256(&delivery, 0).await, sent.sha256(), "from the replica");
    }
    assert_eq!(installed.metric(open).await, 1.0);
    fs::rename(&elsewhere, &blobs).unwrap();
    eventually("a read that is answered closes the circuit", async || {
        assert_eq!(api.sha256(&delivery, 0).await, sent.sha256());
        (installed.metric(open).await == 0.0).then_some(())
    })
    .await;
}

/// A Prometheus of Debian's, which takes OpenMetrics more strictly than we read it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_prometheus_reads_it_and_answers_what_the_dashboard_asks() {
    let installed = Installed::start(Wanted::on(Engine::Sqlite)).await;
    journey(&installed).await;
    let (port, home) = (own_port(), installed.home().join("prometheus"));
    fs::create_dir(&home).unwrap();
    let rules = root().join("deploy/prometheus/alerts.yml").canonicalize().unwrap();
    let config = format!(
        "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\nrule_files: [{}]\nscrape_configs:\n  - job_name: sealpost\n    \
         static_configs: [{{targets: ['127.0.0.1:{}']}}]\n",
        rules.display(),
        installed.metrics_port
    );
    fs::write(home.join("prometheus.yml"), config).unwrap();
    let _prometheus = Command::new("prometheus")
        .arg(format!("--config.file={}", home.join("prometheus.yml").display()))
        .arg(format!("--storage.tsdb.path={}", home.join("tsdb").display()))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the package prometheus: scripts/install.sh test");
    let ask = async |expression: &str| -> Option<Value> {
        let url = format!("http://127.0.0.1:{port}/api/v1/query");
        let url = reqwest::Url::parse_with_params(&url, [("query", expression)]).unwrap();
        let answer = reqwest::get(url).await.ok()?.text().await.ok()?;
        serde_json::from_str(&answer).ok()
    };
    let up = eventually("a scrape", async || {
        let answer = ask("up{job=\"sealpost\"}").await?;
        let value = answer["data"]["result"][0]["value"][1].as_str()?.to_owned();
        (value == "1").then_some(value)
    });
    assert_eq!(up.await, "1");
    let sent = ask("sealpost_transfers_sent_total").await.unwrap();
    assert_eq!(sent["data"]["result"][0]["value"][1], "1", "{sent}");
    let board = fs::read_to_string(root().join("deploy/grafana/sealpost.json")).unwrap();
    let board: Value = serde_json::from_str(&board).unwrap();
    let mut asked = 0;
    for panel in board["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().into_iter().flatten() {
            let expression = target["expr"].as_str().unwrap();
            let expression = expression.replace("$__rate_interval", "1m").replace("$instance", ".*");
            let answer = ask(&expression).await.unwrap();
            assert_eq!(answer["status"], "success", "{expression}: {answer}");
            asked += 1;
        }
    }
    assert!(asked > 50, "{asked}");
}
