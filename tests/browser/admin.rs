//! The admin console: what was sent, who may send, and what only looks.

use data_encoding::BASE64URL_NOPAD;
use reqwest::Method;
use sealpost_sealed::{Manifest, Random as _, SystemRandom, range};
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

fn random(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    SystemRandom.fill(&mut bytes);
    bytes
}

/// A transfer that a sender's program has sealed, as far as the service can tell; its id. The file is stated to be a PDF.
async fn sealed(service: &Service) -> String {
    let api = service.api();
    let text = |length| BASE64URL_NOPAD.encode(&random(length));
    let put = async |path: String, body: serde_json::Value| {
        let told = api.request(Method::PUT, &path).json(&body).send().await.unwrap();
        assert!(told.status().is_success(), "{path}: {}", told.text().await.unwrap());
    };
    let wish = json!({ "mode": "zero_knowledge", "recipients": [{ "email": "bert@example.org" }] });
    let draft = api.post("/api/v1/transfers", &wish).await;
    let id = draft["id"].as_str().unwrap().to_owned();
    let part = random(range::object_length(70_001) as usize);
    let begun = api.request(Method::POST, &format!("/api/v1/transfers/{id}/files"));
    let begun = begun.header("Upload-Length", part.len().to_string());
    let begun =
        begun.header("Content-Type", "application/offset+octet-stream").body(part).send().await.unwrap();
    let place = begun.headers()["location"].to_str().unwrap().to_owned();
    let file = place.rsplit('/').next().unwrap();
    let manifest = text(usize::try_from(*Manifest::sealed_lengths(1, 1).start()).unwrap());
    let stated = json!({ "kinds": ["pdf"], "policy_version": 0 });
    let sealing = json!({ "file_key": text(104), "manifest": manifest, "stated": stated });
    put(format!("/api/v1/transfers/{id}/files/{file}/sealing"), sealing).await;
    let sealing = json!({ "content_key": text(104), "proof_hash": text(32), "contents": text(109) });
    put(format!("/api/v1/transfers/{id}/sealing"), sealing).await;
    api.post(&format!("/api/v1/transfers/{id}/send"), &json!({})).await;
    id
}

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
    let sealed = sealed(&service).await;
    let file = service.home().join("letter.txt");
    LETTER.write_to(&file);
    let order = json!({
        "email": OWNER,
        "password": PASSWORD,
        "file": file,
        "link": sent.link,
        "transfer": sent.id,
        "purged": purged.id,
        "sealed": sealed,
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
