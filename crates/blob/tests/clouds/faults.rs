//! What happens on the way to a cloud, and what a cloud says that it does not do.

use std::{net::SocketAddr, time::Instant};

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use sealpost_blob::{
    AzureLogin, AzureOptions, BlobError, BlobStore as _, Container, Hidden, ObjectKey, RemoteStore,
};
use sealpost_domain::{Timestamp, UploadId};
use sealpost_test_support::peers::{
    azurite::Azurite,
    moto::Moto,
    proxy::{Answer, Fault, Proxy, Strikes},
};

use crate::{azure, make_by_hand, patience, per_tenant, s3, shared};

/// A store behind a network of its own, with an empty container.
struct Behind {
    name: &'static str,
    network: Proxy,
    store: RemoteStore,
    container: Container,
}

impl Behind {
    /// One of each cloud, for the container of this name.
    async fn each(container: &str) -> Vec<Self> {
        let mut all = Vec::new();
        for name in ["azure", "azure shared", "s3", "s3 shared"] {
            let address: SocketAddr = if name.starts_with("azure") {
                Azurite::shared().address()
            } else {
                Moto::shared().address()
            };
            let network = Proxy::http(address);
            let layout = if name.ends_with("shared") { shared("faults") } else { per_tenant("faults-") };
            let store = match name.starts_with("azure") {
                true => RemoteStore::azure(&AzureOptions {
                    patience: patience(),
                    ..azure(&network.url(), layout)
                }),
                false => RemoteStore::s3(&sealpost_blob::S3Options {
                    patience: patience(),
                    ..s3(&network.url(), layout)
                }),
            };
            let by_hand = match name.starts_with("azure") {
                true => RemoteStore::azure(&azure(&network.url(), per_tenant(""))),
                false => RemoteStore::s3(&s3(&network.url(), per_tenant(""))),
            };
            make_by_hand(&by_hand.unwrap(), "faults").await;
            let (store, container) = (store.unwrap(), container.parse().unwrap());
            store.create_container(&container).await.unwrap();
            all.push(Self { name, network, store, container });
        }
        all
    }

    async fn put(&self, sequence: u64, bytes: &'static [u8]) -> Result<(), BlobError> {
        self.store.put(&self.container, &key(sequence), vec![Bytes::from_static(bytes)]).await
    }

    async fn get(&self, sequence: u64, length: u64) -> Result<Bytes, BlobError> {
        self.store.get(&self.container, &key(sequence), 0..length).await
    }
}

fn key(sequence: u64) -> ObjectKey {
    ObjectKey::new(UploadId::new(Timestamp::from_unix_millis(1_800_000_000_000), [7; 10]), sequence, [1; 8])
}

/// The error and its causes.
fn words(error: &BlobError) -> String {
    let (mut text, mut next) = (error.to_string(), std::error::Error::source(error));
    while let Some(error) = next {
        text = format!("{text}: {error}");
        next = error.source();
    }
    text
}

#[tokio::test]
async fn a_store_that_is_busy_for_a_moment_is_tried_again() {
    for behind in Behind::each("busy").await {
        for (sequence, status) in [(0, 503), (1, 429), (2, 500)] {
            let busy =
                Answer::new(status).body("<Error><Code>SlowDown</Code><Message>Less.</Message></Error>");
            behind.network.inject(None, Strikes::Next(2), Fault::Answer(busy.clone()));
            behind.put(sequence, b"sealed").await.unwrap();
            behind.network.inject(None, Strikes::Next(2), Fault::Answer(busy));
            assert_eq!(behind.get(sequence, 6).await.unwrap(), "sealed", "{}", behind.name);
            behind.network.pass();
        }
        behind.network.inject(None, Strikes::Every(3), Fault::Answer(Answer::new(503)));
        let listed: Vec<_> = behind.store.list(&behind.container, None).try_collect().await.unwrap();
        assert_eq!(listed.len(), 3, "{}", behind.name);
        assert_eq!(behind.store.delete_prefix(&behind.container, key(0).upload).await.unwrap(), 3);
        behind.store.delete_container(&behind.container).await.unwrap();
    }
}

