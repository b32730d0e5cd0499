//! One file's way to the server.

use std::{num::NonZeroUsize, ops::Range};

use futures_util::future::try_join_all;
use sealpost_domain::UploadId;
use tokio::sync::Semaphore;

use super::{
    journal::{Journal, UploadState},
    plan::PlannedFile,
    source::Source,
    tus::{Purpose, Tus},
};
use crate::{
    Error, Event, Events, Server,
    backoff::{Backoff, Retry},
    events::{Meter, Stream},
};

/// Up to here a file goes up in the request that creates it. Four of these are in memory at once.
const SMALL: u64 = 4 * MIB;
/// Over this a file goes up in several pieces at once.
pub(super) const PARALLEL_OVER: u64 = 64 * MIB;
/// Smallest piece worth a connection of its own.
const PIECE_MIN: u64 = 32 * MIB;
/// Pieces end where the service's parts end.
const PIECE_UNIT: u64 = 8 * MIB;
const MIB: u64 = 1 << 20;

/// Uploads the files of one transfer.
pub(crate) struct Uploader<'a> {
    server: &'a Server,
    tus: Tus<'a>,
    journal: &'a Journal,
    meter: &'a Meter,
    events: &'a dyn Events,
    connections: NonZeroUsize,
    permits: Semaphore,
}

/// A range of a file that goes up as one upload.
struct Lane<'a> {
    source: &'a Source,
    file: usize,
    planned: &'a PlannedFile,
    range: Range<u64>,
    /// Its number among the file's pieces, if there are several.
    piece: Option<usize>,
}

/// Tries without progress; only what the server has stored is progress.
pub(super) struct Patience {
    pub(super) backoff: Backoff,
    best: u64,
}

impl Patience {
    pub(super) const fn new(retry: Retry) -> Self {
        Self { backoff: Backoff::new(retry), best: 0 }
    }

    /// What was stored is removed.
    pub(super) const fn begin_anew(&mut self) {
        self.best = 0;
    }

    pub(super) fn learn(&mut self, stored: u64) {
        if stored > self.best {
            self.best = stored;
            self.backoff.progressed();
        }
    }
}

impl<'a> Uploader<'a> {
    pub(crate) fn new(
        server: &'a Server,
        journal: &'a Journal,
        meter: &'a Meter,
        events: &'a dyn Events,
        connections: NonZeroUsize,
    ) -> Self {
        let tus = Tus { server, transfer: journal.transfer() };
        Self { server, tus, journal, meter, events, connections, permits: Semaphore::new(connections.get()) }
    }

