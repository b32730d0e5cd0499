//! Told to stop, the service ends what it has begun and leaves nothing half done.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt as _, stream};
use reqwest::{Body, StatusCode};
use rustix::process::Signal;
use tokio::sync::Notify;

use crate::support::{Content, Service, eventually, number};

const MIB: u64 = 1 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_upload_and_a_running_download_end_before_the_service_does() {
    let mut service = Service::start().await;
    let api = service.api();
    let sent = Content::new(110, 12 * MIB);
    let first = api.draft(&["anna@example.org"]).await;
    api.file(&first, "sent.bin", sent).await;
    let link = api.send(&first).await;
    let delivery = api.open(&link).await;

    let coming = Content::new(111, 20 * MIB);
    let second = api.draft(&["anna@example.org"]).await;
    let upload = api.begin(&second, "coming.bin", coming.length).await;
    // Half of the body comes before the signal, half after it.
    let (half, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let pieces = stream::iter(coming.pieces(0..coming.length).enumerate()).then({
        let (half, go_on) = (Arc::clone(&half), Arc::clone(&go_on));
        move |(number, bytes)| {
            let (half, go_on) = (Arc::clone(&half), Arc::clone(&go_on));
            async move {
                if number == 40 {
                    half.notify_one();
                    go_on.notified().await;
                }
                Ok::<_, std::io::Error>(bytes)
            }
        }
    });
    let uploading = tokio::spawn({
        let (api, upload) = (api.clone(), upload.clone());
        async move { api.patch(&upload, 0, Body::wrap_stream(pieces)).await }
    });
    half.notified().await;
    let download = api.fetch(&delivery.grant, &delivery.file(0), 0).await.unwrap();
    assert_eq!(download.status(), StatusCode::OK);

    service.signal(Signal::TERM);
    eventually("new connections are refused", async || {
        api.request(reqwest::Method::GET, "/healthz")
            .timeout(Duration::from_secs(5))
            .send()
            .await
            .is_err()
            .then_some(())
    })
    .await;
    assert!(service.is_running(), "it waits for what it has begun");
    go_on.notify_one();
    let answer = uploading.await.unwrap().unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(number(answer.headers(), "upload-offset"), coming.length);
    assert!(download.bytes().await.unwrap() == sent.all(), "the download ends whole");
    assert_eq!(service.ended().await.code(), Some(0), "{}", service.log());

    service.restart().await;
    let api = service.api();
    assert_eq!(api.offset(&upload).await, coming.length);
    let delivery = api.open(&api.send(&second).await).await;
    assert_eq!(api.sha256(&delivery, 0).await, coming.sha256());
    let delivery = api.open(&link).await;
    assert_eq!(api.sha256(&delivery, 0).await, sent.sha256());
    for transfer in [&first, &second] {
        eventually("both mails", async || {
            let state = api.transfer(transfer).await["recipients"][0]["notified_at"].clone();
            (!state.is_null()).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_service_ends_at_once_by_either_signal() {
    let mut service = Service::start().await;
    for signal in [Signal::TERM, Signal::INT] {
        service.signal(signal);
        assert_eq!(service.ended().await.code(), Some(0), "{}", service.log());
        service.restart().await;
    }
    assert!(service.is_running());
}