#[tokio::test]
async fn a_store_that_stays_busy_is_unavailable_within_the_bound() {
    for behind in Behind::each("stays-busy").await {
        let busy = Answer::new(503).header("Retry-After", "0").body("<Error><Code>SlowDown</Code></Error>");
        behind.network.inject(None, Strikes::All, Fault::Answer(busy));
        let begun = Instant::now();
        let error = behind.put(0, b"x").await.unwrap_err();
        assert!(error.is_transient() && words(&error).contains("503 SlowDown"), "{}", words(&error));
        assert!(begun.elapsed() < patience().window + patience().attempt, "{}", behind.name);
        let begun = Instant::now();
        assert!(behind.store.health().await.unwrap_err().is_transient());
        assert!(begun.elapsed() < patience().attempt, "health is asked once: {}", behind.name);
        // Somebody who is told to come back in an hour does not wait for it.
        behind.network.pass();
        let later = Answer::new(429).header("Retry-After", "3600");
        behind.network.inject(None, Strikes::All, Fault::Answer(later));
        let before = behind.network.requests();
        assert!(behind.get(0, 1).await.unwrap_err().is_transient());
        assert_eq!(behind.network.requests(), before + 1, "{}", behind.name);
    }
}

#[tokio::test]
async fn a_put_that_is_cut_stores_nothing_torn_and_is_tried_again() {
    let whole: &'static [u8] = &[7; 300_000];
    for behind in Behind::each("cut-put").await {
        behind.network.inject(Some("PUT"), Strikes::Next(1), Fault::CutRequest { after: 100_000 });
        behind.put(0, whole).await.unwrap();
        assert!(behind.get(0, 300_000).await.unwrap() == whole, "{}", behind.name);
        behind.network.pass();
        behind.network.inject(Some("PUT"), Strikes::All, Fault::CutRequest { after: 100_000 });
        assert!(behind.put(1, whole).await.unwrap_err().is_transient());
        behind.network.pass();
        let torn = behind.get(1, 1).await;
        assert!(matches!(torn, Err(BlobError::NotFound)), "{}: {torn:?}", behind.name);
    }
}

#[tokio::test]
async fn a_put_whose_answer_is_lost_is_known_to_be_stored_if_it_is_these_bytes() {
    for behind in Behind::each("lost-answer").await {
        behind.network.inject(Some("PUT"), Strikes::Next(1), Fault::LoseAnswer);
        behind.put(0, b"sealed").await.unwrap();
        assert_eq!(behind.get(0, 6).await.unwrap(), "sealed", "{}", behind.name);
        behind.network.pass();
        // Where somebody else's bytes are there, they are not ours, however the network was.
        for others in [&b"saeled"[..], b"longer", b"less"] {
            behind.network.inject(Some("PUT"), Strikes::Next(1), Fault::CutRequest { after: 0 });
            let taken = behind.put(0, others).await;
            assert!(matches!(taken, Err(BlobError::AlreadyExists)), "{}: {taken:?}", behind.name);
            behind.network.pass();
        }
        assert_eq!(behind.get(0, 6).await.unwrap(), "sealed", "{}", behind.name);
    }
}

#[tokio::test]
async fn a_get_that_is_cut_is_tried_again_and_never_short() {
    let whole: &'static [u8] = &[9; 300_000];
    for behind in Behind::each("cut-get").await {
        behind.put(0, whole).await.unwrap();
        behind.network.inject(Some("GET"), Strikes::Next(2), Fault::CutAnswer { after: 100_000 });
        assert!(behind.get(0, 300_000).await.unwrap() == whole, "{}", behind.name);
        behind.network.pass();
        behind.network.inject(Some("GET"), Strikes::All, Fault::CutAnswer { after: 100_000 });
        let error = behind.get(0, 300_000).await.unwrap_err();
        assert!(error.is_transient(), "{}: {error:?}", behind.name);
    }
}

#[tokio::test]
async fn a_store_that_hangs_or_refuses_is_given_up_within_the_bound() {
    for behind in Behind::each("hangs").await {
        behind.put(0, b"x").await.unwrap();
        behind.network.hang();
        let begun = Instant::now();
        assert!(behind.get(0, 1).await.unwrap_err().is_transient(), "{}", behind.name);
        assert!(begun.elapsed() < patience().window + patience().attempt * 2, "{:?}", begun.elapsed());
        behind.network.pass();
        assert_eq!(behind.get(0, 1).await.unwrap(), "x", "{}", behind.name);
        behind.network.refuse();
        assert!(behind.get(0, 1).await.unwrap_err().is_transient(), "{}", behind.name);
        assert!(behind.store.health().await.unwrap_err().is_transient(), "{}", behind.name);
        behind.network.pass();
        behind.store.health().await.unwrap();
    }
}

