//! What recipients do with what its sender has sealed: it is opened in their browsers.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use sealpost_test_support::engines::Engine;
use serde_json::{Value, json};

use crate::{
    page::{screenshots, travel, unzipped},
    sealed_delivery::Sealed,
    support::{Content, Service, eventually, sha256},
};

const PASSWORD: &str = "correct horse battery";
const LETTER: Content = Content::new(180, 70_001);
const PICTURE: Content = Content::new(181, 20_000_000);
const EMPTY: Content = Content::new(182, 0);

/// A folder of the test's own.
fn folder(service: &Service, name: &str) -> PathBuf {
    let folder = service.home().join(name);
    fs::create_dir(&folder).unwrap();
    folder
}

/// Nothing of the second part may be where the service writes down what it is asked.
fn assert_untold(service: &Service, sealed: &Sealed) {
    assert!(service.log().contains("/api/v1/links/prove"), "requests are in the log");
    assert!(!service.log().contains(&sealed.second_part));
}

async fn opens_and_saves(engine: Engine) {
    let service = Service::start_on(engine).await;
    let files = [("letter.txt", LETTER), ("Pläne/picture.png", PICTURE), ("empty.md", EMPTY)];
    let sealed = Sealed::new(&service, json!({}), None, &files).await;
    let saved = folder(&service, "saved");
    let order = json!({
        "link": sealed.link, "first_part": sealed.first_part(), "second_part": sealed.second_part,
        "transfer": sealed.id, "folder": saved, "screenshots": screenshots(),
    });
    travel(&service, "delivery.mjs", order).await;
    for (name, content) in files {
        let base = name.rsplit('/').next().unwrap();
        assert!(fs::read(saved.join(base)).unwrap() == content.all(), "{name} is what was sealed");
        let archived = unzipped(&saved.join("all.zip"), name).await;
        assert!(archived == content.all(), "{name} in the ZIP is what was sealed");
    }
    assert_untold(&service, &sealed);
    let api = service.api();
    eventually("all downloads are counted", async || {
        let transfer = api.transfer(&sealed.id).await;
        let at = transfer["recipients"][0]["downloaded_at"].clone();
        (!at.is_null()).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sealed_opens_in_the_browser_and_arrives_byte_for_byte() {
    opens_and_saves(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sealed_opens_in_the_browser_and_arrives_byte_for_byte_from_postgresql() {
    opens_and_saves(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_opens_what_was_sealed_with_the_keyboard_alone_and_a_wrong_one_is_told_and_counted() {
    let service = Service::start().await;
    let sealed = Sealed::new(&service, json!({}), Some(PASSWORD), &[("letter.txt", LETTER)]).await;
    let order = json!({ "link": sealed.link, "password": PASSWORD, "screenshots": screenshots() });
    travel(&service, "delivery_password.mjs", order).await;
    assert_untold(&service, &sealed);
    assert!(!service.log().contains(PASSWORD));
    let refused = service.log().matches("wrong_proof").count();
    assert!(refused >= 1, "a wrong one is refused by the service");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_and_a_password_open_what_was_sealed() {
    let service = Service::start().await;
    let bert = json!([{"email": "bert@example.org", "phone": "+49 151 23456789"}]);
    let rules = json!({"recipients": bert, "protection": "sms_code_and_password"});
    let sealed = Sealed::new(&service, rules, Some(PASSWORD), &[("letter.txt", LETTER)]).await;
    let sms = service.mail_dir().with_file_name("sms");
    let order =
        json!({ "link": sealed.link, "password": PASSWORD, "sms": sms, "screenshots": screenshots() });
    travel(&service, "delivery_code.mjs", order).await;
    assert_untold(&service, &sealed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_is_mended_and_what_is_altered_or_truncated_on_the_way_never_looks_whole() {
    let service = Service::start().await;
    let sealed = Sealed::new(&service, json!({}), None, &[("picture.png", PICTURE)]).await;
    let saved = folder(&service, "saved");
    travel(&service, "delivery_faults.mjs", faults_order(&sealed, &saved)).await;
    assert!(
        fs::read(saved.join("picture.png")).unwrap() == PICTURE.all(),
        "after cuts it is what was sealed"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn firefox_opens_what_was_sealed_and_shows_what_was_altered_as_failed() {
    let service = Service::start_on(Engine::Postgres).await;
    let files = [("letter.txt", LETTER), ("picture.png", PICTURE)];
    let sealed = Sealed::new(&service, json!({}), Some(PASSWORD), &files).await;
    let saved = folder(&service, "saved");
    let mut order = faults_order(&sealed, &saved);
    order["password"] = PASSWORD.into();
    order["archive"] = format!("sealpost-{}.zip", sealed.id).into();
    travel(&service, "firefox_delivery.mjs", order).await;
    for (name, content) in files {
        assert!(fs::read(saved.join(name)).unwrap() == content.all(), "{name} is what was sealed");
        let archive = saved.join(format!("sealpost-{}.zip", sealed.id));
        assert!(unzipped(&archive, name).await == content.all(), "{name} in the ZIP is, too");
    }
    assert_untold(&service, &sealed);
}

/// More than a page holds in memory: the service worker saves it.
const YEAR: Content = Content::new(183, (64 << 20) + 70_001);

async fn webkit_opens(engine: Engine) {
    let service = Service::start_on(engine).await;
    let files = [("letter.txt", LETTER), ("year.bin", YEAR)];
    let sealed = Sealed::new(&service, json!({}), Some(PASSWORD), &files).await;
    let saved = folder(&service, "saved");
    let archive = format!("sealpost-{}.zip", sealed.id);
    let order = json!({
        "link": sealed.link, "second_part": sealed.second_part, "password": PASSWORD, "folder": saved,
        "names": files.map(|(name, _)| name), "lengths": files.map(|(_, content)| content.length),
        "archive": archive,
    });
    travel(&service, "webkit_delivery.mjs", order).await;
    for (name, content) in files {
        assert!(fs::read(saved.join(name)).unwrap() == content.all(), "{name} is what was sealed");
        assert!(unzipped(&saved.join(&archive), name).await == content.all(), "{name} in the ZIP is, too");
    }
    assert_untold(&service, &sealed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webkit_opens_what_was_sealed_and_says_what_was_altered() {
    webkit_opens(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webkit_opens_what_was_sealed_and_says_what_was_altered_on_postgresql() {
    webkit_opens(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_deceives_about_what_was_sealed_has_nothing_shown_and_nothing_saved() {
    let service = Service::start().await;
    let files = [("letter.txt", LETTER), ("picture.png", LETTER), ("empty.md", EMPTY)];
    let sealed = Sealed::new(&service, json!({}), None, &files).await;
    let locked = Sealed::new(&service, json!({}), Some(PASSWORD), &[("letter.txt", LETTER)]).await;
    let order = json!({
        "link": sealed.link, "second_part": sealed.second_part, "password": PASSWORD,
        "locked": { "link": locked.link, "second_part": locked.second_part },
        "screenshots": screenshots(),
    });
    travel(&service, "delivery_deceived.mjs", order).await;
}

fn faults_order(sealed: &Sealed, saved: &Path) -> Value {
    json!({
        "link": sealed.link, "second_part": sealed.second_part, "folder": saved, "name": "picture.png",
        "length": PICTURE.length, "screenshots": screenshots(),
    })
}

/// 5 GiB by each browser, whose memory is looked at; `SEALPOST_TEST_SEALED_MIB` says less, for a machine without the room.
async fn five_gibibytes(script: &str) {
    let service = Service::start().await;
    let said = env::var("SEALPOST_TEST_SEALED_MIB").map(|mebibytes| mebibytes.parse::<u64>().unwrap());
    let content = Content::new(196, said.unwrap_or(5 << 10) << 20);
    let sealed = Sealed::new(&service, json!({}), None, &[("year.bin", content)]).await;
    let saved = folder(&service, "saved");
    let order = json!({ "link": sealed.link, "folder": saved, "name": "year.bin", "length": content.length });
    travel(&service, script, order).await;
    assert_eq!(sha256(&saved.join("year.bin")), content.sha256());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes, and 16 GB of disk; make test-long runs it"]
async fn five_gibibytes_that_were_sealed_come_out_of_chromium_with_flat_memory() {
    five_gibibytes("delivery_big.mjs").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes, and 16 GB of disk; make test-long runs it"]
async fn five_gibibytes_that_were_sealed_come_out_of_firefox_with_flat_memory() {
    five_gibibytes("firefox_delivery_big.mjs").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes, and 16 GB of disk; make test-long runs it"]
async fn five_gibibytes_that_were_sealed_come_out_of_webkit_with_flat_memory() {
    five_gibibytes("webkit_delivery_big.mjs").await;
}
