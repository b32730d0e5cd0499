//! Traces, as a collector gets them, and ids of requests.

use reqwest::{Method, StatusCode};
use sealpost_test_support::engines::Engine;

use crate::support::{Collector, Content, Installed, Wanted, eventually, own_port};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn wanted(port: u16, ratio: &str, keys: &str) -> Wanted {
    Wanted {
        sections: format!(
            "[traces]\notlp = \"http://127.0.0.1:{port}\"\nratio = {ratio}\nheader = \"x-collector-key\"\nsecret = \"between-us\"\n"
        ),
        keys: keys.to_owned(),
        ..Wanted::on(Engine::Sqlite)
    }
}

async fn upload(installed: &Installed) {
    let api = installed.api();
    let transfer = api.draft(&["anna@recipients.example"]).await;
    api.file(&transfer, "plan.bin", Content::new(3, 9 << 20)).await;
    api.send(&transfer).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_is_one_trace_down_to_the_store_and_the_database() {
    let collector = Collector::start().await;
    let installed = Installed::start(wanted(collector.port, "1.0", "")).await;
    upload(&installed).await;
    let of_upload = eventually("the trace of the upload", async || {
        let spans = collector.spans();
        let put = spans.iter().find(|span| span.name == "blobs")?;
        let trace: Vec<_> = spans.iter().filter(|span| span.trace == put.trace).cloned().collect();
        trace.iter().any(|span| span.name == "request").then_some(trace)
    })
    .await;
    let root = of_upload.iter().find(|span| span.name == "request").unwrap();
    assert!(root.parent.is_empty(), "{root:?}");
    let under: Vec<_> =
        of_upload.iter().filter(|span| span.parent == root.id).map(|span| span.name.as_str()).collect();
    for name in ["blobs", "transaction"] {
        assert!(under.contains(&name), "{name}: {of_upload:#?}");
    }
    eventually("spans of jobs and mails", async || {
        let spans = collector.spans();
        let mail = spans.iter().find(|span| span.name == "mail")?;
        spans.iter().any(|span| span.name == "job" && span.trace == mail.trace).then_some(())
    })
    .await;
    assert!(collector.heads().contains("POST /v1/traces"), "{}", collector.heads());
    assert!(
        collector.heads().to_lowercase().contains("x-collector-key: between-us"),
        "{}",
        collector.heads()
    );
    assert!(!installed.log().contains("between-us"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_and_an_id_are_taken_from_trusted_proxies_alone() {
    let collector = Collector::start().await;
    // One that trusts whoever stands on this machine, and one that trusts nobody who is here.
    for (trusted, is_believed) in [("127.0.0.1", true), ("192.0.2.1", false)] {
        let keys = format!("trusted_proxies = [\"{trusted}\"]");
        let installed = Installed::start(wanted(collector.port, "0.0", &keys)).await;
        let asked = installed.api().request(Method::GET, "/healthz");
        let answer =
            asked.header("traceparent", PARENT).header("x-request-id", "from-the-proxy").send().await;
        let answer = answer.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(id == "from-the-proxy", is_believed, "{id}");
        eventually("the line of the request", async || installed.log().contains(&id).then_some(())).await;
        // What was begun elsewhere is recorded although nothing that begins here is.
        let ours = |spans: Vec<crate::support::Span>| spans.into_iter().any(|span| span.trace == TRACE);
        if is_believed {
            eventually("the trace of the proxy", async || ours(collector.spans()).then_some(())).await;
        } else {
            let before = collector.spans().len();
            drop(installed);
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            assert_eq!(collector.spans().len(), before);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_away_costs_spans_and_nothing_else() {
    let mut installed = Installed::start(wanted(own_port(), "1.0", "")).await;
    upload(&installed).await;
    eventually("it is told of", async || installed.log().contains("traces cannot be sent").then_some(()))
        .await;
    upload(&installed).await;
    assert_eq!(installed.log().matches("traces cannot be sent").count(), 1);
    assert_eq!(installed.stop().await.code(), Some(0), "{}", installed.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_line_of_json_about_a_request_or_job_says_which() {
    let wanted = Wanted { sections: "[log]\nformat = \"json\"\n".to_owned(), ..Wanted::on(Engine::Sqlite) };
    let installed = Installed::start(wanted).await;
    upload(&installed).await;
    let lines = eventually("the line of the mail", async || {
        let log = installed.log();
        log.contains("mail handed over").then_some(log)
    })
    .await;
    let lines: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect();
    let answered: Vec<_> = lines.iter().filter(|line| line["fields"]["message"] == "answered").collect();
    assert!(answered.len() >= 3, "{lines:?}");
    for line in &answered {
        assert!(line["span"]["request_id"].as_str().is_some_and(|id| id.len() > 8), "{line}");
        for field in ["route", "status", "millis", "bytes"] {
            assert!(!line["fields"][field].is_null(), "{field}: {line}");
        }
        assert!(!line["span"]["method"].is_null(), "{line}");
    }
    let mail = lines.iter().find(|line| line["fields"]["message"] == "mail handed over").unwrap();
    assert_eq!(mail["spans"][0]["name"], "job", "{mail}");
    assert_eq!(mail["spans"][0]["kind"], "notify_recipient", "{mail}");
    assert!(mail["spans"][0]["job_id"].as_str().is_some_and(|id| id.len() == 36), "{mail}");
}
