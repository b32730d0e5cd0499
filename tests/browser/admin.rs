//! The admin console: what was sent, who may send, and what only looks.

use reqwest::Method;
use sealpost_test_support::engines::Engine;
use serde_json::json;

use crate::{
    page::{screenshots, travel},
    people::{first_password, set_password},
    sent::Sent,
    support::{Content, Service},
};

const PASSWORD: &str = "gravel-Sunday-otter-97-lantern";
const OWNER: &str = "admin@demo.example";
const LETTER: Content = Content::new(95, 70_001);

/// More drafts than there are transfers on a page.
const DRAFTS: usize = 55;

/// A service with a transfer that somebody has fetched and reported, one that is gone, and a few more.
async fn service(engine: Engine) -> (Service, serde_json::Value) {
    let service = Service::start_on(engine).await;
    set_password(&service, &first_password(&service).await, PASSWORD).await;
    let api = service.api();
    for number in 0..DRAFTS {
        let wish = json!({ "subject": format!("Draft {number}"), "recipients": [] });
        api.post("/api/v1/transfers", &wish).await;
    }
    let purged = Sent::new(&service, json!({ "subject": "Gone" }), &[("letter.txt", LETTER)]).await;
    assert!(api.purge(&purged.id).await.unwrap().is_success());
    let to_bert = json!({ "subject": "Report 1", "recipients": [{ "email": "bert@example.org" }] });
    Sent::new(&service, to_bert, &[("letter.txt", LETTER)]).await;
    let sent = Sent::new(&service, json!({ "subject": "The scans" }), &[("letter.txt", LETTER)]).await;
    let delivery = api.open(&sent.link).await;
    assert_eq!(api.sha256(&delivery, 0).await, LETTER.sha256());
    let token = sent.link.rsplit('/').next().unwrap();
    let report = json!({ "token": token, "reason": "misdirected", "text": "It is not for me." });
    let told = api.request(Method::POST, "/api/v1/links/report").json(&report).send().await.unwrap();
    assert!(told.status().is_success(), "{}", told.text().await.unwrap());
    let file = service.home().join("letter.txt");
    LETTER.write_to(&file);
    let order = json!({
        "email": OWNER,
        "password": PASSWORD,
        "file": file,
        "link": sent.link,
        "transfer": sent.id,
        "purged": purged.id,
        "mail": service.mail_dir(),
        "screenshots": screenshots(),
    });
    (service, order)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_runs_a_tenant_and_an_auditor_only_looks() {
    let (service, order) = service(Engine::Sqlite).await;
    travel(&service, "admin.mjs", order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_console_needs_no_mouse_and_no_wide_screen() {
    let (service, order) = service(Engine::Postgres).await;
    travel(&service, "admin_keyboard.mjs", order).await;
}

async fn answers_for_deletion(engine: Engine) {
    let (service, order) = service(engine).await;
    travel(&service, "admin_retention.mjs", order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_answers_for_deletion_sees_that_everything_is_gone_and_finds_what_was() {
    answers_for_deletion(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_answers_for_deletion_sees_that_everything_is_gone_and_finds_what_was_on_postgresql() {
    answers_for_deletion(Engine::Postgres).await;
}
