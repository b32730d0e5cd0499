//! The right to add files.

use std::ops::Deref;

use crate::{SendGrant, SenderSession, SubmitGrant, UploadGrant};

/// Proof that files may be added now: what brings bytes in takes it. The [`UploadGrant`] in it says to which transfers.
#[derive(Debug, Clone)]
pub struct AddGrant(UploadGrant);

impl Deref for AddGrant {
    type Target = UploadGrant;

    fn deref(&self) -> &UploadGrant {
        &self.0
    }
}

impl SubmitGrant {
    /// The right to add files to the one transfer that comes in.
    pub fn add_grant(&self) -> AddGrant {
        AddGrant(self.upload_grant())
    }
}

impl SendGrant {
    /// The right to add files to the user's transfers.
    pub fn add_grant(&self) -> AddGrant {
        AddGrant(UploadGrant::of_sender(SenderSession::clone(self)))
    }
}
