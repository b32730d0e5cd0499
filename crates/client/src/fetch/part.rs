//! A file that is arriving: bytes on disk and their checksum.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use tokio::{sync::mpsc, task::JoinHandle};

use super::sealed::{Opening, Shut};
use crate::Error;

/// Pieces on their way from the connection to the disk.
const QUEUE: usize = 16;
const READ_AT_ONCE: usize = 1 << 20;

/// A part as its writing thread leaves it, and what stopped the thread if it was not the end of the pieces.
pub(crate) type Written = (Part, Result<(), Shut>);

/// The beginning of a file. Held by one process at a time.
#[derive(Debug)]
pub(crate) struct Part {
    path: PathBuf,
    file: File,
    have: u64,
    crc32: crc32fast::Hasher,
}

impl Part {
    /// Opens or makes the part; one that is longer than the file can be is begun anew. Reads what is there, for its
    /// checksum.
    ///
    /// # Errors
    /// [`Error::Running`] if another process writes it.
    pub(crate) fn open(path: &Path, size: u64) -> Result<Self, Error> {
        if fs::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Error::Exists { path: path.to_owned() });
        }
        let options = File::options().read(true).write(true).create(true).truncate(false).open(path);
        let file = options.map_err(Error::io("open", path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Running),
            Err(TryLockError::Error(source)) => return Err(Error::io("lock", path)(source)),
        }
        let mut part = Self { path: path.to_owned(), file, have: 0, crc32: crc32fast::Hasher::new() };
        part.measure(size).map_err(Error::io("read", path))?;
        Ok(part)
    }

    /// Bytes that are there.
    pub(crate) const fn have(&self) -> u64 {
        self.have
    }

    pub(crate) fn crc32(&self) -> u32 {
        self.crc32.clone().finalize()
    }

    /// Forgets everything that is there.
    pub(crate) fn clear(&mut self) -> Result<(), Error> {
        self.file.set_len(0).and_then(|()| self.file.rewind()).map_err(Error::io("truncate", &self.path))?;
        self.have = 0;
        self.crc32.reset();
        Ok(())
    }

    /// Makes sure that it survives a power cut.
    pub(crate) fn sync(&self) -> Result<(), Error> {
        self.file.sync_all().map_err(Error::io("sync", &self.path))
    }

    /// Forgets what is behind the first `length` bytes. Reads them again, for their checksum.
    pub(crate) fn keep(&mut self, length: u64) -> Result<(), Error> {
        self.shorten(length).map_err(Error::io("truncate", &self.path))
    }

    fn shorten(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.file.rewind()?;
        self.measure(length)
    }

    /// Hands the part to a thread that appends what is sent, or what that holds, if its sender has sealed it; joining the thread
    /// gives the part back.
    pub(crate) fn writer(self, opening: Option<Opening>) -> (mpsc::Sender<Bytes>, JoinHandle<Written>) {
        let (sender, receiver) = mpsc::channel::<Bytes>(QUEUE);
        let thread = tokio::task::spawn_blocking(move || {
            let mut part = self;
            let outcome = match opening {
                None => part.append_all(receiver),
                Some(opening) => part.open_all(opening, receiver),
            };
            (part, outcome)
        });
        (sender, thread)
    }

    fn append_all(&mut self, mut pieces: mpsc::Receiver<Bytes>) -> Result<(), Shut> {
        while let Some(piece) = pieces.blocking_recv() {
            self.append(&piece)?;
        }
        Ok(())
    }

    fn open_all(&mut self, mut opening: Opening, mut pieces: mpsc::Receiver<Bytes>) -> Result<(), Shut> {
        let mut append = |plain: &[u8]| self.append(plain);
        while let Some(piece) = pieces.blocking_recv() {
            opening.push(&piece, &mut append)?;
        }
        opening.end(&mut append)
    }

    fn append(&mut self, piece: &[u8]) -> io::Result<()> {
        if let Err(error) = self.file.write_all(piece) {
            // Half a piece may be there: what is not in the checksum must not be in the file.
            self.file.set_len(self.have)?;
            self.file.seek(SeekFrom::Start(self.have))?;
            return Err(error);
        }
        self.crc32.update(piece);
        self.have += piece.len() as u64;
        Ok(())
    }

    fn measure(&mut self, size: u64) -> io::Result<()> {
        if self.file.metadata()?.len() > size {
            self.file.set_len(0)?;
        }
        let (have, crc32) = checksum(&mut self.file)?;
        self.have = have;
        self.crc32 = crc32;
        Ok(())
    }
}

/// Length and CRC-32 of what is left to read.
pub(crate) fn checksum(file: &mut File) -> io::Result<(u64, crc32fast::Hasher)> {
    let (mut length, mut crc32) = (0, crc32fast::Hasher::new());
    let mut buffer = vec![0; READ_AT_ONCE];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok((length, crc32)),
            Ok(read) => {
                crc32.update(&buffer[..read]);
                length += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_part_goes_on_where_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let part = Part::open(&path, 9).unwrap();
        assert!(matches!(Part::open(&path, 9), Err(Error::Running)));
        let (sender, thread) = part.writer(None);
        sender.send(Bytes::from_static(b"12345")).await.unwrap();
        drop(sender);
        drop(thread.await.unwrap());

        let part = Part::open(&path, 9).unwrap();
        assert_eq!(part.have(), 5);
        let (sender, thread) = part.writer(None);
        sender.send(Bytes::from_static(b"6789")).await.unwrap();
        drop(sender);
        let (part, outcome) = thread.await.unwrap();
        outcome.unwrap();
        // The check value of CRC-32/ISO-HDLC.
        assert_eq!(part.crc32(), 0xcbf4_3926);
        assert_eq!(fs::read(&path).unwrap(), b"123456789");
    }

    #[test]
    fn a_part_that_is_too_long_is_begun_anew() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        fs::write(&path, "longer").unwrap();
        assert_eq!(Part::open(&path, 5).unwrap().have(), 0);
        assert_eq!(fs::metadata(&path).unwrap().len(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_a_part_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("victim"), "x").unwrap();
        std::os::unix::fs::symlink(dir.path().join("victim"), dir.path().join("a")).unwrap();
        assert!(matches!(Part::open(&dir.path().join("a"), 9), Err(Error::Exists { .. })));
    }
}
