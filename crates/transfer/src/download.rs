//! Fetching: a file or an archive as a stream of bytes.

use std::{collections::VecDeque, ops::Range, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, stream};
use sealpost_auth::DownloadGrant;
use sealpost_blob::Container;
use sealpost_domain::{FileId, TenantId, Timestamp, TransferId};
use sealpost_sealed::Manifest;

use crate::{
    Service, TransferError,
    reader::FileReader,
    zip::{Layout, Segment},
};

/// How long a download runs before it asks again whether it may: how late a block reaches it at most.
const ALLOWED_FOR: Duration = Duration::from_secs(5);

/// Something that a recipient may fetch, whole or in ranges.
#[derive(Debug)]
pub struct Download {
    pub(crate) service: Service,
    pub(crate) grant: DownloadGrant,
    pub(crate) container: Container,
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) length: u64,
    pub(crate) etag: String,
    pub(crate) last_modified: Timestamp,
    pub(crate) contents: Contents,
}

/// What its bytes are.
#[derive(Debug)]
pub(crate) enum Contents {
    /// Many files and what stands between them.
    Archive(Box<Layout>, Vec<OpenFile>),
    /// One file.
    File(OpenFile),
}

/// A file with what it takes to read it.
#[derive(Debug, Clone)]
pub(crate) struct OpenFile {
    pub(crate) id: FileId,
    pub(crate) manifest: Arc<Manifest>,
}

impl Download {
    /// Most bytes of a piece of a [`stream`](Self::stream).
    pub const PIECE: usize = 64 * 1024;

    /// The name to save it under: one segment, no folders.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the sender said it is: a claim.
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// Bytes of the whole.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// A strong entity tag with its quotes (RFC 9110, 8.8.3): the same bytes for as long as it is the same.
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// When it became what it is.
    pub const fn last_modified(&self) -> Timestamp {
        self.last_modified
    }

    /// The bytes of `range`, which must lie within the length, in pieces of at most [`PIECE`](Self::PIECE).
    ///
    /// Before every piece it is asked whether the delivery is still there, if it was not within the last seconds: what
    /// was read ahead does not outlive a block.
    ///
    /// An error ends the stream: whoever sends it on must break the connection, so that nobody takes a part for
    /// the whole. When the last byte of a file has been taken from the stream, the download counts.
    pub fn stream(self, range: Range<u64>) -> impl Stream<Item = Result<Bytes, TransferError>> + 'static {
        let (files, segments) = match self.contents {
            Contents::File(file) => (vec![file], vec![Segment::File(0, range)]),
            Contents::Archive(layout, files) => (files, layout.cut(range)),
        };
        let streaming = Streaming {
            asked_at: self.service.now(),
            service: self.service,
            grant: self.grant,
            container: self.container,
            files,
            segments: segments.into(),
            reading: None,
            ahead: Bytes::new(),
        };
        stream::unfold(Some(streaming), |streaming| async {
            let mut streaming = streaming?;
            match streaming.next().await {
                Ok(Some(bytes)) => Some((Ok(bytes), Some(streaming))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        })
    }
}

/// A stream under way.
struct Streaming {
    service: Service,
    grant: DownloadGrant,
    container: Container,
    files: Vec<OpenFile>,
    segments: VecDeque<Segment>,
    reading: Option<Reading>,
    /// What was read, and is not handed on yet.
    ahead: Bytes,
    /// When it was last asked whether it may go on.
    asked_at: Timestamp,
}

struct Reading {
    file: usize,
    reader: FileReader,
    /// Whether the range ends where the file does.
    to_its_end: bool,
}

impl Streaming {
    async fn next(&mut self) -> Result<Option<Bytes>, TransferError> {
        loop {
            // Asked again after every reading, too, which may take long.
            self.ask().await?;
            if !self.ahead.is_empty() {
                let most = self.ahead.len().min(Download::PIECE);
                return Ok(Some(self.ahead.split_to(most)));
            }
            if let Some(mut reading) = self.reading.take() {
                let file = self.files[reading.file].id;
                match reading.reader.next().await {
                    Ok(Some(bytes)) => {
                        self.reading = Some(reading);
                        self.ahead = bytes;
                        continue;
                    }
                    Ok(None) if reading.to_its_end => self.service.record_download(&self.grant, file).await?,
                    Ok(None) => {}
                    Err(error) => return Err(self.service.record_damage(&self.grant, file, error).await),
                }
            }
            match self.segments.pop_front() {
                Some(Segment::Bytes(bytes)) => self.ahead = bytes,
                Some(Segment::File(file, range)) => self.reading = Some(self.read(file, range)),
                None => return Ok(None),
            }
        }
    }

    /// Fails once the delivery is blocked or over; else keeps the visit's place, however long the download takes.
    async fn ask(&mut self) -> Result<(), TransferError> {
        let now = self.service.now();
        // A clock that was put back would otherwise let it run on until the clock has caught up.
        if now < self.asked_at || now.since(self.asked_at) >= ALLOWED_FOR {
            self.service.go_on(&self.grant).await?;
            self.asked_at = now;
        }
        Ok(())
    }

    fn read(&self, file: usize, range: Range<u64>) -> Reading {
        let manifest = Arc::clone(&self.files[file].manifest);
        let to_its_end = range.end == manifest.length();
        let blobs = self.service.shared_blobs();
        let tenant: TenantId = self.grant.read().tenant();
        Reading {
            file,
            reader: FileReader::new(blobs, self.container.clone(), tenant, manifest, range),
            to_its_end,
        }
    }
}

/// A strong entity tag: stored bytes never change under one id.
pub(crate) fn file_etag(file: FileId) -> String {
    format!("\"{file}\"")
}

/// Of an archive: the same as long as every byte of it is, also when another version of the service lays it out.
pub(crate) fn archive_etag(transfer: TransferId, layout: &Layout) -> String {
    format!("\"{transfer}-{:x}-{:08x}\"", layout.length(), layout.fingerprint())
}
