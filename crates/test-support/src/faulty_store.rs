//! A store that fails when it is told to.

use std::{
    collections::BTreeMap,
    fmt,
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::{FutureExt as _, StreamExt as _, future, stream, stream::BoxStream};
use sealpost_blob::{BlobError, BlobStore, Collected, Container, ObjectInfo, ObjectKey, ObjectWriter};
use sealpost_domain::UploadId;
use tokio::sync::Semaphore;

/// A method of [`BlobStore`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "named as the methods are")]
pub enum Operation {
    CreateContainer,
    Delete,
    DeleteContainer,
    DeletePrefix,
    Get,
    Health,
    List,
    Put,
}

/// Which calls a fault strikes, counted from 1 when the fault was injected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Every call.
    Always,
    /// This call and all after it.
    From(u64),
    /// This call only.
    Nth(u64),
    /// So many of a thousand calls; the same ones for the same seed.
    Randomly {
        /// How many of a thousand.
        per_mille: u64,
        /// What the choice is made from.
        seed: u64,
    },
}

/// What happens to a call that a fault strikes.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Nothing is done; [`BlobError::Other`].
    Break,
    /// It waits this long and then goes on as if nothing had happened.
    Delay(Duration),
    /// Nothing is done; [`BlobError::Unavailable`].
    Fail,
    /// Nothing is done; [`BlobError::Full`].
    Fill,
    /// This bit, counted from the start and around the end, is the wrong way round: in the store after a put, on the
    /// way back in a get. Any other call passes.
    FlipBit(u64),
    /// It waits at the gate and then goes on as if nothing had happened.
    Hold(Gate),
    /// It is carried out, but the answer is lost: [`BlobError::Unavailable`]. A listing breaks off at its end.
    LoseResponse,
    /// A put stores so many bytes and no more and is [`BlobError::Unavailable`]; any other call is only that.
    Tear(usize),
}

/// Where calls wait until they may go on, so that a test decides what happens meanwhile.
#[derive(Debug, Clone)]
pub struct Gate(Arc<(Semaphore, Semaphore)>);

impl Gate {
    /// A closed gate.
    pub fn closed() -> Self {
        Self(Arc::new((Semaphore::new(0), Semaphore::new(0))))
    }

    /// Waits until a call is at the gate; each call counts once.
    pub async fn arrival(&self) {
        self.0.0.acquire().await.expect("a gate is never taken down").forget();
    }

    /// Lets everybody through, also those who come later.
    pub fn open(&self) {
        self.0.1.add_permits(Semaphore::MAX_PERMITS / 2);
    }

    async fn pass(&self) {
        self.0.0.add_permits(1);
        drop(self.0.1.acquire().await.expect("a gate is never taken down"));
    }
}

/// A store around another one that passes everything on until faults are injected.
pub struct FaultyStore {
    inner: Arc<dyn BlobStore>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    faults: Vec<Fault>,
    calls: BTreeMap<Operation, u64>,
    struck: u64,
}

struct Fault {
    operation: Option<Operation>,
    when: When,
    effect: Effect,
    seen: u64,
}

impl FaultyStore {
    /// A store that passes everything on to `inner`.
    pub fn new(inner: Arc<dyn BlobStore>) -> Self {
        Self { inner, state: Mutex::default() }
    }

    /// Lets the fault strike calls of the operation, or of every one if it is `None`. Faults add up; of those that
    /// strike the same call, the waiting ones all act and of the others the one that was injected first.
    pub fn inject(&self, operation: impl Into<Option<Operation>>, when: When, effect: Effect) {
        self.state().faults.push(Fault { operation: operation.into(), when, effect, seen: 0 });
    }

    /// Mends everything.
    pub fn clear(&self) {
        self.state().faults.clear();
    }

    /// How often the operation was called, struck or not.
    pub fn calls(&self, operation: Operation) -> u64 {
        self.state().calls.get(&operation).copied().unwrap_or(0)
    }

