//! From bytes to stored objects: one sealed part at a time.

use bytes::{Buf as _, Bytes, BytesMut};
use sealpost_blob::{BlobError, Container, ObjectKey, ObjectWriter};
use sealpost_db::Part;
use sealpost_domain::UploadId;
use sealpost_sealed::{Buffers, PartOpener, PartSealer, Salt, UploadKey, range};

use crate::{Service, TransferError, place::Place};

/// Parts shorter than this are opened again and merged with what comes next, so that a client which sends little
/// at a time does not make millions of objects.
pub(crate) const SHORT_TAIL: u64 = 1 << 20;

/// Seals what comes in, passes it on to the store piece by piece, and ends a part whenever one is full or closed.
///
/// Holds at most one piece in memory, 256 KiB, and whatever the store keeps until a part's end. Every attempt draws a
/// fresh salt, which also names its object: a retry, a crash or a second writer can neither repeat a nonce nor touch
/// what is stored.
pub(crate) struct PartWriter<'a> {
    service: &'a Service,
    place: Place,
    container: Container,
    upload: UploadId,
    key: UploadKey,
    part_length: u32,
    sequence: u64,
    open: Option<OpenPart<'a>>,
    /// The memory of pieces that were stored.
    buffers: Buffers,
}

/// A part that still takes bytes.
struct OpenPart<'a> {
    sealer: PartSealer,
    object: Box<dyn ObjectWriter + 'a>,
}

impl<'a> PartWriter<'a> {
    /// A writer whose next part has the number `sequence`. `length` is the upload's, as far as known.
    pub(crate) fn new(
        service: &'a Service,
        place: Place,
        container: Container,
        (upload, key): (UploadId, UploadKey),
        sequence: u64,
        length: Option<u64>,
    ) -> Self {
        let most = range::part_length(length);
        // A small file asks for no more memory than it needs.
        let part_length = length.map_or(most, |length| u32::try_from(length).unwrap_or(most).min(most));
        Self {
            service,
            place,
            container,
            upload,
            key,
            part_length,
            sequence,
            open: None,
            buffers: Buffers::default(),
        }
    }

    /// The same for an upload of parts that its sender has sealed, of so many bytes but for the last: each becomes a part of its
    /// own.
    pub(crate) fn holding(mut self, sealed: u32, length: Option<u64>) -> Self {
        self.part_length =
            length.and_then(|length| u32::try_from(length).ok()).map_or(sealed, |length| length.min(sealed));
        self
    }

    /// The number of the next part to be stored.
    pub(crate) const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The upload's key.
    pub(crate) const fn key(&self) -> &UploadKey {
        &self.key
    }

    /// Takes from `bytes` what fits into the open part. After an error that part is gone: it lacks a piece.
    pub(crate) async fn write(&mut self, bytes: &mut Bytes) -> Result<(), TransferError> {
        let mut open = self.open.take().unwrap_or_else(|| self.begin());
        let taken = open.sealer.write(bytes);
        bytes.advance(taken);
        while let Some(piece) = open.sealer.next_piece() {
            open.object.write(piece.clone()).await.map_err(not_stored)?;
            self.buffers.give(piece);
        }
        self.open = Some(open);
        Ok(())
    }

