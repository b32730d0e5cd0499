//! What outsiders do, in Debian's Firefox.

use std::fs;

use sealpost_test_support::engines::Engine;
use serde_json::json;

use crate::{
    page::{travel, unzipped},
    sent::Sent,
    support::{Content, Service},
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