    /// How many calls any fault struck: a test whose fault never struck proves nothing.
    pub fn struck(&self) -> u64 {
        self.state().struck
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits as told and says what else happens to this call.
    async fn strike(&self, operation: Operation) -> Option<Effect> {
        let effects = self.state().effects(operation);
        let mut struck = None;
        for effect in effects {
            match effect {
                Effect::Delay(duration) => tokio::time::sleep(duration).await,
                Effect::Hold(gate) => gate.pass().await,
                other => struck = struck.or(Some(other)),
            }
        }
        struck
    }

    /// A call that has no bytes to damage.
    async fn around<T>(
        &self,
        operation: Operation,
        call: impl Future<Output = Result<T, BlobError>>,
    ) -> Result<T, BlobError> {
        match self.strike(operation).await {
            None | Some(Effect::FlipBit(_)) => call.await,
            Some(Effect::LoseResponse) => {
                call.await?;
                Err(lost())
            }
            Some(effect) => Err(effect.error()),
        }
    }
}

impl State {
    fn effects(&mut self, operation: Operation) -> Vec<Effect> {
        *self.calls.entry(operation).or_default() += 1;
        let effects: Vec<_> = self.faults.iter_mut().filter_map(|fault| fault.strikes(operation)).collect();
        self.struck += u64::from(!effects.is_empty());
        effects
    }
}

impl Fault {
    fn strikes(&mut self, operation: Operation) -> Option<Effect> {
        if self.operation.is_some_and(|own| own != operation) {
            return None;
        }
        self.seen += 1;
        let strikes = match self.when {
            When::Always => true,
            When::From(first) => self.seen >= first,
            When::Nth(number) => self.seen == number,
            When::Randomly { per_mille, seed } => split_mix(seed.wrapping_add(self.seen)) % 1000 < per_mille,
        };
        strikes.then(|| self.effect.clone())
    }
}

impl Effect {
    fn error(&self) -> BlobError {
        match self {
            Self::Break => BlobError::other("injected"),
            Self::Fill => BlobError::full("injected"),
            _ => BlobError::unavailable("injected"),
        }
    }
}

fn lost() -> BlobError {
    BlobError::unavailable("injected: the answer was lost")
}

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
fn split_mix(state: u64) -> u64 {
    let mut mixed = state.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn flip(bytes: Bytes, bit: u64) -> Bytes {
    let mut own = bytes.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&shared[..]));
    let bits = own.len() as u64 * 8;
    if bits > 0 {
        let bit = bit % bits;
        own[(bit / 8) as usize] ^= 1 << (bit % 8);
    }
    own.freeze()
}

