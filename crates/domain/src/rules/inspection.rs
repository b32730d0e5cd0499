//! What has come of looking into a transfer before anybody gets it.

use crate::words::words;

words! {
    /// What has come of looking into a transfer.
    Inspection {
        /// The malware scanner has found nothing in any file.
        Clean = "clean",
        /// It has found something.
        Infected = "infected",
        /// A file of it is on the tenant's list of those that nobody may send. No scanner was asked.
        Listed = "listed",
        /// It has not seen all of it, and the tenant's rules let it go out.
        NotInspected = "not_inspected",
        /// It has not seen all of it, and the tenant's rules do not let it go out.
        Refused = "refused",
        /// Nobody could look: the sender's program has sealed it before it came.
        SealedBySender = "sealed_by_sender",
        /// It is asked, or will be when it answers again.
        Waiting = "waiting",
    }
}

impl Inspection {
    /// Whether it is kept back for good.
    pub const fn is_kept_back(self) -> bool {
        matches!(self, Self::Infected | Self::Listed | Self::Refused)
    }

    /// Whether it may go out.
    pub const fn is_released(self) -> bool {
        matches!(self, Self::Clean | Self::NotInspected | Self::SealedBySender)
    }
}
