//! What outsiders' browsers seal to the keys of who gets it, and how that is opened.

use std::{fs, path::PathBuf};

use reqwest::Method;
use sealpost_test_support::{engines::Engine, provider::OpenIdProvider};
use serde_json::{Value, json};

use crate::{
    page::{screenshots, travel},
    people::{first_password, set_password},
    provider,
    sealed_delivery::Sealed,
    support::{Content, Service, own_port},
};

const PASSWORD: &str = "gravel-Sunday-otter-97-lantern";
/// Three parts of the format, one part, and none.
const FILES: [(&str, Content); 3] = [
    ("Befund R\u{f6}ntgen.dcm", Content::new(171, 20_000_000)),
    ("letter.txt", Content::new(172, 70_001)),
    ("nothing.txt", Content::new(173, 0)),
];

/// A service whose owner can sign in.
async fn service(engine: Engine) -> Service {
    let service = Service::start_on(engine).await;
    set_password(&service, &first_password(&service).await, PASSWORD).await;
    service
}

fn order(service: &Service) -> Value {
    let folder = service.home().join("received");
    fs::create_dir_all(&folder).unwrap();
    let file = |(name, content): &(&str, Content)| -> PathBuf {
        let path = service.home().join("outside").join(name);
        content.write_to(&path);
        path
    };
    json!({
        "email": "admin@demo.example",
        "password": PASSWORD,
        "token": service.token(),
        "mail": service.mail_dir(),
        "files": FILES.iter().map(file).collect::<Vec<_>>(),
        "folder": folder,
        "home": service.home().join("outside"),
        "screenshots": screenshots(),
    })
}

/// What was saved is what was sent, byte for byte.
fn assert_received(service: &Service) {
    for (name, content) in FILES {
        let saved = fs::read(service.home().join("received").join(name)).unwrap();
        assert!(saved == content.all(), "{name} is what was sent");
    }
}

async fn goes_to_its_receiver(engine: Engine) {
    let service = service(engine).await;
    travel(&service, "to_key.mjs", order(&service)).await;
    assert_received(&service);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_outsider_seals_is_opened_by_who_asked_for_it_after_his_key_has_changed() {
    goes_to_its_receiver(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_outsider_seals_is_opened_by_who_asked_for_it_on_postgresql() {
    goes_to_its_receiver(Engine::Postgres).await;
}

/// Who gets what comes in has to show his account, and another time a code.
async fn asks_for_more_than_the_link(engine: Engine) {
    let service = Service::start_on_with(engine, provider::beside_provider()).await;
    let process = OpenIdProvider::start().await;
    let anna = json!({ "email": provider::OWNER, "email_verified": true, "name": "Alice" });
    process.account("alice", anna).await;
    let owner = provider::owner(&service).await;
    provider::add(&owner, &process).await;
    let protections = json!({ "settings": { "protections": ["account", "email_code", "none"] } });
    provider::answer(&owner, Method::PATCH, "/api/v1/admin/policy", Some(protections)).await;
    let rules = json!({ "recipients": [{ "email": provider::OWNER }], "protection": "account" });
    let by_sender = Sealed::new(&service, rules, None, &FILES[1..2]).await;
    let mut order = order(&service);
    order["password"] = provider::PASSWORD.into();
    order["provider"] = process.issuer().into();
    order["first_part"] = by_sender.first_part().into();
    order["second_part"] = by_sender.second_part.into();
    travel(&service, "to_key_protected.mjs", order).await;
    assert_received(&service);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sealed_to_a_key_asks_for_account_or_code_first_and_for_no_second_part() {
    asks_for_more_than_the_link(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sealed_to_a_key_asks_for_account_or_code_first_on_postgresql() {
    asks_for_more_than_the_link(Engine::Postgres).await;
}

async fn goes_to_a_team(engine: Engine) {
    let service = service(engine).await;
    travel(&service, "to_team.mjs", order(&service)).await;
    assert_received(&service);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_in_to_a_team_is_opened_by_a_member_after_another_has_left() {
    goes_to_a_team(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_in_to_a_team_is_opened_by_a_member_on_postgresql() {
    goes_to_a_team(Engine::Postgres).await;
}

/// The whole way in a browser by its script.
async fn goes_through(engine: Engine, script: &str) {
    let service = service(engine).await;
    travel(&service, script, order(&service)).await;
    assert_received(&service);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_outsider_with_firefox_seals_is_opened_in_firefox() {
    goes_through(Engine::Sqlite, "firefox_to_key.mjs").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_outsider_with_firefox_seals_is_opened_in_firefox_on_postgresql() {
    goes_through(Engine::Postgres, "firefox_to_key.mjs").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_outsider_with_webkit_seals_is_opened_in_webkit() {
    goes_through(Engine::Sqlite, "webkit_to_key.mjs").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_outsider_with_webkit_seals_is_opened_in_webkit_on_postgresql() {
    goes_through(Engine::Postgres, "webkit_to_key.mjs").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_outsider_seals_is_opened_with_the_keyboard_alone() {
    goes_through(Engine::Sqlite, "to_key_keyboard.mjs").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outsider_goes_on_sealing_where_it_broke_off_and_it_is_opened_whole() {
    goes_through(Engine::Sqlite, "to_key_cut.mjs").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outsider_goes_on_sealing_where_it_broke_off_on_postgresql() {
    goes_through(Engine::Postgres, "to_key_cut.mjs").await;
}

/// A service under a name, for which browsers offer passkeys.
async fn named_service() -> Service {
    let service = Service::start_with(own_port(), Some("localhost"), Vec::new()).await;
    set_password(&service, &first_password(&service).await, PASSWORD).await;
    service
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_made_changed_and_opened_by_a_passkey() {
    let service = named_service().await;
    travel(&service, "keys.mjs", order(&service)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_outsider_seals_is_opened_by_a_passkey_and_by_the_passphrase_where_that_makes_no_key() {
    let service = named_service().await;
    travel(&service, "to_key_passkey.mjs", order(&service)).await;
    assert_received(&service);
}
