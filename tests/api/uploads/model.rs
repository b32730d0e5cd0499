//! Any sequence of requests on one upload, against a model of it in memory.

use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngSeed, TestRunner},
};
use sealpost_test_support::{
    app::App,
    claims,
    faulty_store::{Effect, Operation, When},
};

use crate::support::{MIB, free, pattern, sha1, sha256, written_to};

claims![whatever_is_done_to_an_upload_its_bytes_are_those_that_were_acknowledged];

/// Sequences for each engine. Others every time: the seed of one that fails is printed.
const SEQUENCES: u64 = 10;
const LENGTH: usize = 10 * MIB;

/// Something that a client does, or that happens to it.
#[derive(Debug, Clone)]
enum Step {
    /// Sends so many bytes.
    Patch { size: usize, chunked: bool },
    /// Sends so many bytes of which the connection takes a part.
    BreakOff { size: usize, percent: usize },
    /// Sends so many bytes with the right checksum, or a wrong one.
    Checksum { size: usize, right: bool },
    /// Sends bytes that do not go on where the upload ended.
    WrongOffset { offset: usize },
    /// Sends more than was declared.
    TooMuch { by: usize },
    /// Two send at once.
    Race { one: usize, other: usize },
    /// The store fails in the middle of it.
    StoreFails { size: usize, effect: Fault },
}

#[derive(Debug, Clone, Copy)]
enum Fault {
    Full,
    Away,
    AnswerLost,
    Torn,
}

fn step() -> impl Strategy<Value = Step> {
    let size = || prop_oneof![1..2_000_usize, 10_000..200_000_usize, 500_000..2_500_000_usize];
    let effect = prop::sample::select(vec![Fault::Full, Fault::Away, Fault::AnswerLost, Fault::Torn]);
    prop_oneof![
        4 => (size(), any::<bool>()).prop_map(|(size, chunked)| Step::Patch { size, chunked }),
        3 => (size(), 0..100_usize).prop_map(|(size, percent)| Step::BreakOff { size, percent }),
        2 => (size(), any::<bool>()).prop_map(|(size, right)| Step::Checksum { size, right }),
        1 => (0..2 * LENGTH).prop_map(|offset| Step::WrongOffset { offset }),
        1 => (1..2_000_000_usize).prop_map(|by| Step::TooMuch { by }),
        2 => (size(), size()).prop_map(|(one, other)| Step::Race { one, other }),
        2 => (size(), effect).prop_map(|(size, effect)| Step::StoreFails { size, effect }),
    ]
}

async fn whatever_is_done_to_an_upload_its_bytes_are_those_that_were_acknowledged(app: &App) {
    let bytes = pattern(LENGTH);
    for _ in 0..SEQUENCES {
        let seed = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0);
        let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Fixed(seed), ..Config::default() });
        let steps = prop::collection::vec(step(), 1..12).new_tree(&mut runner).expect("steps").current();
        println!("seed {seed}: {steps:?}");
        let id = app.anna.draft().await;
        let upload = app.anna.upload(&id, "a", LENGTH).await;
        let mut model = Model { app, upload, bytes: &bytes, stored: 0 };
        for step in &steps {
            if model.stored == LENGTH {
                break;
            }
            model.run(step).await;
            assert_eq!(app.anna.offset(&model.upload).await, model.stored, "{step:?}");
        }
        model.finish().await;
        assert!(app.anna.send(&id).await.link().enter().await.fetch(0).await == bytes);
        app.anna.purge(&id).await.expect(204);
        assert!(app.objects().await.is_empty());
    }
}

/// What a client may rely on: the first `stored` bytes are there, and no other.
struct Model<'a> {
    app: &'a App,
    upload: String,
    bytes: &'a [u8],
    stored: usize,
}

impl Model<'_> {
    async fn run(&mut self, step: &Step) {
        let anna = &self.app.anna;
        match *step {
            Step::Patch { size, chunked: false } => {
                anna.patch(&self.upload, self.stored, self.next(size)).await.expect(204);
                self.stored += self.next(size).len();
            }
            Step::Patch { size, chunked: true } => {
                let chunks = self.next(size).chunks(10_007).map(|chunk| chunk.to_vec().into()).collect();
                anna.patch_head(&self.upload, self.stored).chunked(chunks).await.expect(204);
                self.stored += self.next(size).len();
            }
            Step::BreakOff { size, percent } => self.break_off(size, percent).await,
            Step::Checksum { size, right } => {
                let next = self.next(size);
                let checksum = if right { sha256(&next) } else { sha1(b"something else") };
                let patch =
                    anna.patch(&self.upload, self.stored, next.clone()).header("upload-checksum", checksum);
                patch.await.expect(if right { 204 } else { 460 });
                self.stored += if right { next.len() } else { 0 };
            }
            Step::WrongOffset { offset } if offset != self.stored => {
                anna.patch(&self.upload, offset, vec![0; 100]).await.expect(409);
            }
            Step::WrongOffset { .. } => {}
            Step::TooMuch { by } => {
                let body = vec![0; LENGTH - self.stored + by];
                anna.patch(&self.upload, self.stored, body).await.expect(413);
            }
            Step::Race { one, other } => self.race(one, other).await,
            Step::StoreFails { size, effect } => self.store_fails(size, effect).await,
        }
    }

    fn next(&self, size: usize) -> Vec<u8> {
        let end = (self.stored + size).min(LENGTH);
        self.bytes[self.stored..end].to_vec()
    }

    async fn break_off(&mut self, size: usize, percent: usize) {
        let next = self.next(size);
        let said = &next[..next.len() * percent / 100];
        let mut raw = self.app.anna.patching(&self.upload, self.stored, next.len()).await;
        // Broken before it was begun, the request might come to pass at any later time.
        written_to(self.app, &self.upload).await;
        raw.say(said).await;
        raw.hang_up();
        let offset = free(self.app, &self.upload).await;
        assert!((self.stored..=self.stored + said.len()).contains(&offset), "{offset}");
        self.stored = offset;
    }

    async fn race(&mut self, one: usize, other: usize) {
        let anna = &self.app.anna;
        let (one, other) = (self.next(one), self.next(other));
        let (a, b) =
            tokio::join!(async { anna.patch(&self.upload, self.stored, one.clone()).await.status }, async {
                anna.patch(&self.upload, self.stored, other.clone()).await.status
            },);
        // Whoever comes while the other is at it finds the upload locked; whoever comes after it, moved on.
        self.stored += match (a, b) {
            (204, 409 | 423) => one.len(),
            (409 | 423, 204) => other.len(),
            (a, b) => panic!("{a} and {b}"),
        };
    }

    async fn store_fails(&mut self, size: usize, fault: Fault) {
        let (effect, status) = match fault {
            Fault::Full => (Effect::Fill, 507),
            Fault::Away => (Effect::Fail, 503),
            Fault::AnswerLost => (Effect::LoseResponse, 503),
            Fault::Torn => (Effect::Tear(1_000), 503),
        };
        self.app.blobs.inject(Operation::Put, When::Nth(1), effect);
        self.app.anna.patch(&self.upload, self.stored, self.next(size)).await.expect(status);
        self.app.blobs.clear();
    }

    async fn finish(&mut self) {
        while self.stored < LENGTH {
            self.run(&Step::Patch { size: LENGTH, chunked: false }).await;
        }
    }
}
