//! Claims that every store must fulfil, and every decorator of one.
//!
//! Each function makes its own container, so that one store can go through all of them.
//! [`store_conformance!`](crate::store_conformance) makes a test of each:
//!
//! ```ignore
//! sealpost_blob::store_conformance!((MemoryStore::new(), ()));
//! ```
#![expect(clippy::unwrap_used, reason = "a test suite: a failed call is a failed claim")]

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, TryStreamExt as _, future::join_all};
use sealpost_domain::{Timestamp, UploadId};

use crate::{BlobError, BlobStore, Container, ObjectInfo, ObjectKey};

/// Makes one `#[tokio::test]` of each claim. The expression gives a pair: a fresh store, and whatever must live as
/// long as it does. The crate needs tokio with its macros.
#[macro_export]
macro_rules! store_conformance {
    ($store:expr) => {
        $crate::store_conformance! { $store =>
            put_then_get
            an_empty_object_is_an_object
            a_big_object_in_many_pieces_is_one_object
            get_gives_exactly_the_range
            a_range_past_the_end_is_truncated
            an_existing_object_is_not_overwritten
            of_concurrent_puts_of_one_key_one_wins
            what_was_not_stored_is_not_found
            delete_can_be_repeated
            what_is_written_piece_by_piece_is_what_put_stores
            a_writer_overwrites_nothing
            delete_prefix_takes_one_upload_only
            delete_prefixes_takes_those_uploads_and_no_other
            uploads_come_and_go_at_the_same_time
            list_shows_every_object_once
            containers_are_apart
            creating_a_container_again_keeps_it
            a_deleted_container_is_gone
            without_a_container_nothing_is_found
            a_working_store_is_healthy
        }
    };
    ($store:expr => $($claim:ident)+) => {$(
        #[tokio::test]
        async fn $claim() {
            let (store, _alive) = $store;
            $crate::conformance::$claim(&store).await;
        }
    )+};
}

/// What was stored in pieces is read as a whole.
pub async fn put_then_get(store: &dyn BlobStore) {
    let container = container(store, "put-then-get").await;
    let key = key(1, 0);
    let pieces = ["", "sealed", "", " ", "bytes", ""].map(|piece| Bytes::from_static(piece.as_bytes()));
    store.put(&container, &key, pieces.to_vec()).await.unwrap();
    assert_eq!(store.get(&container, &key, 0..12).await.unwrap(), "sealed bytes");
}

/// An object may have no bytes.
pub async fn an_empty_object_is_an_object(store: &dyn BlobStore) {
    let container = container(store, "empty-object").await;
    for (sequence, pieces) in
        [vec![], vec![Bytes::new()], vec![Bytes::new(), Bytes::new()]].into_iter().enumerate()
    {
        let key = key(1, sequence as u64);
        store.put(&container, &key, pieces).await.unwrap();
        assert_eq!(store.get(&container, &key, 0..0).await.unwrap(), "");
        assert_truncated(store, &container, &key, 0..1).await;
    }
    assert_eq!(listed(store, &container, None).await.len(), 3);
}

/// A part of full size, in pieces as the sealer makes them.
pub async fn a_big_object_in_many_pieces_is_one_object(store: &dyn BlobStore) {
    let container = container(store, "big-object").await;
    let key = key(1, 0);
    let whole = Bytes::from(pattern(8 * 1024 * 1024 + 8248));
    let pieces = (0..whole.len()).step_by(1 << 20).map(|at| whole.slice(at..whole.len().min(at + (1 << 20))));
    store.put(&container, &key, pieces.collect()).await.unwrap();
    let length = whole.len() as u64;
    assert!(store.get(&container, &key, 0..length).await.unwrap() == whole);
    assert!(store.get(&container, &key, length - 5000..length).await.unwrap() == whole[whole.len() - 5000..]);
}

