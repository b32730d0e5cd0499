//! The body of an upload: bounded in waiting, checked while it passes.

use std::{
    pin::Pin,
    str::FromStr,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use tokio::time::{Instant, Sleep, sleep};

use crate::TransferError;

/// What `Upload-Checksum` says of a body (tus 1.0.0, checksum).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checksum {
    /// Of which kind.
    pub algorithm: ChecksumAlgorithm,
    /// The digest that the body must have.
    pub digest: Vec<u8>,
}

/// The kinds of `Upload-Checksum`. They find transport errors; the sealed parts are what protects the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChecksumAlgorithm {
    /// SHA-1, which tus requires.
    Sha1,
    /// SHA-256.
    Sha256,
}

impl ChecksumAlgorithm {
    /// The names that tus and our answers use.
    pub const NAMES: &'static str = "sha1,sha256";
}

impl FromStr for ChecksumAlgorithm {
    type Err = TransferError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "sha1" => Ok(Self::Sha1),
            "sha256" => Ok(Self::Sha256),
            _ => Err(TransferError::Invalid("the checksum algorithms are sha1 and sha256")),
        }
    }
}

/// A body that is being read.
pub(crate) struct Intake<S> {
    body: S,
    stall: Duration,
    timer: Pin<Box<Sleep>>,
    /// Whether something came since the timer was set.
    stirred: bool,
    check: Option<(Digest, Vec<u8>)>,
}

enum Digest {
    Sha1(Sha1),
    Sha256(Sha256),
}

impl<S, E> Intake<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    pub(crate) fn new(body: S, checksum: Option<&Checksum>, stall: Duration) -> Self {
        let check = checksum.map(|checksum| {
            let digest = match checksum.algorithm {
                ChecksumAlgorithm::Sha1 => Digest::Sha1(Sha1::new()),
                ChecksumAlgorithm::Sha256 => Digest::Sha256(Sha256::new()),
            };
            (digest, checksum.digest.clone())
        });
        Self { body, stall, timer: Box::pin(sleep(stall)), stirred: false, check }
    }

    /// The next bytes, `None` at the end of the body.
    ///
    /// [`TransferError::BodyBroken`] if the connection broke, or brought nothing for too long: a client that stalls
    /// would otherwise hold memory and the upload for as long as it likes.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, TransferError> {
        let bytes = match std::future::poll_fn(|context| self.poll_next(context)).await {
            Some(Ok(bytes)) => bytes,
            Some(Err(error)) => return Err(error),
            None => return Ok(None),
        };
        match &mut self.check {
            Some((Digest::Sha1(digest), _)) => digest.update(&bytes),
            Some((Digest::Sha256(digest), _)) => digest.update(&bytes),
            None => {}
        }
        Ok(Some(bytes))
    }

    /// Looks at the timer once in `stall`, not with every piece: setting it costs more than passing a piece on.
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, TransferError>>> {
        if let Poll::Ready(next) = self.body.poll_next_unpin(context) {
            self.stirred = true;
            return Poll::Ready(next.map(|piece| piece.map_err(|_| TransferError::BodyBroken)));
        }
        loop {
            ready!(self.timer.as_mut().poll(context));
            if !std::mem::take(&mut self.stirred) {
                return Poll::Ready(Some(Err(TransferError::BodyBroken)));
            }
            self.timer.as_mut().reset(Instant::now() + self.stall);
        }
    }

    /// Whether the body had the checksum that it was announced with, if any.
    pub(crate) fn verify(self) -> Result<(), TransferError> {
        let fits = match self.check {
            Some((Digest::Sha1(digest), wanted)) => digest.finalize()[..] == wanted,
            Some((Digest::Sha256(digest), wanted)) => digest.finalize()[..] == wanted,
            None => true,
        };
        if fits { Ok(()) } else { Err(TransferError::ChecksumMismatch) }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    const STALL: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn a_body_that_stalls_counts_as_broken_off() {
        let body = stream::pending::<Result<Bytes, ()>>();
        let mut intake = Intake::new(body, None, STALL);
        assert!(matches!(intake.next().await, Err(TransferError::BodyBroken)));
    }

    #[tokio::test]
    async fn a_checksum_is_that_of_the_whole_body() {
        let wanted = Sha256::digest(b"ab").to_vec();
        for (digest, fits) in [(wanted, true), (vec![0; 32], false), (vec![], false)] {
            let body = stream::iter([Ok::<_, ()>(Bytes::from_static(b"a")), Ok(Bytes::from_static(b"b"))]);
            let checksum = Checksum { algorithm: ChecksumAlgorithm::Sha256, digest };
            let mut intake = Intake::new(body, Some(&checksum), Duration::from_secs(5));
            while intake.next().await.unwrap().is_some() {}
            assert_eq!(intake.verify().is_ok(), fits);
        }
    }
}
