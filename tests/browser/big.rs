//! 2 GiB through a browser, there and back.

use serde_json::json;

use crate::{
    page::{screenshots, travel},
    support::{Content, Service},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes, and 8 GB of disk; make test-long runs it"]
async fn two_gibibytes_come_in_through_cuts_and_go_out_as_they_were() {
    let service = Service::start().await;
    let path = service.home().join("year.bin");
    Content::new(95, 2 << 30).write_to(&path);
    let order = json!({
        "token": service.token(), "mail": service.mail_dir(), "file": path, "screenshots": screenshots(),
    });
    travel(&service, "big.mjs", order).await;
}
