//! Ways out: an SMTP server, a directory, memory.

mod directory;
mod memory;
mod smtp;

pub use directory::DirectoryTransport;
pub use memory::MemoryTransport;
pub use smtp::{Security, SmtpCredentials, SmtpOptions, SmtpTransport};

use crate::{Letter, MailError};

/// Where mails go.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Transport {
    /// To an SMTP server.
    Smtp(SmtpTransport),
    /// Into a directory, one `.eml` file a message.
    Directory(DirectoryTransport),
    /// Into memory, for tests.
    Memory(MemoryTransport),
}

impl Transport {
    /// Goes as far as one can without a message: connects and logs in, or writes a file and removes it.
    ///
    /// # Errors
    /// [`MailError::Unavailable`] with what the server, the network or the disk said.
    pub async fn check(&self) -> Result<(), MailError> {
        match self {
            Self::Smtp(smtp) => smtp.check().await,
            Self::Directory(directory) => directory.check().await,
            Self::Memory(_) => Ok(()),
        }
    }

    pub(crate) async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        match self {
            Self::Smtp(smtp) => smtp.send(letter).await,
            Self::Directory(directory) => directory.send(letter).await,
            Self::Memory(memory) => memory.send(letter),
        }
    }
}
