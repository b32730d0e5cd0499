//! Sealing a part while its bytes come in.

use std::fmt;

use bytes::{Bytes, BytesMut};
use crc32fast::Hasher;

use crate::{
    Aes256Gcm, AwsLc, PartContext, Salt, UploadKey,
    message::Sealer,
    range::{CHUNK_LENGTH, HEADER_LENGTH, MAX_PART_LENGTH, SEALED_CHUNK_LENGTH, object_length},
};

/// Chunks of a piece: 1 MiB of plaintext.
const CHUNKS_PER_PIECE: usize = 64;

/// Takes the plaintext of one part in any slices, and gives the pieces of its object.
///
/// Every byte is copied once, into buffers that have room for the tags, and sealed there as soon as its chunk is
/// full. Nothing of an unfinished part may be stored: its end is sealed by [`PartSealer::finish`].
pub struct PartSealer<A = AwsLc> {
    sealer: Sealer<A>,
    salt: Salt,
    limit: u32,
    written: u32,
    crc32: Hasher,
    pieces: Vec<Bytes>,
    buffer: BytesMut,
    /// Where in the buffer the chunk that is being filled starts.
    chunk: usize,
}

/// A sealed part, ready to be stored as one object.
#[derive(Debug, Clone)]
pub struct SealedPart {
    /// The salt that this attempt drew; the manifest names it.
    pub salt: Salt,
    /// Plaintext bytes.
    pub length: u32,
    /// CRC-32 of the plaintext.
    pub crc32: u32,
    /// The object's bytes, in order.
    pub pieces: Vec<Bytes>,
}

impl SealedPart {
    /// The object's length in bytes.
    pub fn object_length(&self) -> u64 {
        object_length(u64::from(self.length))
    }
}

impl PartSealer {
    /// Begins a part of at most `limit` plaintext bytes, itself at most 64 MiB.
    ///
    /// The salt must be fresh, for every attempt: two different parts sealed with one salt give each other away.
    pub fn new(key: &UploadKey, context: PartContext, salt: Salt, limit: u32) -> Self {
        Self::with_cipher(key, context, salt, limit)
    }
}

impl<A: Aes256Gcm> PartSealer<A> {
    /// As [`PartSealer::new`], with the cipher chosen by type.
    pub fn with_cipher(key: &UploadKey, context: PartContext, salt: Salt, limit: u32) -> Self {
        let sealer = Sealer::new(key.bytes(), &context.to_bytes(), salt);
        let limit = limit.min(MAX_PART_LENGTH);
        let mut buffer = BytesMut::with_capacity(HEADER_LENGTH + Self::capacity(limit));
        buffer.extend_from_slice(sealer.header());
        let chunk = buffer.len();
        Self { sealer, salt, limit, written: 0, crc32: Hasher::new(), pieces: Vec::new(), buffer, chunk }
    }

    /// Takes as many of the bytes as the part still holds, and returns how many; the rest belongs to the next
    /// part.
    pub fn write(&mut self, bytes: &[u8]) -> usize {
        let taken = bytes.len().min(self.remaining() as usize);
        let mut rest = &bytes[..taken];
        while !rest.is_empty() {
            let room = CHUNK_LENGTH - (self.buffer.len() - self.chunk);
            let (now, later) = rest.split_at(room.min(rest.len()));
            self.fill_chunk(now);
            rest = later;
        }
        taken
    }

    /// Plaintext bytes taken so far.
    pub fn written(&self) -> u32 {
        self.written
    }

    /// Plaintext bytes that the part still takes.
    pub fn remaining(&self) -> u32 {
        self.limit - self.written
    }

    /// Seals the end of the part.
    pub fn finish(mut self) -> SealedPart {
        // The last chunk is the one with less than 16 KiB, so there is one even when it is empty.
        self.seal_chunk();
        self.pieces.push(self.buffer.freeze());
        SealedPart {
            salt: self.salt,
            length: self.written,
            crc32: self.crc32.finalize(),
            pieces: self.pieces,
        }
    }

    /// Adds bytes that fit into the current chunk, and seals it once full.
    fn fill_chunk(&mut self, bytes: &[u8]) {
        if self.buffer.capacity() == 0 {
            self.buffer.reserve(Self::capacity(self.remaining()));
        }
        self.buffer.extend_from_slice(bytes);
        self.crc32.update(bytes);
        self.written += u32::try_from(bytes.len()).expect("a chunk's length fits");
        if self.buffer.len() - self.chunk == CHUNK_LENGTH {
            self.seal_chunk();
            if self.buffer.len() >= CHUNKS_PER_PIECE * SEALED_CHUNK_LENGTH {
                self.pieces.push(std::mem::take(&mut self.buffer).freeze());
                self.chunk = 0;
            }
        }
    }

    fn seal_chunk(&mut self) {
        let tag = self.sealer.seal_next(&mut self.buffer[self.chunk..]);
        self.buffer.extend_from_slice(&tag);
        self.chunk = self.buffer.len();
    }

    /// The bytes of chunks that `plain` bytes make, up to a piece.
    fn capacity(plain: u32) -> usize {
        let chunks = plain as usize / CHUNK_LENGTH + 1;
        chunks.min(CHUNKS_PER_PIECE) * SEALED_CHUNK_LENGTH
    }
}

impl<A> fmt::Debug for PartSealer<A> {
    /// Without the buffer, which holds plaintext.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartSealer").field("written", &self.written).finish_non_exhaustive()
    }
}
