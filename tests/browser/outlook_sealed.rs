//! Mails whose files the pane seals: what is sent opens by the mail's link, and neither the service nor anybody else was told what opens it.

use std::fs;

use sealpost_test_support::engines::Engine;
use serde_json::{Value, json};

use crate::{
    outlook::service_with,
    page::travel,
    support::{Content, Service, run_ok},
};

/// Three parts of the format.
const LARGE: Content = Content::new(74, 20_000_000);
const LARGE_NAME: &str = "Befund R\u{f6}ntgen canary-of-a-name.dcm";
const LETTER: Content = Content::new(75, 70_001);

/// A service with these settings, and what the journeys are told.
async fn sealing(engine: Engine, settings: Value) -> (Service, Value) {
    let (service, mut order) = service_with(engine, settings).await;
    let folder = service.home().join("sender");
    for (key, name, content) in [("large", LARGE_NAME, LARGE), ("letter", "letter.txt", LETTER)] {
        let path = folder.join(name);
        content.write_to(&path);
        order[key] = path.to_str().unwrap().into();
    }
    order["outcome"] = service.home().join("outcome.json").to_str().unwrap().into();
    order["downloads"] = service.home().join("downloads").to_str().unwrap().into();
    fs::create_dir(service.home().join("downloads")).unwrap();
    (service, order)
}

/// What a journey has written down.
fn outcome(order: &Value) -> Value {
    serde_json::from_slice(&fs::read(order["outcome"].as_str().unwrap()).unwrap()).unwrap()
}

async fn goes_sealed(engine: Engine) {
    let (service, order) = sealing(engine, json!({})).await;
    travel(&service, "outlook_sealed.mjs", order.clone()).await;
    let told = outcome(&order);
    let downloads = service.home().join("downloads");
    assert!(fs::read(downloads.join("chromium.dcm")).unwrap() == LARGE.all(), "three parts, as they were");
    assert!(fs::read(downloads.join("chromium.txt")).unwrap() == LETTER.all(), "an attachment, as it was");
    // Somebody else, with another browser.
    let folder = service.home().join("firefox");
    fs::create_dir(&folder).unwrap();
    let firefox = json!({
        "link": told["link"],
        "address": "anna@example.org",
        "password": told["password"],
        "folder": folder,
    });
    travel(&service, "outlook_sealed_firefox.mjs", firefox).await;
    assert!(fs::read(folder.join("letter.txt")).unwrap() == LETTER.all());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_goes_with_what_its_pane_has_sealed() {
    goes_sealed(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_goes_with_what_its_pane_has_sealed_on_postgresql() {
    goes_sealed(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whether_a_pane_seals_is_what_the_tenant_says_and_what_this_outlook_can() {
    let (service, order) = sealing(Engine::Sqlite, json!({"zero_knowledge": "require"})).await;
    travel(&service, "outlook_sealed_policy.mjs", order.clone()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_not_go_is_told_before_the_pane_seals_it_and_the_rest_goes_without_it() {
    let (service, order) = sealing(Engine::Sqlite, json!({})).await;
    let file = service.home().join("kinds.json");
    fs::write(&file, json!({"settings": {}, "types": {"kinds": ["executable"]}}).to_string()).unwrap();
    let words = ["tenant", "policy", "demo", "--set"];
    run_ok(service.command(words).arg(&file).arg("--dev").arg(service.dev_dir())).await;
    travel(&service, "outlook_sealed_removed.mjs", order).await;
}
