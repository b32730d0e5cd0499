//! Whether an exported file is what was signed.

use data_encoding::HEXLOWER;
use sealpost_db::ChainPoint;
use sealpost_domain::TenantId;
use sealpost_sealed::NoteVerifier;

use super::{AuditBreak, ExportLine, FORMAT, LogVerifier, Verified, lines::bytes};

/// Longest line that is read, in bytes.
const LONGEST_LINE: usize = 16 << 20;

/// Why a file proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The log in it is not what was signed.
    #[error(transparent)]
    Broken(#[from] AuditBreak),
    /// It ends before its last line.
    #[error("the file was cut off: its last line is missing")]
    CutOff,
    /// It says that it was signed with another key.
    #[error("the file names another key than the one that was given")]
    OtherKey,
    /// It is no export, or has a line that is none of one.
    #[error("line {line} is no line of an export")]
    NoExport {
        /// The line, from 1.
        line: u64,
    },
}

/// Reads an export line by line.
#[derive(Debug, Default)]
pub struct FileVerifier {
    key: Option<NoteVerifier>,
    known: Vec<String>,
    line: u64,
    log: Option<(TenantId, LogVerifier)>,
    ended: bool,
}

impl FileVerifier {
    /// Trusts the key that the file names: whoever made the file may have made the key.
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts this key only.
    #[must_use]
    pub fn signed_by(self, key: NoteVerifier) -> Self {
        Self { key: Some(key), ..self }
    }

    /// Holds the file against checkpoints that were kept elsewhere.
    #[must_use]
    pub fn against(self, notes: Vec<String>) -> Self {
        Self { known: notes, ..self }
    }

    /// The next line.
    ///
    /// # Errors
    /// [`FileError`] with the first thing that is wrong.
    pub fn line(&mut self, text: &str) -> Result<(), FileError> {
        self.line += 1;
        let no_export = FileError::NoExport { line: self.line };
        if text.len() > LONGEST_LINE || self.ended {
            return Err(no_export);
        }
        let line: ExportLine = serde_json::from_str(text).map_err(|_| no_export.clone())?;
        match (line, &mut self.log) {
            (ExportLine::Log { format, tenant, key, start, start_hash, start_nodes }, None) => {
                let start_hash =
                    bytes(&start_hash).filter(|_| format == FORMAT).ok_or_else(|| no_export.clone())?;
                let nodes =
                    HEXLOWER.decode(start_nodes.concat().as_bytes()).map_err(|_| no_export.clone())?;
                let key: NoteVerifier = key.parse().map_err(|_| no_export)?;
                if self.key.as_ref().is_some_and(|known| *known != key) {
                    return Err(FileError::OtherKey);
                }
                let start = ChainPoint { seq: start, hash: start_hash };
                let mut log = LogVerifier::new(tenant, key, start, &nodes)?;
                self.known.iter().try_for_each(|note| log.checkpoint(note))?;
                self.log = Some((tenant, log));
            }
            (ExportLine::Checkpoint { note }, Some((_, log))) => log.checkpoint(&note)?,
            (ExportLine::End { .. }, Some(_)) => self.ended = true,
            (line @ ExportLine::Entry { .. }, Some((tenant, log))) => {
                log.entry(&line.into_entry(*tenant).ok_or(no_export)?)?;
            }
            _ => return Err(no_export),
        }
        Ok(())
    }

    /// After the last line.
    ///
    /// # Errors
    /// [`FileError::CutOff`], and what a log that is too short shows.
    pub fn finish(self) -> Result<Verified, FileError> {
        match self.log {
            Some((_, log)) if self.ended => Ok(log.finish()?),
            _ => Err(FileError::CutOff),
        }
    }
}
