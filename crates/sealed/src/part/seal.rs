//! Sealing a part while its bytes come in.

use std::{collections::VecDeque, fmt};

use bytes::{Bytes, BytesMut};
use crc32fast::Hasher;

use super::Buffers;
use crate::{
    Aes256Gcm, AwsLc, PartContext, Salt, UploadKey,
    message::Sealer,
    range::{CHUNK_LENGTH, HEADER_LENGTH, MAX_PART_LENGTH, SEALED_CHUNK_LENGTH, TAG_LENGTH, object_length},
};

/// Chunks of a piece: 256 KiB of plaintext. A piece that is sealed and written is still in the processor's cache then,
/// with the bytes that it was made of; with 1 MiB it often is not (`docs/adr/0003-local-store.md`).
const CHUNKS_PER_PIECE: usize = 16;
/// A piece is closed when it has as many bytes, except that the empty chunk that may end a part goes with it.
const PIECE_LENGTH: usize = CHUNKS_PER_PIECE * SEALED_CHUNK_LENGTH;

/// Takes the plaintext of one part in any slices, and gives the pieces of its object.
///
/// A chunk that lies whole in a slice is sealed from there into a buffer that has room for the tags. The bytes of any
/// other are copied there first, and sealed in place as soon as it is full. The pieces that [`PartSealer::next_piece`]
/// gives are an object only together with the last one, which [`PartSealer::finish`] seals.
pub struct PartSealer<A = AwsLc> {
    sealer: Sealer<A>,
    salt: Salt,
    limit: u32,
    written: u32,
    crc32: Hasher,
    /// Closed pieces that nobody has taken yet.
    pieces: VecDeque<Bytes>,
    buffers: Buffers,
    /// Whether the object's header was written.
    begun: bool,
    /// The open piece. All of it up to its length is memory; what it holds ends with the open chunk.
    buffer: BytesMut,
    /// Where in it the open chunk starts.
    chunk: usize,
    /// Plaintext bytes of the open chunk.
    open: usize,
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
    /// The object's bytes, in order, less those that were taken before. There is at least one piece.
    pub pieces: Vec<Bytes>,
}

impl SealedPart {
    /// The length of the whole object in bytes.
    pub fn object_length(&self) -> u64 {
        object_length(u64::from(self.length))
    }
}

impl PartSealer {
    /// Begins a part of at most `limit` plaintext bytes, itself at most [`MAX_PART_LENGTH`].
    ///
    /// The salt must be fresh, for every attempt: two different parts sealed with one salt give each other away.
    pub fn new(key: &UploadKey, context: PartContext, salt: Salt, limit: u32) -> Self {
        Self::with_cipher(key, context, salt, limit)
    }
}

impl<A: Aes256Gcm> PartSealer<A> {
    /// As [`PartSealer::new`], with the cipher chosen by type.
    pub fn with_cipher(key: &UploadKey, context: PartContext, salt: Salt, limit: u32) -> Self {
        Self {
            sealer: Sealer::new(key.bytes(), &context.to_bytes(), salt),
            salt,
            limit: limit.min(MAX_PART_LENGTH),
            written: 0,
            crc32: Hasher::new(),
            pieces: VecDeque::new(),
            buffers: Buffers::default(),
            begun: false,
            buffer: BytesMut::new(),
            chunk: 0,
            open: 0,
        }
    }

    /// Seals into memory of pieces that were stored.
    #[must_use]
    pub fn reusing(mut self, buffers: Buffers) -> Self {
        self.buffers = buffers;
        self
    }

    /// Takes as many of the bytes as the part still holds, and returns how many; the rest belongs to the next
    /// part.
    pub fn write(&mut self, bytes: &[u8]) -> usize {
        let taken = bytes.len().min(self.remaining() as usize);
        let mut rest = &bytes[..taken];
        self.crc32.update(rest);
        while !rest.is_empty() {
            rest = self.fill_chunk(rest);
        }
        self.written += u32::try_from(taken).expect("a part's length fits");
        taken
    }

    /// The next piece of the object that is closed, if there is one.
    pub fn next_piece(&mut self) -> Option<Bytes> {
        self.pieces.pop_front()
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
        if self.buffer.is_empty() {
            self.begin_piece();
        }
        // The last chunk is the one with less than 16 KiB, so there is one even when it is empty.
        let end = self.chunk + self.open;
        let tag = self.sealer.seal_next(&mut self.buffer[self.chunk..end]);
        self.buffer.truncate(end);
        self.buffer.extend_from_slice(&tag);
        self.pieces.push_back(self.buffer.freeze());
        SealedPart {
            salt: self.salt,
            length: self.written,
            crc32: self.crc32.finalize(),
            pieces: self.pieces.into(),
        }
    }

    /// Adds bytes to the open chunk, seals it once full, and returns those that did not fit.
    fn fill_chunk<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        if self.open == 0 {
            self.begin_chunk();
        }
        let room = &mut self.buffer[self.chunk..self.chunk + SEALED_CHUNK_LENGTH];
        let rest = match bytes.split_first_chunk() {
            Some((whole, rest)) if self.open == 0 => {
                self.sealer.seal_next_into(whole, room);
                self.open = CHUNK_LENGTH;
                rest
            }
            _ => {
                let (now, rest) = bytes.split_at(bytes.len().min(CHUNK_LENGTH - self.open));
                let (chunk, tag) = room.split_at_mut(CHUNK_LENGTH);
                chunk[self.open..][..now.len()].copy_from_slice(now);
                self.open += now.len();
                if self.open == CHUNK_LENGTH {
                    tag.copy_from_slice(&self.sealer.seal_next(chunk));
                }
                rest
            }
        };
        if self.open == CHUNK_LENGTH {
            self.chunk += SEALED_CHUNK_LENGTH;
            self.open = 0;
        }
        rest
    }

    /// Makes room for a chunk, in a new piece if the last one is full.
    fn begin_chunk(&mut self) {
        if self.chunk >= PIECE_LENGTH {
            let mut full = std::mem::take(&mut self.buffer);
            full.truncate(self.chunk);
            self.pieces.push_back(full.freeze());
        }
        if self.buffer.is_empty() {
            self.begin_piece();
        }
        self.grow_to(self.chunk + SEALED_CHUNK_LENGTH);
    }

    fn grow_to(&mut self, length: usize) {
        if self.buffer.len() < length {
            self.buffer.resize(length, 0);
        }
    }

    /// The first piece begins with the header.
    fn begin_piece(&mut self) {
        self.buffer = self.buffers.take(Self::capacity(self.remaining()));
        self.chunk = 0;
        if !std::mem::replace(&mut self.begun, true) {
            self.chunk = HEADER_LENGTH;
            self.grow_to(self.chunk);
            self.buffer[..self.chunk].copy_from_slice(self.sealer.header());
        }
    }

    /// The bytes of chunks that `plain` bytes make, up to a piece; with room for a header, so that every full piece
    /// has the same.
    fn capacity(plain: u32) -> usize {
        let chunks = plain as usize / CHUNK_LENGTH + 1;
        HEADER_LENGTH + chunks.min(CHUNKS_PER_PIECE) * SEALED_CHUNK_LENGTH + TAG_LENGTH
    }
}

impl<A> fmt::Debug for PartSealer<A> {
    /// Without the buffer, which holds plaintext.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartSealer").field("written", &self.written).finish_non_exhaustive()
    }
}
