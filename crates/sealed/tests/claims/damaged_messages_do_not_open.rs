use proptest::{prelude::*, sample::Index};
use sealpost_sealed::{Error, message};

use crate::support::{Seeded, lengths, plaintext};

const KEY: [u8; 32] = [5; 32];

fn sealed(length: usize) -> Vec<u8> {
    message::seal(&KEY, b"here", &plaintext(length), &Seeded::new(1))
}

fn refused(bytes: &[u8]) -> Error {
    message::open(&KEY, b"here", bytes).expect_err("it opened")
}

#[test]
fn with_any_bit_flipped() {
    let mut sealed = sealed(20);
    for byte in 0..sealed.len() {
        for bit in 0..8 {
            sealed[byte] ^= 1 << bit;
            let expected = if byte < 56 { Error::Commitment } else { Error::Chunk };
            assert_eq!(refused(&sealed), expected, "bit {bit} of byte {byte}");
            sealed[byte] ^= 1 << bit;
        }
    }
}

#[test]
fn cut_at_any_byte() {
    let sealed = sealed(40);
    for length in 0..sealed.len() {
        refused(&sealed[..length]);
    }
}

#[test]
fn cut_near_every_edge_of_a_chunk() {
    let sealed = sealed(3 * 16_384 + 7);
    for edge in (0..=3).map(|chunk| 56 + chunk * 16_400) {
        for length in edge - 20..=edge + 20 {
            refused(&sealed[..length]);
        }
    }
}

#[test]
fn with_anything_behind() {
    for length in [0, 7, 16_384, 16_385] {
        for more in [1, 16, 17, 16_400] {
            refused(&[sealed(length), vec![0; more]].concat());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn with_any_bit_of_any_length_flipped(length in lengths(5), byte: Index, bit in 0..8_u8) {
        let mut sealed = sealed(length);
        let byte = byte.index(sealed.len());
        sealed[byte] ^= 1 << bit;
        refused(&sealed);
    }

    #[test]
    fn under_another_key_or_context(key: [u8; 32], context: Vec<u8>) {
        prop_assume!(key != KEY && context != b"here");
        prop_assert_eq!(message::open(&key, b"here", &sealed(9)), Err(Error::Commitment));
        prop_assert_eq!(message::open(&KEY, &context, &sealed(9)), Err(Error::Commitment));
    }

    #[test]
    fn made_of_anything(bytes: Vec<u8>) {
        refused(&bytes);
    }
}

#[test]
fn every_sealing_draws_its_own_salt() {
    let random = Seeded::new(1);
    let one = message::seal(&KEY, b"here", b"same", &random);
    let other = message::seal(&KEY, b"here", b"same", &random);
    assert_ne!(one[..24], other[..24]);
    assert_ne!(one[56..], other[56..]);
}
