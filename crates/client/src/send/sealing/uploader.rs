//! One file's way to the service, sealed: its parts go up, then its manifest.

use std::{num::NonZeroUsize, ops::Range, sync::Arc};

use futures_util::future::try_join_all;
use sealpost_domain::{FileId, MediaType, UploadId};
use sealpost_sealed::{
    Manifest, ManifestPart, ManifestUpload, SealedUpload, UploadKey, crc32, range::part_length,
};
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};

use super::{Keys, body::Parts, log::PartLog};
use crate::{
    Error, Event, Events, Server,
    backoff::Backoff,
    events::{Meter, Stream},
    send::{
        journal::{Described, Journal, UploadState},
        plan::PlannedFile,
        source::Source,
        tus::{Purpose, Tus},
        upload::{PARALLEL_OVER, Patience, piece_size, ranges},
    },
};

/// Uploads the files of one transfer.
pub(crate) struct SealedUploader<'a> {
    pub(crate) server: &'a Server,
    pub(crate) journal: &'a Journal,
    pub(crate) sealing: &'a Keys,
    pub(crate) log: Arc<PartLog>,
    pub(crate) meter: &'a Meter,
    pub(crate) events: &'a dyn Events,
    pub(crate) connections: NonZeroUsize,
    pub(crate) permits: Semaphore,
    /// Held while pieces are joined: a file of which the answer was lost is then the one that nobody knows.
    pub(crate) joining: Mutex<()>,
}

/// A range of a file that goes up as one upload.
struct Lane<'a> {
    source: &'a Source,
    file: usize,
    range: Range<u64>,
    /// Its number among the file's pieces, if there are several.
    piece: Option<usize>,
    sealed: SealedUpload,
}

impl<'a> Lane<'a> {
    fn new(source: &'a Source, file: usize, range: Range<u64>, piece: Option<usize>) -> Self {
        let parts = part_length(Some(source.size()));
        let sealed =
            SealedUpload::new(range.end - range.start, parts).expect("parts of files have these lengths");
        Self { source, file, range, piece, sealed }
    }

    /// Bytes of plaintext of so many sealed ones, which end where a part ends.
    fn plain(&self, stored: u64) -> u64 {
        let parts = self.sealed.part_at(stored).unwrap_or(0);
        parts.saturating_mul(u64::from(self.sealed.part_length())).min(self.sealed.length())
    }
}

/// What a lane has found out in this call.
struct Progress {
    count: Stream,
    patience: Patience,
    /// Whether what an earlier call has sealed was compared with the file.
    compared: bool,
}

