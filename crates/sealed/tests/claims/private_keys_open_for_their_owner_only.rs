use proptest::{prelude::*, sample::Index};
use sealpost_sealed::{
    ContentKey, ContentKeyContext, Error, KEY_TO_LENGTH, PasskeyKey, PasswordKey, PrivateKey,
    PrivateKeyContext, PublicKey, Random as _, WRAPPED_KEY_LENGTH,
};

use crate::support::{Given, Seeded};

const OWNER: PrivateKeyContext = PrivateKeyContext { tenant: [1; 16], owner: [2; 16] };
const OTHERS: [PrivateKeyContext; 2] =
    [PrivateKeyContext { tenant: [9; 16], ..OWNER }, PrivateKeyContext { owner: [9; 16], ..OWNER }];

fn key(seed: u64) -> PrivateKey {
    PrivateKey::generate(&Seeded::new(seed))
}

#[test]
fn with_his_passphrase() {
    let (own, other) = (key(1), key(2));
    let under = PasswordKey::from_secret(&[7; 32]).unwrap();
    let sealed = under.seal_private_key(&own, OWNER, &Seeded::new(3));
    assert_eq!(sealed.len(), WRAPPED_KEY_LENGTH);
    assert_eq!(under.open_private_key(OWNER, &own.public_key(), &sealed), Ok(own.clone()));
    let wrong = PasswordKey::from_secret(&[8; 32]).unwrap();
    assert_eq!(wrong.open_private_key(OWNER, &own.public_key(), &sealed), Err(Error::PrivateKey));
    assert_eq!(under.open_private_key(OWNER, &other.public_key(), &sealed), Err(Error::PrivateKey));
    for place in OTHERS {
        assert_eq!(under.open_private_key(place, &own.public_key(), &sealed), Err(Error::PrivateKey));
    }
}

#[test]
fn with_his_passkey() {
    let own = key(1);
    let under = PasskeyKey::derive(&[7; 32], OWNER);
    let sealed = under.seal_private_key(&own, OWNER, &Seeded::new(3));
    assert_eq!(under.open_private_key(OWNER, &own.public_key(), &sealed), Ok(own.clone()));
    let wrong = PasskeyKey::derive(&[8; 32], OWNER);
    assert_eq!(wrong.open_private_key(OWNER, &own.public_key(), &sealed), Err(Error::PrivateKey));
    // One passkey for two owners makes two keys, and is asked for two things.
    for place in OTHERS {
        assert_ne!(PasskeyKey::derive(&[7; 32], place), under);
        assert_ne!(place.passkey_prf_input(), OWNER.passkey_prf_input());
        assert_eq!(under.open_private_key(place, &own.public_key(), &sealed), Err(Error::PrivateKey));
    }
}

/// Whoever knows the wrapping key, and no more than that, cannot put another key in its place unseen.
#[test]
fn only_with_the_public_half_that_is_named() {
    let (own, other) = (key(1), key(2));
    let under = PasswordKey::from_secret(&[7; 32]).unwrap();
    let context =
        [b"sealpost/private-key/1\0" as &[u8], &OWNER.tenant, &OWNER.owner, own.public_key().as_bytes()]
            .concat();
    let mut bytes = [0; 32];
    Seeded::new(2).fill(&mut bytes);
    assert_eq!(PrivateKey::generate(&Given::new(&bytes)), other);
    let swapped = sealpost_sealed::message::seal(&[7; 32], &context, &bytes, &Seeded::new(3));
    assert_eq!(under.open_private_key(OWNER, &own.public_key(), &swapped), Err(Error::PrivateKey));
}

#[test]
fn or_with_the_key_to_which_they_are_sealed() {
    let (own, recovery) = (key(1), key(2));
    let sealed = recovery.public_key().seal_private_key(&own, OWNER, &Seeded::new(3)).unwrap();
    assert_eq!(sealed.len(), KEY_TO_LENGTH);
    assert_eq!(recovery.open_private_key(OWNER, &own.public_key(), &sealed), Ok(own.clone()));
    assert_eq!(own.open_private_key(OWNER, &own.public_key(), &sealed), Err(Error::Receiver));
    assert_eq!(recovery.open_private_key(OWNER, &key(4).public_key(), &sealed), Err(Error::Receiver));
    for place in OTHERS {
        assert_eq!(recovery.open_private_key(place, &own.public_key(), &sealed), Err(Error::Receiver));
    }
}

#[test]
fn and_content_keys_with_their_receivers() {
    let (receiver, content) = (key(1), ContentKey::generate(&Seeded::new(2)));
    let place = ContentKeyContext { tenant: [1; 16], transfer: [2; 16] };
    let sealed = receiver.public_key().seal_content_key(&content, place, &Seeded::new(3)).unwrap();
    assert_eq!(sealed.len(), KEY_TO_LENGTH);
    assert_eq!(receiver.open_content_key(place, &sealed), Ok(content));
    assert_eq!(key(2).open_content_key(place, &sealed), Err(Error::Receiver));
    for other in
        [ContentKeyContext { tenant: [9; 16], ..place }, ContentKeyContext { transfer: [9; 16], ..place }]
    {
        assert_eq!(receiver.open_content_key(other, &sealed), Err(Error::Receiver));
    }
    // A private key and a content key that are sealed to one key cannot stand in for each other.
    assert_eq!(receiver.open_private_key(OWNER, &key(2).public_key(), &sealed), Err(Error::Receiver));
}

/// The seven points of small order, and their other spellings, make the same secret with every key.
#[test]
fn nothing_is_sealed_to_a_point_of_small_order() {
    let content = ContentKey::generate(&Seeded::new(2));
    let place = ContentKeyContext { tenant: [1; 16], transfer: [2; 16] };
    let mut one = [0; 32];
    one[0] = 1;
    for point in [[0; 32], one] {
        let point = PublicKey::from_bytes(&point).unwrap();
        assert_eq!(point.seal_content_key(&content, place, &Seeded::new(3)), Err(Error::PublicKey));
        assert_eq!(point.seal_private_key(&key(1), OWNER, &Seeded::new(3)), Err(Error::PublicKey));
    }
}

proptest! {
    #[test]
    fn damage_looks_like_a_wrong_passphrase(seed: u64, at: Index, bit in 0..8_u32) {
        let own = key(seed);
        let under = PasswordKey::from_secret(&[7; 32]).unwrap();
        let mut sealed = under.seal_private_key(&own, OWNER, &Seeded::new(seed));
        let at = at.index(sealed.len());
        let public = own.public_key();
        prop_assert_eq!(under.open_private_key(OWNER, &public, &sealed[..at]), Err(Error::PrivateKey));
        sealed[at] ^= 1 << bit;
        prop_assert_eq!(under.open_private_key(OWNER, &public, &sealed), Err(Error::PrivateKey));
    }
}
