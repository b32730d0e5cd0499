//! AES-256-GCM (NIST SP 800-38D) behind a trait: 12-byte nonces, 16-byte tags.

use std::fmt;

use aes_gcm::{KeyInit as _, aead::AeadInOut as _};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use crate::{
    Error, KEY_LENGTH,
    range::{CHUNK_LENGTH, TAG_LENGTH},
};

/// Bytes of a nonce.
pub(crate) const NONCE_LENGTH: usize = 12;

/// AES-256-GCM with its key schedule made once.
///
/// No nonce may seal twice under one key; [`message`](crate::message) sees to that.
pub trait Aes256Gcm: fmt::Debug + Send + Sync + Sized {
    /// Expands the key.
    fn new(key: &[u8; KEY_LENGTH]) -> Self;

    /// Turns at most 16 KiB of plaintext into ciphertext and returns the tag, which also covers `data`.
    fn seal_in_place(&self, nonce: [u8; NONCE_LENGTH], data: &[u8], chunk: &mut [u8]) -> [u8; TAG_LENGTH];

    /// As [`Self::seal_in_place`], with the ciphertext written to `sealed`, which is as long as the plaintext.
    fn seal_apart(
        &self,
        nonce: [u8; NONCE_LENGTH],
        data: &[u8],
        plaintext: &[u8],
        sealed: &mut [u8],
    ) -> [u8; TAG_LENGTH];

    /// Opens the ciphertext and tag that follow the first `gap` bytes of `buffer`, and leaves the plaintext at
    /// its start; returns the plaintext's length.
    ///
    /// # Errors
    ///
    /// [`Error::Chunk`]; the buffer then holds nothing that may be used.
    fn open_within(
        &self,
        nonce: [u8; NONCE_LENGTH],
        data: &[u8],
        buffer: &mut [u8],
        gap: usize,
    ) -> Result<usize, Error>;
}

/// AES-256-GCM of AWS-LC: what production uses.
pub struct AwsLc(LessSafeKey);

/// AES-256-GCM in Rust alone: for platforms without AWS-LC, and the oracle it is tested against.
pub struct Portable(aes_gcm::Aes256Gcm);

impl Aes256Gcm for AwsLc {
    fn new(key: &[u8; KEY_LENGTH]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, key).expect("AES-256 takes a key of 32 bytes");
        Self(LessSafeKey::new(key))
    }

    fn seal_in_place(&self, nonce: [u8; NONCE_LENGTH], data: &[u8], chunk: &mut [u8]) -> [u8; TAG_LENGTH] {
        debug_assert!(chunk.len() <= CHUNK_LENGTH);
        let tag = self
            .0
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(data), chunk)
            .expect("a chunk is far below GCM's 64 GiB");
        *tag.as_ref().first_chunk().expect("AES-256-GCM's tag has 16 bytes")
    }

    fn seal_apart(
        &self,
        nonce: [u8; NONCE_LENGTH],
        data: &[u8],
        plaintext: &[u8],
        sealed: &mut [u8],
    ) -> [u8; TAG_LENGTH] {
        debug_assert!(plaintext.len() <= CHUNK_LENGTH);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let mut tag = [0; TAG_LENGTH];
        self.0
            .seal_out_of_place_scatter(nonce, Aad::from(data), plaintext, sealed, &[], &mut tag)
            .expect("both have one length, far below GCM's 64 GiB");
        tag
    }

    fn open_within(
        &self,
        nonce: [u8; NONCE_LENGTH],
        data: &[u8],
        buffer: &mut [u8],
        gap: usize,
    ) -> Result<usize, Error> {
        self.0
            .open_within(Nonce::assume_unique_for_key(nonce), Aad::from(data), buffer, gap..)
            .map(|plain| plain.len())
            .map_err(|_| Error::Chunk)
    }
}

impl Aes256Gcm for Portable {
    fn new(key: &[u8; KEY_LENGTH]) -> Self {
        Self(aes_gcm::Aes256Gcm::new(key.into()))
    }

    fn seal_in_place(&self, nonce: [u8; NONCE_LENGTH], data: &[u8], chunk: &mut [u8]) -> [u8; TAG_LENGTH] {
        self.0
            .encrypt_inout_detached(&nonce.into(), data, chunk.into())
            .expect("a chunk is far below GCM's 64 GiB")
            .into()
    }

    fn seal_apart(
        &self,
        nonce: [u8; NONCE_LENGTH],
        data: &[u8],
        plaintext: &[u8],
        sealed: &mut [u8],
    ) -> [u8; TAG_LENGTH] {
        sealed.copy_from_slice(plaintext);
        self.seal_in_place(nonce, data, sealed)
    }

    fn open_within(
        &self,
        nonce: [u8; NONCE_LENGTH],
        data: &[u8],
        buffer: &mut [u8],
        gap: usize,
    ) -> Result<usize, Error> {
        let sealed = buffer.get_mut(gap..).ok_or(Error::Chunk)?;
        let (cipher, tag) = sealed.split_last_chunk_mut::<TAG_LENGTH>().ok_or(Error::Chunk)?;
        let length = cipher.len();
        self.0
            .decrypt_inout_detached(&nonce.into(), data, cipher.into(), (&*tag).into())
            .map_err(|_| Error::Chunk)?;
        buffer.copy_within(gap..gap + length, 0);
        Ok(length)
    }
}

impl fmt::Debug for AwsLc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AwsLc(..)")
    }
}

impl fmt::Debug for Portable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Portable(..)")
    }
}
