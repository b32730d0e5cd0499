//! Whether a log is what was signed. No database and no key but a public one.

use std::collections::BTreeMap;

use sealpost_db::{AuditEntry, ChainPoint, verify_chain};
use sealpost_domain::TenantId;
use sealpost_sealed::{
    Checkpoint, NoteVerifier,
    merkle::{CompactRange, Node, leaf_hash},
};

/// What is wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuditBreak {
    /// An entry does not continue the one before it: it was edited, or one was removed, inserted or moved here.
    #[error("entry {seq} does not continue the log: something was changed, removed, inserted or moved there")]
    Chain {
        /// The number that the entry should have.
        seq: u64,
    },
    /// Two checkpoints of as many entries differ: the log was rolled back and continued otherwise.
    #[error("two checkpoints of {size} entries differ: the log was rolled back and went on otherwise")]
    Fork {
        /// How many entries.
        size: u64,
    },
    /// What was handed in as a checkpoint was not signed with the key, or is none of this log.
    #[error("a checkpoint is none of this log, or was not signed with its key")]
    Note,
    /// The entries are not those that were signed.
    #[error("the first {size} entries are not those that were signed")]
    Root {
        /// How many entries were signed.
        size: u64,
    },
    /// The log's beginning says what it cannot be.
    #[error("the log does not begin with a whole tree")]
    Start,
    /// Entries that were signed are not there: the end was cut off, or an older copy was brought back.
    #[error(
        "{signed} entries were signed, and {present} are there: the end was cut off, or an older copy brought back"
    )]
    Truncated {
        /// How far a checkpoint goes.
        signed: u64,
        /// How far the log goes.
        present: u64,
    },
    /// Older entries were removed up to a point that no checkpoint attests.
    #[error("the log begins after entry {seq}, and no checkpoint says what was before")]
    UnsignedStart {
        /// The last entry that is not there.
        seq: u64,
    },
}

/// What holds of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// The first entry that is there.
    pub first: u64,
    /// The last entry.
    pub last: ChainEnd,
    /// The last entry under a checkpoint: those after it are chained, but could be made anew.
    pub signed: u64,
    /// Checkpoints that fit.
    pub fitting: u64,
    /// Checkpoints of fewer entries than were removed: nothing can be said of them.
    pub older: u64,
}

/// The last entry's number and hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainEnd {
    /// Its number.
    pub seq: u64,
    /// Its hash.
    pub hash: [u8; 32],
}

/// Holds a log's entries, one after the other, against checkpoints. Memory grows with the checkpoints that are still to
/// come only.
#[derive(Debug)]
pub struct LogVerifier {
    tenant: TenantId,
    signer: NoteVerifier,
    range: CompactRange,
    last: ChainPoint,
    start: u64,
    /// Heads that were signed, by size, and whether they fit what was seen: none says that it is still to come.
    heads: BTreeMap<u64, (Node, Option<bool>)>,
}

impl LogVerifier {
    /// Of a tenant's log that begins after `start`, whose whole subtrees are `nodes`; `signer` signs it.
    ///
    /// # Errors
    /// [`AuditBreak::Start`] unless `nodes` are as many as `start` wants.
    pub fn new(
        tenant: TenantId,
        signer: NoteVerifier,
        start: ChainPoint,
        nodes: &[u8],
    ) -> Result<Self, AuditBreak> {
        let range = CompactRange::from_bytes(start.seq, nodes).ok_or(AuditBreak::Start)?;
        Ok(Self { tenant, signer, range, start: start.seq, last: start, heads: BTreeMap::new() })
    }

    /// Adds a checkpoint: of entries that are still to come, or of just those that were seen.
    ///
    /// # Errors
    /// [`AuditBreak::Note`], [`AuditBreak::Fork`], [`AuditBreak::Root`].
    pub fn checkpoint(&mut self, note: &str) -> Result<(), AuditBreak> {
        let checkpoint = Checkpoint::open(&self.signer, note).map_err(|_| AuditBreak::Note)?;
        let (size, root) = (checkpoint.size, checkpoint.root);
        if let Some((known, _)) = self.heads.get(&size) {
            return if *known == root { Ok(()) } else { Err(AuditBreak::Fork { size }) };
        }
        self.heads.insert(size, (root, None));
        self.compare()
    }

    /// The next entry.
    ///
    /// # Errors
    /// [`AuditBreak::Chain`], [`AuditBreak::Root`].
    pub fn entry(&mut self, entry: &AuditEntry) -> Result<(), AuditBreak> {
        self.compare()?;
        let next = verify_chain(self.tenant, self.last.clone(), [entry]);
        self.last = next.map_err(|broken| AuditBreak::Chain { seq: broken.seq })?;
        self.range.push(leaf_hash(&entry.hash));
        self.compare()
    }

    /// After the last entry.
    ///
    /// # Errors
    /// [`AuditBreak::Truncated`], [`AuditBreak::UnsignedStart`].
    pub fn finish(self) -> Result<Verified, AuditBreak> {
        let present = self.last.seq;
        if let Some((signed, _)) = self.heads.last_key_value().filter(|(size, _)| **size > present) {
            return Err(AuditBreak::Truncated { signed: *signed, present });
        }
        if self.start > 0 && !self.heads.contains_key(&self.start) {
            return Err(AuditBreak::UnsignedStart { seq: self.start });
        }
        let fitting: Vec<_> = self.heads.iter().filter(|(_, (_, fits))| *fits == Some(true)).collect();
        Ok(Verified {
            first: self.start + 1,
            last: ChainEnd { seq: present, hash: self.last.hash },
            signed: fitting.last().map_or(0, |(size, _)| **size),
            fitting: fitting.len() as u64,
            older: (self.heads.len() - fitting.len()) as u64,
        })
    }

    /// Holds the head of what was seen against what was signed of it.
    fn compare(&mut self) -> Result<(), AuditBreak> {
        let size = self.range.size();
        match self.heads.get_mut(&size) {
            Some((root, fits @ None)) => {
                *fits = Some(*root == self.range.root());
                if *fits == Some(true) { Ok(()) } else { Err(AuditBreak::Root { size }) }
            }
            _ => Ok(()),
        }
    }
}
