//! Cobblestone-256 (c2sp.org/chunked-encryption): the one primitive that seals everything stored.
//!
//! `salt[24] || commitment[32] || chunk 0 || chunk 1 ..`, with
//! `key[32] || base nonce[12] || commitment[32] = HKDF-Expand-SHA512(key, label || 0x00 || salt || context)`. Every
//! chunk but the last has 16 384 bytes of plaintext, the last has fewer: that is how its end is known. A chunk's
//! nonce is the base nonce with the chunk's number in its low bytes.
//!
//! The commitment binds key, salt and context, and is checked before any chunk is opened: nobody can make one
//! ciphertext that opens under two keys.

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::{
    Aes256Gcm, AwsLc, Error, KEY_LENGTH, Random, SALT_LENGTH, Salt,
    aead::NONCE_LENGTH,
    hkdf,
    range::{CHUNK_LENGTH, HEADER_LENGTH, SEALED_CHUNK_LENGTH, TAG_LENGTH, object_length, plain_length},
};

const LABEL: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";
const COMMITMENT_LENGTH: usize = HEADER_LENGTH - SALT_LENGTH;

/// Seals `plaintext` in one go, under a fresh salt.
///
/// `key` must be uniformly random, or made by a password hash; `context` says what this is and where it belongs.
pub fn seal(key: &[u8; KEY_LENGTH], context: &[u8], plaintext: &[u8], random: &dyn Random) -> Vec<u8> {
    seal_with::<AwsLc>(key, context, plaintext, Salt::generate(random))
}

/// As [`seal`], with the cipher and salt given. The salt must be fresh.
pub fn seal_with<A: Aes256Gcm>(
    key: &[u8; KEY_LENGTH],
    context: &[u8],
    plaintext: &[u8],
    salt: Salt,
) -> Vec<u8> {
    let mut sealer = Sealer::<A>::new(key, context, salt);
    let capacity = usize::try_from(object_length(plaintext.len() as u64)).unwrap_or(0);
    let mut sealed = Vec::with_capacity(capacity);
    sealed.extend_from_slice(sealer.header());
    let (full, last) = plaintext.as_chunks::<CHUNK_LENGTH>();
    for chunk in full.iter().map(<[u8; CHUNK_LENGTH]>::as_slice).chain([last]) {
        let start = sealed.len();
        sealed.extend_from_slice(chunk);
        let tag = sealer.seal_next(&mut sealed[start..]);
        sealed.extend_from_slice(&tag);
    }
    sealed
}

/// Opens a whole message.
///
/// # Errors
///
/// [`Error::Length`] when no message has this length, [`Error::Commitment`] for another key or context (or damage
/// to the header), [`Error::Chunk`] for any other damage.
pub fn open(key: &[u8; KEY_LENGTH], context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    open_with::<AwsLc>(key, context, sealed)
}

/// As [`open`], with the cipher given.
///
/// # Errors
///
/// As [`open`].
pub fn open_with<A: Aes256Gcm>(
    key: &[u8; KEY_LENGTH],
    context: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let length = plain_length(sealed.len() as u64).ok_or(Error::Length)?;
    let (header, chunks) = sealed.split_first_chunk().ok_or(Error::Length)?;
    let opener = Opener::<A>::new(key, context, header)?;
    let mut buffer = Zeroizing::new(chunks.to_vec());
    let opened = opener.open_chunks(0, &mut buffer)?;
    debug_assert_eq!(opened as u64, length);
    buffer.truncate(opened);
    Ok(buffer)
}

/// Seals the chunks of one message, in order: the counter makes every nonce.
pub(crate) struct Sealer<A> {
    keys: MessageKeys<A>,
    next: u64,
}

impl<A: Aes256Gcm> Sealer<A> {
    pub(crate) fn new(key: &[u8; KEY_LENGTH], context: &[u8], salt: Salt) -> Self {
        Self { keys: MessageKeys::derive(key, context, salt), next: 0 }
    }

