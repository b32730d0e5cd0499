//! Grants: small short-lived things that clients carry, sealed with XChaCha20-Poly1305.

use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, aead::AeadInOut as _};
use zeroize::Zeroizing;

use crate::{
    Error, GrantKey, Random,
    context::{join, prefixed},
    random_bytes,
    range::TAG_LENGTH,
};

const NONCE_LENGTH: usize = 24;

impl GrantKey {
    /// Seals `bytes` for one purpose: nonce, ciphertext and tag, 40 bytes longer. The nonce is drawn from 192
    /// bits, so one key seals any number of grants.
    pub fn seal(&self, purpose: &'static str, bytes: &[u8], random: &dyn Random) -> Vec<u8> {
        let nonce: [u8; NONCE_LENGTH] = random_bytes(random);
        let mut sealed = Vec::with_capacity(NONCE_LENGTH + bytes.len() + TAG_LENGTH);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(bytes);
        let tag = self
            .cipher()
            .encrypt_inout_detached(
                &nonce.into(),
                &context(purpose),
                (&mut sealed[NONCE_LENGTH..]).into(),
            )
            .expect("a grant is far below 256 GiB");
        sealed.extend_from_slice(&tag);
        sealed
    }

    /// What was sealed for this purpose.
    ///
    /// # Errors
    ///
    /// [`Error::Grant`], whatever was wrong with it.
    pub fn open(&self, purpose: &'static str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LENGTH>().ok_or(Error::Grant)?;
        let (cipher, tag) = rest.split_last_chunk::<TAG_LENGTH>().ok_or(Error::Grant)?;
        let mut bytes = Zeroizing::new(cipher.to_vec());
        self.cipher()
            .decrypt_inout_detached(
                nonce.into(),
                &context(purpose),
                bytes.as_mut_slice().into(),
                tag.into(),
            )
            .map_err(|_| Error::Grant)?;
        Ok(bytes)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.bytes().into())
    }
}

fn context(purpose: &str) -> Vec<u8> {
    join(b"sealpost/grant/1", &[&prefixed(purpose)])
}
