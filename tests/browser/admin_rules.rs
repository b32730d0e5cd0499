//! The admin console, the half in which rules are made: policy, branding, audit log, and what stands beside them.

use std::fs;

use sealpost_test_support::engines::Engine;
use serde_json::json;

use crate::{
    page::{screenshots, travel},
    people::{first_password, set_password},
    support::{Service, run_ok},
};

const PASSWORD: &str = "gravel-Sunday-otter-97-lantern";
const OWNER: &str = "admin@demo.example";
const AUDITOR: &str = "auditor@demo.example";

/// A service whose owner and auditor can sign in, and whose operator has told of an incident.
async fn service(engine: Engine) -> Service {
    let service = Service::start_on(engine).await;
    set_password(&service, &first_password(&service).await, PASSWORD).await;
    let words = ["user", "create", AUDITOR, "--tenant", "demo", "--role", "auditor", "--dev"];
    run_ok(service.command(words).arg(service.dev_dir())).await;
    let words = ["user", "password-reset", AUDITOR, "--tenant", "demo", "--dev"];
    let made = run_ok(service.command(words).arg(service.dev_dir())).await;
    set_password(&service, made.trim(), PASSWORD).await;
    let notice = service.home().join("notice.txt");
    fs::write(&notice, "A disk was lost.\nIts contents cannot be read without the keys.").unwrap();
    let words = ["incident", "notify", "--tenant", "demo", "--subject", "A disk was lost", "--text-file"];
    run_ok(service.command(words).arg(&notice).arg("--dev").arg(service.dev_dir())).await;
    service
}

fn order() -> serde_json::Value {
    json!({
        "email": OWNER,
        "password": PASSWORD,
        "auditor": { "email": AUDITOR, "password": PASSWORD },
        "screenshots": screenshots(),
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_changes_the_rules_sees_them_count_and_takes_them_back() {
    let service = service(Engine::Postgres).await;
    travel(&service, "admin_rules.mjs", order()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_are_changed_with_the_keyboard_on_a_phone() {
    let service = service(Engine::Sqlite).await;
    travel(&service, "admin_rules_keyboard.mjs", order()).await;
}

async fn deploys_the_add_in(engine: Engine) {
    let service = service(engine).await;
    travel(&service, "admin_outlook.mjs", order()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_deploys_the_add_in_finds_what_he_needs_and_when_he_needs_it_anew() {
    deploys_the_add_in(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_deploys_the_add_in_finds_what_he_needs_and_when_he_needs_it_anew_on_postgresql() {
    deploys_the_add_in(Engine::Postgres).await;
}