    fn begin(&self) -> OpenPart<'a> {
        let salt = Salt::generate(self.service.random());
        let key = ObjectKey::new(self.upload, self.sequence, salt.attempt());
        let context = self.place.part(self.upload, self.sequence);
        OpenPart {
            sealer: PartSealer::new(&self.key, context, salt, self.part_length).reusing(self.buffers.clone()),
            object: self.service.blobs().writer(&self.container, &key),
        }
    }

    /// Bytes that the open part still takes, or the next one if none is open.
    pub(crate) fn room(&self) -> usize {
        self.open.as_ref().map_or(self.part_length, |open| open.sealer.remaining()) as usize
    }

    /// Leaves the open part, and says how many bytes of it had come. What is stored of it counts for nothing.
    pub(crate) fn leave_open(&mut self) -> u64 {
        self.open.take().map_or(0, |open| u64::from(open.sealer.written()))
    }

    /// Whether the open part takes no more.
    pub(crate) fn is_full(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.sealer.remaining() == 0)
    }

    /// Closes the open part; it is stored, durably. `None` if nothing was written since the last one.
    pub(crate) async fn store(&mut self) -> Result<Option<Part>, TransferError> {
        let Some(OpenPart { sealer, mut object }) = self.open.take() else {
            return Ok(None);
        };
        let mut sealed = sealer.finish();
        let last = sealed.pieces.pop().unwrap_or_default();
        for piece in sealed.pieces {
            object.write(piece).await.map_err(not_stored)?;
        }
        object.finish(last.clone()).await.map_err(not_stored)?;
        self.buffers.give(last);
        let part = Part {
            upload_id: self.upload,
            sequence: self.sequence,
            length: u64::from(sealed.length),
            salt: *sealed.salt.as_bytes(),
            crc32: sealed.crc32,
        };
        self.sequence += 1;
        Ok(Some(part))
    }

    /// Opens the short last part again, so that what comes next is merged into it under the same number.
    ///
    /// The stored object stays until the merged one has its row. The bytes of the part are handed back, too.
    pub(crate) async fn reopen(&mut self, tail: &Part) -> Result<Bytes, TransferError> {
        let (key, length) =
            (self.object_key(tail), u32::try_from(tail.length).map_err(TransferError::internal)?);
        let whole = 0..range::object_length(tail.length);
        let mut object = self.service.blobs().get(&self.container, &key, whole).await?;
        let header = object.split_to(range::HEADER_LENGTH);
        let context = self.place.part(self.upload, tail.sequence);
        let salt = Salt::from_bytes(tail.salt);
        let opener = PartOpener::new(&self.key, context, &salt, length, &header)?;
        let whole = opener.object_range(0..tail.length).ok_or(TransferError::Damaged)?;
        // Without the last chunk if that is empty, which it is behind whole chunks: it holds nothing that is wanted.
        object.truncate((whole.bytes.end - whole.bytes.start) as usize);
        self.sequence = tail.sequence;
        let plaintext = opener.open(&whole, BytesMut::from(&*object))?.freeze();
        let mut rest = plaintext.clone();
        while !rest.is_empty() {
            self.write(&mut rest).await?;
        }
        Ok(plaintext)
    }

    /// The first bytes of a stored part, as they came in: at most `wanted`, which lie in its first chunk.
    pub(crate) async fn beginning_of(&self, part: &Part, wanted: usize) -> Result<Bytes, TransferError> {
        let length = u32::try_from(part.length).map_err(TransferError::internal)?;
        let wanted = part.length.min(wanted as u64);
        let most = (range::HEADER_LENGTH + range::SEALED_CHUNK_LENGTH) as u64;
        let first = 0..range::object_length(part.length).min(most);
        let mut object = self.service.blobs().get(&self.container, &self.object_key(part), first).await?;
        let header = object.split_to(range::HEADER_LENGTH);
        let context = self.place.part(self.upload, part.sequence);
        let opener = PartOpener::new(&self.key, context, &Salt::from_bytes(part.salt), length, &header)?;
        let chunk = opener.object_range(0..wanted).ok_or(TransferError::Damaged)?;
        object.truncate((chunk.bytes.end - chunk.bytes.start) as usize);
        Ok(opener.open(&chunk, BytesMut::from(&*object))?.freeze())
    }

    /// Deletes the objects of parts that never got a row, or lost it. What fails is left to the reconciler.
    pub(crate) async fn discard(&self, parts: &[Part]) {
        for part in parts {
            let deleted = self.service.blobs().delete(&self.container, &self.object_key(part)).await;
            if let Err(error @ (BlobError::Unavailable(_) | BlobError::Other(_))) = deleted {
                tracing::warn!(upload = %self.upload, error = &error as &dyn std::error::Error, "an object was left behind");
            }
        }
    }

    fn object_key(&self, part: &Part) -> ObjectKey {
        ObjectKey::new(self.upload, part.sequence, Salt::from_bytes(part.salt).attempt())
    }
}

fn not_stored(error: BlobError) -> TransferError {
    match error {
        // No container: nothing that was stored is damaged, the installation is.
        BlobError::NotFound => TransferError::internal(error),
        error => error.into(),
    }
}
