//! Sealed parts as the body of a request, sealed as they go out.
//!
//! A connection holds pieces of 256 KiB, never a part: one that is read, one that is sealed, and two that wait for the line.

use std::{
    io::{self, Read as _, Seek as _, SeekFrom},
    sync::Arc,
};

use bytes::Bytes;
use futures_util::stream;
use sealpost_domain::UploadId;
use sealpost_sealed::{
    PartContext, PartSealer, Random, Salt, SealedUpload, UploadKey,
    range::{SEALED_CHUNK_LENGTH, TAG_LENGTH},
};
use tokio::sync::mpsc;

use super::{attempts::Note, log::PartLog};
use crate::{events::Stream, send::source::Source};

/// Bytes read at once.
const PIECE: usize = 256 * 1024;
/// Sealed pieces that wait while the connection is busy.
const AHEAD: usize = 2;

/// The parts of one attempt.
pub(super) struct Parts {
    pub(super) source: Source,
    /// Where in the file the upload begins.
    pub(super) start: u64,
    pub(super) upload: SealedUpload,
    /// The first of them.
    pub(super) from: u64,
    pub(super) id: UploadId,
    pub(super) tenant: [u8; 16],
    pub(super) key: UploadKey,
    pub(super) log: Arc<PartLog>,
    pub(super) attempt: u32,
    pub(super) random: &'static dyn Random,
}

impl Parts {
    /// All of them, to the end of the upload, counted as they are taken.
    ///
    /// The last piece of a part is given when its salt is in the log, and only if the file is unchanged: what the service
    /// stores can be opened, and is of one version.
    pub(super) fn body(self, count: Stream) -> reqwest::Body {
        let (sender, receiver) = mpsc::channel(AHEAD);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = self.pump(&sender) {
                // Nobody listens when the request is over already.
                drop(sender.blocking_send(Err(error)));
            }
        });
        reqwest::Body::wrap_stream(stream::unfold((receiver, count), |(mut receiver, count)| async move {
            let piece: io::Result<Bytes> = receiver.recv().await?;
            if let Ok(piece) = &piece {
                count.forward(plain_share(piece.len()));
            }
            Some((piece, (receiver, count)))
        }))
    }

    fn pump(&self, sender: &mpsc::Sender<io::Result<Bytes>>) -> io::Result<()> {
        let mut file = self.source.file()?;
        file.seek(SeekFrom::Start(self.start + self.from * u64::from(self.upload.part_length())))?;
        let mut buffer = vec![0; PIECE];
        for part in self.from..self.upload.parts() {
            let range = self.upload.plain_part(part).expect("the upload has this part");
            let place = PartContext { tenant: self.tenant, upload: self.id.into_bytes(), sequence: part };
            // Fresh for every attempt.
            let salt = Salt::generate(self.random);
            let mut sealer = PartSealer::new(&self.key, place, salt, self.upload.part_length());
            let mut left = range.end - range.start;
            while left > 0 {
                let length = usize::try_from(left).unwrap_or(usize::MAX).min(PIECE);
                file.read_exact(&mut buffer[..length])?;
                sealer.write(&buffer[..length]);
                left -= length as u64;
                while let Some(piece) = sealer.next_piece() {
                    if sender.blocking_send(Ok(piece)).is_err() {
                        return Ok(());
                    }
                }
            }
            let sealed = sealer.finish();
            self.source.check_open(&file)?;
            let note = Note { salt, crc32: sealed.crc32 };
            if !self.log.sealed(self.id, self.attempt, part, note)? {
                return Ok(());
            }
            for piece in sealed.pieces {
                if sender.blocking_send(Ok(piece)).is_err() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// About how many bytes of plaintext are in a piece: what a person is told meanwhile.
fn plain_share(sealed: usize) -> u64 {
    (sealed - sealed.div_ceil(SEALED_CHUNK_LENGTH).saturating_mul(TAG_LENGTH).min(sealed)) as u64
}
