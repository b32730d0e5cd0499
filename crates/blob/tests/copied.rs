//! A store whose containers have copies does what every store does, goes on reading when one fails, and forgets nowhere
//! what it deletes.
#![expect(clippy::unwrap_used, reason = "a failed call is a failed test")]

use std::{collections::BTreeMap, fmt, ops::Range, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, future, stream, stream::BoxStream};
use sealpost_blob::{
    BlobError, BlobStore, CircuitSettings, Container, CopiedStore, Copy, MemoryStore, ObjectInfo, ObjectKey,
    Role, Stores, Targets,
};
use sealpost_domain::{ManualClock, Timestamp, UploadId};
use tokio::sync::watch;

const SECOND: Duration = Duration::from_secs(1);

sealpost_blob::store_conformance!({
    let set = Set::new();
    (set.store.clone(), set)
});

/// How a store is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Well,
    /// [`BlobError::Unavailable`].
    Away,
    /// [`BlobError::Other`].
    Broken,
    /// Nothing comes back until it is well.
    Hanging,
}

/// A store in a mood.
struct Moody {
    inner: MemoryStore,
    mood: watch::Sender<Mood>,
    gets: std::sync::atomic::AtomicU64,
}

impl fmt::Debug for Moody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Moody")
    }
}

impl Moody {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            inner: MemoryStore::new(),
            mood: watch::Sender::new(Mood::Well),
            gets: std::sync::atomic::AtomicU64::new(0),
        })
    }

    fn set(&self, mood: Mood) {
        self.mood.send_replace(mood);
    }

    fn gets(&self) -> u64 {
        self.gets.load(std::sync::atomic::Ordering::Relaxed)
    }

    async fn check(&self) -> Result<(), BlobError> {
        let mood = *self.mood.subscribe().wait_for(|mood| *mood != Mood::Hanging).await.unwrap();
        match mood {
            Mood::Away => Err(BlobError::unavailable("away")),
            Mood::Broken => Err(BlobError::other("broken")),
            _ => Ok(()),
        }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl BlobStore for Moody {
    async fn create_container(&self, container: &Container) -> Result<(), BlobError> {
        self.check().await?;
        self.inner.create_container(container).await
    }

    async fn delete_container(&self, container: &Container) -> Result<(), BlobError> {
        self.check().await?;
        self.inner.delete_container(container).await
    }

    async fn put(&self, container: &Container, key: &ObjectKey, pieces: Vec<Bytes>) -> Result<(), BlobError> {
        self.check().await?;
        self.inner.put(container, key, pieces).await
    }

    fn writer<'a>(
        &'a self,
        container: &Container,
        key: &ObjectKey,
    ) -> Box<dyn sealpost_blob::ObjectWriter + 'a> {
        Box::new(sealpost_blob::Collected::new(self, container, key))
    }

    async fn get(
        &self,
        container: &Container,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Bytes, BlobError> {
        self.gets.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.check().await?;
        self.inner.get(container, key, range).await
    }

    async fn delete(&self, container: &Container, key: &ObjectKey) -> Result<(), BlobError> {
        self.check().await?;
        self.inner.delete(container, key).await
    }

    async fn delete_prefix(&self, container: &Container, upload: UploadId) -> Result<u64, BlobError> {
        self.check().await?;
        self.inner.delete_prefix(container, upload).await
    }

    async fn delete_prefixes(&self, container: &Container, uploads: &[UploadId]) -> Result<u64, BlobError> {
        self.check().await?;
        self.inner.delete_prefixes(container, uploads).await
    }

    fn list(
        &self,
        container: &Container,
        upload: Option<UploadId>,
    ) -> BoxStream<'static, Result<ObjectInfo, BlobError>> {
        match *self.mood.borrow() {
            Mood::Well => self.inner.list(container, upload),
            _ => stream::once(future::ready(Err(BlobError::unavailable("away")))).boxed(),
        }
    }

    async fn health(&self) -> Result<(), BlobError> {
        self.check().await
    }

    fn copies(&self, _: &Container) -> Vec<Copy> {
        Vec::new()
    }
}

/// A store with a replica and an off-site copy, and the container `t-1` in all of them.
struct Set {
    store: CopiedStore,
    clock: ManualClock,
    primary: Arc<Moody>,
    replica: Arc<Moody>,
    offsite: Arc<Moody>,
}

