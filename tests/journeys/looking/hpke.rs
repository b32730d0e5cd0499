//! What is sealed to a public key (RFC 9180, base mode, one message), opened apart from the program that does it.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{PrivateKey, UnparsedPublicKey, X25519, agree},
    hmac::{self, HMAC_SHA256},
};

const KEM: &[u8] = b"KEM\x00\x20";
const SUITE: &[u8] = b"HPKE\x00\x20\x00\x01\x00\x02";

/// What was sealed to the other half of `private`, for this `info`.
pub(super) fn open(private: &[u8], info: &[u8], sealed: &[u8]) -> Vec<u8> {
    let (enc, ciphertext) = sealed.split_at(32);
    let own = PrivateKey::from_private_key(&X25519, private).unwrap();
    let public = own.compute_public_key().unwrap();
    let theirs = UnparsedPublicKey::new(&X25519, enc);
    let agreed = agree(&own, theirs, (), |agreed| Ok(agreed.to_vec())).unwrap();
    let shared = extract(KEM, &[], "eae_prk", &agreed);
    let shared = expand(KEM, &shared, "shared_secret", &[enc, public.as_ref()].concat(), 32);
    let hashes = [extract(SUITE, &[], "psk_id_hash", &[]), extract(SUITE, &[], "info_hash", info)];
    let context = [&[0][..], &hashes[0], &hashes[1]].concat();
    let secret = extract(SUITE, &shared, "secret", &[]);
    let key = expand(SUITE, &secret, "key", &context, 32);
    let nonce = expand(SUITE, &secret, "base_nonce", &context, 12);
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).unwrap());
    let mut opened = ciphertext.to_vec();
    let nonce = Nonce::try_assume_unique_for_key(&nonce).unwrap();
    key.open_in_place(nonce, Aad::empty(), &mut opened).unwrap().to_vec()
}

/// `LabeledExtract`
fn extract(suite: &[u8], salt: &[u8], label: &str, ikm: &[u8]) -> Vec<u8> {
    mac(salt, &[b"HPKE-v1", suite, label.as_bytes(), ikm].concat())
}

/// `LabeledExpand`, of one block at most.
fn expand(suite: &[u8], key: &[u8], label: &str, info: &[u8], length: u8) -> Vec<u8> {
    let info = [&[0, length][..], b"HPKE-v1", suite, label.as_bytes(), info, &[1]].concat();
    mac(key, &info)[..usize::from(length)].to_vec()
}

fn mac(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(HMAC_SHA256, key), bytes).as_ref().to_vec()
}
