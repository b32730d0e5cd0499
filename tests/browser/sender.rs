//! The sender's page: from signing in to what became of what was sent.

use std::fs;

use sealpost_test_support::engines::Engine;
use serde_json::json;

use crate::{
    page::{screenshots, travel},
    people::{first_password, set_password},
    support::{Content, Service, run_ok},
};

const PASSWORD: &str = "gravel-Sunday-otter-97-lantern";
const OWNER: &str = "admin@demo.example";

/// A service whose owner can sign in, and may not send to everybody.
async fn service(engine: Engine) -> Service {
    let service = Service::start_on(engine).await;
    set_password(&service, &first_password(&service).await, PASSWORD).await;
    let policy = json!({
        "addresses": [{
            "name": "competitors",
            "recipients": ["rival.example"],
            "effect": { "deny": "Not to competitors. Ask the legal department." },
        }],
        "content": [{
            "name": "confidential",
            "find": { "words": ["confidential"] },
            "level": "notify",
            "text": "This looks confidential: think of a password.",
        }],
    });
    let file = service.home().join("policy.json");
    fs::write(&file, policy.to_string()).unwrap();
    let words = ["tenant", "policy", "demo", "--set"];
    run_ok(service.command(words).arg(&file).arg("--dev").arg(service.dev_dir())).await;
    service
}

/// Files to send, one of them in a folder.
fn order(service: &Service) -> serde_json::Value {
    let folder = service.home().join("Scans");
    Content::new(61, 3 << 20).write_to(&service.home().join("Befund R\u{f6}ntgen.dcm"));
    Content::new(62, 70_001).write_to(&folder.join("2026").join("letter.txt"));
    json!({
        "email": OWNER,
        "password": PASSWORD,
        "file": service.home().join("Befund R\u{f6}ntgen.dcm"),
        "folder": folder,
        "screenshots": screenshots(),
        "sms": service.mail_dir().with_file_name("sms"),
    })
}

async fn sends_and_sees(engine: Engine) {
    let service = service(engine).await;
    travel(&service, "sender.mjs", order(&service)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_sends_and_sees_what_becomes_of_it() {
    sends_and_sees(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_sends_and_sees_what_becomes_of_it_on_postgresql() {
    sends_and_sees(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_asks_for_files_and_sees_what_comes_in() {
    let service = service(Engine::Postgres).await;
    travel(&service, "requests.mjs", order(&service)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_chooses_in_whose_name_and_what_each_must_show() {
    let service = service(Engine::Sqlite).await;
    travel(&service, "sender_choices.mjs", order(&service)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_goes_on_after_the_page_was_closed() {
    let service = service(Engine::Postgres).await;
    travel(&service, "resume.mjs", order(&service)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_needs_no_mouse() {
    let service = service(Engine::Postgres).await;
    travel(&service, "sender_keyboard.mjs", order(&service)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_is_told_what_went_wrong_and_loses_nothing() {
    let service = service(Engine::Sqlite).await;
    travel(&service, "sender_trouble.mjs", order(&service)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_is_told_of_every_fault_and_tries_again() {
    let service = service(Engine::Sqlite).await;
    travel(&service, "sender_faults.mjs", order(&service)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_lie_or_break_pages_are_shown_as_they_are() {
    let service = service(Engine::Sqlite).await;
    travel(&service, "sender_hostile.mjs", order(&service)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_misses_a_part_of_a_page_is_told_and_loses_nothing() {
    let service = service(Engine::Sqlite).await;
    travel(&service, "stranded.mjs", order(&service)).await;
}
