//! What is made of a link, as docs/file-format.md says it, apart from the program that does it.

use aws_lc_rs::hkdf::{HKDF_SHA512, KeyType, Salt};
use sealpost_test_support::sealing::Place;

/// Access key or access proof, by its label.
pub(crate) fn derived(place: Place, ikm: &[u8], label: &str) -> Vec<u8> {
    struct Length;
    impl KeyType for Length {
        fn len(&self) -> usize {
            32
        }
    }
    let info = [label.as_bytes(), &[0], &place.tenant, &place.transfer].concat();
    let extracted = Salt::new(HKDF_SHA512, &[]).extract(ikm);
    let mut key = vec![0; 32];
    extracted.expand(&[&info], Length).unwrap().fill(&mut key).unwrap();
    key
}