fn joined(pieces: &[Bytes]) -> Bytes {
    pieces.concat().into()
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl BlobStore for FaultyStore {
    async fn create_container(&self, container: &Container) -> Result<(), BlobError> {
        self.around(Operation::CreateContainer, self.inner.create_container(container)).await
    }

    async fn delete_container(&self, container: &Container) -> Result<(), BlobError> {
        self.around(Operation::DeleteContainer, self.inner.delete_container(container)).await
    }

    async fn put(&self, container: &Container, key: &ObjectKey, pieces: Vec<Bytes>) -> Result<(), BlobError> {
        match self.strike(Operation::Put).await {
            None => self.inner.put(container, key, pieces).await,
            Some(Effect::FlipBit(bit)) => {
                self.inner.put(container, key, vec![flip(joined(&pieces), bit)]).await
            }
            Some(Effect::LoseResponse) => {
                self.inner.put(container, key, pieces).await?;
                Err(lost())
            }
            Some(Effect::Tear(length)) => {
                let mut torn = joined(&pieces);
                torn.truncate(length);
                self.inner.put(container, key, vec![torn]).await?;
                Err(lost())
            }
            Some(effect) => Err(effect.error()),
        }
    }

    fn writer<'a>(&'a self, container: &Container, key: &ObjectKey) -> Box<dyn ObjectWriter + 'a> {
        // What strikes a put strikes the end of a writer.
        Box::new(Collected::new(self, container, key))
    }

    async fn get(
        &self,
        container: &Container,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Bytes, BlobError> {
        match self.strike(Operation::Get).await {
            None => self.inner.get(container, key, range).await,
            Some(Effect::FlipBit(bit)) => Ok(flip(self.inner.get(container, key, range).await?, bit)),
            Some(effect) => Err(effect.error()),
        }
    }

    async fn delete(&self, container: &Container, key: &ObjectKey) -> Result<(), BlobError> {
        self.around(Operation::Delete, self.inner.delete(container, key)).await
    }

    async fn delete_prefix(&self, container: &Container, upload: UploadId) -> Result<u64, BlobError> {
        self.around(Operation::DeletePrefix, self.inner.delete_prefix(container, upload)).await
    }

    async fn delete_prefixes(&self, container: &Container, uploads: &[UploadId]) -> Result<u64, BlobError> {
        // Faults strike single prefixes.
        let mut count = 0;
        for upload in uploads {
            count += self.delete_prefix(container, *upload).await?;
        }
        Ok(count)
    }

    fn list(
        &self,
        container: &Container,
        upload: Option<UploadId>,
    ) -> BoxStream<'static, Result<ObjectInfo, BlobError>> {
        let effects = self.state().effects(Operation::List);
        let mut listing = self.inner.list(container, upload);
        for effect in effects.into_iter().rev() {
            listing = match effect {
                Effect::Delay(duration) => after(async move { tokio::time::sleep(duration).await }, listing),
                Effect::FlipBit(_) => listing,
                Effect::Hold(gate) => after(async move { gate.pass().await }, listing),
                Effect::LoseResponse => listing.chain(stream::once(future::ready(Err(lost())))).boxed(),
                Effect::Break | Effect::Fail | Effect::Fill | Effect::Tear(_) => {
                    stream::once(future::ready(Err(effect.error()))).boxed()
                }
            };
        }
        listing
    }

    async fn health(&self) -> Result<(), BlobError> {
        self.around(Operation::Health, self.inner.health()).await
    }

    fn copies(&self, container: &Container) -> Vec<sealpost_blob::Copy> {
        self.inner.copies(container)
    }
}

impl fmt::Debug for FaultyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultyStore").field("inner", &self.inner).finish_non_exhaustive()
    }
}