impl Set {
    fn new() -> Self {
        let [primary, replica, offsite] = [Moody::new(), Moody::new(), Moody::new()];
        let (west, vault) = ("west".parse().unwrap(), "vault".parse().unwrap());
        let stores = Stores::new(primary.clone()).with(west, replica.clone()).with(vault, offsite.clone());
        let targets =
            Targets { replica: Some("west".parse().unwrap()), offsite: Some("vault".parse().unwrap()) };
        let clock = ManualClock::new(Timestamp::from_unix_millis(1_800_000_000_000));
        let settings = CircuitSettings { failures: 3, retry_after: 10 * SECOND, patience: 5 * SECOND };
        let store =
            CopiedStore::new(stores, BTreeMap::from([(None, targets)]), settings, Arc::new(clock.clone()));
        Self { store, clock, primary, replica, offsite }
    }

    async fn with_container() -> Self {
        let set = Self::new();
        set.store.create_container(&here()).await.unwrap();
        set
    }

    /// Stores an object, and copies it as the job does.
    async fn put(&self, sequence: u64, copied: bool) {
        let bytes = || vec![Bytes::from(format!("part {sequence}"))];
        self.store.put(&here(), &key(sequence), bytes()).await.unwrap();
        for copy in self.store.copies(&here()).iter().filter(|_| copied) {
            self.store.put(&copy.container, &key(sequence), bytes()).await.unwrap();
        }
    }

    async fn get(&self, sequence: u64) -> Result<Bytes, BlobError> {
        self.store.get(&here(), &key(sequence), 0..6).await
    }

    async fn listed(&self, container: &Container) -> usize {
        self.store.list(container, None).try_collect::<Vec<_>>().await.unwrap().len()
    }
}

fn here() -> Container {
    "t-1".parse().unwrap()
}

fn key(sequence: u64) -> ObjectKey {
    let upload = UploadId::new(Timestamp::from_unix_millis(1_800_000_000_000), [7; 10]);
    ObjectKey::new(upload, sequence, [1; 8])
}

#[tokio::test]
async fn every_copy_can_be_looked_at_by_itself() {
    let set = Set::with_container().await;
    let copies = set.store.copies(&here());
    let shown: Vec<_> = copies.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["replica west:t-1", "off-site copy vault:t-1"]);
    assert_eq!([copies[0].role, copies[1].role], [Role::Replica, Role::Offsite]);
    assert_eq!(set.store.copies(&copies[0].container), [], "a copy has no copies");
    set.put(1, false).await;
    assert_eq!(set.listed(&here()).await, 1, "a put goes to the container alone");
    for copy in &copies {
        assert_eq!(set.listed(&copy.container).await, 0, "{copy}");
        set.store.put(&copy.container, &key(9), vec![Bytes::from_static(b"of it")]).await.unwrap();
        assert_eq!(set.store.get(&copy.container, &key(9), 0..5).await.unwrap(), "of it");
    }
    assert_eq!(set.listed(&here()).await, 1);
}

#[tokio::test]
async fn reads_fall_over_only_while_the_container_fails() {
    let set = Set::with_container().await;
    set.put(1, true).await;
    set.put(2, false).await;
    set.primary.set(Mood::Away);
    for _ in 0..10 {
        assert_eq!(set.get(1).await.unwrap(), "part 1");
    }
    assert_eq!(set.offsite.gets(), 0, "the copy that is kept apart is never read");
    set.primary.set(Mood::Well);
    set.clock.advance(11 * SECOND);
    let asked = set.replica.gets();
    assert_eq!(set.get(2).await.unwrap(), "part 2");
    assert_eq!(set.get(1).await.unwrap(), "part 1");
    assert_eq!(set.replica.gets(), asked);
}

#[tokio::test]
async fn what_a_container_that_answers_lacks_its_replica_does_not_make_good() {
    let set = Set::with_container().await;
    set.put(1, true).await;
    set.store.delete(&here(), &key(1)).await.unwrap();
    assert!(matches!(set.get(1).await, Err(BlobError::NotFound)));
    set.store.put(&here(), &key(1), vec![Bytes::from_static(b"part")]).await.unwrap();
    assert!(matches!(set.get(1).await, Err(BlobError::Truncated { wanted: 6 })));
    set.primary.set(Mood::Broken);
    assert!(matches!(set.get(1).await, Err(BlobError::Other(_))), "no waiting mends it");
    assert_eq!(set.replica.gets(), 0);
}

#[tokio::test]
async fn what_is_not_copied_yet_is_unavailable_and_not_gone() {
    let set = Set::with_container().await;
    set.put(1, false).await;
    set.primary.set(Mood::Away);
    for _ in 0..6 {
        let answer = set.get(1).await;
        assert!(matches!(answer, Err(BlobError::Unavailable(_))), "closed and open: {answer:?}");
    }
    set.replica.set(Mood::Away);
    assert!(set.get(1).await.unwrap_err().is_transient());
}