    /// Brings the file up, from wherever it stands.
    pub(crate) async fn file(&self, file: usize, planned: &PlannedFile) -> Result<(), Error> {
        let state = self.journal.upload(file);
        if matches!(state, UploadState::Done { .. }) {
            self.meter.resume(planned.stamp.size, self.events);
        } else {
            let source = Source::open(planned).await?;
            match state {
                UploadState::New if source.size() <= SMALL => self.small(file, planned, &source).await?,
                UploadState::New if source.size() > PARALLEL_OVER => {
                    let size = piece_size(source.size(), self.connections, PIECE_UNIT);
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

    /// A small file: one request, whole in memory, so that it can be repeated.
    async fn small(&self, file: usize, planned: &PlannedFile, source: &Source) -> Result<(), Error> {
        let bytes = source.read().await?;
        let mut backoff = Backoff::new(self.server.retry());
        loop {
            let body = (!bytes.is_empty()).then(|| bytes.clone());
            let permit = self.permit().await;
            let created = self.tus.create(source.size(), Purpose::File(&planned.name), body).await;
            drop(permit);
            match created {
                Ok(created) if created.offset == source.size() => {
                    self.meter.forward(source.size());
                    return self.journal.note_lightly(file, UploadState::Done { id: created.id }).await;
                }
                Ok(created) => {
                    self.journal.note(file, |state| *state = UploadState::Whole { id: created.id }).await?;
                    return self.whole(file, planned, source).await;
                }
                Err(error) => {
                    // The answer was lost, perhaps not the file.
                    if let Some(id) = self.arrived(planned, &error).await? {
                        self.meter.forward(source.size());
                        return self.journal.note_lightly(file, UploadState::Done { id }).await;
                    }
                    self.server.pause(&mut backoff, error, self.events).await?;
                }
            }
        }
    }

    async fn whole(&self, file: usize, planned: &PlannedFile, source: &Source) -> Result<(), Error> {
        let lane = Lane { source, file, planned, range: 0..source.size(), piece: None };
        let id = self.lane(&lane).await?;
        self.journal.note(file, |state| *state = UploadState::Done { id }).await
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
            .map(|(piece, range)| Lane { source, file, planned, range, piece: Some(piece) })
            .collect();
        let ids = try_join_all(lanes.iter().map(|lane| self.lane(lane))).await?;
        source.check().await?;
        let mut backoff = Backoff::new(self.server.retry());
        let id = loop {
            match self.tus.join(&ids, Purpose::File(&planned.name)).await {
                Ok(id) => break id,
                Err(error) => match self.arrived(planned, &error).await? {
                    Some(id) => break id,
                    None => self.server.pause(&mut backoff, error, self.events).await?,
                },
            }
        };
        self.journal.note(file, |state| *state = UploadState::Done { id }).await
    }

    /// Brings one range up: asks what is stored, appends the rest, and again whenever the connection breaks.
    async fn lane(&self, lane: &Lane<'_>) -> Result<UploadId, Error> {
        let length = lane.range.end - lane.range.start;
        let count = Stream::new(self.meter);
        let mut patience = Patience::new(self.server.retry());
        loop {
            let permit = self.permit().await;
            let step = self.step(lane, length, &count, &mut patience).await;
            drop(permit);
            match step {
                Ok((id, stored)) if stored == length => return Ok(id),
                // A server may take part of a body and say so.
                Ok(_) => {
                    let error =
                        Error::Unreachable { server: self.server.name(), reason: "it takes no more".into() };
                    self.server.pause(&mut patience.backoff, error, self.events).await?;
                }
                Err(error) => {
                    lane.source.check().await?;
                    self.server.pause(&mut patience.backoff, error, self.events).await?;
                }
            }
        }
    }

    /// One try: where the upload is and how much of it is stored afterwards.
    async fn step(
        &self,
        lane: &Lane<'_>,
        length: u64,
        count: &Stream,
        patience: &mut Patience,
    ) -> Result<(UploadId, u64), Error> {
        let (id, stored) = match self.known(lane) {
            None => (self.create(lane, length).await?, 0),
            Some(id) => match self.tus.stored(id).await? {
                Some(stored) => (id, stored),
                None => match self.find(lane).await? {
                    Some(id) => (id, length),
                    None => (self.create(lane, length).await?, 0),
                },
            },
        };
        if stored > length {
            return Err(self.server.protocol("an upload that is longer than its file"));
        }
        count.correct(stored, self.events);
        patience.learn(stored);
        if stored == length {
            return Ok((id, stored));
        }
        let start = lane.range.start + stored;
        let body = lane.source.body(start..lane.range.end, count.clone());
        let append = self.tus.append(id, stored, length - stored, body);
        let stored = self.server.watched(count.moved(), append).await?;
        count.correct(stored, self.events);
        patience.learn(stored);
        Ok((id, stored))
    }

    fn known(&self, lane: &Lane<'_>) -> Option<UploadId> {
        self.journal.upload(lane.file).begun(lane.piece)
    }

    async fn create(&self, lane: &Lane<'_>, length: u64) -> Result<UploadId, Error> {
        let purpose = if lane.piece.is_some() { Purpose::Piece } else { Purpose::File(&lane.planned.name) };
        let id = self.tus.create(length, purpose, None).await?.id;
        self.journal.note(lane.file, |state| state.begin(lane.piece, id)).await?;
        Ok(id)
    }

    /// An upload that is gone may have become the file it was meant for.
    async fn find(&self, lane: &Lane<'_>) -> Result<Option<UploadId>, Error> {
        if lane.piece.is_some() { Ok(None) } else { self.find_file(lane.planned).await }
    }

    async fn arrived(&self, planned: &PlannedFile, error: &Error) -> Result<Option<UploadId>, Error> {
        if error.is_broken() { self.find_file(planned).await } else { Ok(None) }
    }

    async fn find_file(&self, planned: &PlannedFile) -> Result<Option<UploadId>, Error> {
        let inside = self.server.inside(self.journal.transfer(), self.events).await?;
        Ok(super::resume::file_of(&inside.files, planned.name.as_str(), planned.stamp.size))
    }

    async fn permit(&self) -> tokio::sync::SemaphorePermit<'_> {
        self.permits.acquire().await.expect("the semaphore is never closed")
    }
}

/// Bytes of each piece: one piece a connection, none too small, a multiple of `unit`, so that it ends where a part ends.
pub(super) fn piece_size(size: u64, connections: NonZeroUsize, unit: u64) -> u64 {
    let count = (size / PIECE_MIN).clamp(1, connections.get() as u64);
    size.div_ceil(count).next_multiple_of(unit)
}

pub(super) fn ranges(size: u64, piece: u64) -> Vec<Range<u64>> {
    let piece = piece.max(1);
    (0..size.div_ceil(piece)).map(|n| n * piece..size.min((n + 1) * piece)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_the_file_without_gap_or_overlap() {
        for connections in [1, 2, 3, 4, 7, 16] {
            for size in [PARALLEL_OVER + 1, 100 * MIB, 100 * MIB + 17, 10_000 * MIB + 1, 1 << 40] {
                let piece = piece_size(size, NonZeroUsize::new(connections).unwrap(), PIECE_UNIT);
                let ranges = ranges(size, piece);
                assert!(ranges.len() <= connections, "{size} over {connections}");
                assert_eq!(ranges[0].start, 0);
                assert_eq!(ranges.last().unwrap().end, size);
                assert!(
                    ranges
                        .windows(2)
                        .all(|pair| pair[0].end == pair[1].start && pair[0].end % PIECE_UNIT == 0)
                );
                assert!(ranges.iter().all(|range| !range.is_empty()));
            }
        }
    }
}
