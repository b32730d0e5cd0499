use proptest::{prelude::*, sample::Index};
use sealpost_sealed::{
    Access, AccessProofHash, ContentKey, ContentKeyContext, Error, FragmentSecret, PasswordKey, ServerHalf,
    WRAPPED_KEY_LENGTH,
};

use crate::support::{Given, Seeded};

const PLACE: ContentKeyContext = ContentKeyContext { tenant: [1; 16], transfer: [2; 16] };

/// What a recipient has: link, half, password, and which transfer he thinks it is.
#[derive(Debug, Clone, PartialEq)]
struct Has {
    fragment: [u8; 32],
    half: [u8; 32],
    password: Option<[u8; 32]>,
    place: ContentKeyContext,
}

impl Has {
    fn access(&self) -> Access {
        let fragment = FragmentSecret::generate(&Given::new(&self.fragment));
        let half = ServerHalf::from_secret(&self.half).unwrap();
        let password = self.password.map(|key| PasswordKey::from_secret(&key).unwrap());
        Access::derive(&fragment, &half, password.as_ref(), self.place)
    }
}

fn anybody() -> impl Strategy<Value = Has> {
    (any::<[u8; 32]>(), any::<[u8; 32]>(), any::<Option<[u8; 32]>>())
        .prop_map(|(fragment, half, password)| Has { fragment, half, password, place: PLACE })
}

/// The same with one thing of it another.
fn with_another(has: &Has, which: usize, bytes: [u8; 32]) -> Has {
    let (mut other, id) = (has.clone(), *bytes.first_chunk().unwrap());
    match which {
        0 => other.fragment = bytes,
        1 => other.half = bytes,
        2 => other.password = Some(bytes),
        3 => other.password = None,
        4 => other.place.tenant = id,
        5 => other.place.transfer = id,
        // What one has and does not have cannot stand in for the other.
        _ => (other.fragment, other.half) = (has.half, has.fragment),
    }
    other
}

proptest! {
    #[test]
    fn whoever_has_all_of_it_opens_and_is_admitted(has in anybody(), seed: u64) {
        let random = Seeded::new(seed);
        let content = ContentKey::generate(&random);
        let sender = has.access();
        let sealed = sender.key.seal_content_key(&content, PLACE, &random);
        prop_assert_eq!(sealed.len(), WRAPPED_KEY_LENGTH);
        let kept = AccessProofHash::from_bytes(sender.proof.hash().as_bytes()).unwrap();
        let recipient = has.access();
        prop_assert_eq!(recipient.key.open_content_key(PLACE, &sealed), Ok(content));
        prop_assert!(kept.admits(&recipient.proof));
    }

    #[test]
    fn whoever_lacks_one_thing_neither_opens_nor_is_admitted(
        has in anybody(),
        which in 0..7_usize,
        bytes: [u8; 32],
    ) {
        let other = with_another(&has, which, bytes);
        prop_assume!(other != has);
        let random = Seeded::new(1);
        let (sender, recipient) = (has.access(), other.access());
        let sealed = sender.key.seal_content_key(&ContentKey::generate(&random), PLACE, &random);
        prop_assert_eq!(recipient.key.open_content_key(other.place, &sealed), Err(Error::Access));
        prop_assert!(!sender.proof.hash().admits(&recipient.proof));
    }

    /// Nobody can tell a wrong password from damage.
    #[test]
    fn damage_looks_like_a_wrong_password(has in anybody(), at: Index, bit in 0..8_u32) {
        let random = Seeded::new(1);
        let access = has.access();
        let mut sealed = access.key.seal_content_key(&ContentKey::generate(&random), PLACE, &random);
        let at = at.index(sealed.len());
        prop_assert_eq!(access.key.open_content_key(PLACE, &sealed[..at]), Err(Error::Access));
        sealed[at] ^= 1 << bit;
        prop_assert_eq!(access.key.open_content_key(PLACE, &sealed), Err(Error::Access));
    }
}

/// What the service compares opens nothing, and what opens is not what it is shown.
#[test]
fn key_and_proof_are_two_things() {
    let has = Has { fragment: [1; 32], half: [2; 32], password: None, place: PLACE };
    let access = has.access();
    let random = Seeded::new(1);
    let sealed = access.key.seal_content_key(&ContentKey::generate(&random), PLACE, &random);
    let proof = access.proof.expose_secret();
    let context = [b"sealpost/sealed-content-key/1\0" as &[u8], &PLACE.tenant, &PLACE.transfer].concat();
    assert!(sealpost_sealed::message::open(proof, &context, &sealed).is_err());
    assert_ne!(access.proof.hash().as_bytes(), proof);
}

#[test]
fn hashes_of_proofs_have_32_bytes() {
    for length in [0, 31, 33] {
        assert_eq!(AccessProofHash::from_bytes(&vec![1; length]), Err(Error::KeyLength));
    }
}
