//! The first bytes of a file while they come in: a copy of them is all that it takes to refuse a program early.

use bytes::{Bytes, BytesMut};
use sealpost_domain::FileName;
use sealpost_inspect::{HEAD_BYTES, sniff};

use super::decided;
use crate::{TransferError, upload::UploadTarget};

/// After so many bytes they are looked at: soon, and when there are as many as ever count.
const STAGES: [usize; 2] = [4 << 10, HEAD_BYTES];

/// The first bytes of a file, as far as they have come.
#[derive(Debug, Default)]
pub(crate) struct Early {
    head: BytesMut,
}

impl Early {
    /// Takes what is the file's next, and asks the rules whenever enough has come to say something.
    ///
    /// # Errors
    /// [`TransferError::TypeRefused`] if what it is for certain may not be sent.
    pub(crate) fn take(
        &mut self,
        target: &UploadTarget,
        name: &FileName,
        bytes: &[u8],
    ) -> Result<(), TransferError> {
        let before = self.head.len();
        let wanted = bytes.len().min(HEAD_BYTES - before);
        if wanted == 0 {
            return Ok(());
        }
        self.head.extend_from_slice(&bytes[..wanted]);
        if !STAGES.iter().any(|stage| (before + 1..=self.head.len()).contains(stage)) {
            return Ok(());
        }
        for kind in sniff(&self.head).certain() {
            decided(name, target.types().decide_kind(name.as_str(), kind))?;
            target.check_unsealed(name, &[kind].into())?;
        }
        Ok(())
    }

    /// Takes what was looked at when it came in.
    pub(crate) fn seen(&mut self, bytes: &[u8]) {
        self.head.extend_from_slice(&bytes[..bytes.len().min(HEAD_BYTES - self.head.len())]);
    }

    /// What has come of them.
    pub(crate) fn into_head(self) -> Bytes {
        self.head.freeze()
    }
}
