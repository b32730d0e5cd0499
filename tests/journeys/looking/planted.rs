//! What is planted in a sealed transfer.

use data_encoding::HEXLOWER;
use sealpost_sealed::{Random as _, SystemRandom};
use sealpost_test_support::sealing::PART;

/// Plaintext bytes that are sealed together.
const CHUNK: usize = 16 * 1024;

/// A secret by its name.
pub(crate) type Secret = (String, Vec<u8>);

/// Words that nobody but this run of a test has ever written.
pub(crate) struct Planted(String);

impl Planted {
    pub(crate) fn new() -> Self {
        let mut tag = [0; 8];
        SystemRandom.fill(&mut tag);
        Self(format!("kanarie-{}", HEXLOWER.encode(&tag)))
    }

    /// The word for this.
    pub(crate) fn word(&self, what: &str) -> String {
        format!("{}-{what}", self.0)
    }

    /// A file's bytes: words at its beginning, over the borders of chunks and parts, and at its end.
    pub(crate) fn content(&self, length: usize) -> Vec<u8> {
        let mut content: Vec<u8> = (0..length).map(|at| b'a' + (at % 23) as u8).collect();
        for (what, at) in self.places(length) {
            let word = self.word(&what);
            content[at..at + word.len()].copy_from_slice(word.as_bytes());
        }
        content
    }

    fn places(&self, length: usize) -> Vec<(String, usize)> {
        let borders = [CHUNK, PART - CHUNK, PART, PART + CHUNK];
        let over = borders.into_iter().filter(|border| border + 100 < length);
        let word = |at: usize| format!("content-of-{length}-at-{at}");
        let last = length - self.word(&word(length)).len();
        let ends = [(word(0), 0), (word(length), last)];
        ends.into_iter().chain(over.map(|border| (word(border), border - 12))).collect()
    }

    /// What a sealed transfer with files of these lengths has of them.
    pub(crate) fn words(&self, named: &[&str], lengths: &[usize]) -> Vec<Secret> {
        let of_files =
            lengths.iter().flat_map(|length| self.places(*length).into_iter().map(|(what, _)| what));
        let words = named.iter().map(|what| (*what).to_owned()).chain(of_files);
        words.map(|what| (self.word(&what), self.word(&what).into_bytes())).collect()
    }
}