/// No byte more, no byte less.
pub async fn get_gives_exactly_the_range(store: &dyn BlobStore) {
    let container = container(store, "ranges").await;
    let key = key(1, 0);
    let whole = pattern(100_000);
    store.put(&container, &key, vec![Bytes::from(whole.clone())]).await.unwrap();
    for range in [0..1, 0..100_000, 1..2, 4095..4097, 16_384..32_768, 99_999..100_000, 50_000..50_000, 0..0] {
        let bytes = store.get(&container, &key, range.clone()).await.unwrap();
        assert!(bytes == whole[range.start as usize..range.end as usize], "{range:?}");
        // The opener decrypts in place: the bytes must be changeable, at the cost of a copy where they are shared.
        let mut own = bytes.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&shared[..]));
        own.fill(0);
    }
    assert!(store.get(&container, &key, 0..100_000).await.unwrap() == whole, "a reader changed the object");
}

/// An object that is shorter than its manifest says is an error, never a short answer.
pub async fn a_range_past_the_end_is_truncated(store: &dyn BlobStore) {
    let container = container(store, "past-the-end").await;
    let key = key(1, 0);
    store.put(&container, &key, vec![Bytes::from_static(b"0123456789")]).await.unwrap();
    for range in [0..11, 9..11, 10..11, 11..12, 0..u64::MAX, u64::MAX - 1..u64::MAX] {
        assert_truncated(store, &container, &key, range).await;
    }
}

/// Put is put-if-absent.
pub async fn an_existing_object_is_not_overwritten(store: &dyn BlobStore) {
    let container = container(store, "no-overwrite").await;
    let key = key(1, 0);
    store.put(&container, &key, vec![Bytes::from_static(b"first")]).await.unwrap();
    for other in ["second", "", "first"] {
        let again = store.put(&container, &key, vec![Bytes::from_static(other.as_bytes())]).await;
        assert!(matches!(again, Err(BlobError::AlreadyExists)), "{again:?}");
        assert_eq!(store.get(&container, &key, 0..5).await.unwrap(), "first");
    }
    assert_eq!(listed(store, &container, None).await.len(), 1);
}

/// However the bytes are cut, and an empty object, too.
pub async fn what_is_written_piece_by_piece_is_what_put_stores(store: &dyn BlobStore) {
    let container = container(store, "writer").await;
    let whole = Bytes::from(pattern(3 * 1024 * 1024 + 17));
    for (sequence, cuts) in
        [vec![], vec![0], vec![1 << 20, 1 << 20, 2 << 20], vec![whole.len()]].into_iter().enumerate()
    {
        let key = key(1, sequence as u64);
        let (mut writer, mut from) = (store.writer(&container, &key), 0);
        for cut in cuts {
            writer.write(whole.slice(from..cut)).await.unwrap();
            from = cut;
        }
        writer.finish(whole.slice(from..)).await.unwrap();
        assert!(store.get(&container, &key, 0..whole.len() as u64).await.unwrap() == whole);
        assert_truncated(store, &container, &key, 0..whole.len() as u64 + 1).await;
    }
    store.writer(&container, &key(1, 9)).finish(Bytes::new()).await.unwrap();
    assert_eq!(store.get(&container, &key(1, 9), 0..0).await.unwrap(), "");
    assert_eq!(listed(store, &container, None).await.len(), 5);
}

/// A writer is put-if-absent, too; it may notice at any piece.
pub async fn a_writer_overwrites_nothing(store: &dyn BlobStore) {
    let container = container(store, "writer-no-overwrite").await;
    let key = key(1, 0);
    store.put(&container, &key, vec![Bytes::from_static(b"first")]).await.unwrap();
    for pieces in [&[][..], &["sec", "o"], &["longer than the first"]] {
        let again = write(store, &container, &key, pieces).await;
        assert!(matches!(again, Err(BlobError::AlreadyExists)), "{again:?}");
        // One that is given up leaves it alone as well.
        let _ = store.writer(&container, &key).write(Bytes::from_static(b"x")).await;
        assert_eq!(store.get(&container, &key, 0..5).await.unwrap(), "first");
        assert_truncated(store, &container, &key, 0..6).await;
    }
    assert_eq!(listed(store, &container, None).await.len(), 1);
}