    pub(crate) fn header(&self) -> &[u8; HEADER_LENGTH] {
        &self.keys.header
    }

    /// Seals the next chunk in place and returns its tag. A chunk of less than 16 KiB must be the last.
    pub(crate) fn seal_next(&mut self, chunk: &mut [u8]) -> [u8; TAG_LENGTH] {
        let nonce = self.take_nonce();
        self.keys.aead.seal_in_place(nonce, &[], chunk)
    }

    /// Seals a whole chunk from where it lies into `sealed`, which has room for it and its tag and no more.
    pub(crate) fn seal_next_into(&mut self, chunk: &[u8; CHUNK_LENGTH], sealed: &mut [u8]) {
        let nonce = self.take_nonce();
        let (sealed, tag) = sealed.split_at_mut(CHUNK_LENGTH);
        tag.copy_from_slice(&self.keys.aead.seal_apart(nonce, &[], chunk, sealed));
    }

    /// The nonce of the next chunk, once.
    fn take_nonce(&mut self) -> [u8; NONCE_LENGTH] {
        let nonce = self.keys.nonce(self.next);
        self.next += 1;
        nonce
    }
}

/// Opens chunks of one message, in any order.
pub(crate) struct Opener<A> {
    keys: MessageKeys<A>,
}

impl<A: Aes256Gcm> Opener<A> {
    /// Checks the commitment, in constant time.
    pub(crate) fn new(
        key: &[u8; KEY_LENGTH],
        context: &[u8],
        header: &[u8; HEADER_LENGTH],
    ) -> Result<Self, Error> {
        let salt = Salt::from_bytes(*header.first_chunk().expect("a header begins with a salt"));
        let keys = MessageKeys::derive(key, context, salt);
        if bool::from(keys.header.ct_eq(header)) { Ok(Self { keys }) } else { Err(Error::Commitment) }
    }

    /// Opens the sealed chunks in `buffer`, of which the first has number `first`, and moves their plaintext
    /// together at its start; returns the plaintext's length. Only the last chunk may be shorter than the others.
    ///
    /// After an error the buffer holds nothing that may be used.
    pub(crate) fn open_chunks(&self, first: u64, buffer: &mut [u8]) -> Result<usize, Error> {
        let mut opened = 0;
        let mut sealed = 0;
        let mut number = first;
        while sealed < buffer.len() {
            let end = (sealed + SEALED_CHUNK_LENGTH).min(buffer.len());
            let nonce = self.keys.nonce(number);
            opened += self.keys.aead.open_within(nonce, &[], &mut buffer[opened..end], sealed - opened)?;
            sealed = end;
            number += 1;
        }
        Ok(opened)
    }
}

struct MessageKeys<A> {
    aead: A,
    base_nonce: [u8; NONCE_LENGTH],
    header: [u8; HEADER_LENGTH],
}

impl<A: Aes256Gcm> MessageKeys<A> {
    fn derive(key: &[u8; KEY_LENGTH], context: &[u8], salt: Salt) -> Self {
        let mut derived = Zeroizing::new([0; KEY_LENGTH + NONCE_LENGTH + COMMITMENT_LENGTH]);
        hkdf::expand(key, &[LABEL, salt.as_bytes(), context], derived.as_mut());
        let (aead_key, rest) = derived.split_first_chunk().expect("76 bytes begin with 32");
        let (base_nonce, commitment) = rest.split_first_chunk().expect("44 bytes begin with 12");
        let mut header = [0; HEADER_LENGTH];
        header[..SALT_LENGTH].copy_from_slice(salt.as_bytes());
        header[SALT_LENGTH..].copy_from_slice(commitment);
        Self { aead: A::new(aead_key), base_nonce: *base_nonce, header }
    }

    fn nonce(&self, chunk: u64) -> [u8; NONCE_LENGTH] {
        let mut nonce = self.base_nonce;
        for (byte, number) in nonce[NONCE_LENGTH - 8..].iter_mut().zip(chunk.to_be_bytes()) {
            *byte ^= number;
        }
        nonce
    }
}
