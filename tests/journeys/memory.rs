//! Memory does not grow with files: what the service holds is bounded by how many bodies come at once.

use std::fs;

use reqwest::StatusCode;

use crate::support::{Content, Service, body};

const MIB: u64 = 1 << 20;
const MOST: u64 = 250;
/// Of one upload or download: a part of 8 MiB twice.
const MOST_EACH: u64 = 16;
/// Of a release build that has nothing to do.
const MOST_IDLE: u64 = 60;

/// `SEALPOST_TEST_MEMORY_MIB` sets the size of each file, such as 4096.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_uploads_and_downloads_at_once_stay_below_the_bound() {
    let size = std::env::var("SEALPOST_TEST_MEMORY_MIB").map_or(160, |text| text.parse().unwrap());
    let content = Content::new(100, size * MIB);
    let service = Service::start().await;
    let idle = peak(&service);
    if !cfg!(debug_assertions) {
        assert!(idle <= MOST_IDLE, "{idle} MiB idle");
    }
    let api = service.api();
    let transfer = api.draft(&["anna@example.org"]).await;
    let mut uploads = Vec::new();
    for number in 0..8 {
        uploads.push(api.begin(&transfer, &format!("{number}.bin"), content.length).await);
    }
    let sending = uploads.into_iter().map(|upload| {
        let api = api.clone();
        tokio::spawn(async move {
            let sent = api.patch(&upload, 0, body(content, 0..content.length)).await.unwrap();
            assert_eq!(sent.status(), StatusCode::NO_CONTENT);
        })
    });
    futures_util::future::try_join_all(sending).await.unwrap();
    let uploading = peak(&service);
    println!("peak of 8 uploads of {size} MiB each: {uploading} MiB");
    assert!(uploading < MOST && uploading - idle <= 8 * MOST_EACH, "{uploading} MiB, {idle} MiB idle");

    let delivery = api.open(&api.send(&transfer).await).await;
    let fetching = (0..8).map(|number| {
        let (api, delivery) = (api.clone(), delivery.clone());
        tokio::spawn(async move { api.length(&delivery, number).await })
    });
    let lengths = futures_util::future::try_join_all(fetching).await.unwrap();
    assert_eq!(lengths, vec![content.length; 8]);
    let downloading = peak(&service);
    println!("and of 8 downloads: {downloading} MiB");
    assert!(downloading < MOST && downloading - idle <= 8 * MOST_EACH, "{downloading} MiB, {idle} MiB idle");
}

/// The most resident memory that the process ever had, in MiB.
fn peak(service: &Service) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", service.pid().as_raw_nonzero())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}
