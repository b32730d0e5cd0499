//! Inside Outlook: the pane and the events of the add-in, in a host that behaves as Outlooks were seen to (`outlook/`).

use sealpost_test_support::engines::Engine;
use serde_json::{Value, json};

use crate::{
    page::{screenshots, travel},
    sent::Sent,
    support::{Content, Service},
};

const LETTER: Content = Content::new(110, 70_001);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_fake_outlook_is_as_odd_as_outlooks_are() {
    let service = Service::start().await;
    travel(&service, "outlook_host.mjs", json!({ "screenshots": screenshots() })).await;
}

/// A service with an add-in, and what every journey is told.
async fn service(engine: Engine) -> (Service, Value) {
    let service = Service::start_on(engine).await;
    let order = json!({
        "screenshots": screenshots(),
        "addin_id": "6f1c1b0e-6f0e-4b7e-9a55-2d1d0e0c7a10",
        "token": service.token(),
    });
    (service, order)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_is_read_shows_what_went_with_it() {
    let (service, mut order) = service(Engine::Sqlite).await;
    let own = Sent::new(&service, json!({"subject": "The plans"}), &[("letter.txt", LETTER)]).await;
    let wish = json!({"title": "X-rays of 2026", "max_uses": 3});
    let request = service.api().post("/api/v1/requests", &wish).await;
    order["own"] = json!({ "id": own.id, "link": own.link });
    // A transfer of somebody else's, as far as the reader can tell.
    order["others"] = json!("0190a000-0000-7000-8000-000000000000");
    order["request"] = request["url"].clone();
    travel(&service, "outlook_read.mjs", order).await;
}