/// Nobody is told that he stored what somebody else stored.
pub async fn of_concurrent_puts_of_one_key_one_wins(store: &dyn BlobStore) {
    let container = container(store, "one-winner").await;
    for sequence in 0..8 {
        let key = key(1, sequence);
        let puts = (0..8_u8).map(|writer| store.put(&container, &key, vec![Bytes::from(vec![writer; 4096])]));
        let results = join_all(puts.collect::<Vec<_>>()).await;
        let winners: Vec<_> = (0..8).filter(|&writer| results[writer].is_ok()).collect();
        assert_eq!(winners.len(), 1, "{results:?}");
        for result in results {
            assert!(matches!(result, Ok(()) | Err(BlobError::AlreadyExists)), "{result:?}");
        }
        assert_eq!(store.get(&container, &key, 0..4096).await.unwrap(), vec![winners[0] as u8; 4096]);
    }
}

/// Not found has an error of its own.
pub async fn what_was_not_stored_is_not_found(store: &dyn BlobStore) {
    let container = container(store, "not-found").await;
    store.put(&container, &key(1, 0), vec![Bytes::from_static(b"x")]).await.unwrap();
    let other_attempt = ObjectKey { attempt: [9; 8], ..key(1, 0) };
    for missing in [key(1, 1), key(2, 0), other_attempt] {
        for range in [0..0, 0..1] {
            let result = store.get(&container, &missing, range).await;
            assert!(matches!(result, Err(BlobError::NotFound)), "{result:?}");
        }
    }
}

/// Deleting twice is as good as once.
pub async fn delete_can_be_repeated(store: &dyn BlobStore) {
    let container = container(store, "delete").await;
    store.delete(&container, &key(1, 0)).await.unwrap();
    for sequence in 0..2 {
        store.put(&container, &key(1, sequence), vec![Bytes::from_static(b"x")]).await.unwrap();
    }
    for _ in 0..2 {
        store.delete(&container, &key(1, 0)).await.unwrap();
        let result = store.get(&container, &key(1, 0), 0..1).await;
        assert!(matches!(result, Err(BlobError::NotFound)), "{result:?}");
    }
    assert_eq!(listed(store, &container, None).await, [key(1, 1)]);
    // The key is free again, also after the last object of the upload.
    store.delete(&container, &key(1, 1)).await.unwrap();
    store.put(&container, &key(1, 1), vec![Bytes::from_static(b"y")]).await.unwrap();
    assert_eq!(store.get(&container, &key(1, 1), 0..1).await.unwrap(), "y");
}

/// All of one upload and nothing of its neighbours.
pub async fn delete_prefix_takes_one_upload_only(store: &dyn BlobStore) {
    let container = container(store, "delete-prefix").await;
    assert_eq!(store.delete_prefix(&container, upload(2)).await.unwrap(), 0);
    for number in 1..=3 {
        for sequence in 0..5 {
            store.put(&container, &key(number, sequence), vec![Bytes::from_static(b"x")]).await.unwrap();
        }
    }
    let retried = ObjectKey { attempt: [9; 8], ..key(2, 0) };
    store.put(&container, &retried, vec![Bytes::from_static(b"x")]).await.unwrap();
    assert_eq!(store.delete_prefix(&container, upload(2)).await.unwrap(), 6);
    assert_eq!(store.delete_prefix(&container, upload(2)).await.unwrap(), 0);
    assert_eq!(listed(store, &container, Some(upload(2))).await, []);
    let left: Vec<_> =
        [1, 3].iter().flat_map(|&number| (0..5).map(move |sequence| key(number, sequence))).collect();
    assert_eq!(listed(store, &container, None).await, left);
}

