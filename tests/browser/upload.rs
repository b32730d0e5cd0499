//! The page behind the link of an upload request: what outsiders do who have no account.

use sealpost_test_support::engines::Engine;
use serde_json::{Value, json};

use crate::{
    page::{screenshots, travel},
    people::{first_password, set_password},
    support::{Content, Service, own_port},
};

/// Files to send in, a requester's token, and where mails are.
fn order(service: &Service) -> Value {
    let home = service.home().join("uploader");
    let file = |name: &str, seed: u64, bytes: u64| {
        let path = home.join(name);
        Content::new(seed, bytes).write_to(&path);
        path
    };
    json!({
        "token": service.token(),
        "mail": service.mail_dir(),
        "home": home,
        "file": file("Befund R\u{f6}ntgen.dcm", 91, 3 << 20),
        "slow": file("slow.bin", 92, 700_001),
        "large": file("large.bin", 93, 9_000_000),
        "big": file("big.bin", 94, 50 << 20),
        "screenshots": screenshots(),
    })
}

async fn sends_in(engine: Engine) {
    let service = Service::start_on(engine).await;
    travel(&service, "upload.mjs", order(&service)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outsider_sends_files_in_and_has_a_receipt() {
    sends_in(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outsider_sends_files_in_and_has_a_receipt_on_postgresql() {
    sends_in(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outsider_needs_no_mouse() {
    let service = Service::start_on(Engine::Postgres).await;
    travel(&service, "upload_keyboard.mjs", order(&service)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outsider_with_a_phone_shows_a_code_and_sends_a_photo() {
    let service = Service::start().await;
    travel(&service, "upload_phone.mjs", order(&service)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outsider_goes_on_where_it_broke_off_and_nothing_is_mixed_up() {
    let service = Service::start().await;
    travel(&service, "upload_trouble.mjs", order(&service)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outsider_whose_answer_was_lost_goes_on_with_what_he_has_begun() {
    let service = Service::start().await;
    travel(&service, "upload_lost.mjs", order(&service)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outsider_sends_in_by_a_standing_page() {
    const PASSWORD: &str = "gravel-Sunday-otter-97-lantern";
    let service = Service::start_with(own_port(), Some("localhost"), Vec::new()).await;
    set_password(&service, &first_password(&service).await, PASSWORD).await;
    let mut order = order(&service);
    order["email"] = "admin@demo.example".into();
    order["password"] = PASSWORD.into();
    travel(&service, "upload_portal.mjs", order).await;
}
