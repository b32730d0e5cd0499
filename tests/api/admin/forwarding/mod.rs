//! `/api/v1/admin/forwarding`: audit entries sent on.

mod manage;
mod order;
mod syslog;
mod webhook;

use std::time::Duration;

use sealpost_db::AuditEntry;
use sealpost_domain::Job;
use sealpost_test_support::{
    app::{App, Client},
    receivers::{Authority, Rsyslogd, WebhookReceiver},
};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/admin/forwarding";

/// Adds a place, and says at which address the API has it, and its secret if it has one.
async fn added(owner: &Client, wish: &Value) -> (String, String) {
    let added = owner.post_json(PATH, wish).await.expect(201).json();
    let id = added["target"]["id"].as_str().unwrap();
    (format!("{PATH}/{id}"), added["secret"].as_str().unwrap_or_default().to_owned())
}

fn collector(authority: &Authority, to: &Rsyslogd) -> Value {
    let own = authority.issue(&["sealpost"]);
    let syslog = json!({
        "host": "127.0.0.1", "port": to.port(), "ca": authority.pem(),
        "client_certificate": own.certificate, "client_key": own.key,
    });
    json!({ "label": "SIEM", "syslog": syslog, "from": 1 })
}

fn hook(authority: &Authority, to: &WebhookReceiver) -> Value {
    json!({ "label": "Hook", "webhook": { "url": to.url(), "ca": authority.pem() }, "from": 1 })
}

/// What is to be sent is sent, or fails. Other jobs are done before: what they say in the log is sent, too.
async fn forward(app: &App) {
    app.run_jobs().await;
    app.run(Job::ForwardDue).await;
}

/// The same after so long.
async fn forward_after(app: &App, pause: Duration) {
    app.clock.advance(pause);
    forward(app).await;
}

/// Acme's log.
async fn log(app: &App) -> Vec<AuditEntry> {
    app.db.read().await.unwrap().audit_after(app.acme.id, 0, 100_000).await.unwrap()
}

/// The entries of all requests that were taken.
fn taken(receiver: &WebhookReceiver) -> Vec<Value> {
    let requests = receiver.requests().into_iter().filter(|request| request["status"] == 204);
    requests.flat_map(|request| entries(&request)).collect()
}

fn entries(request: &Value) -> Vec<Value> {
    let body: Value = serde_json::from_str(request["body"].as_str().unwrap()).unwrap();
    body["data"]["entries"].as_array().unwrap().clone()
}

fn numbers(entries: &[Value]) -> Vec<u64> {
    entries.iter().map(|entry| entry["seq"].as_u64().unwrap()).collect()
}
