//! What the pages of senders and recipients take in memory, however large files are.

use std::{env, fs};

use sealpost_test_support::engines::Engine;
use serde_json::json;

use crate::{
    page::travel,
    sealed::{PASSWORD, service},
};

const MIB: u64 = 1 << 20;
/// MiB that a page's process may have of its own. It takes 115 to 130 (`docs/performance.md`), and had all of the file when it kept what it sent.
const MOST: u64 = 180;

/// Sends a file of zeros by the sender's page for each way of `sealed`, fetches what was sealed, and says what pages and service took for it.
/// `SEALPOST_TEST_MEMORY_MIB` sets its size.
async fn goes_there(sealed: &[bool], most: Option<u64>) {
    let size = env::var("SEALPOST_TEST_MEMORY_MIB").map_or(256, |text| text.parse().unwrap());
    let service = service(Engine::Sqlite, json!({})).await;
    let folder = service.home().join("large");
    fs::create_dir(&folder).unwrap();
    let order = json!({
        "email": "admin@demo.example",
        "password": PASSWORD,
        "folder": folder,
        "length": size * MIB,
        "sealed": sealed,
        "service": service.pid().as_raw_nonzero().get(),
        "most": most,
    });
    travel(&service, "sender_memory.mjs", order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_pages_seal_send_and_open_they_do_not_keep() {
    goes_there(&[true], Some(MOST)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures: docs/performance.md says what"]
async fn what_is_sealed_and_what_is_not_beside_each_other() {
    goes_there(&[false, true], None).await;
}
