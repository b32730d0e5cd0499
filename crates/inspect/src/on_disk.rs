//! A file of this machine, for programs that look before they seal.

use std::io::SeekFrom;

use bytes::{Bytes, BytesMut};
use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncSeekExt as _},
};

use crate::Source;

/// A file that lies here.
#[derive(Debug)]
pub struct OnDisk {
    file: File,
    length: u64,
}

impl OnDisk {
    /// Of an open file, as long as it is now.
    ///
    /// # Errors
    /// Those of the file system.
    pub async fn new(file: File) -> std::io::Result<Self> {
        let length = file.metadata().await?.len();
        Ok(Self { file, length })
    }
}

impl Source for OnDisk {
    type Error = std::io::Error;

    fn length(&self) -> u64 {
        self.length
    }

    async fn read_at(&mut self, offset: u64, length: usize) -> Result<Bytes, Self::Error> {
        let mut bytes = BytesMut::zeroed(length);
        self.file.seek(SeekFrom::Start(offset)).await?;
        self.file.read_exact(&mut bytes).await?;
        Ok(bytes.freeze())
    }
}
