use proptest::prelude::*;
use sealpost_sealed::{Error, GrantKey};

use crate::support::Seeded;

#[test]
fn under_their_key() {
    let random = Seeded::new(1);
    let key = GrantKey::generate(&random);
    let sealed = key.seal("download", b"visit 7", &random);
    assert_eq!(sealed.len(), 7 + 40);
    assert_eq!(*key.open("download", &sealed).unwrap(), b"visit 7");
    assert_eq!(key.open("downloads", &sealed), Err(Error::Grant));
    assert_eq!(key.open("", &sealed), Err(Error::Grant));
    assert_eq!(GrantKey::generate(&random).open("download", &sealed), Err(Error::Grant));
    assert_eq!(GrantKey::from_secret(key.expose_secret()), Ok(key));
}

#[test]
fn with_no_bit_flipped_and_nothing_cut() {
    let random = Seeded::new(1);
    let key = GrantKey::generate(&random);
    let mut sealed = key.seal("download", b"visit 7", &random);
    for byte in 0..sealed.len() {
        assert_eq!(key.open("download", &sealed[..byte]), Err(Error::Grant));
        for bit in 0..8 {
            sealed[byte] ^= 1 << bit;
            assert_eq!(key.open("download", &sealed), Err(Error::Grant), "bit {bit} of byte {byte}");
            sealed[byte] ^= 1 << bit;
        }
    }
}

#[test]
fn and_no_two_share_a_nonce() {
    let random = Seeded::new(1);
    let key = GrantKey::generate(&random);
    assert_ne!(key.seal("download", b"", &random)[..24], key.seal("download", b"", &random)[..24]);
}

proptest! {
    #[test]
    fn with_what_was_put_in(bytes: Vec<u8>, seed: u64) {
        let random = Seeded::new(seed);
        let key = GrantKey::generate(&random);
        prop_assert_eq!(&*key.open("state", &key.seal("state", &bytes, &random)).unwrap(), &bytes);
    }

    #[test]
    fn never_from_anything(bytes: Vec<u8>) {
        prop_assert_eq!(GrantKey::generate(&Seeded::new(1)).open("state", &bytes), Err(Error::Grant));
    }
}
