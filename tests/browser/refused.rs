//! What a page may not do, whoever has brought something into it.

use serde_json::json;

use crate::{page::travel, support::Service};

/// Where nobody need sign in.
const PATHS: [&str; 2] = ["/r/nobody-has-this-link", "/u/nobody/unknown"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_seals_runs_nothing_but_its_own_scripts_and_reaches_nobody_else() {
    let service = Service::start().await;
    travel(&service, "refused.mjs", json!({ "paths": PATHS })).await;
}