#[tokio::test]
async fn a_slow_store_is_slow_and_nothing_else() {
    let whole: &'static [u8] = &[5; 200_000];
    for behind in Behind::each("slow").await {
        behind.network.throttle(1_000_000);
        behind.put(0, whole).await.unwrap();
        assert!(behind.get(0, 200_000).await.unwrap() == whole, "{}", behind.name);
    }
}

#[tokio::test]
async fn wrong_keys_are_told_as_such_and_not_tried_again() {
    let network = Proxy::http(Azurite::shared().address());
    let wrong = AzureLogin::Key(Hidden::new("d3Jvbmcga2V5"));
    let store =
        RemoteStore::azure(&AzureOptions { login: wrong, ..azure(&network.url(), per_tenant("")) }).unwrap();
    let container = "wrong-key".parse().unwrap();
    for result in [
        store.create_container(&container).await,
        store.put(&container, &key(0), vec![Bytes::from_static(b"x")]).await,
        store.get(&container, &key(0), 0..1).await.map(drop),
        store.delete(&container, &key(0)).await,
        store.list(&container, None).try_collect::<Vec<_>>().await.map(drop),
        store.health().await,
    ] {
        let Err(error @ BlobError::Other(_)) = result else { panic!("{result:?}") };
        assert!(
            words(&error).contains("403") && words(&error).contains("does not take the key or signature"),
            "{}",
            words(&error)
        );
        assert!(!words(&error).contains("d3Jvbmcga2V5"), "{}", words(&error));
    }
    assert_eq!(network.requests(), 6);
}

#[tokio::test]
async fn a_refusal_says_what_the_operator_can_do() {
    let denied = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
    let skewed = "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the \
                  current time is too large.</Message></Error>";
    let unknown = "<Error><Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in \
                   our records.</Message></Error>";
    let long_ago = ("Date", "Mon, 05 Jan 2026 12:00:00 GMT");
    for behind in Behind::each("refused").await {
        for (answer, expected) in [
            (Answer::new(403).body(denied), "what it must be allowed"),
            (Answer::new(403).body(skewed).header(long_ago.0, long_ago.1), "set the clock"),
            (Answer::new(403).body(unknown), "does not know this access key"),
            (Answer::new(401).header("x-ms-error-code", "InvalidAuthenticationInfo"), "has not expired"),
            (Answer::new(301), "another region"),
        ] {
            behind.network.inject(None, Strikes::All, Fault::Answer(answer));
            let error = behind.put(0, b"x").await.unwrap_err();
            assert!(matches!(error, BlobError::Other(_)), "{error:?}");
            assert!(words(&error).contains(expected), "{}", words(&error));
            behind.network.pass();
        }
    }
}

#[tokio::test]
async fn a_shared_bucket_that_is_not_there_is_not_taken_for_an_empty_one() {
    let azure = RemoteStore::azure(&azure(
        &format!("http://{}", Azurite::shared().address()),
        shared("nobody-made-it"),
    ));
    let s3 = RemoteStore::s3(&s3(&Moto::shared().endpoint(), shared("nobody-made-it")));
    for store in [azure.unwrap(), s3.unwrap()] {
        let container = "t-1".parse().unwrap();
        for result in [
            store.create_container(&container).await,
            store.put(&container, &key(0), vec![Bytes::from_static(b"x")]).await,
            store.get(&container, &key(0), 0..1).await.map(drop),
            store.list(&container, None).try_collect::<Vec<_>>().await.map(drop),
            store.delete_container(&container).await,
            store.health().await,
        ] {
            let Err(error @ BlobError::Other(_)) = result else { panic!("{result:?}") };
            assert!(words(&error).contains("nobody-made-it"), "{}", words(&error));
        }
    }
}

#[tokio::test]
async fn what_is_stored_while_a_tenant_is_removed_is_gone_with_him() {
    for behind in Behind::each("removed").await.into_iter().filter(|behind| behind.name.ends_with("shared")) {
        behind.network.delay(std::time::Duration::from_millis(20));
        let puts = futures_util::future::join_all((0..8).map(|sequence| behind.put(sequence, b"late")));
        let (puts, deleted) = tokio::join!(puts, behind.store.delete_container(&behind.container));
        deleted.unwrap();
        for put in puts {
            assert!(matches!(put, Ok(()) | Err(BlobError::NotFound)), "{}: {put:?}", behind.name);
        }
        let left = behind.store.list(&behind.container, None).try_collect::<Vec<_>>().await;
        assert!(matches!(left, Err(BlobError::NotFound)), "{}: {left:?}", behind.name);
    }
}