/// Whether they lie together or apart, are there or not, are named once or twice.
pub async fn delete_prefixes_takes_those_uploads_and_no_other(store: &dyn BlobStore) {
    let container = container(store, "delete-prefixes").await;
    assert_eq!(store.delete_prefixes(&container, &[]).await.unwrap(), 0);
    let later = UploadId::new(Timestamp::from_unix_millis(1_900_000_000_000), [7; 10]);
    let keys: Vec<_> = (1..=4)
        .map(upload)
        .chain([later])
        .flat_map(|upload| (0..3).map(move |sequence| ObjectKey::new(upload, sequence, [1; 8])))
        .collect();
    for key in &keys {
        store.put(&container, key, vec![Bytes::from_static(b"x")]).await.unwrap();
    }
    let gone = [upload(4), later, upload(2), upload(9), upload(2)];
    assert_eq!(store.delete_prefixes(&container, &gone).await.unwrap(), 9);
    assert_eq!(store.delete_prefixes(&container, &gone).await.unwrap(), 0);
    let left = keys.into_iter().filter(|key| !gone.contains(&key.upload)).collect::<Vec<_>>();
    assert_eq!(listed(store, &container, None).await, left);
}

/// Neighbours that are stored and deleted meanwhile disturb nobody.
pub async fn uploads_come_and_go_at_the_same_time(store: &dyn BlobStore) {
    let container = &container(store, "come-and-go").await;
    let lives = (1..=16).map(|number| async move {
        for round in 0..6 {
            let key = key(number, round);
            store.put(container, &key, vec![Bytes::from(vec![number as u8; 100])]).await.unwrap();
            assert_eq!(store.get(container, &key, 0..100).await.unwrap(), vec![number as u8; 100]);
            if round % 2 == 0 {
                store.delete(container, &key).await.unwrap();
            } else {
                assert_eq!(store.delete_prefix(container, upload(number)).await.unwrap(), 1);
            }
        }
    });
    join_all(lives.collect::<Vec<_>>()).await;
    assert_eq!(listed(store, container, None).await, []);
}

/// With its key, size and time, for the container and for one upload.
pub async fn list_shows_every_object_once(store: &dyn BlobStore) {
    let container = container(store, "list").await;
    assert_eq!(listed(store, &container, None).await, []);
    assert_eq!(listed(store, &container, Some(upload(1))).await, []);
    let mut stored = Vec::new();
    for number in 1..=4 {
        for sequence in [0, 1, 0xffff_ffff, u64::MAX] {
            let key = key(number, sequence);
            store.put(&container, &key, vec![Bytes::from(vec![0; number as usize * 10])]).await.unwrap();
            stored.push(key);
        }
    }
    assert_eq!(listed(store, &container, None).await, stored);
    assert_eq!(listed(store, &container, Some(upload(3))).await, stored[8..12]);
    let infos: Vec<ObjectInfo> = store.list(&container, Some(upload(3))).try_collect().await.unwrap();
    for info in infos {
        assert_eq!(info.size, 30, "{info:?}");
        assert!(!info.raw.is_empty(), "{info:?}");
        // The store's clock may be off, but hardly by years.
        assert!(info.modified > Timestamp::from_unix_millis(1_600_000_000_000), "{info:?}");
    }
}

/// The same key in two containers is two objects.
pub async fn containers_are_apart(store: &dyn BlobStore) {
    let (one, two) = (container(store, "apart").await, container(store, "apart-2").await);
    store.put(&one, &key(1, 0), vec![Bytes::from_static(b"one")]).await.unwrap();
    store.put(&two, &key(1, 0), vec![Bytes::from_static(b"two")]).await.unwrap();
    store.delete_prefix(&one, upload(1)).await.unwrap();
    assert_eq!(store.get(&two, &key(1, 0), 0..3).await.unwrap(), "two");
    store.delete_container(&one).await.unwrap();
    assert_eq!(store.get(&two, &key(1, 0), 0..3).await.unwrap(), "two");
}

/// So that making a tenant can be repeated after a crash.
pub async fn creating_a_container_again_keeps_it(store: &dyn BlobStore) {
    let container = container(store, "create-again").await;
    store.put(&container, &key(1, 0), vec![Bytes::from_static(b"x")]).await.unwrap();
    store.create_container(&container).await.unwrap();
    assert_eq!(store.get(&container, &key(1, 0), 0..1).await.unwrap(), "x");
}