impl SealedUploader<'_> {
    /// Brings the file up, from wherever it stands, and what describes it.
    pub(crate) async fn file(&self, file: usize, planned: &PlannedFile) -> Result<(), Error> {
        let state = self.journal.upload(file);
        if let UploadState::Done { id } = state {
            self.meter.resume(planned.stamp.size, self.events);
            self.describe_anew(file, planned, id).await?;
        } else {
            let source = Source::open(planned).await?;
            match state {
                UploadState::New if source.size() > PARALLEL_OVER => {
                    let unit = u64::from(part_length(Some(source.size())));
                    let size = piece_size(source.size(), self.connections, unit);
                    let count = ranges(source.size(), size).len();
                    let pieces = UploadState::Pieces { size, ids: vec![None; count] };
                    self.journal.note(file, |state| *state = pieces).await?;
                    self.pieces(file, planned, &source, size).await?;
                }
                UploadState::Pieces { size, .. } => self.pieces(file, planned, &source, size).await?,
                _ => self.whole(file, planned, &source).await?,
            }
        }
        self.events.on(Event::Finished { name: planned.name.as_str() });
        Ok(())
    }

    async fn whole(&self, file: usize, planned: &PlannedFile, source: &Source) -> Result<(), Error> {
        let lane = Lane::new(source, file, 0..source.size(), None);
        let id = self.lane(&lane).await?;
        self.describe(file, planned, id, &[(id, &lane)]).await
    }

    async fn pieces(
        &self,
        file: usize,
        planned: &PlannedFile,
        source: &Source,
        size: u64,
    ) -> Result<(), Error> {
        let lanes: Vec<_> = ranges(source.size(), size)
            .into_iter()
            .enumerate()
            .map(|(piece, range)| Lane::new(source, file, range, Some(piece)))
            .collect();
        let known: Option<Vec<_>> = lanes.iter().map(|lane| self.known(lane)).collect();
        if let Some(ids) = known
            && let Some(id) = self.joined(&ids, &lanes).await?
        {
            self.meter.resume(source.size(), self.events);
            return self.describe(file, planned, id, &zipped(&ids, &lanes)).await;
        }
        let ids = try_join_all(lanes.iter().map(|lane| self.lane(lane))).await?;
        source.check().await?;
        let joining = self.joining.lock().await;
        let mut backoff = Backoff::new(self.server.retry());
        let id = loop {
            match self.tus().join(&ids, Purpose::Sealed).await {
                Ok(id) => break id,
                Err(error) => match self.joined(&ids, &lanes).await? {
                    Some(id) => break id,
                    None => self.server.pause(&mut backoff, error, self.events).await?,
                },
            }
        };
        self.describe(file, planned, id, &zipped(&ids, &lanes)).await?;
        drop(joining);
        Ok(())
    }

    /// The file that these pieces have become, if they have: they are no uploads any more, and there is a file as long as all
    /// of them that is none of those known. No two can be so, as one is joined after the other.
    async fn joined(&self, ids: &[UploadId], lanes: &[Lane<'_>]) -> Result<Option<UploadId>, Error> {
        let transfer = self.server.inside(self.journal.transfer(), self.events).await?;
        if transfer.uploads.iter().any(|upload| ids.contains(&upload.id)) {
            return Ok(None);
        }
        let length: u64 = lanes.iter().map(|lane| lane.sealed.sealed_length()).sum();
        let known = self.journal.uploads();
        let files = transfer.files.iter().filter(|file| file.size == length);
        Ok(files.map(|file| UploadId::from(file.id)).find(|id| !known.contains(id)))
    }

    /// Brings one range up: asks what is stored, appends the rest, and again whenever the connection breaks.
    async fn lane(&self, lane: &Lane<'_>) -> Result<UploadId, Error> {
        let mut progress = Progress {
            count: Stream::new(self.meter),
            patience: Patience::new(self.server.retry()),
            compared: self.known(lane).is_none(),
        };
        loop {
            let permit = self.permit().await;
            let step = self.step(lane, &mut progress).await;
            drop(permit);
            match step {
                Ok((id, stored)) if stored == lane.sealed.sealed_length() => return Ok(id),
                // A server may take part of a body and say so.
                Ok(_) => {
                    let error =
                        Error::Unreachable { server: self.server.name(), reason: "it takes no more".into() };
                    self.server.pause(&mut progress.patience.backoff, error, self.events).await?;
                }
                Err(error) => {
                    lane.source.check().await?;
                    self.server.pause(&mut progress.patience.backoff, error, self.events).await?;
                }
            }
        }
    }

    /// One try: where the upload is and how much of it is stored afterwards.
    async fn step(&self, lane: &Lane<'_>, progress: &mut Progress) -> Result<(UploadId, u64), Error> {
        let (id, stored, key) = self.standing(lane, progress).await?;
        progress.count.correct(lane.plain(stored), self.events);
        progress.patience.learn(stored);
        if !progress.compared {
            self.compare(lane, id).await?;
            progress.compared = true;
        }
        if stored == lane.sealed.sealed_length() {
            return Ok((id, stored));
        }
        let stored = self.append(lane, id, key, stored, &progress.count).await?;
        progress.count.correct(lane.plain(stored), self.events);
        progress.patience.learn(stored);
        Ok((id, stored))
    }

    /// The upload, how much of it is stored, and its key. One of which nobody knows what is stored is removed, and goes up under
    /// another id and key.
    async fn standing(
        &self,
        lane: &Lane<'_>,
        progress: &mut Progress,
    ) -> Result<(UploadId, u64, UploadKey), Error> {
        if let Some(id) = self.known(lane)
            && let Some(stored) = self.tus().stored(id).await?
        {
            let known = self.log.stored(id, self.part_at(lane, stored)?)?;
            if let (Ok(()), Some(key)) = (known, self.key_of(id)) {
                return Ok((id, stored, key));
            }
            self.server.remove_upload(id, self.events).await?;
            progress.count.correct(0, self.events);
            progress.patience.begin_anew();
        }
        let (id, key) = self.create(lane).await?;
        progress.compared = true;
        Ok((id, 0, key))
    }

    fn key_of(&self, id: UploadId) -> Option<UploadKey> {
        self.sealing.kept_upload_key(id, &self.journal.upload_key(id)?)
    }

    /// One attempt: all parts behind what is stored, each under a fresh salt.
    async fn append(
        &self,
        lane: &Lane<'_>,
        id: UploadId,
        key: UploadKey,
        stored: u64,
        count: &Stream,
    ) -> Result<u64, Error> {
        let from = self.part_at(lane, stored)?;
        let attempt = self.log.begin(id)?;
        let parts = Parts {
            source: lane.source.clone(),
            start: lane.range.start,
            upload: lane.sealed,
            from,
            id,
            tenant: self.sealing.place.tenant,
            key,
            log: Arc::clone(&self.log),
            attempt,
            random: self.sealing.random,
        };
        let length = lane.sealed.sealed_length() - stored;
        let tus = self.tus();
        let append = tus.append(id, stored, length, parts.body(count.clone()));
        let appended = self.server.watched(count.moved(), append).await;
        self.log.end(id, attempt);
        match appended {
            Ok(stored) => {
                let until = self.part_at(lane, stored)?;
                let known = self.log.stored_by(id, attempt, until)?;
                known.map_err(|_| self.server.protocol("more stored than was sent"))?;
                Ok(stored)
            }
            Err(error) => {
                // Somebody else was writing, or other bytes were stored: none of these was looked at.
                if error.problem().is_some_and(|problem| matches!(problem.status, 409 | 423)) {
                    self.log.refused(id, attempt)?;
                }
                Err(error)
            }
        }
    }

    /// Compares the file with what an earlier call has sealed of it: nobody can see afterwards that two versions were mixed.
    async fn compare(&self, lane: &Lane<'_>, id: UploadId) -> Result<(), Error> {
        let lengths = (0..).map_while(|part| lane.sealed.plain_part(part)).map(|part| part.end - part.start);
        let sealed: Vec<_> =
            lengths.zip(self.log.notes(id)).map(|(bytes, note)| (bytes, note.crc32)).collect();
        if lane.source.holds(lane.range.start, sealed).await? {
            Ok(())
        } else {
            Err(Error::ChangedSince { path: lane.source.path().to_owned() })
        }
    }

    /// Gives the service the manifest of a file that is there once more, if something else is to be stated of it now.
    async fn describe_anew(&self, file: usize, planned: &PlannedFile, id: UploadId) -> Result<(), Error> {
        let was = self.journal.described(id).ok_or(Error::SealingUnknown)?;
        if was.stated == planned.stated {
            return Ok(());
        }
        let source = Source::open(planned).await?;
        if was.pieces.is_empty() {
            let lane = Lane::new(&source, file, 0..source.size(), None);
            return self.describe(file, planned, id, &[(id, &lane)]).await;
        }
        let pieces = ranges(source.size(), was.size).into_iter().enumerate();
        let lanes: Vec<_> =
            pieces.map(|(piece, range)| Lane::new(&source, file, range, Some(piece))).collect();
        self.describe(file, planned, id, &zipped(&was.pieces, &lanes)).await
    }

    /// Gives the service the file's manifest, and notes that it is done.
    async fn describe(
        &self,
        file: usize,
        planned: &PlannedFile,
        id: UploadId,
        uploads: &[(UploadId, &Lane<'_>)],
    ) -> Result<(), Error> {
        let manifest = self.manifest(planned, uploads)?;
        let told = self.sealing.file(FileId::from(id), &manifest, planned.stated.clone());
        self.server.seal_file(self.journal.transfer(), FileId::from(id), &told.sealing, self.events).await?;
        let pieces = uploads.iter().filter(|(_, lane)| lane.piece.is_some()).map(|(id, _)| *id);
        let described = Described {
            hash: told.hash,
            size: uploads.first().map_or(0, |(_, lane)| lane.range.end - lane.range.start),
            pieces: pieces.collect(),
            stated: planned.stated.clone(),
        };
        self.journal.note_described(file, id, described).await
    }

    fn manifest(&self, planned: &PlannedFile, lanes: &[(UploadId, &Lane<'_>)]) -> Result<Manifest, Error> {
        let (mut uploads, mut parts, mut crc) = (Vec::new(), Vec::new(), 0);
        for (id, lane) in lanes.iter().filter(|(_, lane)| lane.sealed.length() > 0) {
            let key = self.key_of(*id).ok_or(Error::SealingUnknown)?;
            let upload = u16::try_from(uploads.len()).map_err(|_| Error::SealingUnknown)?;
            uploads.push(ManifestUpload { id: id.into_bytes(), key });
            for (note, sequence) in self.log.notes(*id).iter().zip(0..) {
                let range = lane.sealed.plain_part(sequence).ok_or(Error::SealingUnknown)?;
                let bytes = range.end - range.start;
                let length = u32::try_from(bytes).expect("a part's length fits");
                parts.push(ManifestPart { upload, sequence, length, salt: note.salt });
                crc = crc32::combine(crc, note.crc32, bytes);
            }
        }
        let name = planned.name.as_str().to_owned();
        let manifest = Manifest::new(name, MediaType::UNKNOWN.to_owned(), crc, uploads, parts);
        let manifest = manifest.map_err(|_| Error::SealingUnknown)?;
        if manifest.length() == planned.stamp.size { Ok(manifest) } else { Err(Error::SealingUnknown) }
    }

    fn known(&self, lane: &Lane<'_>) -> Option<UploadId> {
        self.journal.upload(lane.file).begun(lane.piece)
    }

    /// A new upload and its key, which is kept before anything is sealed with it.
    async fn create(&self, lane: &Lane<'_>) -> Result<(UploadId, UploadKey), Error> {
        let part_length = lane.sealed.part_length();
        let purpose = match lane.piece {
            Some(_) => Purpose::SealedPiece { part_length },
            None => Purpose::SealedFile { part_length },
        };
        let id = self.tus().create(lane.sealed.sealed_length(), purpose, None).await?.id;
        let (key, kept) = self.sealing.upload_key(id);
        self.journal.note_sealed(lane.file, id, kept, |state| state.begin(lane.piece, id)).await?;
        Ok((id, key))
    }

    fn part_at(&self, lane: &Lane<'_>, stored: u64) -> Result<u64, Error> {
        lane.sealed.part_at(stored).ok_or_else(|| self.server.protocol("an upload that ends within a part"))
    }

    fn tus(&self) -> Tus<'_> {
        Tus { server: self.server, transfer: self.journal.transfer() }
    }

    async fn permit(&self) -> SemaphorePermit<'_> {
        self.permits.acquire().await.expect("the semaphore is never closed")
    }
}

fn zipped<'a, 'b>(ids: &[UploadId], lanes: &'b [Lane<'a>]) -> Vec<(UploadId, &'b Lane<'a>)> {
    ids.iter().copied().zip(lanes).collect()
}
