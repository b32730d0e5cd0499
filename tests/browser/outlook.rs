//! Inside Outlook: the pane and the events of the add-in, in a host that behaves as Outlooks were seen to (`outlook/`).

use serde_json::json;

use crate::{
    page::{screenshots, travel},
    support::Service,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_fake_outlook_is_as_odd_as_outlooks_are() {
    let service = Service::start().await;
    travel(&service, "outlook_host.mjs", json!({ "screenshots": screenshots() })).await;
}
