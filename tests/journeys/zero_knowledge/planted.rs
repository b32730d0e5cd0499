//! What is planted in a sealed transfer, and every key that is made on its way.

use aws_lc_rs::hkdf::{HKDF_SHA512, KeyType, Salt};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sealpost_sealed::{Random as _, SystemRandom};

use super::client::{PART, Sealing};

/// Plaintext bytes that are sealed together.
const CHUNK: usize = 16 * 1024;

/// A secret by its name.
pub(super) type Secret = (String, Vec<u8>);

/// Words that nobody but this run of a test has ever written.
pub(super) struct Planted(String);

impl Planted {
    pub(super) fn new() -> Self {
        let mut tag = [0; 8];
        SystemRandom.fill(&mut tag);
        Self(format!("kanarie-{}", HEXLOWER.encode(&tag)))
    }

    /// The word for this.
    pub(super) fn word(&self, what: &str) -> String {
        format!("{}-{what}", self.0)
    }

    /// A file's bytes: words at its beginning, over the borders of chunks and parts, and at its end.
    pub(super) fn content(&self, length: usize) -> Vec<u8> {
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
    pub(super) fn words(&self, named: &[&str], lengths: &[usize]) -> Vec<Secret> {
        let of_files =
            lengths.iter().flat_map(|length| self.places(*length).into_iter().map(|(what, _)| what));
        let words = named.iter().map(|what| (*what).to_owned()).chain(of_files);
        words.map(|what| (self.word(&what), self.word(&what).into_bytes())).collect()
    }
}

/// Every key that the sender's program has made or derived so far, and never tells.
pub(super) fn keys(draft: &Sealing) -> Vec<Secret> {
    let generated = draft.random.keys();
    assert!(generated.len() >= 2, "fragment secret and content key at least");
    let mut keys: Vec<Secret> = generated
        .iter()
        .enumerate()
        .map(|(number, key)| (format!("key {number} of its sender"), key.to_vec()))
        .collect();
    let fragment = draft.fragment.to_fragment();
    keys.push(("the fragment's text".to_owned(), fragment.as_bytes().to_vec()));
    let password = draft.password_key().map(|key| key.expose_secret().to_vec()).unwrap_or_default();
    let half = draft.half_bytes();
    let ikm = [&BASE64URL_NOPAD.decode(fragment.as_bytes()).unwrap()[..], &half, &password].concat();
    assert!(keys.iter().any(|(_, key)| ikm.starts_with(key)), "the fragment secret is among them");
    let proof = derived(draft, &ikm, "sealpost/access-proof/1");
    assert_eq!(
        proof,
        draft.access().proof.expose_secret().as_slice(),
        "it is derived as docs/file-format.md says"
    );
    keys.push(("the access key".to_owned(), derived(draft, &ikm, "sealpost/access-key/1")));
    if !password.is_empty() {
        keys.push(("the password key".to_owned(), password));
    }
    keys
}

fn derived(draft: &Sealing, ikm: &[u8], label: &str) -> Vec<u8> {
    struct Length;
    impl KeyType for Length {
        fn len(&self) -> usize {
            32
        }
    }
    let info = [label.as_bytes(), &[0], &draft.place.tenant, &draft.place.transfer].concat();
    let extracted = Salt::new(HKDF_SHA512, &[]).extract(ikm);
    let mut key = vec![0; 32];
    extracted.expand(&[&info], Length).unwrap().fill(&mut key).unwrap();
    key
}
