//! What outsiders do, in Debian's Firefox.

use std::fs;

use sealpost_test_support::engines::Engine;
use serde_json::json;

use crate::{
    page::{travel, unzipped},
    sent::Sent,
    support::{Content, Service, eventually},
};

const PASSWORD: &str = "correct horse battery";
const LETTER: Content = Content::new(83, 70_001);
const PICTURE: Content = Content::new(84, 3 << 20);

async fn fetches_everything(engine: Engine) {
    let service = Service::start_on(engine).await;
    let files = [("letter.txt", LETTER), ("picture.png", PICTURE)];
    let sent = Sent::new(&service, json!({"password": PASSWORD}), &files).await;
    let folder = service.home().join("downloads");
    fs::create_dir(&folder).unwrap();
    let archive = format!("sealpost-{}.zip", sent.id);
    let downloads = [["letter.txt", "letter.txt"], ["picture.png", "picture.png"], ["ZIP", &archive]];
    let order = json!({"link": sent.link, "password": PASSWORD, "folder": folder, "downloads": downloads});
    travel(&service, "firefox_download.mjs", order).await;
    for (name, content) in files {
        assert!(fs::read(folder.join(name)).unwrap() == content.all(), "{name} is what was sent");
        assert!(unzipped(&folder.join(&archive), name).await == content.all(), "{name} in the ZIP is, too");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recipient_with_firefox_gets_everything() {
    fetches_everything(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recipient_with_firefox_gets_everything_from_a_service_on_postgresql() {
    fetches_everything(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sends_in_with_firefox_goes_on_after_a_cut_and_a_closed_page() {
    let service = Service::start_on(Engine::Postgres).await;
    let api = service.api();
    let asked = api.post("/api/v1/requests", &json!({"title": "Scans"})).await;
    let large = Content::new(85, 50 << 20);
    let (small_path, large_path) = (service.home().join("letter.txt"), service.home().join("scan.tif"));
    LETTER.write_to(&small_path);
    large.write_to(&large_path);
    let order = json!({
        "link": asked["url"], "small": small_path, "large": large_path, "names": ["letter.txt", "scan.tif"],
    });
    travel(&service, "firefox_upload.mjs", order).await;
    let link = eventually("the requester is told", async || {
        let mails = service.mails();
        let at = mails
            .iter()
            .find_map(|mail| Some(mail[mail.find(&format!("{}/t/", service.base_url()))?..].to_owned()))?;
        Some(at.split_whitespace().next().unwrap().to_owned())
    });
    let delivery = api.open(&link.await).await;
    let names: Vec<_> =
        delivery.value["files"].as_array().unwrap().iter().map(|file| file["name"].clone()).collect();
    for (at, name) in names.iter().enumerate() {
        let sent = if name == "scan.tif" { large } else { LETTER };
        assert_eq!(api.sha256(&delivery, at).await, sent.sha256(), "{name} is what was sent");
    }
    assert_eq!(names.len(), 2);
}
