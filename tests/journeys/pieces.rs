//! An upload may come in pieces of any size: short ones are merged on the way, and nobody can tell afterwards.

use reqwest::StatusCode;

use crate::support::{Content, Service, number};

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pieces_of_any_size_make_the_file() {
    // Around a chunk, around the length up to which a part is merged with the next piece, around a part.
    let sizes = [
        1,
        16 * KIB - 1,
        16 * KIB,
        16 * KIB,
        16 * KIB + 1,
        64 * KIB,
        MIB - 16 * KIB,
        MIB,
        2 * MIB - 1,
        1,
        8 * MIB,
        16 * KIB,
        8 * MIB + 16 * KIB,
        32 * KIB,
        5,
    ];
    let service = Service::start().await;
    let api = service.api();
    for (seed, shift) in [(80, 0), (81, 16 * KIB), (82, 48 * KIB - 18)] {
        let content = Content::new(seed, shift + sizes.iter().sum::<u64>());
        let transfer = api.draft(&["anna@example.org"]).await;
        let upload = api.begin(&transfer, "a.bin", content.length).await;
        let mut offset = 0;
        for size in [shift].into_iter().chain(sizes) {
            let piece = content.range(offset..offset + size);
            let answer = api.patch(&upload, offset, piece.into()).await.unwrap();
            assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{size} at {offset}");
            offset = number(answer.headers(), "upload-offset");
        }
        assert_eq!(offset, content.length);
        let delivery = api.open(&api.send(&transfer).await).await;
        assert_eq!(api.sha256(&delivery, 0).await, content.sha256());
    }
}