/// With everything in it, and can be deleted and made again.
pub async fn a_deleted_container_is_gone(store: &dyn BlobStore) {
    let container = container(store, "deleted").await;
    for number in 1..=3 {
        store.put(&container, &key(number, 0), vec![Bytes::from_static(b"x")]).await.unwrap();
    }
    store.delete_container(&container).await.unwrap();
    assert_no_container(store, &container).await;
    store.delete_container(&container).await.unwrap();
    store.create_container(&container).await.unwrap();
    assert_eq!(listed(store, &container, None).await, []);
    store.put(&container, &key(1, 0), vec![Bytes::from_static(b"y")]).await.unwrap();
    assert_eq!(store.get(&container, &key(1, 0), 0..1).await.unwrap(), "y");
}

/// What is not there is not taken for something empty.
pub async fn without_a_container_nothing_is_found(store: &dyn BlobStore) {
    let never_made = "never-made".parse().unwrap();
    assert_no_container(store, &never_made).await;
    // The refused put made nothing either.
    assert_no_container(store, &never_made).await;
}

/// Health needs no container.
pub async fn a_working_store_is_healthy(store: &dyn BlobStore) {
    store.health().await.unwrap();
}

async fn assert_no_container(store: &dyn BlobStore, container: &Container) {
    let key = key(1, 0);
    let results = [
        store.put(container, &key, vec![Bytes::from_static(b"x")]).await,
        store.get(container, &key, 0..1).await.map(drop),
        store.delete(container, &key).await,
        store.delete_prefix(container, key.upload).await.map(drop),
        store.delete_prefixes(container, &[key.upload]).await.map(drop),
        write(store, container, &key, &[]).await,
        write(store, container, &key, &["x", "y"]).await,
        store.list(container, None).try_collect::<Vec<_>>().await.map(drop),
        store.list(container, Some(key.upload)).try_collect::<Vec<_>>().await.map(drop),
    ];
    for result in results {
        assert!(matches!(result, Err(BlobError::NotFound)), "{result:?}");
    }
}

/// Writes the pieces and then a last one, up to the first error.
async fn write(
    store: &dyn BlobStore,
    container: &Container,
    key: &ObjectKey,
    pieces: &[&'static str],
) -> Result<(), BlobError> {
    let mut writer = store.writer(container, key);
    for piece in pieces {
        writer.write(Bytes::from_static(piece.as_bytes())).await?;
    }
    writer.finish(Bytes::from_static(b"last")).await
}

async fn assert_truncated(store: &dyn BlobStore, container: &Container, key: &ObjectKey, range: Range<u64>) {
    let wanted = range.end;
    match store.get(container, key, range.clone()).await {
        Err(BlobError::Truncated { wanted: end }) => assert_eq!(end, wanted),
        other => panic!("{range:?}: {other:?}"),
    }
}

async fn container(store: &dyn BlobStore, name: &str) -> Container {
    let container = name.parse().unwrap();
    store.create_container(&container).await.unwrap();
    container
}

/// The keys in order; panics on anything that is no object.
async fn listed(store: &dyn BlobStore, container: &Container, upload: Option<UploadId>) -> Vec<ObjectKey> {
    let mut keys: Vec<_> =
        store.list(container, upload).map(|info| info.unwrap().key.unwrap()).collect().await;
    keys.sort();
    keys
}

/// Uploads that were made in one second, so that they lie close together wherever they lie.
fn upload(number: u64) -> UploadId {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&number.to_be_bytes());
    UploadId::new(Timestamp::from_unix_millis(1_800_000_000_000), random)
}

fn key(number: u64, sequence: u64) -> ObjectKey {
    ObjectKey::new(upload(number), sequence, [1, 2, 3, 4, 5, 6, 7, 8])
}

/// Bytes of which no two neighbouring pages are alike.
fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at ^ (at >> 8) ^ (at >> 16)) as u8).collect()
}
