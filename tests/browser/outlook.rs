//! Inside Outlook: the pane and the events of the add-in, in a host that behaves as Outlooks were seen to (`outlook/`).

use std::fs;

use sealpost_test_support::engines::Engine;
use serde_json::{Value, json};

use crate::{
    page::{screenshots, travel},
    people::{first_password, set_password},
    support::{Api, Content, Service, run_ok},
};

const LETTER: Content = Content::new(110, 70_001);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_fake_outlook_is_as_odd_as_outlooks_are() {
    let service = Service::start().await;
    travel(&service, "outlook_host.mjs", json!({ "screenshots": screenshots() })).await;
}

const PASSWORD: &str = "gravel-Sunday-otter-97-lantern";
const OWNER: &str = "admin@demo.example";

/// A service with an add-in, and what every journey is told.
async fn service(engine: Engine) -> (Service, Value) {
    service_with(engine, json!({})).await
}

/// The same, whose tenant has these settings.
pub(crate) async fn service_with(engine: Engine, settings: Value) -> (Service, Value) {
    let service = Service::start_on(engine).await;
    set_password(&service, &first_password(&service).await, PASSWORD).await;
    let policy = json!({
        "settings": settings,
        "addresses": [{
            "name": "competitors",
            "recipients": ["rival.example"],
            "effect": { "deny": "Not to competitors. Ask the legal department." },
        }],
        "addin": {
            "send_mode": "soft_block",
            "attachments_more_than_bytes": 100_000,
            "types_level": "enforce",
            "uploads_level": "enforce",
        },
    });
    let file = service.home().join("policy.json");
    fs::write(&file, policy.to_string()).unwrap();
    let words = ["tenant", "policy", "demo", "--set"];
    run_ok(service.command(words).arg(&file).arg("--dev").arg(service.dev_dir())).await;
    let scans = service.home().join("Befund R\u{f6}ntgen.dcm");
    Content::new(61, 3 << 20).write_to(&scans);
    let order = json!({
        "screenshots": screenshots(),
        "addin_id": addin(&service).await,
        "email": OWNER,
        "password": PASSWORD,
        "file": scans,
    });
    (service, order)
}

/// What Outlook knows the demo tenant's add-in by.
async fn addin(service: &Service) -> String {
    let words = ["addin", "show", "demo", "--base-url", service.base_url(), "--dev"];
    let shown = run_ok(service.command(words).arg(service.dev_dir())).await;
    let id = shown.lines().find_map(|line| line.strip_prefix("add-in id\t")).expect("an id");
    id.to_owned()
}

/// The owner, signed in as in a browser.
async fn owner(service: &Service) -> Api {
    let shown = json!({ "tenant": "demo", "email": OWNER, "password": PASSWORD });
    let signed_in = service.api().post("/api/v1/signin", &shown).await;
    Api::new(service.base_url(), signed_in["session"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_is_read_shows_what_went_with_it() {
    let (service, mut order) = service(Engine::Sqlite).await;
    let owner = owner(&service).await;
    let wish = json!({"recipients": [{"email": "anna@example.org"}], "subject": "The plans"});
    let made = owner.post("/api/v1/transfers", &wish).await;
    let id = made["id"].as_str().unwrap();
    owner.file(id, "letter.txt", LETTER).await;
    let link = owner.send(id).await;
    let wish = json!({"title": "X-rays of 2026", "max_uses": 3});
    let request = owner.post("/api/v1/requests", &wish).await;
    order["own"] = json!({ "id": id, "link": link });
    // A transfer of somebody else's, as far as the reader can tell.
    order["others"] = json!("0190a000-0000-7000-8000-000000000000");
    order["request"] = request["url"].clone();
    travel(&service, "outlook_read.mjs", order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_go_with_a_mail() {
    let (service, order) = service(Engine::Sqlite).await;
    travel(&service, "outlook_compose.mjs", order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_go_with_a_mail_on_postgresql() {
    let (service, order) = service(Engine::Postgres).await;
    travel(&service, "outlook_compose.mjs", order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_asks_for_files() {
    let (service, order) = service(Engine::Postgres).await;
    travel(&service, "outlook_request.mjs", order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sending_a_mail_asks_what_the_policy_says_and_never_fails_with_the_service() {
    let (service, order) = service(Engine::Sqlite).await;
    travel(&service, "outlook_alerts.mjs", order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_go_with_a_mail_of_every_outlook() {
    let (service, order) = service(Engine::Sqlite).await;
    travel(&service, "outlook_sets.mjs", order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_changes_without_the_pane_takes_its_files_to_whom_it_goes() {
    let (service, order) = service(Engine::Postgres).await;
    travel(&service, "outlook_late.mjs", order).await;
}
