//! A file on disk as the body of a request.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use futures_util::stream;
use tokio::sync::mpsc;

use super::plan::{PlannedFile, Stamp};
use crate::{Error, events::Stream};

/// Bytes handed to the connection at once.
const PIECE: usize = 256 * 1024;
/// Pieces read ahead while the connection is busy.
const AHEAD: usize = 2;

/// A file that must stay what it was when it was listed.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    path: PathBuf,
    stamp: Stamp,
}

impl Source {
    /// The file, unless it has changed since it was listed.
    pub(crate) async fn open(file: &PlannedFile) -> Result<Self, Error> {
        let source = Self { path: file.path.clone(), stamp: file.stamp };
        source.check().await?;
        Ok(source)
    }

    pub(crate) const fn size(&self) -> u64 {
        self.stamp.size
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The file, to be read by a thread that may block.
    pub(crate) fn file(&self) -> io::Result<File> {
        File::open(&self.path)
    }

    /// Fails if the open file is not what it was.
    pub(crate) fn check_open(&self, file: &File) -> io::Result<()> {
        if Stamp::from(&file.metadata()?) == self.stamp {
            Ok(())
        } else {
            Err(io::Error::other("the file has changed"))
        }
    }

    /// Whether the file holds runs of so many bytes with these CRC-32, one after another from `start` on.
    pub(crate) async fn holds(&self, start: u64, runs: Vec<(u64, u32)>) -> Result<bool, Error> {
        let source = self.clone();
        let compare = tokio::task::spawn_blocking(move || -> io::Result<bool> {
            let mut file = source.file()?;
            file.seek(SeekFrom::Start(start))?;
            let mut buffer = vec![0; PIECE];
            for (bytes, crc32) in runs {
                let (mut hash, mut left) = (crc32fast::Hasher::new(), bytes);
                while left > 0 {
                    let length = usize::try_from(left).unwrap_or(usize::MAX).min(PIECE);
                    file.read_exact(&mut buffer[..length])?;
                    hash.update(&buffer[..length]);
                    left -= length as u64;
                }
                if hash.finalize() != crc32 {
                    return Ok(false);
                }
            }
            Ok(true)
        });
        compare.await.map_err(io::Error::other).and_then(|held| held).map_err(Error::io("read", &self.path))
    }

    /// Fails with [`Error::Changed`] if the file is not what it was.
    pub(crate) async fn check(&self) -> Result<(), Error> {
        let metadata = tokio::fs::metadata(&self.path).await.map_err(Error::io("read", &self.path))?;
        self.same(Stamp::from(&metadata))
    }

    fn same(&self, stamp: Stamp) -> Result<(), Error> {
        if stamp == self.stamp { Ok(()) } else { Err(Error::Changed { path: self.path.clone() }) }
    }

    /// The whole of a small file.
    pub(crate) async fn read(&self) -> Result<Bytes, Error> {
        let bytes = tokio::fs::read(&self.path).await.map_err(Error::io("read", &self.path))?;
        self.check().await?;
        if bytes.len() as u64 == self.stamp.size {
            Ok(Bytes::from(bytes))
        } else {
            Err(Error::Changed { path: self.path.clone() })
        }
    }

    /// A range of the file, read a little ahead on a thread of its own, counted as it is taken.
    ///
    /// The last piece is given only if the file is unchanged: a mixture of two versions never becomes complete.
    pub(crate) fn body(&self, range: Range<u64>, count: Stream) -> reqwest::Body {
        let (sender, receiver) = mpsc::channel(AHEAD);
        let source = self.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = source.pump(range, &sender) {
                // Nobody listens when the request is over already.
                drop(sender.blocking_send(Err(error)));
            }
        });
        reqwest::Body::wrap_stream(stream::unfold((receiver, count), |(mut receiver, count)| async move {
            let piece: io::Result<Bytes> = receiver.recv().await?;
            if let Ok(piece) = &piece {
                count.forward(piece.len() as u64);
            }
            Some((piece, (receiver, count)))
        }))
    }

    fn pump(&self, range: Range<u64>, sender: &mpsc::Sender<io::Result<Bytes>>) -> io::Result<()> {
        let mut file = self.file()?;
        file.seek(SeekFrom::Start(range.start))?;
        let mut left = range.end - range.start;
        while left > 0 {
            let length = usize::try_from(left).unwrap_or(usize::MAX).min(PIECE);
            let mut piece = vec![0; length];
            file.read_exact(&mut piece)?;
            left -= length as u64;
            if left == 0 {
                self.check_open(&file)?;
            }
            if sender.blocking_send(Ok(Bytes::from(piece))).is_err() {
                return Ok(());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{events::Meter, send::plan::plan};

    #[tokio::test]
    async fn a_changed_file_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        fs::write(&path, "one").unwrap();
        let planned = plan(std::slice::from_ref(&path), &()).unwrap().remove(0);
        let source = Source::open(&planned).await.unwrap();
        assert_eq!(source.read().await.unwrap(), "one");
        fs::write(&path, "three").unwrap();
        assert!(matches!(source.check().await, Err(Error::Changed { .. })));
        assert!(matches!(source.read().await, Err(Error::Changed { .. })));
        assert!(matches!(Source::open(&planned).await, Err(Error::Changed { .. })));
    }

    #[tokio::test]
    async fn a_range_comes_in_pieces_and_the_last_one_only_from_an_unchanged_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let content: Vec<u8> = (0..3 * PIECE + 5).map(|n| (n % 251) as u8).collect();
        fs::write(&path, &content).unwrap();
        let source = Source::open(&plan(std::slice::from_ref(&path), &()).unwrap()[0]).await.unwrap();

        let read = |range: Range<u64>| {
            let source = source.clone();
            async move {
                let (sender, mut receiver) = mpsc::channel(AHEAD);
                let pump = tokio::task::spawn_blocking(move || source.pump(range, &sender));
                let mut bytes = Vec::new();
                while let Some(piece) = receiver.recv().await {
                    bytes.extend_from_slice(&piece.unwrap());
                }
                (bytes, pump.await.unwrap())
            }
        };
        let (bytes, outcome) = read(7..content.len() as u64).await;
        assert!(outcome.is_ok());
        assert_eq!(bytes, content[7..]);

        File::options().append(true).open(&path).unwrap().set_len(content.len() as u64 + 1).unwrap();
        let (bytes, outcome) = read(0..content.len() as u64).await;
        assert!(outcome.is_err());
        assert!(bytes.len() < content.len());
        drop(source.body(0..1, Stream::new(&Meter::default())));
    }
}