#[tokio::test]
async fn a_container_that_fails_again_and_again_is_left_alone_for_a_while() {
    let set = Set::with_container().await;
    set.put(1, true).await;
    set.primary.set(Mood::Away);
    for _ in 0..20 {
        set.get(1).await.unwrap();
    }
    assert_eq!(set.primary.gets(), 3);
    let open = set.store.open_circuits();
    assert_eq!(open.len(), 1);
    assert_eq!((&open[0].container, open[0].error.as_str()), (&here(), "the store is unavailable"));
    set.clock.advance(10 * SECOND);
    for _ in 0..20 {
        set.get(1).await.unwrap();
    }
    assert_eq!(set.primary.gets(), 4, "one of them tries");
    set.primary.set(Mood::Well);
    set.clock.advance(10 * SECOND);
    for _ in 0..20 {
        set.get(1).await.unwrap();
    }
    assert_eq!(set.primary.gets(), 24, "and all when it answers");
    assert_eq!(set.store.open_circuits(), []);
}

#[tokio::test(start_paused = true)]
async fn a_container_that_hangs_holds_up_nobody_for_longer_than_the_patience() {
    let set = Set::with_container().await;
    set.put(1, true).await;
    set.primary.set(Mood::Hanging);
    for waits in [5, 5, 5, 0, 0] {
        let begun = tokio::time::Instant::now();
        assert_eq!(set.get(1).await.unwrap(), "part 1");
        assert_eq!(begun.elapsed(), waits * SECOND);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_slow_is_waited_for_where_there_is_no_copy_yet() {
    let set = Set::with_container().await;
    set.put(1, false).await;
    set.primary.set(Mood::Hanging);
    let recovers = async {
        tokio::time::sleep(20 * SECOND).await;
        set.primary.set(Mood::Well);
    };
    let (got, ()) = future::join(set.get(1), recovers).await;
    assert_eq!(got.unwrap(), "part 1");
}

#[tokio::test]
async fn a_container_that_is_not_there_at_all_is_one_that_fails() {
    let set = Set::with_container().await;
    set.put(1, true).await;
    // As a volume that is not mounted.
    set.primary.delete_container(&here()).await.unwrap();
    assert_eq!(set.get(1).await.unwrap(), "part 1");
    assert!(matches!(set.get(2).await, Err(BlobError::NotFound)), "nor is it anywhere else");
}

#[tokio::test]
async fn what_is_deleted_goes_from_everywhere_or_the_call_fails_and_says_where_not() {
    let set = Set::with_container().await;
    set.put(1, true).await;
    set.put(2, true).await;
    let copies = set.store.copies(&here());
    set.replica.set(Mood::Away);
    let failed = set.store.delete_prefixes(&here(), &[key(1).upload]).await.unwrap_err();
    assert!(failed.is_transient());
    let why = std::error::Error::source(&failed).unwrap().to_string();
    assert_eq!(why, "replica west:t-1: the store is unavailable");
    assert_eq!((set.listed(&here()).await, set.listed(&copies[1].container).await), (0, 0), "all were tried");
    set.replica.set(Mood::Well);
    assert_eq!(set.listed(&copies[0].container).await, 2);
    set.store.delete_prefix(&here(), key(1).upload).await.unwrap();
    assert_eq!(set.listed(&copies[0].container).await, 0, "caught up by the next call");

    set.put(3, true).await;
    set.offsite.set(Mood::Broken);
    assert!(matches!(set.store.delete_container(&here()).await, Err(BlobError::Other(_))));
    set.offsite.set(Mood::Well);
    set.store.delete_container(&here()).await.unwrap();
    for container in copies.into_iter().map(|copy| copy.container).chain([here()]) {
        let listed = set.store.list(&container, None).try_collect::<Vec<_>>().await;
        assert!(matches!(listed, Err(BlobError::NotFound)), "{container}: {listed:?}");
    }
}

#[tokio::test]
async fn a_copy_that_is_not_there_is_not_taken_for_an_empty_one() {
    let set = Set::with_container().await;
    set.put(1, true).await;
    let copy = &set.store.copies(&here())[0];
    set.replica.delete_container(&copy.container).await.unwrap();
    let failed = set.store.delete_prefixes(&here(), &[key(1).upload]).await.unwrap_err();
    assert!(failed.is_transient(), "its volume may not be mounted: {failed:?}");
}

#[tokio::test]
async fn with_the_primary_away_the_service_is_as_well_as_the_replica() {
    let set = Set::new();
    set.primary.set(Mood::Away);
    set.store.health().await.unwrap();
    set.replica.set(Mood::Away);
    assert!(set.store.health().await.unwrap_err().is_transient());
}