/// The listing, which begins when `wait` is over.
fn after<T: Send + 'static>(
    wait: impl Future<Output = ()> + Send + 'static,
    listing: BoxStream<'static, T>,
) -> BoxStream<'static, T> {
    wait.map(move |()| listing).flatten_stream().boxed()
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt as _;
    use sealpost_blob::MemoryStore;

    use super::*;

    sealpost_blob::store_conformance!((FaultyStore::new(Arc::new(MemoryStore::new())), ()));

    async fn faulty() -> (FaultyStore, Container) {
        let store = FaultyStore::new(Arc::new(MemoryStore::new()));
        let container = "t-1".parse().unwrap();
        store.create_container(&container).await.unwrap();
        (store, container)
    }

    fn key(sequence: u64) -> ObjectKey {
        ObjectKey::new("0190a0b1-c2d3-7e4f-8a9b-0c1d2e3f4a5b".parse().unwrap(), sequence, [1; 8])
    }

    async fn put(store: &FaultyStore, container: &Container, sequence: u64) -> Result<(), BlobError> {
        store
            .put(container, &key(sequence), vec![Bytes::from_static(b"sea"), Bytes::from_static(b"led")])
            .await
    }

    #[tokio::test]
    async fn the_nth_call_of_the_operation_fails_and_no_other() {
        let (store, container) = faulty().await;
        store.inject(Operation::Put, When::Nth(2), Effect::Fail);
        store.inject(Operation::Put, When::From(4), Effect::Fill);
        put(&store, &container, 1).await.unwrap();
        assert!(put(&store, &container, 2).await.unwrap_err().is_transient());
        store.health().await.unwrap();
        put(&store, &container, 3).await.unwrap();
        for sequence in 4..6 {
            assert!(matches!(put(&store, &container, sequence).await, Err(BlobError::Full(_))));
        }
        assert_eq!((store.calls(Operation::Put), store.struck()), (5, 3));
        store.clear();
        put(&store, &container, 4).await.unwrap();
        assert_eq!(store.list(&container, None).try_collect::<Vec<_>>().await.unwrap().len(), 3);
    }

    #[tokio::test]
    async fn a_lost_response_leaves_the_object_and_a_torn_put_its_beginning() {
        let (store, container) = faulty().await;
        store.inject(Operation::Put, When::Nth(1), Effect::LoseResponse);
        store.inject(Operation::Put, When::Nth(2), Effect::Tear(4));
        assert!(put(&store, &container, 1).await.is_err());
        assert!(put(&store, &container, 2).await.is_err());
        assert_eq!(store.get(&container, &key(1), 0..6).await.unwrap(), "sealed");
        assert_eq!(store.get(&container, &key(2), 0..4).await.unwrap(), "seal");
        assert!(matches!(put(&store, &container, 1).await, Err(BlobError::AlreadyExists)));
    }

    #[tokio::test]
    async fn a_flipped_bit_stays_after_a_put_and_passes_after_a_get() {
        let (store, container) = faulty().await;
        put(&store, &container, 1).await.unwrap();
        store.inject(Operation::Get, When::Nth(1), Effect::FlipBit(0));
        store.inject(Operation::Put, When::Nth(1), Effect::FlipBit(48 + 9));
        put(&store, &container, 2).await.unwrap();
        assert_eq!(store.get(&container, &key(1), 0..6).await.unwrap(), "realed");
        assert_eq!(store.get(&container, &key(1), 0..6).await.unwrap(), "sealed");
        assert_eq!(store.get(&container, &key(2), 0..6).await.unwrap(), "sgaled");
    }

    #[tokio::test]
    async fn the_same_seed_strikes_the_same_calls() {
        let struck = async |seed| {
            let (store, container) = faulty().await;
            store.inject(Operation::Put, When::Randomly { per_mille: 300, seed }, Effect::Fail);
            let mut struck = Vec::new();
            for sequence in 0..200 {
                struck.push(put(&store, &container, sequence).await.is_err());
            }
            struck
        };
        let first = struck(7).await;
        let hits = first.iter().filter(|&&hit| hit).count();
        assert!((30..=90).contains(&hits), "{hits} of 200");
        assert_eq!(first, struck(7).await);
        assert_ne!(first, struck(8).await);
    }

    #[tokio::test]
    async fn a_held_call_goes_on_when_the_gate_opens() {
        let (store, container) = faulty().await;
        let gate = Gate::closed();
        store.inject(Operation::Put, When::Nth(1), Effect::Hold(gate.clone()));
        store.inject(Operation::List, When::Always, Effect::Hold(gate.clone()));
        let held = async { put(&store, &container, 1).await };
        let meanwhile = async {
            gate.arrival().await;
            let early = store.get(&container, &key(1), 0..6).await;
            assert!(matches!(early, Err(BlobError::NotFound)), "{early:?}");
            gate.open();
        };
        tokio::join!(held, meanwhile).0.unwrap();
        assert_eq!(store.get(&container, &key(1), 0..6).await.unwrap(), "sealed");
        assert_eq!(store.list(&container, None).try_collect::<Vec<_>>().await.unwrap().len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_delayed_call_succeeds_later() {
        let (store, container) = faulty().await;
        store.inject(None, When::Always, Effect::Delay(Duration::from_secs(60)));
        let start = tokio::time::Instant::now();
        put(&store, &container, 1).await.unwrap();
        assert_eq!(start.elapsed(), Duration::from_secs(60));
        store.list(&container, None).try_collect::<Vec<_>>().await.unwrap();
        assert_eq!(start.elapsed(), Duration::from_secs(120));
    }

    #[tokio::test]
    async fn a_broken_listing_breaks_off() {
        let (store, container) = faulty().await;
        put(&store, &container, 1).await.unwrap();
        store.inject(Operation::List, When::Nth(1), Effect::Break);
        store.inject(Operation::List, When::Nth(2), Effect::LoseResponse);
        let listing: Vec<_> = store.list(&container, None).collect().await;
        assert!(matches!(listing[..], [Err(BlobError::Other(_))]), "{listing:?}");
        let listing: Vec<_> = store.list(&container, None).collect().await;
        assert!(matches!(listing[..], [Ok(_), Err(BlobError::Unavailable(_))]), "{listing:?}");
    }
}
