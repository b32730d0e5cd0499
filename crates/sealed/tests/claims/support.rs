//! Randomness that repeats, and plaintext to seal.

use std::sync::Mutex;

use proptest::{prelude::*, sample::Index};
use sealpost_sealed::{Random, crc32};
use sha2::{Digest as _, Sha256};

/// The same bytes in every run: SHA-256 of a seed and a counter.
#[derive(Debug)]
pub(crate) struct Seeded {
    seed: u64,
    drawn: Mutex<u64>,
}

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, drawn: Mutex::new(0) }
    }
}

impl Random for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        let mut drawn = self.drawn.lock().unwrap();
        for block in bytes.chunks_mut(32) {
            let hash = Sha256::new()
                .chain_update(self.seed.to_be_bytes())
                .chain_update(drawn.to_be_bytes())
                .finalize();
            block.copy_from_slice(&hash[..block.len()]);
            *drawn += 1;
        }
    }
}

/// Gives the bytes it was made with, once.
#[derive(Debug)]
pub(crate) struct Given(Mutex<Vec<u8>>);

impl Given {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self(Mutex::new(bytes.to_vec()))
    }
}

impl Random for Given {
    fn fill(&self, bytes: &mut [u8]) {
        let mut left = self.0.lock().unwrap();
        let rest = left.split_off(bytes.len());
        bytes.copy_from_slice(&left);
        *left = rest;
    }
}

/// Plaintext of which no two chunks are alike.
pub(crate) fn plaintext(length: usize) -> Vec<u8> {
    (0_u32..).flat_map(|number| crc32::of(&number.to_be_bytes()).to_be_bytes()).take(length).collect()
}

/// Lengths of all sizes, the edges of chunks more often than chance would.
pub(crate) fn lengths(chunks: usize) -> impl Strategy<Value = usize> {
    prop_oneof![
        0..300_usize,
        (0..=chunks, 0..3_usize).prop_map(|(chunk, near)| (chunk * 16_384 + near).saturating_sub(1)),
        0..chunks * 16_384,
    ]
}

/// A range within `length`, possibly empty, from two positions.
pub(crate) fn range(length: usize, (one, other): (Index, Index)) -> std::ops::Range<u64> {
    let (one, other) = (one.index(length + 1) as u64, other.index(length + 1) as u64);
    one.min(other)..one.max(other)
}
