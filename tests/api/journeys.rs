//! From the first request of a sender to the day on which nothing is left.

use sealpost_test_support::{app::App, claims};

claims![a_file_goes_out_sealed_and_comes_back];

async fn a_file_goes_out_sealed_and_comes_back(app: &App) {
    let sent = app.anna.sent(&[("hello.txt", b"hello, world")]).await;
    let visit = sent.link().enter().await;
    assert_eq!(visit.fetch(0).await, "hello, world");
}
